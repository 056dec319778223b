//! What the benchmarks work on, the same in every run: sentences, and vectors spread as those of the
//! default model are on recommendations of the Universal Periodic Review (docs/decisions/linking.md).

#![allow(dead_code, reason = "each benchmark uses a part")]

use concord::internals::domain::Embedding;
use concord::{Agency, Recommendation, RecommendationId};

/// Components of a vector.
pub(crate) const DIM: usize = 384;

/// What every component of a vector has in common, so that the mean vector has a length of 0.47.
const COMMON: f32 = 0.046;

/// Fields, topics in each and questions in each topic; the first ones are spoken of most.
const BRANCHES: [usize; 3] = [12, 5, 8];

/// Share of each of these in a vector, of its subject, and of what it has of its own at least and at most.
const BRANCH: f32 = 0.4;
const SUBJECT: f32 = 0.25;
const OWN: [f32; 2] = [0.25, 1.15];

const THINGS: &str = "roads bridges wells schools clinics ports forests rivers markets courts prisons \
    archives libraries harbours railways vaccines taxes pensions wages visas permits borders";
const DEEDS: &str = "repair inspect fund close open measure publish train protect register review";
const WAYS: &str = "in rural districts|for young people|with local partners|before the next winter|\
    under the new law|at regional level|without further delay|in all member States";

/// splitmix64.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// From 0 to `n` - 1.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// From 0 to `n` - 1, low numbers more often: half of all in the first quarter.
    fn early(&mut self, n: usize) -> usize {
        let unit = self.unit();
        (unit * unit * n as f32) as usize
    }

    /// From 0 to 1.
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }

    fn pick<'a>(&mut self, list: &'a str, separator: char) -> &'a str {
        let words: Vec<&str> = list.split(separator).map(str::trim).collect();
        words[self.below(words.len())]
    }

    /// Around zero; component `i` has a variance in proportion to 1 / (1 + i / 4).
    fn direction(&mut self) -> Vec<f32> {
        let component =
            |i: usize| (self.unit() + self.unit() - 1.0) / (1.0 + i as f32 / 4.0).sqrt();
        (0..DIM).map(component).collect()
    }
}

/// What is spoken of, from fields down to questions.
pub(crate) struct World {
    fields: Vec<Vec<f32>>,
    topics: Vec<Vec<f32>>,
    questions: Vec<Vec<f32>>,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut draws = Draws(3);
        let [fields, topics, questions] = BRANCHES;
        let mut directions = |n: usize| (0..n).map(|_| draws.direction()).collect();
        Self {
            fields: directions(fields),
            topics: directions(fields * topics),
            questions: directions(fields * topics * questions),
        }
    }

    /// A subject that several agencies speak of.
    pub(crate) fn subject(&self, draws: &mut Draws) -> Subject {
        let [fields, topics, questions] = BRANCHES;
        let field = draws.early(fields);
        let topic = field * topics + draws.early(topics);
        let question = topic * questions + draws.early(questions);
        let own = draws.direction();
        let above = [&self.fields[field], &self.topics[topic], &self.questions[question]];
        let component = |i: usize| {
            COMMON + SUBJECT * own[i] + above.iter().map(|part| BRANCH * part[i]).sum::<f32>()
        };
        Subject {
            name: format!("{} and {}", draws.pick(THINGS, ' '), draws.pick(THINGS, ' ')),
            vector: (0..DIM).map(component).collect(),
        }
    }
}

/// Something that several agencies speak of.
pub(crate) struct Subject {
    name: String,
    vector: Vec<f32>,
}

impl Subject {
    /// A sentence of 25 words on the subject; `row` makes it another one each time.
    pub(crate) fn sentence(&self, draws: &mut Draws, row: usize) -> String {
        format!(
            "States should {} the {} of region {} {}, and report on the {} of year {row}.",
            draws.pick(DEEDS, ' '),
            self.name,
            draws.below(5_000),
            draws.pick(WAYS, '|'),
            draws.pick(THINGS, ' '),
        )
    }

    /// A vector near that of the subject.
    pub(crate) fn vector(&self, draws: &mut Draws) -> Embedding {
        let share = OWN[0] + (OWN[1] - OWN[0]) * draws.unit();
        let own = draws.direction();
        let raw = self.vector.iter().zip(own).map(|(subject, own)| subject + share * own);
        Embedding::normalize(raw.collect()).expect("the common part is never undone")
    }
}

/// `n` recommendations of 200 agencies, one to twelve on a subject, with their vectors.
pub(crate) fn corpus(n: usize) -> (Vec<Recommendation>, Vec<Embedding>) {
    let (world, mut draws) = (World::new(), Draws(7));
    let (mut rows, mut vectors) = (Vec::with_capacity(n), Vec::with_capacity(n));
    while rows.len() < n {
        let subject = world.subject(&mut draws);
        let size = (1 + draws.below(12)).min(n - rows.len());
        for _ in 0..size {
            let row = rows.len();
            let id = RecommendationId::try_from(format!("R{row:07}")).expect("not empty");
            let agency = Agency::try_from(format!("Agency {}", draws.below(200)));
            let text = subject.sentence(&mut draws, row);
            rows.push(Recommendation::new(id, agency.expect("not empty"), text));
            vectors.push(subject.vector(&mut draws));
        }
    }
    (rows, vectors)
}
