//! Where two texts that ask for the same thing differ in what matters.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::Difference;

/// "by 2030", "before the end of 2025", "within two years".
static DEADLINE: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?ix)
        \b(?: (?:by|before|until|no\ later\ than)\ (?:the\ end\ of\ )?(?:\w+\ )?(?:19|20)\d\d
        | within\ (?:the\ next\ )?\w+\ (?:days?|weeks?|months?|years?) )\b";
    Regex::new(pattern).expect("a constant pattern")
});

/// A number that is not a year of a deadline: "3 per cent", "28", "1,000".
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?i)\b\d+(?:[.,]\d+)*(?:\s?(?:%|per\s?cent|percent))?";
    Regex::new(pattern).expect("a constant pattern")
});

/// Deadlines and numbers that one text has and the other has not.
#[must_use]
pub fn differences(draft: &str, existing: &str) -> Vec<Difference> {
    let mut found = Vec::new();
    let deadlines = [draft, existing].map(|text| all(&DEADLINE, text));
    found.extend(difference("deadline", &deadlines));
    let numbers = [draft, existing].map(|text| all(&NUMBER, &DEADLINE.replace_all(text, " ")));
    found.extend(difference("number", &numbers));
    found
}

fn all(pattern: &Regex, text: &str) -> BTreeSet<String> {
    let clean = |found: regex::Match<'_>| {
        found
            .as_str()
            .to_lowercase()
            .replace("per cent", "%")
            .replace("percent", "%")
            .replace(" %", "%")
    };
    pattern.find_iter(text).map(clean).collect()
}

fn difference(kind: &'static str, [draft, existing]: &[BTreeSet<String>; 2]) -> Option<Difference> {
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        a.difference(b).cloned().collect::<Vec<_>>().join(", ")
    };
    let (draft, existing) = (only(draft, existing), only(existing, draft));
    (!draft.is_empty() || !existing.is_empty()).then_some(Difference { kind, draft, existing })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_deadline_and_another_number_are_seen() {
        let found = differences(
            "Bring fees below 3 per cent by 2030.",
            "Fees should fall to 5% by the end of 2025, as in 28 States.",
        );
        let [deadline, number] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            (deadline.draft.as_str(), deadline.existing.as_str()),
            ("by 2030", "by the end of 2025")
        );
        assert_eq!((number.draft.as_str(), number.existing.as_str()), ("3%", "28, 5%"));
        assert!(differences("Cut fees to 3 %.", "Fees of 3 per cent").is_empty());
    }
}
