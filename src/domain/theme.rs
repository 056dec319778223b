//! Groups of recommendations that ask for nearly the same thing, and what they show.

use serde::{Deserialize, Serialize};

use super::{Act, Agency, RecommendationId, Relation, Said, ThemeId};

/// Stability below which a theme is weak: it may well be another tomorrow. Source: Hennig 2007,
/// "Cluster-wise assessment of cluster stability", which trusts no cluster below 0.6.
pub const WEAK_STABILITY: f64 = 0.6;

/// Stability from which a theme is stable, by the same source; between the two, it shows a pattern.
pub const STABLE: f64 = 0.75;

/// How far a theme may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firmness {
    /// Its core comes back whatever is left out.
    Stable,
    /// It shows a pattern.
    Fair,
    /// It may well change when the corpus changes a little.
    Weak,
    /// People shaped it, so low figures do not matter.
    Decided,
    /// Its stability was not measured.
    Unknown,
}

impl Firmness {
    /// The words used in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Fair => "fairly stable",
            Self::Weak => "weak",
            Self::Decided => "decided by people",
            Self::Unknown => "not measured",
        }
    }
}

/// How finely recommendations are grouped. Each group lies within one group of the next coarser grain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// Broad areas: themes that have something to do with each other.
    Broad,
    /// Themes: recommendations that ask for (nearly) the same thing.
    Theme,
    /// Near-duplicates: the same action on the same object.
    Fine,
}

/// Recommendations that ask for (nearly) the same thing.
///
/// Members are rows: positions in the list of recommendations that the theme was found in.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Survives a rebuild as long as the theme keeps its core.
    pub id: ThemeId,
    /// A short phrase from the members' own words that says what they ask for.
    pub label: String,
    /// Terms that stand for this theme and not for others, strongest first.
    pub keywords: Vec<String>,
    /// Whether it asks about the corpus's own meeting or body (its secretariat, its outcome) rather than about
    /// what they are for.
    pub is_process: bool,
    /// The group of the next coarser grain that contains it; `None` for a broad area.
    pub parent: Option<ThemeId>,
    /// Its members, most central first, ties by the recommendation's id.
    pub members: Vec<Member>,
    /// Rows of up to three representative members, of different agencies where possible.
    pub representatives: Vec<usize>,
    /// Mean probability of overlap over pairs of members, 0 to 1.
    pub cohesion: f64,
    /// How reliably it comes back when recommendations or agencies are left out, 0 to 1: the mean
    /// Jaccard index, the lower of the two kinds.
    pub stability: f64,
    /// The kinds of decisions that shaped it, each once, in order.
    pub decided: Vec<Act>,
    /// Who is behind it.
    pub consensus: Consensus,
    /// The agencies that ask for the same, that of its central recommendation first, then the surest,
    /// ties by name. The central recommendation is the one whose ask most agencies of the theme share.
    pub asking: Vec<Asking>,
}

/// An agency that makes the ask of a theme.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    /// The agency.
    pub agency: Agency,
    /// Row of its recommendation that comes nearest to the central one.
    pub row: usize,
    /// Probability that the two share an ask, from [`Relation::THRESHOLD`] to 1; 1 for the central one. In a
    /// narrower theme, the geometric mean of two probabilities: that it asks for what the theme is named
    /// after, and that it shares an ask with another member.
    pub probability: f64,
}

impl Asking {
    /// Probability from which an agency asks surely: fewer than one in five of them would be wrong.
    pub const SURE: f64 = 0.8;
}

impl Theme {
    /// Whether it may well change when the corpus changes a little; never for one that people decided
    /// on.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.decided.is_empty() && self.stability < WEAK_STABILITY
    }

    /// How far it can be relied on.
    #[must_use]
    pub fn firmness(&self) -> Firmness {
        match self.stability {
            s if s >= STABLE => Firmness::Stable,
            s if s >= WEAK_STABILITY => Firmness::Fair,
            _ if !self.decided.is_empty() => Firmness::Decided,
            s if s.is_nan() => Firmness::Unknown,
            _ => Firmness::Weak,
        }
    }

    /// How many agencies ask surely for the same.
    #[must_use]
    pub fn n_surely(&self) -> usize {
        self.asking.iter().filter(|asking| asking.probability >= Asking::SURE).count()
    }

    /// The agencies that only come near what the others ask for, those with the most recommendations first.
    pub fn near(&self) -> impl Iterator<Item = &Agency> {
        let asks = |agency: &Agency| self.asking.iter().any(|asking| asking.agency == *agency);
        let all = self.consensus.by_agency.iter().map(|count| &count.agency);
        all.filter(move |agency| !asks(agency))
    }

    /// How many agencies can be expected to ask for the same: the sum of their probabilities. A theme that
    /// one agency asks for alone has 0: one voice is no consensus.
    #[must_use]
    pub fn expected_asking(&self) -> f64 {
        let several = self.asking.len() > 1;
        if several { self.asking.iter().map(|asking| asking.probability).sum() } else { 0.0 }
    }

    /// A theme of these rows for tests, with as little as possible of everything else.
    #[cfg(test)]
    pub(crate) fn of_rows(label: &str, rows: &[usize]) -> Self {
        let member = |&row: &usize| Member { row, weight: 0.5, guest: false };
        Self {
            id: ThemeId::try_from(format!("t-{label}")).expect("not empty"),
            label: label.to_owned(),
            keywords: Vec::new(),
            is_process: false,
            parent: None,
            members: rows.iter().map(member).collect(),
            representatives: rows.first().copied().into_iter().collect(),
            cohesion: 0.5,
            stability: 1.0,
            decided: Vec::new(),
            consensus: Consensus::default(),
            asking: Vec::new(),
        }
    }

    /// Whether it is a narrower theme: what several agencies ask for inside wider themes or across them. All its
    /// members have another home, or none.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        !self.members.is_empty() && self.members.iter().all(|member| member.guest)
    }

    /// Rows of the members that belong here and fit no other theme better.
    pub fn core(&self) -> impl Iterator<Item = usize> + '_ {
        self.members.iter().filter(|member| !member.guest).map(|member| member.row)
    }
}

/// A recommendation in a theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// Row of the recommendation.
    pub row: usize,
    /// How well it belongs, 0 to 1: mean probability of overlap with the other members.
    pub weight: f64,
    /// Whether it belongs here although its home is another theme, or none.
    pub guest: bool,
}

/// How many agencies stand behind a theme, compared with chance.
///
/// Near-duplicates of one agency are one ask. The null model deals the agencies' names at random to all
/// asks of the corpus, and each agency keeps its number of asks (a permutation test).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Consensus {
    /// Distinct agencies with their number of recommendations, most first, ties by name.
    pub by_agency: Vec<AgencyCount>,
    /// Distinct agencies as a share of all agencies of the corpus, 0 to 1.
    pub share: f64,
    /// Effective number of agencies, `1 / Σ pᵢ²`, with `pᵢ` the share of the theme's asks that agency
    /// *i* makes. It is the number of agencies if all ask equally often, and 1 if one agency asks
    /// everything (Laakso and Taagepera 1979; the Hill number of order 2).
    pub effective: f64,
    /// Distinct agencies expected by chance, given the theme's number of asks.
    pub expected: f64,
    /// Chance gives fewer than this in one case of forty.
    pub expected_low: f64,
    /// Chance gives more than this in one case of forty.
    pub expected_high: f64,
    /// Distinct agencies minus `expected`.
    pub excess: f64,
    /// How often chance gives at least as many distinct agencies, above 0 and at most 1.
    pub p_value: f64,
    /// How many agencies really agree, as a number of agencies. For each agency in the theme, take the
    /// mean probability that the best of its recommendations overlaps with what each of the others
    /// says; then sum these means. It is 0 for one agency alone and at most the number of agencies.
    pub strength: f64,
}

impl Consensus {
    /// Number of distinct agencies.
    #[must_use]
    pub fn agencies(&self) -> usize {
        self.by_agency.len()
    }

    /// The agency that leads on the theme: the one of several with the most recommendations in it.
    ///
    /// `None` on a tie, or if only one agency is in the theme.
    #[must_use]
    pub fn leads(&self) -> Option<&Agency> {
        match self.by_agency.as_slice() {
            [first, second, ..] if first.count > second.count => Some(&first.agency),
            _ => None,
        }
    }
}

/// An agency and a number of its recommendations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgencyCount {
    /// The agency.
    pub agency: Agency,
    /// Its recommendations, at least 1.
    pub count: usize,
}

/// The result of a search for themes: every row is in a theme or in `single`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Themes {
    /// Strongest consensus first.
    pub themes: Vec<Theme>,
    /// Rows that share their ask with no other, ascending.
    pub single: Vec<usize>,
}

impl Themes {
    /// The theme in which each of `n` rows is most at home, as a position in `themes`.
    ///
    /// On a tie it is the first; for a row in no theme it is `None`.
    #[must_use]
    pub fn homes(&self, n: usize) -> Vec<Option<usize>> {
        let mut best: Vec<Option<(usize, f64)>> = vec![None; n];
        for (position, theme) in self.themes.iter().enumerate() {
            for member in &theme.members {
                let Some(best) = best.get_mut(member.row) else { continue };
                if best.is_none_or(|(_, weight)| member.weight > weight) {
                    *best = Some((position, member.weight));
                }
            }
        }
        best.into_iter().map(|best| best.map(|(position, _)| position)).collect()
    }
}

/// Themes at each grain.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grains {
    /// Broad areas.
    pub broad: Themes,
    /// Themes.
    pub theme: Themes,
    /// Near-duplicates.
    pub fine: Themes,
}

impl Grains {
    /// The groups of one grain.
    #[must_use]
    pub fn at(&self, grain: Grain) -> &Themes {
        match grain {
            Grain::Broad => &self.broad,
            Grain::Theme => &self.theme,
            Grain::Fine => &self.fine,
        }
    }
}

/// A theme of an earlier build; a theme that keeps most of its members keeps its id and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierTheme {
    /// Its id.
    pub id: ThemeId,
    /// Its members.
    pub members: Vec<RecommendationId>,
    /// Its name; `None` if a person gave it, which is kept with the decisions.
    pub label: Option<String>,
}

/// Two linked recommendations, `a < b`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// Row of the first.
    pub a: usize,
    /// Row of the second.
    pub b: usize,
    /// How alike they are.
    pub likeness: Likeness,
}

impl Link {
    /// Maximum number of links that one recommendation keeps, most probable first. Themes use no more.
    pub const MAX_PER_ROW: usize = 50;
    /// Minimum probability of overlap for a link to count. Most pairs of a corpus are unrelated, and
    /// their small probabilities would add up.
    pub const MIN_PROBABILITY: f64 = 0.05;
}

/// What a model says that reads two texts together: log odds, above 0 if it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinion {
    /// The texts ask for something in the same area.
    pub area: f32,
    /// They share an ask.
    pub shares: f32,
    /// Their main ask is the same.
    pub same: f32,
    /// One asks for the contrary of the other.
    pub contrary: f32,
}

/// What the two models of the judge say of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinions {
    /// Of the small one, which compares the token vectors of the two texts.
    pub first: Opinion,
    /// Of the cross-encoder, which reads the two texts as one; it costs some twenty times as much and reads only
    /// what the first leaves open.
    pub close: Option<Opinion>,
}

impl Opinions {
    /// The opinion of the first model alone.
    #[must_use]
    pub fn first(first: Opinion) -> Self {
        Self { first, close: None }
    }
}

/// What the probabilities of a pair come from; each reads the pair more closely than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reader {
    /// The encoder, which saw each text alone.
    Encoder,
    /// The judge, which read both texts together.
    Judge,
    /// The second reader, a language model that the user named.
    #[serde(rename = "reader")]
    Second,
    /// A person, whose word is final.
    Person,
}

/// How alike two passages are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Likeness {
    /// Cosine of the two embeddings, -1 to 1.
    pub cosine: f32,
    /// Calibrated probability that an analyst would see a shared ask (overlap or more), 0 to 1.
    pub probability: f64,
    /// Calibrated probability that an analyst would see the same action on the same object, 0 to 1.
    #[serde(rename = "duplicate_probability")]
    pub duplicate: f64,
    /// The rung of the ladder that follows from these.
    pub relation: Relation,
    /// Probability that one asks for the contrary of the other, by the cross-encoder alone, 0 to 1; `None` if it did
    /// not read the pair.
    #[serde(rename = "contrary_probability", skip_serializing_if = "Option::is_none")]
    pub contrary: Option<f64>,
    /// Who read the pair last.
    pub read_by: Reader,
}

impl Likeness {
    /// How alike two texts of this cosine are, given what a person said of them.
    #[must_use]
    pub fn by_person(cosine: f32, said: Said) -> Self {
        // Whoever asks for the contrary speaks of the same thing, and shares no part of what is asked.
        let (probability, duplicate) = match said {
            Said::Same => (1.0, 1.0),
            Said::NotSame => (0.0, 0.0),
            Said::Contrary => (Relation::RELATED, 0.0),
        };
        let relation = Relation::from_probabilities(duplicate, probability);
        let read_by = Reader::Person;
        Self { cosine, probability, duplicate, relation, contrary: None, read_by }
    }

    /// What a person said of the pair; `None` if nobody did.
    #[must_use]
    pub fn decided(&self) -> Option<Said> {
        let said = match self.relation {
            Relation::Duplicate => Said::Same,
            Relation::Overlap | Relation::Related => Said::Contrary,
            Relation::None => Said::NotSame,
        };
        (self.read_by == Reader::Person).then_some(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_decided_is_not_weak() {
        let theme = |stability, decided| Theme { stability, decided, ..Theme::of_rows("a", &[0]) };
        let firmness = |stability| theme(stability, Vec::new()).firmness();
        assert_eq!(firmness(0.75), Firmness::Stable);
        assert_eq!(firmness(0.6), Firmness::Fair);
        assert_eq!(firmness(0.59), Firmness::Weak);
        assert_eq!(firmness(f64::NAN), Firmness::Unknown);
        assert_eq!(theme(0.2, vec![Act::Accept]).firmness(), Firmness::Decided);
    }

    #[test]
    fn who_says_most_of_several_leads() {
        let leads = |counts: &[(&str, usize)]| {
            let count = |&(agency, count): &(&str, usize)| AgencyCount {
                agency: Agency::try_from(agency.to_owned()).unwrap(),
                count,
            };
            let by_agency = counts.iter().map(count).collect();
            let consensus = Consensus { by_agency, ..Consensus::default() };
            consensus.leads().map(ToString::to_string)
        };
        assert_eq!(leads(&[("WHO", 3), ("IOM", 1)]).as_deref(), Some("WHO"));
        assert_eq!(leads(&[("WHO", 2), ("IOM", 2)]), None);
        assert_eq!(leads(&[("WHO", 3)]), None, "alone is not ahead");
    }
}
