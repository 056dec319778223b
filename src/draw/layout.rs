//! Places in the plane for linked things, so that linked things stand together.
//!
//! The method is UMAP (`McInnes`, Healy and Melville 2018) with the curve 1 / (1 + d²): ties pull,
//! chance encounters push. It starts from the two slowest directions of a random walk over the ties
//! (Laplacian eigenmaps, Belkin and Niyogi 2003). Every draw comes from a fixed sequence, and no
//! function outside IEEE arithmetic is used. The same ties therefore give the same places on any
//! machine.

use super::Tie;
use crate::domain::Point;

/// Number of strongest ties of each thing that count: UMAP's default number of neighbors.
const NEIGHBORS: usize = 15;

/// Number of pushes for each pull, as in UMAP.
const PUSHES: usize = 5;

/// Maximum length of a step in one direction.
const LONGEST_STEP: f64 = 4.0;

/// Width of the plane at the start.
const WIDTH: f64 = 10.0;

/// A place for each of `n` things, in the unit square; the layout keeps its shape and fills one side.
#[must_use]
pub(super) fn layout(n: usize, ties: &[Tie]) -> Vec<Point> {
    let edges = edges(n, ties);
    let mut draws = Draws(0);
    let mut at = start(n, &edges, &mut draws);
    settle(&mut at, &edges, &mut draws);
    apart(&mut at);
    in_unit_square(&at)
}

/// The places with the room between them evened out.
///
/// This keeps far groups from pressing the others together, and makes room for names. In each
/// direction, `order` (0 to 1) is the share of the rank in the place; the rest is distance. Things keep
/// their sequence.
#[must_use]
pub(super) fn spread(places: &[Point], order: f32) -> Vec<Point> {
    let mut spread = places.to_vec();
    for axis in 0..2 {
        let mut ranked: Vec<usize> = (0..places.len()).collect();
        ranked.sort_by(|&a, &b| places[a][axis].total_cmp(&places[b][axis]).then(a.cmp(&b)));
        let last = places.len().max(2) as f32 - 1.0;
        for (rank, i) in ranked.into_iter().enumerate() {
            spread[i][axis] = (1.0 - order) * places[i][axis] + order * rank as f32 / last;
        }
    }
    spread
}

/// An edge of the drawn graph; `strength` is from 0 to 1.
struct Edge {
    a: usize,
    b: usize,
    strength: f64,
}

/// The strongest ties of each thing, relative to its strongest one; both ends combine to a + b - ab.
fn edges(n: usize, ties: &[Tie]) -> Vec<Edge> {
    let mut of: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
    for tie in ties {
        of[tie.a].push((tie.b, tie.weight));
        of[tie.b].push((tie.a, tie.weight));
    }
    let mut halves: Vec<(usize, usize, f64)> = Vec::new();
    for (a, others) in of.iter_mut().enumerate() {
        others.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        others.truncate(NEIGHBORS);
        let strongest = others.first().map_or(1.0, |tie| tie.1);
        halves.extend(others.iter().map(|&(b, weight)| (a.min(b), a.max(b), weight / strongest)));
    }
    halves.sort_by_key(|&(a, b, _)| (a, b));
    let both = halves.chunk_by(|x, y| (x.0, x.1) == (y.0, y.1));
    both.map(|ends| Edge {
        a: ends[0].0,
        b: ends[0].1,
        strength: ends.iter().fold(0.0, |sum, end| sum + end.2 - sum * end.2),
    })
    .collect()
}

/// Places on the two slowest directions of a random walk that stays put every other step.
fn start(n: usize, edges: &[Edge], draws: &mut Draws) -> Vec<[f64; 2]> {
    let mut mass = vec![1e-9; n];
    for edge in edges {
        mass[edge.a] += edge.strength;
        mass[edge.b] += edge.strength;
    }
    let constant = vec![1.0; n];
    let mut found: Vec<Vec<f64>> = vec![constant];
    for _ in 0..2 {
        let mut axis: Vec<f64> = (0..n).map(|_| draws.signed()).collect();
        for _ in 0..STEPS_OF_THE_WALK {
            axis = walked(&axis, edges, &mass);
            for other in &found {
                take_off(&mut axis, other, &mass);
            }
            to_width(&mut axis);
        }
        found.push(axis);
    }
    // Without the offset, things that have no tie between them would stay on one spot for ever.
    let place =
        |i: usize| [found[1][i] + 0.01 * draws.signed(), found[2][i] + 0.01 * draws.signed()];
    (0..n).map(place).collect()
}

/// Number of steps for a rough start; the pulls do the rest.
const STEPS_OF_THE_WALK: usize = 150;

fn walked(axis: &[f64], edges: &[Edge], mass: &[f64]) -> Vec<f64> {
    let mut next: Vec<f64> = axis.iter().zip(mass).map(|(x, m)| x * m).collect();
    for edge in edges {
        next[edge.a] += edge.strength * axis[edge.b];
        next[edge.b] += edge.strength * axis[edge.a];
    }
    next.iter().zip(mass).map(|(x, m)| x / (2.0 * m)).collect()
}

/// Makes `axis` orthogonal to `other`, with each thing weighted by its mass.
fn take_off(axis: &mut [f64], other: &[f64], mass: &[f64]) {
    let dot = |x: &[f64]| x.iter().zip(other).zip(mass).map(|((x, y), m)| x * y * m).sum::<f64>();
    let length = dot(other);
    if length > 0.0 {
        let share = dot(axis) / length;
        axis.iter_mut().zip(other).for_each(|(x, y)| *x -= share * y);
    }
}

fn to_width(axis: &mut [f64]) {
    let largest = axis.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    if largest > 1e-12 {
        for x in axis {
            *x *= WIDTH / largest;
        }
    }
}

/// Pulls along the edges and pushes between random pairs, in ever smaller steps.
fn settle(at: &mut [[f64; 2]], edges: &[Edge], draws: &mut Draws) {
    let rounds = if at.len() <= 2_000 { 500 } else { 200 };
    let mut due: Vec<f64> = vec![0.0; edges.len()];
    for round in 0..rounds {
        let step = 1.0 - f64::from(round) / f64::from(rounds);
        for (edge, due) in edges.iter().zip(&mut due) {
            // A strong edge pulls in every round, a weak one now and then.
            *due += edge.strength;
            if *due < 1.0 {
                continue;
            }
            *due -= 1.0;
            pull(at, edge, step);
            for _ in 0..PUSHES {
                let other = draws.below(at.len());
                if other != edge.a {
                    push(at, edge.a, other, step);
                }
            }
        }
    }
}

fn pull(at: &mut [[f64; 2]], edge: &Edge, step: f64) {
    let (gap, squared) = between(at, edge.a, edge.b);
    let force = -2.0 / (1.0 + squared);
    for axis in 0..2 {
        let by = step * (force * gap[axis]).clamp(-LONGEST_STEP, LONGEST_STEP);
        at[edge.a][axis] += by;
        at[edge.b][axis] -= by;
    }
}

fn push(at: &mut [[f64; 2]], a: usize, other: usize, step: f64) {
    let (gap, squared) = between(at, a, other);
    let force = 2.0 / ((0.001 + squared) * (1.0 + squared));
    for axis in 0..2 {
        at[a][axis] += step * (force * gap[axis]).clamp(-LONGEST_STEP, LONGEST_STEP);
    }
}

fn between(at: &[[f64; 2]], a: usize, b: usize) -> ([f64; 2], f64) {
    let gap = [at[a][0] - at[b][0], at[a][1] - at[b][1]];
    (gap, gap[0] * gap[0] + gap[1] * gap[1])
}

/// Moves overlapping places apart, so that each can be pointed at.
fn apart(at: &mut [[f64; 2]]) {
    let (low, high) = bounds(at);
    let side = (high[0] - low[0]).max(high[1] - low[1]);
    // A twelfth of the spacing of a full grid: close places stay visibly close.
    let least = side / (at.len().max(1) as f64).sqrt() / 12.0;
    if least <= 0.0 {
        return;
    }
    for _ in 0..20 {
        let mut order: Vec<usize> = (0..at.len()).collect();
        order.sort_by(|&a, &b| at[a][0].total_cmp(&at[b][0]).then(a.cmp(&b)));
        for (position, &a) in order.iter().enumerate() {
            for &b in &order[position + 1..] {
                if at[b][0] - at[a][0] >= least {
                    break;
                }
                part(at, a, b, least);
            }
        }
    }
}

/// Moves two places that are closer than `least` to that distance.
fn part(at: &mut [[f64; 2]], a: usize, b: usize, least: f64) {
    let (gap, squared) = between(at, a, b);
    if squared >= least * least {
        return;
    }
    let distance = squared.sqrt();
    // If both are on one spot, the later one goes down.
    let way = if distance > 0.0 { [gap[0] / distance, gap[1] / distance] } else { [0.0, -1.0] };
    for axis in 0..2 {
        let by = way[axis] * (least - distance) / 2.0;
        at[a][axis] += by;
        at[b][axis] -= by;
    }
}

fn bounds(at: &[[f64; 2]]) -> ([f64; 2], [f64; 2]) {
    let mut low = [f64::INFINITY; 2];
    let mut high = [f64::NEG_INFINITY; 2];
    for place in at {
        for axis in 0..2 {
            low[axis] = low[axis].min(place[axis]);
            high[axis] = high[axis].max(place[axis]);
        }
    }
    (low, high)
}

fn in_unit_square(at: &[[f64; 2]]) -> Vec<Point> {
    let (low, high) = bounds(at);
    let side = (high[0] - low[0]).max(high[1] - low[1]).max(1e-9);
    let inside = |place: &[f64; 2], axis: usize| {
        let room = side - (high[axis] - low[axis]);
        ((place[axis] - low[axis] + room / 2.0) / side) as f32
    };
    at.iter().map(|place| [inside(place, 0), inside(place, 1)]).collect()
}

/// A fixed pseudo-random sequence (`SplitMix64`, Steele, Lea and Flood 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `n - 1`.
    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// From -1 to 1.
    fn signed(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` groups of ten, each tied to all of its own, and a weak tie to the next group.
    fn groups(n: usize) -> Vec<Tie> {
        let inside = (0..n).flat_map(|g| {
            (0..10).flat_map(move |i| (i + 1..10).map(move |j| (10 * g + i, 10 * g + j, 0.9)))
        });
        let across = (1..n).map(|g| (10 * g - 1, 10 * g, 0.1));
        inside.chain(across).map(|(a, b, weight)| Tie { a, b, weight }).collect()
    }

    fn distance(a: Point, b: Point) -> f32 {
        ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
    }

    #[test]
    fn what_is_tied_stands_together() {
        let at = layout(60, &groups(6));
        let nearest_are_of_the_group = (0..60).filter(|&i| {
            let mut others: Vec<usize> = (0..60).filter(|&j| j != i).collect();
            others.sort_by(|&x, &y| distance(at[i], at[x]).total_cmp(&distance(at[i], at[y])));
            others[..5].iter().all(|j| j / 10 == i / 10)
        });
        assert!(nearest_are_of_the_group.count() > 55);
    }

    #[test]
    fn places_fill_the_unit_square_and_are_the_same_every_time() {
        let ties = groups(4);
        let at = layout(40, &ties);
        assert_eq!(at, layout(40, &ties));
        assert!(at.iter().flatten().all(|x| (0.0..=1.0).contains(x)), "{at:?}");
        let backwards: Vec<Tie> =
            ties.iter().rev().map(|t| Tie { a: t.b, b: t.a, weight: t.weight }).collect();
        assert_eq!(at, layout(40, &backwards), "ties in another order");
    }

    #[test]
    fn few_things_and_things_without_ties_have_places_of_their_own() {
        assert_eq!(layout(0, &[]), Vec::<Point>::new());
        assert_eq!(layout(1, &[]), [[0.5, 0.5]]);
        let at = layout(30, &[Tie { a: 0, b: 1, weight: 1.0 }]);
        for i in 0..30 {
            for j in 0..i {
                assert!(distance(at[i], at[j]) > 1e-4, "{i} and {j}: {:?} {:?}", at[i], at[j]);
            }
        }
    }

    #[test]
    fn spread_places_keep_their_order_and_lose_their_gaps() {
        let at = spread(&[[0.0, 0.5], [1.0, 0.5], [0.1, 0.5]], 0.6);
        assert!(at[0][0] < at[2][0] && at[2][0] < at[1][0], "{at:?}");
        assert!(at[2][0] - at[0][0] > 0.3, "{at:?}");
        assert_eq!(spread(&[], 0.6), Vec::<Point>::new());
    }

    #[test]
    fn copies_do_not_hide_one_another() {
        let ties: Vec<Tie> =
            (0..20).flat_map(|a| (a + 1..20).map(move |b| Tie { a, b, weight: 1.0 })).collect();
        let at = layout(20, &ties);
        let closest = (0..20).flat_map(|i| (0..i).map(move |j| (i, j)));
        let closest = closest.map(|(i, j)| distance(at[i], at[j])).fold(1.0, f32::min);
        assert!(closest > 0.01, "{closest}");
    }
}
