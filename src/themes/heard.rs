//! The words of a phrase that the members of a theme use, and those that are one text's own.

use std::collections::{BTreeSet, HashMap, HashSet};

use rayon::prelude::*;

use super::phrase::words;
use super::wording::Wording;
use crate::domain::{Language, Member, Passage};
use crate::text::{main_language, passage, terms};

/// Least weight of a word: one that stands in every text counts a little.
const LEAST_RARITY: f64 = 0.05;

/// A modifier is a detail if so many other members do not use it, and this share of them uses each other word.
const OTHERS: usize = 3;
const SHARED: f64 = 2.0 / 3.0;

/// The words of phrases and texts by their stems, without stop words.
pub(super) struct Heard {
    of_phrase: Vec<BTreeSet<String>>,
    of_row: Vec<HashSet<String>>,
    language: Option<Language>,
    /// By stem, the number of texts that have it.
    texts: HashMap<String, usize>,
}

impl Heard {
    pub(super) fn new(wordings: &[Wording], passages: &[Passage]) -> Self {
        // A short text does not show its language.
        let main = main_language(passages);
        let language = |row: usize| passages[row].language().or(main);
        let of_row = (0..passages.len())
            .into_par_iter()
            .map(|row| stems(passages[row].text(), language(row)).collect());
        let of_row: Vec<HashSet<String>> = of_row.collect();
        let of_phrase = wordings.par_iter().map(|wording| {
            let language = wording.rows.first().map_or(main, |&row| language(row));
            stems(&wording.text, language).collect()
        });
        let of_phrase = of_phrase.collect();
        let mut texts: HashMap<String, usize> = HashMap::new();
        for stem in of_row.iter().flatten() {
            match texts.get_mut(stem) {
                Some(texts) => *texts += 1,
                None => drop(texts.insert(stem.clone(), 1)),
            }
        }
        Self { of_phrase, of_row, language: main, texts }
    }

    fn texts_with(&self, stem: &str) -> f64 {
        self.texts.get(stem).map_or(0.0, |&texts| texts as f64)
    }

    fn uses(&self, member: &Member, stem: &str) -> bool {
        self.of_row[member.row].contains(stem)
    }

    /// The share of `members` that use a word of the phrase at position `at`, as a mean over its words by
    /// their rarity: 0 to 1.
    pub(super) fn share(&self, at: usize, members: &[Member]) -> f64 {
        let (mut used, mut all) = (0.0, 0.0);
        for stem in &self.of_phrase[at] {
            // How rare it is among the texts.
            let rarity = (self.of_row.len() + 2) as f64 / (self.texts_with(stem) + 1.0);
            let rarity = rarity.ln().max(LEAST_RARITY);
            let users = members.iter().filter(|member| self.uses(member, stem));
            used += rarity * users.count() as f64;
            all += rarity * members.len() as f64;
        }
        if all > 0.0 { used / all } else { 0.0 }
    }

    /// `wording` without modifiers that are details of the texts that have it: the other `members` use all of its
    /// nouns, and none of them these. "rural" in "protect the rights of rural migrants", where all others ask to
    /// protect the rights of migrants.
    pub(super) fn without_details(&self, wording: &Wording, members: &[Member]) -> String {
        let others: Vec<&Member> =
            members.iter().filter(|m| wording.rows.binary_search(&m.row).is_err()).collect();
        if others.len() < OTHERS || !wording.asks {
            return wording.text.clone();
        }
        let phrase = passage(wording.text.as_str());
        let text = phrase.text();
        let words = words(&phrase);
        // The share of the others that use a word; `None` for the verb and for words that say nothing.
        let share = |at: usize| {
            let stem = (at > 0).then(|| stems(words[at].text(text), self.language).next())??;
            let users = others.iter().filter(|member| self.uses(member, &stem)).count();
            Some(users as f64 / others.len() as f64)
        };
        let shares: Vec<Option<f64>> = (0..words.len()).map(share).collect();
        let modifies = |at: usize| {
            words[at].is_content()
                && words.get(at + 1).is_some_and(|next| next.is_content() && !next.is_parted())
                // "a", or "an", stands for the word that follows it.
                && !matches!(words[at - 1].text(text), "a" | "an")
        };
        let is_detail = |at: usize| shares[at] == Some(0.0) && modifies(at);
        let rest: Vec<f64> =
            (0..words.len()).filter(|&at| !is_detail(at)).filter_map(|at| shares[at]).collect();
        if rest.len() < 2 || rest.iter().any(|share| *share < SHARED) {
            return wording.text.clone();
        }
        let end = |at: usize| words.get(at + 1).map_or(text.len(), |next| next.at.start as usize);
        let kept = (0..words.len()).filter(|&at| !is_detail(at));
        kept.map(|at| &text[words[at].at.start as usize..end(at)]).collect()
    }
}

fn stems(text: &str, language: Option<Language>) -> impl Iterator<Item = String> {
    terms(text, language).filter_map(|term| term.stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::passage;

    fn members(rows: &[usize]) -> Vec<Member> {
        rows.iter().map(|&row| Member { row, weight: 0.5, guest: false }).collect()
    }

    fn asking(text: &str) -> Wording {
        Wording { text: text.to_owned(), rows: vec![0], asks: true, is_pair: false }
    }

    #[test]
    fn a_detail_of_one_text_is_left_out() {
        let texts = [
            "Protect the rights of rural nurses.",
            "The rights of nurses need protection.",
            "Respect all rights of nurses.",
            "Nurses have rights.",
            "Nurses have rights in rural clinics.",
            "Pay nurses.",
        ];
        let passages = texts.map(passage);
        let wording = asking("protect the rights of rural nurses");
        let heard = Heard::new(std::slice::from_ref(&wording), &passages);
        let name = |rows| heard.without_details(&wording, &members(rows));
        assert_eq!(name(&[0, 1, 2, 3]), "protect the rights of nurses");
        assert_eq!(name(&[0, 1, 2]), wording.text, "too few others");
        assert_eq!(name(&[0, 1, 2, 4]), wording.text, "somebody else says it");
        assert_eq!(name(&[0, 1, 5, 5]), wording.text, "the others do not speak of rights");
        let wording = asking("protect a rural nurse's rights");
        let heard = Heard::new(std::slice::from_ref(&wording), &passages);
        let name = heard.without_details(&wording, &members(&[0, 1, 2, 3]));
        assert_eq!(name, wording.text, "an article stays with its word");
    }

    #[test]
    fn the_share_is_that_of_members_who_use_the_words() {
        let texts = [
            "Close the rural clinics.",
            "The clinics close early.",
            "Open schools.",
            "Build roads.",
        ];
        let passages = texts.map(passage);
        let heard = Heard::new(&[asking("close rural clinics")], &passages);
        assert!(heard.share(0, &members(&[0])) > 0.999);
        assert!(heard.share(0, &members(&[2, 3])) < 0.001);
        // Two words of three, and the third is the rarest.
        let share = heard.share(0, &members(&[1]));
        assert!(share > 0.4 && share < 2.0 / 3.0, "{share}");
    }
}
