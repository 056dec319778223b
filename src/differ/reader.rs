//! Goes through a sentence and finds its stance on each word.

use std::collections::BTreeMap;

use super::addressee;
use super::stance::{Operator, Stance};
use super::text::Sentence;
use super::words::Lists;
use crate::text::Gap;

/// Maximum number of words quoted from a sentence.
const QUOTED: usize = 9;

/// Distance penalty for a reason or purpose clause ("in order to ...").
const ASIDE: usize = 3;

/// A word that says what a sentence is about.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub(super) stance: Stance,
    /// Number of such words between it and the word that governs it.
    distance: usize,
    /// Positions of the first and the last word that govern it, and of the word itself.
    first: usize,
    nearest: usize,
    last: usize,
    /// Whether it is the first such word of its clause, often the verb.
    leads: bool,
    /// Whether it says what is wanted, rather than what the sentence is about.
    pub(super) decides: bool,
}

impl Mention {
    /// Whether one of the two refuses the very act that the other asks for.
    pub(super) fn refuses_act_of(&self, other: &Self) -> bool {
        let act = |mention: &Self| mention.leads && mention.stance == Stance::For;
        let refused = |mention: &Self| mention.distance == 0 && mention.stance == Stance::Refused;
        act(self) && refused(other) || refused(self) && act(other)
    }

    pub(super) fn weight(&self) -> f64 {
        1.0 / (1.0 + self.distance as f64 / 2.0)
    }

    /// The governing words and the word itself, as written.
    pub(super) fn quote(&self, sentence: &Sentence<'_>) -> String {
        let is_short = self.last - self.first < QUOTED;
        let first = if is_short { self.first } else { self.nearest.min(self.last) };
        sentence.quote(first, self.last, QUOTED)
    }
}

/// The effect of an operator on the clause it stands in.
enum Start {
    Goes,
    Anew,
    /// Begins another clause, under the negation of the one before.
    Negated,
}

/// Goes through a sentence once.
pub(super) struct Reader<'a, 'l> {
    sentence: &'a Sentence<'a>,
    language: &'l Lists,
    /// Stance of the operators so far on the next word, and the position of the first of them.
    stance: Option<Stance>,
    decided_at: usize,
    nearest: usize,
    /// The addressee, and the first modal verb of the sentence; the subject stands before it.
    addressee: std::ops::Range<usize>,
    modal: Option<usize>,
    /// Number of words about the matter of the sentence since the last governing word.
    distance: usize,
    /// Extra distance of a clause that only gives a reason or a purpose.
    aside: usize,
    /// Whether something bad was named since that word; what follows says whom it affects.
    after_ill: bool,
    /// Whether the clause has a negation, which "or" continues.
    negated: bool,
    /// Start of the clause in `found`.
    clause: usize,
    found: Vec<(usize, Mention)>,
    pub(super) sides: BTreeMap<usize, (bool, bool, usize)>,
}

impl<'a, 'l> Reader<'a, 'l> {
    pub(super) fn new(sentence: &'a Sentence<'a>, language: &'l Lists) -> Self {
        Self {
            sentence,
            language,
            stance: None,
            decided_at: 0,
            nearest: 0,
            addressee: addressee::place(sentence, language),
            modal: addressee::modal(sentence, language),
            distance: 0,
            aside: 0,
            after_ill: false,
            negated: false,
            clause: 0,
            found: Vec::new(),
            sides: BTreeMap::new(),
        }
    }

    pub(super) fn read(&mut self) {
        let tokens = &self.sentence.tokens;
        let mut at = 0;
        while at < tokens.len() {
            if tokens[at].is_set_off() {
                self.aside = 0;
                self.begin(at, None);
            }
            if self.modal == Some(at) {
                self.ask(at);
            }
            let turn = self.language.turns.at(tokens, at).map(|(length, ())| length);
            let goes_on = self.language.goes_on.at(tokens, at).map(|(length, ())| length);
            if let Some(length) = goes_on.filter(|length| turn.is_none_or(|turn| turn <= *length)) {
                at += length;
            } else if self.language.versus.contains(&tokens[at].stem) {
                self.versus(at);
                at += 1;
            } else if let Some((length, operator)) =
                self.language.operators.at(tokens, at).filter(|_| !self.is_in_name(at))
            {
                if let Some(operator) = *operator {
                    self.operator(at, operator);
                }
                at += length;
            } else if let Some(length) = turn {
                self.begin(at + length, None);
                self.aside = ASIDE;
                self.distance = self.aside;
                at += length;
            } else {
                self.word(at);
                at += 1;
            }
        }
    }

    /// Begins the ask at the modal verb `at`. In some languages the negation stands before it.
    fn ask(&mut self, at: usize) {
        let before = at.checked_sub(1).and_then(|word| self.operator_at(word));
        let is_negated = before == Some(Operator::Negation);
        self.stance = is_negated.then_some(Stance::Refused);
        (self.distance, self.after_ill) = (0, false);
        (self.decided_at, self.nearest) = (at, at);
        if is_negated {
            self.turn_what_stands_before(at);
        }
    }

    fn operator_at(&self, at: usize) -> Option<Operator> {
        self.language.operators.at(&self.sentence.tokens, at).and_then(|(_, operator)| *operator)
    }

    /// Begins a new clause at word `at`.
    fn begin(&mut self, at: usize, stance: Option<Stance>) {
        self.stance = stance;
        self.decided_at = at.min(self.sentence.tokens.len() - 1);
        self.nearest = self.decided_at;
        self.distance = 0;
        self.after_ill = false;
        self.negated = stance.is_some();
        self.clause = self.found.len();
    }

    fn operator(&mut self, at: usize, operator: Operator) {
        if operator == Operator::Negation && self.reports(at) {
            return;
        }
        if operator == Operator::Less && self.is_head_noun(at) {
            return self.turn_what_it_is_of(at);
        }
        match self.start(at) {
            Start::Goes => {}
            Start::Anew => self.begin(at, None),
            Start::Negated => self.begin(at, Some(Stance::Refused)),
        }
        if self.stance.is_none() {
            self.decided_at = at;
        }
        self.nearest = at;
        self.stance = Some(operator.after(self.stance));
        self.negated |= operator == Operator::Negation;
        self.distance = self.aside;
        self.after_ill = false;
        if self.undergoes(at) || (operator == Operator::Negation && self.follows_modal(at)) {
            self.turn_what_stands_before(at);
        }
    }

    /// Whether a clause begins with the operator at `at`.
    ///
    /// It does after "and" or a comma, and where "to" states the purpose of the words before.
    fn start(&self, at: usize) -> Start {
        let (tokens, language) = (&self.sentence.tokens, self.language);
        let mut before = at;
        while before > 0 {
            if tokens[before].gap == Gap::Comma {
                return Start::Anew;
            }
            before -= 1;
            let stem = &tokens[before].stem;
            if language.joins.contains(stem) {
                return Start::Anew;
            }
            if language.alternatives.contains(stem) {
                return if self.negated { Start::Negated } else { Start::Anew };
            }
            if language.infinitives.contains(stem) && self.distance > 0 {
                let purpose = before.checked_sub(1).map(|word| &tokens[word].stem);
                let belongs = purpose.is_some_and(|stem| language.purposes.contains(stem));
                return if belongs { Start::Goes } else { Start::Anew };
            }
            if !language.common.contains(stem) {
                return Start::Goes;
            }
        }
        Start::Goes
    }

    /// Whether the words before undergo the operator at `at`: "should be abolished".
    fn undergoes(&self, at: usize) -> bool {
        let passives = &self.language.passives;
        (1..=2).any(|back| {
            at.checked_sub(back)
                .is_some_and(|word| passives.contains(&self.sentence.tokens[word].stem))
        })
    }

    /// Reads "against" as opposing what follows, whatever stands before it.
    ///
    /// "combat" and "against" do not cancel out. After something bad, "against" only says whom it
    /// affects.
    fn versus(&mut self, at: usize) {
        let before = at.checked_sub(1).map(|word| &self.sentence.tokens[word]);
        let befalls =
            before.is_some_and(|word| word.capital || self.language.ills.contains(&word.stem));
        if !befalls {
            self.stance = Some(Stance::Against);
            (self.decided_at, self.nearest) = (self.decided_at.min(at), at);
            self.distance = 0;
        }
    }

    /// Whether the negation at `at` reports a fact: "has not ratified".
    fn reports(&self, at: usize) -> bool {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let is_fact = |at: usize| {
            self.sentence.tokens.get(at).is_some_and(|t| self.language.facts.contains(&t.stem))
        };
        self.modal.is_none() && beside.into_iter().any(is_fact)
    }

    /// Whether the word at `at` is part of a name: "the Protection Order Act".
    fn is_in_name(&self, at: usize) -> bool {
        at > 0 && self.sentence.tokens[at].capital
    }

    /// Whether the word at `at` is a noun that the words before it describe: "entry restrictions".
    fn is_head_noun(&self, at: usize) -> bool {
        let is_noun = self.sentence.written(at).ends_with(['s', 'n']);
        let described = self.found.last().is_some_and(|(last, _)| last + 1 == at);
        is_noun && described && self.distance > 0 && self.sentence.tokens[at].is_next()
    }

    fn turn_what_it_is_of(&mut self, at: usize) {
        let stance = Operator::Less.after(self.stance);
        let from = self.found.len() - self.distance.min(self.found.len() - self.clause);
        for (_, mention) in &mut self.found[from..] {
            mention.stance = stance;
        }
        self.stance = Some(stance);
        self.nearest = at;
        self.distance = 0;
    }

    fn follows_modal(&self, at: usize) -> bool {
        (1..=2).any(|back| {
            at.checked_sub(back)
                .is_some_and(|word| self.language.modals.is_at(&self.sentence.tokens, word))
        })
    }

    fn turn_what_stands_before(&mut self, at: usize) {
        let Some(stance) = self.stance else { return };
        for (distance, (_, mention)) in self.found[self.clause..].iter_mut().rev().enumerate() {
            mention.stance = stance;
            mention.distance = distance;
            (mention.first, mention.nearest) = (mention.last, mention.last);
            mention.last = at;
            mention.decides = true;
        }
    }

    fn word(&mut self, at: usize) {
        let language = self.language;
        let stem = &self.sentence.tokens[at].stem;
        if let Some((_, &(pair, side))) = language.contraries.at(&self.sentence.tokens, at) {
            let refused = self.stance.is_some_and(Stance::is_negative);
            self.sides.insert(pair, (side, refused, at));
            return;
        }
        let says_nothing = language.common.contains(stem) || stem.ends_with("ly");
        // A number that two sentences share says nothing of what they are about.
        let is_number = language.figures.numbers.contains_key(stem);
        if says_nothing || is_number || stem.chars().count() < 3 || self.addressee.contains(&at) {
            return;
        }
        // "should be punished" asks for an act; "punishment" names something bad.
        let is_ill = language.ills.contains(stem) && !self.undergoes(at);
        if self.stance.is_none() && language.burdens.contains(stem) {
            self.open_what_describes(at);
        }
        let mention = Mention {
            stance: self.stance_on(stem, is_ill),
            distance: self.distance,
            first: self.decided_at.min(at),
            nearest: self.nearest,
            last: at,
            leads: self.distance == 0 && self.found.len() == self.clause,
            // Whom the ask is about says little of its direction: "keep children out of detention" and
            // "stop detaining children" agree.
            decides: self.modal.is_none_or(|modal| at > modal)
                && !self.after_ill
                && !language.purposes.contains(stem)
                && (self.distance == 0 || !language.population.is_at(&self.sentence.tokens, at)),
        };
        self.after_ill |= is_ill;
        self.found.push((at, mention));
        self.distance += 1;
    }

    /// Takes no side on the words right before the burden at `at`, which they only describe: "remittance
    /// costs".
    fn open_what_describes(&mut self, at: usize) {
        let mut next = at;
        for (place, mention) in self.found[self.clause..].iter_mut().rev() {
            let is_next = *place + 1 == next && self.sentence.tokens[next].is_next();
            if !is_next || mention.stance != Stance::For {
                break;
            }
            mention.stance = Stance::Open;
            next = *place;
        }
    }

    /// The stance of the sentence on the next word. Naming something bad does not ask for it.
    fn stance_on(&self, stem: &str, is_ill: bool) -> Stance {
        let is_bad = is_ill || self.language.burdens.contains(stem);
        match self.stance {
            None if is_bad => Stance::Open,
            Some(Stance::For) if is_bad && self.distance > 0 => Stance::Open,
            None => Stance::For,
            Some(stance) => stance,
        }
    }

    pub(super) fn mentions(&self) -> BTreeMap<&'a str, Mention> {
        let mut mentions: BTreeMap<&str, Mention> = BTreeMap::new();
        for (at, mention) in &self.found {
            let stem = self.sentence.tokens[*at].stem.as_str();
            let nearer = |known: &Mention| {
                (!mention.decides, mention.distance) < (!known.decides, known.distance)
            };
            if mentions.get(stem).is_none_or(nearer) {
                mentions.insert(stem, mention.clone());
            }
        }
        mentions
    }
}
