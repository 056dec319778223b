//! People's words on pairs, in place of what was computed.

use std::collections::BTreeMap;

use super::linker::Linker;
use crate::domain::{DecidedPair, Likeness, Link, dot};

/// The stored `links`, changed where people decided on a pair; a decided pair without a link gets one.
///
/// A word on one copy of a text holds for all of its copies. On two copies of one text it holds for
/// nothing: they are the same.
#[must_use]
pub fn with_decided(mut links: Vec<Link>, pairs: &[DecidedPair], linker: &Linker) -> Vec<Link> {
    let mut decided = BTreeMap::new();
    for pair in pairs {
        let [a, b] = [pair.a, pair.b].map(|row| linker.first_of(row));
        if a != b {
            decided.insert((a.min(b), a.max(b)), pair.said);
        }
    }
    if decided.is_empty() {
        return links;
    }
    for link in &mut links {
        if let Some(said) = decided.remove(&(link.a, link.b)) {
            link.likeness = Likeness::by_person(link.likeness.cosine, said);
        }
    }
    let texts = &linker.vectors().texts;
    links.extend(decided.into_iter().map(|((a, b), said)| {
        let cosine = dot(texts.row(a), texts.row(b)).clamp(-1.0, 1.0);
        Link { a, b, likeness: Likeness::by_person(cosine, said) }
    }));
    links.sort_by_key(|link| (link.a, link.b));
    links
}
