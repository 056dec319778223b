//! Texts that stand in a corpus several times.
//!
//! Copies crowd everything else out of a list of links, so links are found and stored among the first
//! of each only, and every copy is linked to its first. Readers get the links of all.

use std::collections::BTreeMap;

use crate::domain::Link;
use crate::judge::{Linker, same};

/// Copies of one text up to which each is given the links of the first; a text that stands there more
/// often is boilerplate, and the square of their number would be listed.
const MOST: usize = 200;

/// Rows of each text that several have, by the first of them.
pub(super) fn groups(linker: &Linker) -> BTreeMap<usize, Vec<usize>> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for row in 0..linker.len() {
        groups.entry(linker.first_of(row)).or_default().push(row);
    }
    groups.retain(|_, rows| rows.len() > 1);
    groups
}

/// A link of each copy to the first of its text.
pub(super) fn to_firsts(linker: &Linker) -> impl Iterator<Item = Link> {
    groups(linker).into_iter().flat_map(|(first, rows)| {
        let copies = rows.into_iter().skip(1);
        copies.map(move |copy| Link { a: first, b: copy, likeness: same() }).collect::<Vec<_>>()
    })
}

/// Stored links, and those that copies share with the first of their text; by rows.
pub(super) fn spread(links: Vec<Link>, linker: &Linker) -> Vec<Link> {
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
