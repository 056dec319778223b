//! The content of the overlap report: what a comparison of agencies shows.

use serde::{Deserialize, Serialize};

use super::{Agency, Changes, Link, Recommendation, Said, Themes};

/// Everything that the overlap report says; rows are positions in `recommendations`.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlap {
    /// Title of the corpus.
    pub title: String,
    /// The documents compared.
    pub documents: Vec<DocumentInfo>,
    /// All recommendations, by id.
    pub recommendations: Vec<Recommendation>,
    /// Challenges and gaps that agencies state in their own text, by id; empty if none are given.
    pub challenges: Vec<Recommendation>,
    /// Every agency, by name, with what it said.
    pub agencies: Vec<AgencyProfile>,
    /// Themes and singles.
    pub themes: Themes,
    /// What the agencies of each theme share and where they differ, in the order of the themes.
    pub particulars: Vec<Particulars>,
    /// The themes and agencies that the matrix shows, in its order.
    pub matrix: MatrixOrder,
    /// Which requests of one agency another shares or contradicts.
    pub bodies: Vec<BodyPair>,
    /// Near-duplicates: those of different agencies first, then most probable first.
    pub duplicates: Vec<Link>,
    /// Recommendations that ask for the contrary of each other, surest first.
    pub contradictions: Vec<Contradiction>,
    /// What is asked again in later years; `None` if the years are not known, or only one is.
    pub repeats: Option<Vec<Repeat>>,
    /// What no agency, or hardly any, took up.
    pub gaps: Gaps,
    /// Changes since an older index; `None` if none was named.
    pub changes: Option<Changes>,
    /// How the figures were obtained.
    pub method: Method,
}

/// A document of the corpus, as `corpus.toml` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentInfo {
    /// Its id.
    pub id: String,
    /// Its title, or its id if it has none.
    pub title: String,
    /// Year of publication, if known.
    pub year: Option<i32>,
    /// Where it comes from, if known.
    pub source: Option<String>,
}

/// What one agency said, and how it compares with the others.
#[derive(Debug, Clone, PartialEq)]
pub struct AgencyProfile {
    /// The agency.
    pub agency: Agency,
    /// Its recommendations, rows ascending.
    pub rows: Vec<usize>,
    /// Number of its recommendations in a theme with another agency.
    pub shared: usize,
    /// Positions in `themes.themes` of its themes, with the number of its members in each.
    pub themes: Vec<(usize, usize)>,
    /// Agencies with the most similar profile over themes, nearest first, with the cosine (0 to 1).
    pub nearest: Vec<(Agency, f64)>,
}

impl AgencyProfile {
    /// Number of its recommendations in the theme at this position of `themes.themes`.
    #[must_use]
    pub fn in_theme(&self, position: usize) -> usize {
        self.themes.iter().find(|(theme, _)| *theme == position).map_or(0, |(_, count)| *count)
    }
}

/// Rows and columns of the matrix of themes by agencies, ordered to make blocks visible.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatrixOrder {
    /// Positions in `themes.themes` of shared themes.
    pub themes: Vec<usize>,
    /// Positions in `agencies`.
    pub agencies: Vec<usize>,
}

/// What the agencies of a theme say in the same words, and what each of them adds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Particulars {
    /// Words that most of the agencies use, the most telling first.
    pub shared: Vec<String>,
    /// Words and phrases that only one agency uses, the most telling first; in the order of
    /// [`Consensus::by_agency`](super::Consensus::by_agency).
    pub own: Vec<Vec<String>>,
    /// The statement in which each agency makes the ask; in the order of
    /// [`Theme::asking`](super::Theme::asking).
    pub sentences: Vec<String>,
}

/// What one agency makes of the requests of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BodyPair {
    /// The agency whose requests are counted.
    pub agency: Agency,
    /// The other agency.
    pub other: Agency,
    /// Requests of the first; its near-duplicates count once.
    pub requests: usize,
    /// How many of them the other shares.
    pub shares: usize,
    /// How many of the rest the other contradicts.
    pub contradicts: usize,
}

impl BodyPair {
    /// How many of them were not found with the other.
    #[must_use]
    pub fn misses(&self) -> usize {
        self.requests - self.shares - self.contradicts
    }
}

/// Two recommendations of which one asks for the contrary of the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Contradiction {
    /// Row of the first, below `b`.
    pub a: usize,
    /// Row of the second.
    pub b: usize,
    /// Probability that they are about the same thing, 0 to 1.
    pub probability: f64,
    /// The contrary phrases of the first and the second, as written.
    pub phrases: (String, String),
    /// What a person said of the two, if anybody did.
    pub decided: Option<Said>,
}

/// An ask that comes again in another year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// Near-duplicates whose year is known: year and row, oldest first, ties by row. Two years or more, unless one
    /// of them is recalled.
    pub dated: Vec<(i32, usize)>,
    /// Rows that say themselves that they were asked before, with the year that they name.
    pub recalled: Vec<(usize, Option<i32>)>,
    /// The agencies behind them, by name.
    pub agencies: Vec<Agency>,
}

/// One time that an ask was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// The row that makes it.
    pub row: usize,
    /// Its year, if it is known.
    pub year: Option<i32>,
    /// If it says itself that it was asked before: the year that it names, if any.
    pub recalled: Option<Option<i32>>,
}

impl Repeat {
    /// Each time, oldest first, then those without a year.
    #[must_use]
    pub fn times(&self) -> Vec<Time> {
        let recalled = |row: usize| {
            self.recalled.iter().find(|(other, _)| *other == row).map(|(_, year)| *year)
        };
        let time = |row, year| Time { row, year, recalled: recalled(row) };
        let mut times: Vec<Time> =
            self.dated.iter().map(|&(year, row)| time(row, Some(year))).collect();
        for &(row, _) in &self.recalled {
            if !times.iter().any(|time| time.row == row) {
                times.push(time(row, None));
            }
        }
        times
    }

    /// Its years, also those that its texts recall, each once, oldest first.
    #[must_use]
    pub fn years(&self) -> Vec<i32> {
        let dated = self.dated.iter().map(|(year, _)| *year);
        let mut years: Vec<i32> =
            dated.chain(self.recalled.iter().filter_map(|(_, year)| *year)).collect();
        years.sort_unstable();
        years.dedup();
        years
    }
}

/// The gaps that recommendations and an agenda show; the kinds are never mixed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gaps {
    /// Rows that only one agency asks for, most isolated first, with the nearest recommendation of
    /// another agency.
    pub single_voice: Vec<SingleVoice>,
    /// Agenda items with the recommendations that take them up; `None` without an agenda.
    pub agenda: Option<Vec<AgendaAnswer>>,
    /// Challenges that agencies name, in the order of [`Overlap::challenges`]; `None` if none are
    /// given.
    pub challenges: Option<Vec<ChallengeAnswer>>,
    /// Agencies whose own text deals with a theme on which they recommend nothing, surest first; `None`
    /// if no text is given.
    pub silent: Option<Vec<SilentAgency>>,
}

/// A challenge that an agency names, compared with the recommendations.
#[derive(Debug, Clone, PartialEq)]
pub struct ChallengeAnswer {
    /// Its position in [`Overlap::challenges`].
    pub challenge: usize,
    /// The nearest recommendations, most probable first, with the probability of overlap.
    pub nearest: Vec<(usize, f64)>,
    /// Distinct agencies among the recommendations that take it up.
    pub agencies: Vec<Agency>,
}

impl ChallengeAnswer {
    /// Whether no recommendation takes it up.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.agencies.is_empty()
    }
}

/// An agency that discusses a theme but recommends nothing on it.
#[derive(Debug, Clone, PartialEq)]
pub struct SilentAgency {
    /// The agency.
    pub agency: Agency,
    /// Position in `themes.themes` of a theme of other agencies.
    pub theme: usize,
    /// Its own passages that deal with the theme, most probable first.
    pub passages: Vec<SilentPassage>,
    /// Its nearest recommendation: row and probability of overlap with the theme.
    pub nearest: Option<(usize, f64)>,
}

/// A passage of an agency that deals with a theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SilentPassage {
    /// Its position in [`Overlap::challenges`].
    pub challenge: usize,
    /// Row of the theme's recommendation that is nearest to it.
    pub nearest: usize,
    /// Probability of overlap of the two.
    pub probability: f64,
}

/// A recommendation that no other agency shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SingleVoice {
    /// Its row.
    pub row: usize,
    /// The nearest recommendation of another agency: row and probability of overlap.
    pub nearest: Option<(usize, f64)>,
}

/// An agenda item compared with the recommendations.
#[derive(Debug, Clone, PartialEq)]
pub struct AgendaAnswer {
    /// The item.
    pub item: AgendaItem,
    /// The nearest recommendations, most probable first, with the probability of overlap.
    pub nearest: Vec<(usize, f64)>,
    /// Distinct agencies among the recommendations that take up the item or one of the items under it.
    pub agencies: Vec<Agency>,
}

impl AgendaAnswer {
    /// Whether no recommendation takes the item up.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.agencies.is_empty()
    }
}

/// The recommendations sorted into a person's own list.
#[derive(Debug, Clone, PartialEq)]
pub struct Sorted {
    /// Each item with what fits it, in the order of the list.
    pub items: Vec<SortedItem>,
    /// Rows that fit no item, each with its nearest item (position and probability), nearest first.
    pub none: Vec<(usize, Option<(usize, f64)>)>,
}

/// An item of a list with the recommendations that fit it.
#[derive(Debug, Clone, PartialEq)]
pub struct SortedItem {
    /// The item.
    pub item: AgendaItem,
    /// Rows with their probability of asking for it, most probable first.
    pub members: Vec<(usize, f64)>,
    /// The agencies behind them, by name.
    pub agencies: Vec<Agency>,
}

/// One goal to compare the recommendations with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaItem {
    /// Its id.
    pub id: String,
    /// What it asks for.
    pub text: String,
    /// The item above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// List marker, as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
    /// Its kind: a key element, a priority, an item of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

/// What a reader needs to judge and reproduce the figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Method {
    /// Version of Concord.
    pub version: String,
    /// Name of the embedding model.
    pub model: String,
    /// Probability from which two recommendations count as overlapping.
    pub overlap_threshold: f64,
    /// Probability from which they count as duplicates.
    pub duplicate_threshold: f64,
    /// BLAKE3 of the recommendations that were compared, lower-case hex.
    #[serde(rename = "corpus_blake3")]
    pub corpus: String,
    /// How often the method was right on labelled data.
    pub measured: Vec<Measured>,
    /// Probability from which a recommendation takes up an agenda item.
    pub takes_up_threshold: f64,
    /// Probability from which a recommendation meets a challenge.
    pub meets_threshold: f64,
    /// The command that reproduces this report.
    pub command: String,
}

/// A figure for the quality of the method, from labelled data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// What the method was asked, in words.
    pub what: String,
    /// The figure, with its range if there is one.
    pub figure: String,
    /// What it means, or what to compare it with.
    pub meaning: String,
    /// The data.
    pub data: String,
    /// The command or the record that it comes from.
    pub source: String,
}
