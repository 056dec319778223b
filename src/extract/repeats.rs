//! A recommendation that a document gives twice, such as in its summary: one passage with two places.
//!
//! Otherwise the repeats of one document would look like agreement.

use std::collections::{BTreeMap, BTreeSet};

use super::{collect::Taken, fold::key, weights};

/// Fewest letters of a passage that may be part of another; shorter ones are too common.
const LEAST_LETTERS: usize = 40;

/// Fewest letters of the beginning of a passage that repeats it under the same number.
const LEAST_TITLE: usize = 10;

/// Share of the longer passage that the shorter one must fill. A summary leaves out "We recommend that".
const LEAST_SHARE: f64 = 0.7;

/// Share of the words of the shorter passage that must stand in the other, if both have the same label.
const LEAST_WORDS: f64 = 0.6;

/// Words by which passages are looked up: enough to be rare.
const SHINGLE: usize = 5;

/// Merges the repeats in `taken`; each remaining passage knows the places of its repeats.
///
/// A passage repeats another of its chapter if it has the same letters, if it is most of the other's
/// text, if both carry the same label ("Recommendation 3") and mostly the same words, or if it is the beginning
/// of the other under the same number ("3." and "Recommendation 3"). The surer one
/// stays, or the fuller, or the first. Attributed passages stay: each has an author of its own.
pub(super) fn merge(taken: Vec<Taken>) -> Vec<Taken> {
    let mut seen = Seen::default();
    let mut kept: Vec<Option<Taken>> = Vec::new();
    for passage in taken {
        if passage.agency.is_some() {
            kept.push(Some(passage));
            continue;
        }
        let print = Print::of(&passage);
        if let Some(at) = seen.find(&print) {
            let before = kept[at].take();
            kept[at] = before.map(|before| joined(before, passage));
        } else {
            seen.learn(print, kept.len());
            kept.push(Some(passage));
        }
    }
    kept.into_iter().flatten().collect()
}

/// The better of two passages that say the same, with the places of both.
fn joined(first: Taken, second: Taken) -> Taken {
    let (mut best, other) =
        if is_better(&second, &first) { (second, first) } else { (first, second) };
    // A summary lists the texts, and a table further on their owners: the one that stays knows all.
    best.details.merge(&other.details);
    best.also.push(other.flow);
    best.also.extend(other.also);
    best
}

fn is_shorter(second: &Taken, first: &Taken) -> bool {
    second.flow.text().len() * 6 < first.flow.text().len() * 5
}

/// The label in the marker of a passage: "Recommendation 3".
fn label(passage: &Taken) -> Option<&str> {
    let marker = passage.marker.as_deref().unwrap_or("");
    (marker.starts_with(char::is_alphabetic) && marker.len() > 4).then_some(marker)
}

fn is_better(second: &Taken, first: &Taken) -> bool {
    if second.confidence > first.confidence + weights::SURER {
        return true;
    }
    let is_item = |taken: &Taken| taken.kind != "prose";
    let fuller = second.flow.text().len() * 5 > first.flow.text().len() * 6;
    // A summary says "3.", and the body "Recommendation 3".
    let named = label(second).is_some() && label(first).is_none() && !is_shorter(second, first);
    first.confidence <= second.confidence + weights::SURER
        && (is_item(second) && !is_item(first)
            || is_item(second) == is_item(first) && (fuller || named))
}

/// What passages are compared by.
struct Print {
    chapter: Option<usize>,
    /// Letters and digits alone: spaces and hyphens get lost at line ends.
    letters: String,
    words: Vec<String>,
    label: Option<String>,
    /// The number in its marker: "3" in "Recommendation 3" and in "3.".
    number: Option<String>,
}

/// The number at the end of a marker.
fn number_in(marker: &str) -> Option<String> {
    let marker = marker.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number = marker.rsplit(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let number = number.trim_start_matches('.');
    (!number.is_empty()).then(|| number.to_owned())
}

impl Print {
    fn of(passage: &Taken) -> Self {
        let key = key(passage.flow.text());
        let words: Vec<String> = key.split(' ').map(str::to_owned).collect();
        let label = label(passage).map(super::fold::key);
        let number = passage.marker.as_deref().and_then(number_in);
        let letters = key.replace(' ', "");
        Self { chapter: passage.place.chapter, letters, words, label, number }
    }

    fn shingles(&self) -> impl Iterator<Item = String> {
        self.words.windows(SHINGLE).map(|words| words.join(" "))
    }

    /// The words in the middle, which a repeat with another beginning or end still has.
    fn middle(&self) -> Option<String> {
        let at = self.words.len().checked_sub(SHINGLE)? / 2;
        Some(self.words[at..at + SHINGLE].join(" "))
    }

    /// Whether either is most of the other's text.
    fn holds(&self, other: &Self) -> bool {
        let (short, long) = if self.letters.len() <= other.letters.len() {
            (&self.letters, &other.letters)
        } else {
            (&other.letters, &self.letters)
        };
        short.len() >= LEAST_LETTERS
            && short.len() as f64 >= LEAST_SHARE * long.len() as f64
            && long.contains(short.as_str())
    }

    /// Whether one is the beginning of the other, and only one has a label: "3. Meter every well." in a summary of
    /// "Recommendation 3. Meter every well. The Ministry should ...".
    fn opens(&self, other: &Self) -> bool {
        let (short, long) = if self.letters.len() <= other.letters.len() {
            (&self.letters, &other.letters)
        } else {
            (&other.letters, &self.letters)
        };
        self.label.is_some() != other.label.is_some()
            && short.len() >= LEAST_TITLE
            && long.starts_with(short.as_str())
    }

    /// Whether most words of the shorter one stand in the other.
    fn shares_words(&self, other: &Self) -> bool {
        let (own, others): (BTreeSet<_>, BTreeSet<_>) =
            (self.words.iter().collect(), other.words.iter().collect());
        let shared = own.intersection(&others).count() as f64;
        shared >= LEAST_WORDS * own.len().min(others.len()) as f64
    }
}

/// The passages so far, by what a repeat of theirs would share with them.
#[derive(Default)]
struct Seen {
    prints: Vec<(Print, usize)>,
    by_letters: BTreeMap<(Option<usize>, String), usize>,
    by_label: BTreeMap<(Option<usize>, String), usize>,
    by_number: BTreeMap<(Option<usize>, String), Vec<usize>>,
    by_middle: BTreeMap<String, Vec<usize>>,
    by_shingle: BTreeMap<String, Vec<usize>>,
}

/// How many passages with the same words are compared; more share a set phrase.
const MOST_ALIKE: usize = 8;

impl Seen {
    fn find(&self, print: &Print) -> Option<usize> {
        let exact = self.by_letters.get(&(print.chapter, print.letters.clone()));
        if let Some(&at) = exact {
            return Some(self.prints[at].1);
        }
        let labelled =
            print.label.as_ref().and_then(|l| self.by_label.get(&(print.chapter, l.clone())));
        if let Some(&at) = labelled.filter(|&&at| self.prints[at].0.shares_words(print)) {
            return Some(self.prints[at].1);
        }
        let numbered =
            print.number.as_ref().and_then(|n| self.by_number.get(&(print.chapter, n.clone())));
        let opened = numbered.into_iter().flatten().find(|&&at| self.prints[at].0.opens(print));
        if let Some(&at) = opened {
            return Some(self.prints[at].1);
        }
        let longer = print.middle().and_then(|m| self.by_shingle.get(&m));
        let shorter = print.shingles().filter_map(|s| self.by_middle.get(&s));
        let near = longer.into_iter().chain(shorter).flatten();
        let hit = near.copied().find(|&at| {
            let other = &self.prints[at].0;
            other.chapter == print.chapter && other.holds(print)
        });
        hit.map(|at| self.prints[at].1)
    }

    fn learn(&mut self, print: Print, kept: usize) {
        let at = self.prints.len();
        let add = |map: &mut BTreeMap<String, Vec<usize>>, words: String| {
            let all = map.entry(words).or_default();
            if all.len() < MOST_ALIKE {
                all.push(at);
            }
        };
        if let Some(middle) = print.middle() {
            add(&mut self.by_middle, middle);
        }
        for words in print.shingles() {
            add(&mut self.by_shingle, words);
        }
        self.by_letters.insert((print.chapter, print.letters.clone()), at);
        if let Some(number) = &print.number {
            let all = self.by_number.entry((print.chapter, number.clone())).or_default();
            if all.len() < MOST_ALIKE {
                all.push(at);
            }
        }
        if let Some(label) = &print.label {
            self.by_label.entry((print.chapter, label.clone())).or_insert(at);
        }
        self.prints.push((print, kept));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::Span,
        extract::{flow::Flow, outline::Place},
    };

    fn passage(text: &str, marker: Option<&str>, kind: &'static str) -> Taken {
        let mut flow = Flow::default();
        flow.push(text, Span { start: 0, end: text.len() });
        let taken = Taken::new(flow, Place::default(), kind, 0.9, "cue");
        Taken { marker: marker.map(str::to_owned), ..taken }
    }

    fn merged(passages: Vec<Taken>) -> Vec<(String, usize)> {
        let kept = merge(passages).into_iter();
        kept.map(|t| (t.flow.text().to_owned(), t.also.len())).collect()
    }

    #[test]
    fn a_summary_repeats_the_body() {
        let long =
            "We recommend that the harbour master publish the depth of each berth every month.";
        let short = "The harbour master publish the depth of each berth every month.";
        let found = merged(vec![
            passage(long, None, "prose"),
            passage(short, Some("1."), "item"),
            passage("Dredge the har-bour.", None, "item"),
            passage("Dredge the harbour.", None, "item"),
        ]);
        assert_eq!(found, [(short.to_owned(), 1), ("Dredge the har-bour.".to_owned(), 1)]);
    }

    #[test]
    fn another_addressee_is_another_recommendation() {
        let text = |who: &str| {
            format!("The Secretary of the {who} should test all of its pumps each year.")
        };
        let found = merged(vec![
            passage(&text("Navy"), Some("Recommendation 1"), "item"),
            passage(&text("Army"), Some("Recommendation 2"), "item"),
        ]);
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_summary_gives_the_beginnings_under_the_same_numbers() {
        let title = passage("Meter every well.", Some("3."), "item");
        let other = passage("Meter every well.", Some("Recommendation 4"), "item");
        let whole = passage(
            "Meter every well. The Ministry should fit a meter to each that is deeper than ten metres.",
            Some("Recommendation 3"),
            "item",
        );
        let found = merged(vec![title, whole.clone()]);
        assert_eq!(found, [(whole.flow.text().to_owned(), 1)]);
        assert_eq!(merged(vec![other, whole]).len(), 2);
        let labelled = passage("Meter every well.", Some("Recommendation 3"), "item");
        let kept = merge(vec![passage("Meter every well.", Some("3."), "item"), labelled]);
        assert_eq!(kept[0].marker.as_deref(), Some("Recommendation 3"));
    }

    #[test]
    fn the_same_label_with_mostly_the_same_words_is_the_same() {
        let short = passage("Each port should test pumps.", Some("Recommendation 1"), "item");
        let long = passage(
            "Each port should test its pumps, write the result down and send it in.",
            Some("Recommendation 1"),
            "item",
        );
        let other = passage("Nothing of it is alike here.", Some("Recommendation 1"), "item");
        let found = merged(vec![short, long.clone(), other]);
        assert_eq!(found[0], (long.flow.text().to_owned(), 1));
        assert_eq!(found.len(), 2);
    }
}
