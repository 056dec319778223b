//! The corpus's own meetings and bodies: the dialogue that all write to, the group whose secretariat they
//! discuss. What is asked about them is process, not substance.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::Part;
use super::phrase::{Word, words};
use crate::domain::{Agency, Member, Passage, Recommendation};

/// Agencies that must name a body: so many, or one of so many.
const AGENCIES: usize = 3;
const ONE_OF: usize = 8;

/// A shorter name is an everyday abbreviation: "the UN".
const LETTERS: usize = 3;

/// The names of the corpus's own meetings and bodies.
pub(super) struct Own {
    names: Vec<String>,
    /// Whether each text names one.
    named: Vec<bool>,
}

/// The uses of a name.
#[derive(Default)]
struct Use<'a> {
    agencies: BTreeSet<&'a Agency>,
    all: usize,
    with_article: usize,
}

impl Own {
    /// Names in capitals inside sentences, mostly after an article ("the 2013 High-level Dialogue", "the
    /// Board"), that many agencies use. "Member States" has no article, and "the World Bank" few who name it.
    pub(super) fn new(passages: &[Passage], recommendations: &[Recommendation]) -> Self {
        let mut uses: BTreeMap<String, Use> = BTreeMap::new();
        for (passage, recommendation) in passages.iter().zip(recommendations) {
            let words = words(passage);
            for (from, to) in names(&words, passage.text()) {
                let (start, end) = (words[from].at.start as usize, words[to - 1].at.end as usize);
                let (before, text) = (&passage.text()[..start], &passage.text()[start..end]);
                if before.ends_with('(') {
                    // An abbreviation where it is introduced has no article.
                    continue;
                }
                let with_article = follows_article(&words, from, passage.text());
                // "GMG" in "the GMG Chair".
                let first = words[from].text(passage.text());
                let is_short = first.chars().all(|c| !c.is_alphabetic() || c.is_uppercase());
                let short = (is_short && first.len() < text.len() && first.len() >= LETTERS)
                    .then_some(first);
                for name in [text].into_iter().chain(short) {
                    let seen = uses.entry(name.to_owned()).or_default();
                    seen.agencies.insert(&recommendation.agency);
                    seen.all += 1;
                    seen.with_article += usize::from(with_article);
                }
            }
        }
        let agencies: BTreeSet<&Agency> = recommendations.iter().map(|r| &r.agency).collect();
        let least = agencies.len().div_ceil(ONE_OF).max(AGENCIES);
        let is_own = |used: &Use| used.agencies.len() >= least && 2 * used.with_article >= used.all;
        let mut names: Vec<String> =
            uses.into_iter().filter(|(_, used)| is_own(used)).map(|(name, _)| name).collect();
        // "Global Forum" for "Global Forum on Migration and Development".
        let short = |name: &String| {
            let capital = |word: &&str| word.starts_with(char::is_uppercase);
            let head: Vec<&str> = name.split_whitespace().take_while(capital).collect();
            (head.len() > 1).then(|| head.join(" "))
        };
        let heads: Vec<String> = names.iter().filter_map(short).collect();
        names.extend(heads);
        names.sort();
        names.dedup();
        let mut own = Self { names, named: Vec::new() };
        own.named = passages.iter().map(|passage| own.is_named_in(passage.text())).collect();
        own
    }

    /// Whether a theme is about process: its name names a body, and so do most of its members.
    pub(super) fn is_process(&self, label: &str, members: &[Member]) -> bool {
        let n = members.iter().filter(|member| self.named[member.row]).count();
        2 * n > members.len() && self.is_named_in(label)
    }

    fn is_named_in(&self, text: &str) -> bool {
        self.names.iter().any(|name| {
            text.match_indices(name.as_str()).any(|(at, _)| {
                let bounds =
                    [text[..at].chars().next_back(), text[at + name.len()..].chars().next()];
                !bounds.into_iter().flatten().any(char::is_alphanumeric)
            })
        })
    }
}

/// The runs of words in capitals inside sentences, joined by "of" and the like.
fn names(words: &[Word], text: &str) -> Vec<(usize, usize)> {
    let is_capital =
        |at: usize| words[at].text(text).starts_with(char::is_uppercase) && !words[at].opens;
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if !is_capital(at) {
            at += 1;
            continue;
        }
        let mut to = at + 1;
        while to < words.len() && !words[to].is_parted() {
            let joins = matches!(words[to].part, Part::Join | Part::And)
                && words.get(to + 1).is_some_and(|next| !next.is_parted())
                && is_capital(to + 1);
            if is_capital(to) {
                to += 1;
            } else if joins {
                to += 2;
            } else {
                break;
            }
        }
        let first = words[at].at.start as usize..words[to - 1].at.end as usize;
        if text[first].chars().filter(|c| c.is_alphabetic()).count() >= LETTERS {
            found.push((at, to));
        }
        at = to;
    }
    found
}

/// Whether an article stands before the word at `at`, perhaps with a number between: "the 2013 Dialogue".
fn follows_article(words: &[Word], at: usize, text: &str) -> bool {
    let mut before = (0..at).rev();
    let is_number = |at: usize| words[at].text(text).chars().all(|c| c.is_ascii_digit());
    let first = before.next();
    let first = if first.is_some_and(is_number) { before.next() } else { first };
    first.is_some_and(|at| words[at].part == Part::Article)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{passages, with_text};
    use super::*;

    fn members(rows: std::ops::Range<usize>) -> Vec<Member> {
        rows.map(|row| Member { row, weight: 0.5, guest: false }).collect()
    }

    #[test]
    fn what_is_asked_about_the_meeting_itself_is_process() {
        let texts = [
            ("A", "Give the 2013 High-level Dialogue (HLD) a clear outcome."),
            ("B", "Member States should follow up on the High-level Dialogue."),
            ("C", "Countries and Member States should prepare the High-level Dialogue."),
            ("D", "Tell Member States to lower remittance fees."),
        ];
        let rows: Vec<Recommendation> = texts
            .iter()
            .enumerate()
            .map(|(n, (agency, text))| with_text(n, agency, text))
            .collect();
        let own = Own::new(&passages(&rows), &rows);
        assert_eq!(own.names, ["High-level Dialogue"], "Member States are asked, not discussed");
        assert!(own.is_process("Prepare the High-level Dialogue", &members(0..3)));
        assert!(!own.is_process("Lower remittance fees", &members(0..3)), "said at the meeting");
        assert!(!own.is_process("Prepare the High-level Dialogue", &members(3..4)));
    }
}
