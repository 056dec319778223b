//! Texts -> short verb phrases that say what is asked: "lower the cost of remittances".
//!
//! A verb that asks stands after "should" or a similar word, opens a statement, follows "to", or follows
//! another such verb after "and". Its phrase ends where a noun phrase is complete. No list decides which
//! verb may ask, except after "to" and "and", where a noun may stand instead.

use std::collections::HashSet;

use super::lexicon::{Part, is_adverb, may_be_verb, verb_of};
use super::phrase::{Word, words};
use super::romance::is_asking_infinitive;
use crate::domain::{Language, Passage};
use crate::text::{PhraseWords, phrase_words};

/// Maximum number of words in a phrase: more is no name.
const MOST_WORDS: usize = 9;

/// Maximum number of phrases of one text. Each costs an embedding of a few words.
const MOST_PHRASES: usize = 6;

/// Phrases of one verb: the shortest and the longest that are complete.
const PER_VERB: usize = 2;

/// The phrases of `passage` that could name what it asks for, the surest first, each once.
#[must_use]
pub fn ask_phrases(passage: &Passage) -> Vec<String> {
    let language = passage.language().unwrap_or(Language::English);
    let words = words(passage);
    let text = passage.text();
    let lower: Vec<String> = words.iter().map(|word| word.text(text).to_lowercase()).collect();
    let reading = Reading { text, words: &words, lower: &lower, language };
    let mut verbs: Vec<(Kind, usize)> = Vec::new();
    for at in 0..words.len() {
        // A verb joined by "and" asks as surely as the one that it is joined to.
        let before = verbs.last().copied();
        verbs.extend(reading.kind(at, before).map(|kind| (kind, at)));
    }
    verbs.sort_unstable();
    let mut seen = HashSet::new();
    let phrases = verbs.into_iter().flat_map(|(_, at)| reading.phrases_of(at));
    phrases.filter(|phrase| seen.insert(phrase.to_lowercase())).take(MOST_PHRASES).collect()
}

/// How surely a verb asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// After "should" or "are urged to", or at the start of a statement.
    Main,
    /// After "to", which may open a purpose.
    Purpose,
}

/// A text in words.
struct Reading<'a> {
    text: &'a str,
    words: &'a [Word],
    lower: &'a [String],
    language: Language,
}

impl Reading<'_> {
    fn lists(&self) -> &'static PhraseWords {
        phrase_words(self.language)
    }

    /// Whether the word at `at` is a verb that asks; `before` is the last such verb before it.
    fn kind(&self, at: usize, before: Option<(Kind, usize)>) -> Option<Kind> {
        let word = &self.words[at];
        let lists = self.lists();
        let lower = self.lower[at].as_str();
        if self.passive(at).is_some() {
            return Some(Kind::Main);
        }
        let plain = lower.chars().all(|c| c.is_alphabetic() || c == '-') && lower.len() > 1;
        let joins = matches!(word.part, Part::And | Part::Join | Part::Article);
        let is_weak = lists.function.contains(lower)
            || lists.empty_modifiers.contains(lower)
            || lists.addressing.contains(lower);
        if !plain || joins || is_weak || self.is_negated(at) {
            return None;
        }
        if self.language != Language::English {
            let asks = is_asking_infinitive(lower, self.language);
            return (asks && (word.opens || self.follows_function(at))).then_some(Kind::Main);
        }
        let takes_object = self.takes_object(at);
        if word.opens {
            let is_verb = may_be_verb(lower) || self.is_determined(at) && !lower.ends_with("ing");
            return (is_verb && takes_object).then_some(Kind::Main);
        }
        let previous = self.previous(at)?;
        let previous_word = self.lower[previous].as_str();
        if lists.obligations.contains(previous_word) {
            return (takes_object && !is_adverb(lower)).then_some(Kind::Main);
        }
        if !may_be_verb(lower) || !takes_object {
            return None;
        }
        match previous_word {
            "to" => {
                let governor = self.previous(previous).map(|at| self.lower[at].as_str());
                let is_urged = governor.is_some_and(|word| word.ends_with("ed") || word == "upon");
                Some(if is_urged { Kind::Main } else { Kind::Purpose })
            }
            "and" | "or" => {
                let (kind, verb) = before?;
                let same = (verb..at).all(|at| at == verb || !self.words[at].opens);
                (same && self.is_bare(at)).then_some(kind)
            }
            _ => None,
        }
    }

    /// The word before, skipping adverbs; `None` behind punctuation.
    fn previous(&self, at: usize) -> Option<usize> {
        let mut at = at;
        while !self.words[at].is_parted() && at > 0 {
            at -= 1;
            let word = self.lower[at].as_str();
            if !is_adverb(word) && word != "also" && word != "therefore" {
                return Some(at);
            }
        }
        None
    }

    fn is_negated(&self, at: usize) -> bool {
        self.previous(at).is_some_and(|at| self.lists().negations.contains(self.lower[at].as_str()))
    }

    fn follows_function(&self, at: usize) -> bool {
        self.previous(at).is_some_and(|before| {
            let before = self.lower[before].as_str();
            self.lists().function.contains(before) || self.lists().joins.contains(before)
        })
    }

    fn next(&self, at: usize) -> Option<&Word> {
        self.words.get(at + 1).filter(|word| !word.is_parted())
    }

    /// Whether something that the verb acts on follows.
    fn takes_object(&self, at: usize) -> bool {
        let Some(next) = self.next(at) else { return false };
        let lower = self.lower[at + 1].as_str();
        let is_particle = self.lists().particles.contains(lower);
        // "come out of a meeting" has no object, unlike "set up a panel" and "follow up on a review".
        let has_none = is_particle
            && self.next(at + 1).is_some()
            && self.lists().bound_joins.contains(&self.lower[at + 2]);
        next.is_content()
            || next.part == Part::Article
            || self.lists().determiners.contains(lower)
            || is_particle && !has_none
            || is_adverb(lower)
            || next.part == Part::Break && !self.lists().function.contains(lower)
    }

    fn is_determined(&self, at: usize) -> bool {
        self.next(at).is_some() && {
            let lower = self.lower[at + 1].as_str();
            lower == "the" || self.lists().determiners.contains(lower)
        }
    }

    /// Whether it is read as a verb and not as a noun that "and" joins: "fees and transfer costs".
    fn is_bare(&self, at: usize) -> bool {
        self.words[at].part == Part::Break || self.is_determined(at)
    }

    /// The complete phrases of the verb at `at`, as a reader would write them.
    fn phrases_of(&self, at: usize) -> Vec<String> {
        if let Some(phrase) = self.passive(at) {
            return vec![phrase];
        }
        let end = self.clause_end(at);
        let mut ends: Vec<usize> = (at + 2..=end.min(at + MOST_WORDS))
            .filter(|&to| self.is_complete(at, to, end))
            .collect();
        if ends.len() > PER_VERB {
            ends.drain(1..ends.len() - 1);
        }
        ends.into_iter().rev().map(|to| self.form(at, to)).collect()
    }

    /// "limit residues in effluent" for "Residues in effluent should be limited", if "should" stands at `at`,
    /// the subject is all that stands before it, and the verb is known.
    fn passive(&self, at: usize) -> Option<String> {
        let lists = self.lists();
        if !lists.obligations.contains(&self.lower[at]) || self.next(at).is_none() {
            return None;
        }
        let rest = (at + 1..self.words.len()).take_while(|&to| !self.words[to].is_parted());
        let mut rest = rest.filter(|&to| !is_adverb(&self.lower[to])).map(|to| &*self.lower[to]);
        let (Some("be"), Some(participle)) = (rest.next(), rest.next()) else { return None };
        let verb = verb_of(participle)?;
        let mut from = at;
        while from > 0 && !self.words[from].is_parted() {
            from -= 1;
        }
        // "..., and side events should be planned".
        from += usize::from(self.words[from].part == Part::And);
        let is_subject = |at: usize| {
            !matches!(self.words[at].part, Part::Break)
                || lists.determiners.contains(&self.lower[at])
        };
        let fits = at - from < MOST_WORDS && (from..at).all(is_subject);
        let is_one = fits && from < at && self.is_complete(from, at, at);
        is_one.then(|| format!("{verb} {}", self.form(from, at)))
    }

    /// Where the clause of the verb at `at` ends: at punctuation, a subordinate clause or another verb.
    fn clause_end(&self, at: usize) -> usize {
        let ends = |&to: &usize| {
            let lower = self.lower[to].as_str();
            self.words[to].is_parted()
                || self.lists().clauses.contains(lower)
                || self.lists().relatives.contains(lower)
                || self.lists().modals.contains(lower)
                || self.words[to].part == Part::And
                    && self.words.get(to + 1).is_none_or(|next| !next.is_content())
        };
        (at + 1..self.words.len()).find(ends).unwrap_or(self.words.len())
    }

    /// Whether the words from the verb to before `to` are complete: they hold a noun that says something, and
    /// end where no noun phrase goes on.
    fn is_complete(&self, verb: usize, to: usize, clause_end: usize) -> bool {
        let last = &self.words[to - 1];
        let is_open = |at: usize| {
            let (lists, word) = (self.lists(), &self.lower[at]);
            lists.questions.contains(word) || lists.pointing.contains(word)
        };
        let needs_more = self.needs_more(verb);
        // "build the capacity to put migration policies" lacks "into practice".
        let is_cut = |at: usize| {
            let is_inner = at == verb || self.lower[at - 1] == "to";
            is_inner && self.needs_more(at) && !self.says_more(at, to)
        };
        // "support action to finance" lacks what "to finance and evaluate initiatives" shares.
        let ends_in_verb =
            to > verb + 1 && self.lower[to - 2] == "to" && may_be_verb(&self.lower[to - 1]);
        if (verb..to).any(is_open) || (verb..to).any(is_cut) || ends_in_verb {
            return false;
        }
        let has_noun = (verb..to).any(|at| {
            (at > verb || self.words[at].opens)
                && self.words[at].part == Part::Noun
                && !super::lexicon::is_empty_noun(&self.lower[at])
        });
        if !has_noun {
            return false;
        }
        if to == clause_end {
            // What a relative clause narrows down is not said without it.
            let is_narrowed = self.words.get(to).is_some_and(|next| !next.is_parted())
                && self.lists().relatives.contains(self.lower[to].as_str());
            let ends = last.part == Part::Noun
                || is_adverb(&self.lower[to - 1])
                || needs_more && last.part == Part::Modifier;
            return !is_narrowed && ends;
        }
        let next = &self.words[to];
        if needs_more && last.part == Part::Modifier {
            return !next.is_content() && next.part != Part::And;
        }
        // "give migration a prominent place" lacks "in every debate".
        let goes_on = next.is_content()
            || next.part == Part::And
            || self.lists().giving.contains(&self.lower[verb]) && next.part == Part::Join
            || self.lists().bound_joins.contains(self.lower[to].as_str());
        last.part == Part::Noun && !goes_on
    }

    /// Whether the verb at `at` says nothing with its object alone: "set a panel", but not "set up a panel".
    fn needs_more(&self, at: usize) -> bool {
        let is_phrasal =
            self.lower.get(at + 1).is_some_and(|next| self.lists().particles.contains(next));
        self.lists().completed.contains(&self.lower[at]) && !is_phrasal
    }

    /// Whether something is said of the object of the verb: what it becomes, where it goes, what it does. "make
    /// benefits portable", "put strategies into practice", "help cities to plan".
    fn says_more(&self, verb: usize, to: usize) -> bool {
        let is_noun = |&at: &usize| self.words[at].part == Part::Noun;
        let Some(noun) = (verb + 1..to).find(is_noun) else { return false };
        (noun + 1..to).any(|at| {
            let lower = self.lower[at].as_str();
            let starts_another =
                self.lists().determiners.contains(lower) && self.words[at - 1].is_content();
            let joins = self.words[at].part == Part::Join || lower == "to" || lower == "into";
            let is_state = self.words[at].part == Part::Modifier && at + 1 == to;
            starts_another || is_state || joins && !self.lists().bound_joins.contains(lower)
        })
    }

    /// The words as a name: no possessive but with "own", no capital that only opens a statement.
    fn form(&self, from: usize, to: usize) -> String {
        let written = |at: usize| {
            // With an apostrophe that ends it: "migrants' rights".
            let word = self.words[at].text(self.text);
            let after = &self.text[self.words[at].at.end as usize..];
            let is_owner = at + 1 < to && after.starts_with(['\'', '’']);
            let word = if is_owner { format!("{word}'") } else { word.to_owned() };
            let is_name = word.chars().filter(|c| c.is_uppercase()).count() > 1;
            if at == from && !is_name { word.to_lowercase() } else { word }
        };
        let is_kept = |&at: &usize| {
            let is_own = self.lower.get(at + 1).is_some_and(|next| next == "own");
            is_own || !self.lists().possessives.contains(&self.lower[at])
        };
        let kept = (from..to).filter(is_kept);
        kept.map(written).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::passage;

    fn found(text: &str) -> Vec<String> {
        ask_phrases(&passage(text))
    }

    #[test]
    fn verbs_that_ask_come_with_what_they_ask_for() {
        assert_eq!(found("Reduce the cost of remittances."), ["reduce the cost of remittances"]);
        let text = "Governments should therefore publish their prices and train teachers.";
        assert_eq!(found(text), ["publish prices", "train teachers"]);
        let text = "Members are urged to set up an independent panel, which reports yearly.";
        assert_eq!(found(text), ["set up an independent panel"]);
    }

    #[test]
    fn a_phrase_is_never_cut_inside_a_noun_phrase() {
        let text = "States should stop the sale of antibiotics in pharmacies by 2030.";
        assert_eq!(
            found(text),
            ["stop the sale of antibiotics in pharmacies", "stop the sale of antibiotics"]
        );
        let long = "Report all national susceptibility test results from every public and private \
                    sentinel hospital laboratory site to one database.";
        let found = found(long);
        assert!(
            found.contains(&"report all national susceptibility test results".to_owned()),
            "{found:?}"
        );
        assert!(found.iter().all(|phrase| phrase.split(' ').count() <= MOST_WORDS), "{found:?}");
    }

    #[test]
    fn a_phrase_is_never_cut_inside_a_clause() {
        let text = "Help governments to build the capacity to put their policies into practice.";
        assert!(
            found(text).iter().all(|phrase| !phrase.ends_with("policies")),
            "{:?}",
            found(text)
        );
        let text = "Extend the consular services they offer in receiving countries.";
        assert!(found(text).is_empty(), "{:?}", found(text));
        assert_eq!(found("Publish their own prices."), ["publish their own prices"]);
        assert_eq!(found("Promote South–South cooperation."), ["promote South–South cooperation"]);
    }

    #[test]
    fn a_phrase_is_never_cut_before_what_completes_it() {
        let none = |text: &str| assert!(found(text).is_empty(), "{:?}", found(text));
        none(
            "Give rural clinics a larger and much better protected part in every single plan for health.",
        );
        none("Results should come out of the meeting.");
        none("Carry out in-depth, independent reviews.");
        let priority =
            found("Make clinics a priority for the budget of the next five difficult years.");
        assert_eq!(priority, ["make clinics a priority"]);
        assert_eq!(found("Carry out on-site inspections."), ["carry out on-site inspections"]);
        let text = "Facilitate regional action to finance and develop schools.";
        assert!(found(text).iter().all(|phrase| !phrase.ends_with("finance")), "{:?}", found(text));
        let text = "Follow up on the review, and side events should be planned with care.";
        assert_eq!(found(text), ["follow up on the review", "plan side events"]);
    }

    #[test]
    fn what_is_refused_and_what_is_not_asked_gives_no_phrase() {
        assert!(found("States should not detain children.").is_empty());
        assert!(found("The cost of remittances is high.").is_empty());
        assert!(found("Access to markets matters.").is_empty());
    }

    #[test]
    fn what_should_be_done_is_said_as_an_ask() {
        let text = "Antibiotic residues in effluent should be strictly limited by law.";
        assert_eq!(found(text), ["limit antibiotic residues in effluent"]);
        assert!(found("Where it helps, those who pay should be named.").is_empty());
    }

    #[test]
    fn infinitives_ask_in_french_and_spanish() {
        let french = found("Réduire le coût des transferts de fonds pour les familles.");
        assert!(
            french.contains(&"réduire le coût des transferts de fonds".to_owned()),
            "{french:?}"
        );
        let spanish =
            found("Los Estados deberían reducir el costo de las remesas de los migrantes.");
        assert!(
            spanish.iter().any(|s| s.starts_with("reducir el costo de las remesas")),
            "{spanish:?}"
        );
    }

    #[test]
    fn any_text_is_taken() {
        for text in
            ["", "...", "To", "should", "and and", "移民 データ", "Ban. Ban! the", "to to the"]
        {
            let _ = found(text);
        }
    }
}
