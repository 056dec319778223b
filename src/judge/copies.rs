//! Texts that occur several times in a corpus.
//!
//! Copies would crowd everything else out of a list of links. So links are found and stored only
//! between the first copies of texts, and every other copy is linked to its first. Readers get the
//! links of all copies.

use std::collections::BTreeMap;

use super::calibration::same;
use super::linker::Linker;
use crate::domain::Link;

/// Maximum number of copies of a text that each get the links of the first. A text that occurs more
/// often is boilerplate, and the number of its pairs grows with the square of its copies.
const MOST: usize = 200;

/// The rows of each text that occurs several times, keyed by its first row.
fn groups(linker: &Linker) -> BTreeMap<usize, Vec<usize>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for row in 0..linker.len() {
        groups.entry(linker.first_of(row)).or_default().push(row);
    }
    groups.retain(|_, rows| rows.len() > 1);
    groups
}

/// One link from each copy to the first row of its text.
pub(super) fn to_firsts(linker: &Linker) -> impl Iterator<Item = Link> {
    groups(linker).into_iter().flat_map(|(first, rows)| {
        let copies = rows.into_iter().skip(1);
        copies.map(move |copy| Link { a: first, b: copy, likeness: same() }).collect::<Vec<_>>()
    })
}

/// The stored links and those that copies share with the first row of their text, sorted by rows.
#[must_use]
pub fn with_copies(links: Vec<Link>, linker: &Linker) -> Vec<Link> {
    let groups = groups(linker);
    if groups.is_empty() {
        return links;
    }
    let all = |row: usize| -> Vec<usize> {
        groups.get(&row).filter(|rows| rows.len() <= MOST).map_or_else(|| vec![row], Clone::clone)
    };
    let mut found: Vec<Link> = Vec::with_capacity(links.len());
    for link in &links {
        if linker.first_of(link.b) == link.a {
            found.push(*link);
            continue;
        }
        for a in all(link.a) {
            let pair = |b: usize| Link { a: a.min(b), b: a.max(b), likeness: link.likeness };
            found.extend(all(link.b).into_iter().map(pair));
        }
    }
    for rows in groups.values().filter(|rows| rows.len() <= MOST) {
        for (at, &a) in rows.iter().enumerate().skip(1) {
            found.extend(rows[at + 1..].iter().map(|&b| Link { a, b, likeness: same() }));
        }
    }
    found.sort_by_key(|link| (link.a, link.b));
    found
}
