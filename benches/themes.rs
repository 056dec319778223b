//! Time to find themes, areas and near-duplicates in 1,000, 10,000 and 100,000 recommendations, given
//! their links.
//!
//! Texts and links are made here: subjects of two to forty recommendations by 200 agencies, linked to
//! each other and to some others at random, 12 links a recommendation and more. Left out: embedding and
//! linking. `cargo bench --bench themes` fails above 60 s for 100,000, and when ten times as many take
//! more than twenty times as long.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::time::{Duration, Instant};

use concord::domain::{Agency, Likeness, Link, Recommendation, RecommendationId, Relation};
use concord::themes::{Input, find};

const THINGS: &str = "roads bridges wells schools clinics ports forests rivers markets courts prisons \
    archives libraries harbours railways vaccines taxes pensions wages visas permits borders";
const DEEDS: &str = "repair inspect fund close open measure publish train protect register review";
const WAYS: &str = "in rural districts|for young people|with local partners|before the next winter|\
    under the new law|at regional level|without further delay|in all member States";

/// splitmix64, so that every run has the same texts and links.
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(x ^ (x >> 31)) * n as u128) >> 64) as usize
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

fn made(n: usize) -> (Vec<Recommendation>, Vec<Link>) {
    let mut draws = Draws(7);
    let things: Vec<&str> = THINGS.split_whitespace().collect();
    let deeds: Vec<&str> = DEEDS.split_whitespace().collect();
    let ways: Vec<&str> = WAYS.split('|').map(str::trim).collect();
    let (mut rows, mut links) = (Vec::new(), Vec::new());
    while rows.len() < n {
        let start = rows.len();
        let size = (2 + draws.below(39)).min(n - start);
        let subject = format!("{} and {}", draws.of(&things), draws.of(&things));
        for row in start..start + size {
            let text = format!(
                "States should {} the {subject} of region {} {}, and report on the {} of year {row}.",
                draws.of(&deeds),
                draws.below(5_000),
                draws.of(&ways),
                draws.of(&things),
            );
            let id = RecommendationId::try_from(format!("R{row:06}")).expect("not empty");
            let agency = Agency::try_from(format!("Agency {}", draws.below(200)));
            rows.push(Recommendation::new(id, agency.expect("not empty"), text));
            let mut others: Vec<usize> = (start..row).rev().take(10).collect();
            if row > 0 {
                others.extend([draws.below(row), draws.below(row)]);
            }
            others.sort_unstable();
            others.dedup();
            for other in others {
                let near = if other >= start { 300 } else { 50 };
                let probability = (near + draws.below(300)) as f64 / 1000.0;
                let duplicate = probability * probability;
                let relation = Relation::Overlap;
                let likeness = Likeness { cosine: 0.5, probability, duplicate, relation };
                links.push(Link { a: other, b: row, likeness });
            }
        }
    }
    (rows, links)
}

fn time(n: usize) -> Duration {
    let (recommendations, links) = made(n);
    let start = Instant::now();
    let input = Input { recommendations: &recommendations, links: &links, ..Input::default() };
    let found = find(&input);
    let time = start.elapsed();
    println!(
        "{n} recommendations, {} links: {:.2} s; {} themes, {} areas, {} groups of near-duplicates",
        links.len(),
        time.as_secs_f64(),
        found.theme.themes.len(),
        found.broad.themes.len(),
        found.fine.themes.len(),
    );
    time
}

fn main() {
    let times = [1_000, 10_000, 100_000].map(time);
    assert!(times[2] < Duration::from_mins(1), "100,000 take {:?}", times[2]);
    for pair in times.windows(2) {
        assert!(pair[1] < pair[0] * 20, "ten times as many: {:?} after {:?}", pair[1], pair[0]);
    }
}
