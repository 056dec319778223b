//! Every weight that decides whether a passage is a recommendation, in one place.
//!
//! All are log-odds: 0 is an even chance, +1 is 73 %, +2 is 88 %, -2 is 12 %. They were set by hand
//! on the development documents. `.ci/eval-extraction` checks them: its floors fail when a change
//! costs recall or precision. The weights of single cues stand with their patterns in `cues/*.toml`.

use super::cues::Role;

/// A sentence that opens with a request verb and has no other cue. Enough under a heading of
/// recommendations, too little elsewhere.
pub(super) const IMPERATIVE: f64 = -0.3;

/// Weight from which a cue asks in so many words; see [`Judgement::plain`](super::score::Judgement).
pub(super) const PLAIN_ASK: f64 = 1.8;

/// Least weight of a cue of the past ("recommended that") that decides before "should" and the like, which may stand in
/// its clause.
pub(super) const PAST_ASK: f64 = 1.2;

/// Bonus for each further cue in a sentence ("urged that more should be done"), up to
/// [`MOST_FURTHER_CUES`] of them.
pub(super) const FURTHER_CUE: f64 = 0.25;

/// How many further cues count.
pub(super) const MOST_FURTHER_CUES: usize = 2;

/// A sentence that ends with a question mark.
pub(super) const QUESTION: f64 = -3.0;

/// Running text in a document that labels its recommendations; only labelled passages count there.
pub(super) const UNLABELLED: f64 = -3.0;

/// A sentence that only "must" speaks for, in a document that says it more often than "should" and the like: it
/// states a rule. What is left is offered as perhaps a recommendation.
pub(super) const RULE: f64 = -1.6;

/// A sentence that only a word such as "should" speaks for, in a document that gives its recommendations in lists, or
/// that gives an account of its author's own work.
pub(super) const BESIDE_LISTS: f64 = -1.8;

/// What the record of a meeting or a newsletter tells.
pub(super) const TOLD: f64 = -2.6;

/// A sentence that tells what those who were asked have answered ("In its reply, the Ministry ...").
pub(super) const TOLD_ANSWER: f64 = -2.0;

/// A passage labelled "Recommendation 3".
pub(super) const LABELLED: f64 = 2.5;

/// A row of a table with a column "Recommendation".
pub(super) const TABLE: f64 = 2.5;

/// A row of another table under a heading of recommendations.
pub(super) const TABLE_OF_SECTION: f64 = 1.5;

/// Log-odds that the section adds to the rows of a table: a table of earlier recommendations is left
/// out, and one in an annex often repeats those of the text.
pub(super) fn of_table(role: Role) -> f64 {
    match role {
        Role::Recommendations | Role::Body | Role::Challenges | Role::Gaps => 0.0,
        Role::Background => -4.0,
        Role::Aside => -1.0,
    }
}

/// A sentence printed in bold in a section whose recommendations are.
pub(super) const HEADLINE: f64 = 2.2;

/// A list item under a heading of recommendations.
pub(super) const ITEM_OF_RECOMMENDATIONS: f64 = 2.2;

/// Share of its cues' own log-odds (clamped to 0 to 2) that such an item gains.
pub(super) const ITEM_CUES: f64 = 0.2;

/// Such an item if its own words speak clearly against it (score below [`CLEARLY_NOT`]).
pub(super) const DOUBTED_ITEM: f64 = 0.2;

/// An item of a list of nothing but titles, as in a table of contents.
pub(super) const TITLE: f64 = -1.0;

/// Log-odds below which the words of an item speak clearly against it.
pub(super) const CLEARLY_NOT: f64 = -1.0;

/// An item of a list whose lead-in asks ("We recommend that States:").
pub(super) const ITEM_OF_LEAD: f64 = 1.0;

/// Such an item in another section of a document that keeps its recommendations in sections of their own.
pub(super) const ITEM_OF_LEAD_ELSEWHERE: f64 = -1.5;

/// Share of its cues' own log-odds (clamped to -1 to 2) that such an item gains.
pub(super) const ITEM_OF_LEAD_CUES: f64 = 0.3;

/// An item under a heading that also names other things ("Findings and recommendations").
pub(super) const ITEM_OF_MIXED: f64 = 0.7;

/// Log-odds above which a lead-in clearly asks, whatever else it mentions.
pub(super) const PLAIN_LEAD: f64 = 1.0;

/// A passage marked as a recommendation in its own text ("... (Recommendation 3)").
pub(super) const MARKED: f64 = 3.5;

/// A passage attributed at its end ("... (Spain, Peru)").
pub(super) const ATTRIBUTED: f64 = 3.0;

/// A list item under a heading of challenges or gaps.
pub(super) const CHALLENGE_ITEM: f64 = 1.5;

/// A sentence under such a heading that states a lack, an obstacle or a need.
pub(super) const CHALLENGE_SENTENCE: f64 = 0.4;

/// Log-odds that the place of a sentence adds.
///
/// `structured`: the document keeps its recommendations in sections of their own. `mixed`: the
/// section heading also names other things.
pub(super) fn of_place(role: Role, mixed: bool, structured: bool) -> f64 {
    match role {
        Role::Recommendations if mixed => 0.4,
        Role::Recommendations => 1.4,
        Role::Body | Role::Challenges | Role::Gaps if structured => -2.6,
        Role::Body => 0.0,
        Role::Challenges | Role::Gaps => -0.4,
        // Even "we recommend" is told there, and not asked.
        Role::Background => -2.3,
        Role::Aside => -4.0,
    }
}

/// Running text in a section that gives its recommendations in lists ("I recommend:"); it explains them.
pub(super) const EXPLAINED: f64 = -2.6;

/// Sentences in a hundred that say "should", "must" or the like in a document that advises.
const USUAL_SHARE: f64 = 0.10;

/// How much a smaller share counts: the log-odds fall by this many times its logarithm.
const SHARE_COUNTS: f64 = 2.5;

/// Sentences of usual text that are added to each document, so that short ones show little either way.
const USUAL_SENTENCES: f64 = 20.0;

/// Log-odds that a document adds to passages that only a word such as "should" speaks for, 0 or less.
///
/// Such words also state rules and how things work. A document that advises is full of them; in one that
/// tells or explains, the few that there are rarely ask for anything.
pub(super) fn of_share(asking: usize, sentences: usize) -> f64 {
    let share =
        (asking as f64 + USUAL_SHARE * USUAL_SENTENCES) / (sentences as f64 + USUAL_SENTENCES);
    SHARE_COUNTS * (share / USUAL_SHARE).ln().min(0.0)
}

/// The probability `chance` with log-odds added.
pub(super) fn shifted(chance: f64, by: f64) -> f64 {
    self::chance((chance / (1.0 - chance)).ln() + by)
}

/// Margin, as a probability, by which the later of two passages in the same words must be surer to
/// replace the first.
pub(super) const SURER: f64 = 0.05;

/// Lowest probability of a passage that is offered as perhaps a recommendation.
pub(super) const PERHAPS: f64 = 0.25;

/// The probability that log-odds stand for, 0 to 1.
pub(super) fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}
