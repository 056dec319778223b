//! Pairs -> the second reader's grade. Says which pairs are worth it.

use super::Error;
use crate::domain::{Link, PairReading, Progress, Stage};
use crate::judge::Linker;
use crate::reader::{ReaderOptions, SecondReader, likeness};

/// What the second reader came to.
#[derive(Debug, Default)]
pub(super) struct SecondReading {
    /// Its grades, by rows.
    pub(super) readings: Vec<PairReading>,
    /// Pairs on which its answer could not be understood.
    pub(super) n_unclear: usize,
}

/// Lets the second reader grade the most uncertain of `links`.
pub(super) fn read_links(
    linker: &Linker,
    links: &mut [Link],
    options: &ReaderOptions,
    on: &dyn Progress,
) -> Result<SecondReading, Error> {
    let reader = SecondReader::open(options);
    let chosen = most_uncertain(linker, links, options.budget);
    let text = |row: usize| linker.passages()[row].text();
    on.begin(Stage::SecondReading, Some(chosen.len() as u64));
    let read = chosen.iter().map(|&at| {
        let reading = reader.read(text(links[at].a), text(links[at].b));
        on.advance(1);
        reading
    });
    let read: Result<Vec<_>, _> = read.collect();
    on.end();
    let mut found = SecondReading::default();
    for (at, reading) in chosen.into_iter().zip(read?) {
        let Some(reading) = reading else {
            found.n_unclear += 1;
            continue;
        };
        let Link { a, b, likeness: before } = links[at];
        links[at].likeness = likeness(before.cosine, reading.relation);
        found.readings.push(PairReading { a, b, reading });
    }
    found.readings.sort_by_key(|reading| (reading.a, reading.b));
    Ok(found)
}

/// The positions of the `budget` links with a probability nearest to 0.5, ties by rows. Copies of one text
/// need no reader.
fn most_uncertain(linker: &Linker, links: &[Link], budget: usize) -> Vec<usize> {
    let is_copy = |link: &Link| linker.first_of(link.a) == linker.first_of(link.b);
    let distance = |at: usize| (links[at].likeness.probability - 0.5).abs();
    let mut chosen: Vec<usize> = (0..links.len()).filter(|&at| !is_copy(&links[at])).collect();
    // Links are sorted by rows.
    chosen.sort_by(|&x, &y| distance(x).total_cmp(&distance(y)).then(x.cmp(&y)));
    chosen.truncate(budget);
    chosen
}
