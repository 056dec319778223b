//! How strongly a passage asks somebody to act, judged by the cues of its language.

use std::sync::LazyLock;

use regex::Regex;

use super::{cues::Cues, fold::fold, sentences::QUESTIONS, weights};

/// The score of a passage by its own words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judgement {
    /// Log-odds that it is a recommendation, without regard to its place.
    pub(crate) score: f64,
    /// The cue that decided.
    pub(crate) cue: String,
    /// Whether it asks in so many words ("we recommend that", "urges"), rather than by "should" or "must",
    /// which also state rules and expectations.
    pub(crate) plain: bool,
    /// Whether its words state a rule in force as often as they ask ("must").
    pub(crate) rule: bool,
}

/// Quotations and asides in brackets; an ask inside them is somebody else's.
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""[^"]{15,}"|\([^()]{4,}\)"#).expect("a constant, and tested"));

/// The score of a sentence; `None` if nothing in it asks.
pub(crate) fn judge(sentence: &str, cues: &Cues) -> Option<Judgement> {
    let whole = fold(sentence);
    if cues.never.as_ref().is_some_and(|never| never.is_match(&whole)) {
        return None;
    }
    let folded = whole.trim_start_matches(|c: char| !c.is_alphanumeric());
    let hits: Vec<usize> = cues.ask_set.matches(folded).into_iter().collect();
    let imperative = cues.imperative.is_match(folded);
    if hits.is_empty() && !imperative {
        return None;
    }
    let unquoted = QUOTED.replace_all(&whole, " ~ ");
    let unquoted = unquoted.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '~');
    let bare = cues.mask.replace_all(unquoted, " ~ ");
    let mut hits: Vec<usize> = cues.ask_set.matches(&bare).into_iter().collect();
    let raw: Vec<usize> = cues
        .ask_set
        .matches(unquoted)
        .into_iter()
        .filter(|at| cues.asks[*at].raw && !hits.contains(at))
        .collect();
    hits.extend(raw);
    let best =
        hits.iter().copied().max_by(|&a, &b| cues.asks[a].weight.total_cmp(&cues.asks[b].weight));
    // "In 2021 it recommended that the State should ..." is as old as the recommendation.
    let told = hits
        .iter()
        .copied()
        .find(|&at| cues.asks[at].past && cues.asks[at].weight >= weights::PAST_ASK);
    let best = best
        .map(|best| told.filter(|_| cues.asks[best].weight < weights::PLAIN_ASK).unwrap_or(best));
    let (mut score, cue, past, plain, rule) = match best {
        Some(best) => {
            let ask = &cues.asks[best];
            let plain = ask.weight >= weights::PLAIN_ASK && !ask.past;
            (ask.weight, format!("\"{}\"", ask.name), ask.past, plain, ask.rule)
        }
        None if imperative => {
            (weights::IMPERATIVE, "opens like a request".to_owned(), false, false, false)
        }
        None => return None,
    };
    if imperative && best.is_some() {
        score = score.max(weights::IMPERATIVE);
    }
    let further = hits.iter().filter(|&&at| cues.asks[at].weight > 0.0).count().saturating_sub(1);
    score += weights::FURTHER_CUE * further.min(weights::MOST_FURTHER_CUES) as f64;
    let (doubts, raw) = (cues.doubt_set.matches(&bare), cues.doubt_set.matches(unquoted));
    for at in 0..cues.doubts.len() {
        let doubt = &cues.doubts[at];
        let hit = if doubt.raw { raw.matched(at) } else { doubts.matched(at) };
        if hit && (past || !doubt.past) {
            score += doubt.weight;
        }
    }
    if sentence.trim_end().ends_with(QUESTIONS) {
        score += weights::QUESTION;
    }
    Some(Judgement { score, cue, plain, rule })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::cues::LANGUAGES;

    fn asks(language: usize, text: &str) -> bool {
        judge(text, &LANGUAGES[language]).is_some_and(|j| j.score > 0.0)
    }

    #[test]
    fn a_subject_is_named_without_asking_for_anything() {
        for text in ["data gaps", "portability of social security", "costo de remesas"] {
            assert!(crate::extract::names_subject(text), "{text}");
        }
        for text in ["close data gaps", "cut fees", "what should change?", "reducir el costo"] {
            assert!(!crate::extract::names_subject(text), "{text}");
        }
    }

    #[test]
    fn asks_and_what_only_looks_like_one() {
        let yes = [
            (0, "States should share their data."),
            (0, "There is an urgent need to train inspectors."),
            (0, "Delegates called for slower ships."),
            (0, "We recommend that the Building Regulations be amended to require lifts."),
            (1, "L'État devrait ratifier la convention."),
            (1, "Le Comité recommande à l'État partie de réviser sa loi."),
            (2, "El Comité insta al Estado a revisar la ley."),
            (2, "Es necesario capacitar a los jueces."),
            (3, "Das Ministerium sollte die Offiziere schulen."),
            (3, "Wir empfehlen, eine Person zu benennen."),
            (3, "Es wäre darauf hinzuwirken, dass die Häfen zusammengelegt werden."),
        ];
        let no = [
            (0, "It should be noted that prices fell."),
            (0, "In 1994 the conference called for a new fund."),
            (0, "What should be done about rivers?"),
            (0, "The office recorded ILO Recommendation No. 86."),
            (0, "Ships stop here whenever needed."),
            (0, "No further action is required on the logs."),
            (0, "There is no need for more paper."),
            (0, "The office did not find that crews should be blamed."),
            (0, "It is not necessary to inspect the ships again."),
            (0, "Nothing here should be read as a finding."),
            (0, "The advice that crews should sign twice no longer applies."),
            (0, "The rules state that each ship must carry a rope."),
            (0, "You must reply within a month, and your response must name the cause."),
            (1, "Il n'est pas nécessaire de revoir les navires."),
            (2, "No es necesario revisar los barcos."),
            (3, "Es sollte beachtet werden, dass die Preise fielen."),
            (0, "She says that the council should have moved her to another flat."),
            (0, "I must also thank the families."),
            (0, "\"Everyone should come and see it\", she said."),
            (0, "For more information, journalists should contact the press office."),
            (0, "The building was recommended for a prize by the society."),
            (0, "The work should be complete by August."),
            (0, "The policy says that a roof must be mended within a week."),
            (3, "Weitere Prüfungen sind nicht erforderlich."),
            (1, "Il convient de noter que les prix ont baissé."),
            (2, "Cabe señalar que los precios bajaron."),
        ];
        for (language, text) in yes {
            assert!(asks(language, text), "{text}");
        }
        for (language, text) in no {
            assert!(!asks(language, text), "{text}");
        }
    }
}
