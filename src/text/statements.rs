//! Running text -> statements.

use super::sentences::clauses;
use super::words::words;
use crate::domain::Span;

/// Minimum number of words in a statement; shorter ones join their neighbor: "See below.",
/// "(Accepted)".
const MIN_WORDS: usize = 4;

/// The statements of a text, as byte ranges in order: its sentences and list items.
///
/// A short one is joined to its neighbor. There is at least one: a text without words is one statement.
#[must_use]
pub fn statements(text: &str) -> Vec<Span> {
    let mut joined: Vec<(Span, bool)> = Vec::new();
    for clause in clauses(text) {
        let is_short = words(&text[clause.clone()], None).take(MIN_WORDS).count() < MIN_WORDS;
        match joined.last_mut() {
            Some((last, last_is_short)) if is_short || *last_is_short => {
                last.end = clause.end;
                let n = words(&text[last.start..last.end], None).take(MIN_WORDS).count();
                *last_is_short = n < MIN_WORDS;
            }
            _ => joined.push((Span { start: clause.start, end: clause.end }, is_short)),
        }
    }
    if joined.is_empty() {
        let start = text.len() - text.trim_start().len();
        return vec![Span { start, end: start + text.trim().len() }];
    }
    joined.into_iter().map(|(span, _)| span).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<&str> {
        statements(text).into_iter().map(|span| &text[span.start..span.end]).collect()
    }

    #[test]
    fn sentences_and_list_items_are_statements() {
        let text = "Reduce fees, e.g. those of banks. States should report yearly; women must \
                    take part in this. (Accepted)\nPublish the data on the web.";
        let expected = [
            "Reduce fees, e.g. those of banks.",
            "States should report yearly;",
            "women must take part in this. (Accepted)",
            "Publish the data on the web.",
        ];
        assert_eq!(split(text), expected);
        assert_eq!(split(" Ratify. "), ["Ratify."]);
        assert_eq!(split("  "), [""]);
    }

    #[test]
    fn other_scripts_are_split_at_their_own_marks() {
        let text = "各国应降低汇款成本；银行应公布费用。妇女应参与其中！好。";
        let expected = ["各国应降低汇款成本；", "银行应公布费用。", "妇女应参与其中！好。"];
        assert_eq!(split(text), expected);
        let text =
            "هل ينبغي خفض تكلفة التحويلات؟ ينبغي للدول أن تنشر الرسوم؛ وعليها أن تدرب الحراس.";
        assert_eq!(split(text).len(), 3);
    }

    proptest! {
        #[test]
        fn any_text_has_statements_in_order(text in any::<String>()) {
            let spans = statements(&text);
            prop_assert!(!spans.is_empty());
            prop_assert!(spans.is_sorted_by(|a, b| a.end <= b.start));
            for span in spans {
                prop_assert!(text.get(span.start..span.end).is_some_and(|s| s.trim() == s));
            }
        }
    }
}
