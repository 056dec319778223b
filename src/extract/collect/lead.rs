//! Lead-ins: the sentence before a list, and what it says about the list.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::{
    cues::Cues,
    fold::fold,
    score::judge,
    sentences::{COLONS, sentences},
    weights,
};

/// What a lead-in says about its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// The items are requests.
    Asks,
    /// The items are something else: aims, members, results.
    Denies,
    /// The lead-in does not say.
    Neither,
}

/// What the lead-in `sentence` says about its list.
pub(super) fn lead_of(sentence: &str, cues: &Cues) -> Lead {
    let folded = fold(sentence);
    let bare = cues.mask.replace_all(&folded, " ~ ");
    let asks = cues.lead_asks.is_match(&bare);
    let plainly = asks && judge(sentence, cues).is_some_and(|j| j.score > weights::PLAIN_LEAD);
    if !plainly && cues.lead_denies.is_match(&folded) {
        Lead::Denies
    } else if asks {
        Lead::Asks
    } else {
        Lead::Neither
    }
}

/// A lead-in that ends in a name after what asks: "recommended that the CAA:".
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    let asks = "recommend(?:s|ed)?|urge[sd]?|request(?:s|ed)?|recommande|recomienda|empfiehlt";
    Regex::new(&format!(
        "(?:{asks}) (?:that |to |a |que |al |dem |der )?((?:[\\w'-]+,? ){{0,14}}[\\w'-]+) ?:$"
    ))
    .expect("a constant, and tested")
});

/// Whether an item names who should act but leaves what to do to its sub-items.
pub(super) fn is_bare_lead(text: &str, cues: &Cues) -> bool {
    let last = last_sentence(text);
    let words = last.trim_end_matches(COLONS).split(' ').count();
    let folded = fold(&last);
    let open = [
        "to",
        "should",
        "must",
        "that",
        "party",
        "government",
        "states",
        "by",
        "de",
        "a",
        "que",
        "d'",
    ];
    let end = folded.trim_end_matches([':', ' ']).rsplit(' ').next().unwrap_or("");
    // "The Commission recommended that the CAA:" says no more than who should act.
    let named = NAMED
        .captures(&folded)
        .is_some_and(|found| !found[1].split(' ').any(|word| cues.imperative.is_match(word)));
    let left_open = || cues.lead_bare.as_ref().is_some_and(|bare| bare.is_match(&folded));
    (named || left_open()) && cues.lead_asks.is_match(&folded)
        || words <= 40 && cues.lead_asks.is_match(&folded) && open.contains(&end)
}

/// The last sentence of a text.
pub(super) fn last_sentence(text: &str) -> String {
    sentences(text).pop().map_or_else(|| text.to_owned(), |range| text[range].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::cues::LANGUAGES;

    #[test]
    fn a_bare_lead_ends_in_a_whole_word_that_leaves_it_open() {
        let cases = [
            ("The Committee recommends that the State party:", true),
            ("States should:", true),
            ("L'État partie devrait :", true),
            ("Le Comité prie instamment l'État partie :", true),
            ("El Comité recomienda al Estado parte que:", true),
            ("The Rapporteur recommends that States upstream in the basins of long rivers:", true),
            ("The Committee recommends that the Office publish each year:", false),
            ("The Ministry should take the following steps:", true),
            ("The review should include:", false),
            ("The Office should publish these data:", false),
        ];
        for (text, is_bare) in cases {
            let language =
                usize::from(text.contains("État")) + 2 * usize::from(text.contains("El "));
            assert_eq!(is_bare_lead(text, &LANGUAGES[language]), is_bare, "{text}");
        }
    }
}
