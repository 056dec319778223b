//! Every weight of the decision whether a passage is a recommendation, in one place.
//!
//! All are log-odds: 0 is an even chance, +1 is 73 %, +2 is 88 %, -2 is 12 %. They were set by hand on the
//! development documents and are checked by `.ci/eval-extraction`, whose floors fail when a change costs
//! recall or precision. The weights of single cues stand with their patterns in `cues/*.toml`.

use super::cues::Role;

/// A verb form that requests, at the start of a sentence, and nothing else: enough under a heading of
/// recommendations, too little elsewhere.
pub(super) const IMPERATIVE: f64 = -0.3;

/// Each further cue in a sentence ("urged that more should be done"), for [`MOST_FURTHER_CUES`] of them.
pub(super) const FURTHER_CUE: f64 = 0.25;

/// Further cues that count.
pub(super) const MOST_FURTHER_CUES: usize = 2;

/// A sentence that ends with a question mark.
pub(super) const QUESTION: f64 = -3.0;

/// Running text in a document that labels its recommendations: nothing else is one.
pub(super) const UNLABELLED: f64 = -3.0;

/// A passage labelled "Recommendation 3".
pub(super) const LABELLED: f64 = 2.5;

/// A list item under a heading of recommendations.
pub(super) const ITEM_OF_RECOMMENDATIONS: f64 = 2.2;

/// What the cues of such an item add, for each unit of their own log-odds, which count from 0 to 2.
pub(super) const ITEM_CUES: f64 = 0.2;

/// Such an item when its own words speak clearly against it, by less than [`CLEARLY_NOT`].
pub(super) const DOUBTED_ITEM: f64 = 0.2;

/// Log-odds below which the words of an item speak clearly against it.
pub(super) const CLEARLY_NOT: f64 = -1.0;

/// An item of a list whose lead-in asks ("We recommend that States:").
pub(super) const ITEM_OF_LEAD: f64 = 1.0;

/// Such an item where the document keeps its recommendations in sections of their own and this is not one.
pub(super) const ITEM_OF_LEAD_ELSEWHERE: f64 = -1.5;

/// What the cues of such an item add, for each unit of their own log-odds, which count from -1 to 2.
pub(super) const ITEM_OF_LEAD_CUES: f64 = 0.3;

/// An item under a heading that names recommendations among other things ("Findings and recommendations").
pub(super) const ITEM_OF_MIXED: f64 = 0.7;

/// Log-odds from which a lead-in asks plainly, whatever else it mentions.
pub(super) const PLAIN_LEAD: f64 = 1.0;

/// A passage marked as a recommendation in its own text ("... (Recommendation 3)").
pub(super) const MARKED: f64 = 3.5;

/// A passage attributed at its end ("... (Spain, Peru)").
pub(super) const ATTRIBUTED: f64 = 3.0;

/// A list item under a heading of challenges or gaps.
pub(super) const CHALLENGE_ITEM: f64 = 1.5;

/// A sentence under such a heading that states a lack, an obstacle or a need.
pub(super) const CHALLENGE_SENTENCE: f64 = 0.4;

/// What the place of a sentence adds. `structured`: the document keeps its recommendations in sections of
/// their own; `mixed`: the heading of the section names other things beside recommendations.
pub(super) fn of_place(role: Role, mixed: bool, structured: bool) -> f64 {
    match role {
        Role::Recommendations if mixed => 0.4,
        Role::Recommendations => 1.4,
        Role::Body | Role::Challenges | Role::Gaps if structured => -2.6,
        Role::Body => 0.0,
        Role::Challenges | Role::Gaps => -0.4,
        Role::Background => -2.0,
        Role::Aside => -4.0,
    }
}

/// How much surer the later of two passages in the same words must be, as a chance, to be kept instead of the
/// first.
pub(super) const SURER: f64 = 0.05;

/// Log-odds as a chance, 0 to 1.
pub(super) fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}
