//! Log-odds that a name on the first page is the publisher's, by what the text shows of it. Set by hand on the
//! development documents; `tests/it/cases_prose.rs` and the agencies of `.ci/eval-extraction` check them.

/// The metadata of the file name it as publisher or author.
pub(super) const METADATA: f64 = 3.6;
/// A name of which nothing else is known.
pub(super) const NONE: f64 = -2.6;
/// It fills a line of its own, as on a title page.
pub(super) const OWN_LINE: f64 = 2.0;
/// It fills a part of such a line behind another name.
pub(super) const OWN_PART: f64 = 1.6;
/// How many lines a title page has; a line of its own further down is a heading.
pub(super) const TITLE_LINES: usize = 14;
/// Words such as "a report by" or "published by" stand before it.
pub(super) const ISSUES: f64 = 1.8;
/// A running head, a sign of copyright or the name of a site says it and nothing else; the second name of such a
/// line may be what the first belongs to.
pub(super) const IMPRINT: [f64; 2] = [2.4, 1.9];
/// It is asked to act ("The Ministry should ..."); for the first time, and for each further one.
pub(super) const ASKED: [f64; 2] = [-1.0, -0.3];
/// It says what it is: "The Coalition brings together ...".
pub(super) const PRESENTS: f64 = 1.8;
/// Words such as "report to" stand before it: it is who is written to.
pub(super) const ADDRESSED: f64 = -2.0;
/// "I am Ann Other, Coroner for the Eastern District".
pub(super) const SPEAKS_AS: f64 = 4.0;
/// It recommends, urges or calls for something; for the first time, and for each further one.
pub(super) const RECOMMENDS: [f64; 2] = [1.8, 0.4];
/// It examines or concludes something; for the first time, and for each further one.
pub(super) const EXAMINES: [f64; 2] = [0.4, 0.2];
pub(super) const MOST_TIMES: usize = 5;
/// A word says that it is a body; an acronym alone may mean anything.
pub(super) const BODY_WORD: f64 = 0.5;
pub(super) const ACRONYM: f64 = -0.8;
/// It stands in the first five lines, or in the first fifteen.
pub(super) const FIRST_LINES: f64 = 0.8;
pub(super) const EARLY_LINES: f64 = 0.4;
/// For each of up to six times that it is named.
pub(super) const NAMED: f64 = 0.15;
