//! Body by body: how many of one agency's requests another agency shares or contradicts.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Agency, BodyPair, Contradiction, Link, Recommendation, Relation};

/// Every ordered pair of agencies of which the second shares or contradicts a request of the first; by the
/// name of the first, then most shared, then by the name of the second.
///
/// Near-duplicates of one agency are one request: a template that it repeats counts once. A request counts as
/// shared if one of its recommendations overlaps with one of the other agency, and as contradicted if one
/// contradicts another of it and none is shared.
#[must_use]
pub fn bodies(
    recommendations: &[Recommendation],
    links: &[Link],
    contradictions: &[Contradiction],
) -> Vec<BodyPair> {
    type Found<'a> = BTreeMap<(&'a Agency, &'a Agency), BTreeSet<usize>>;

    let request = requests(recommendations, links);
    let mut n_requests: BTreeMap<&Agency, BTreeSet<usize>> = BTreeMap::new();
    for (row, request) in request.iter().enumerate() {
        n_requests.entry(&recommendations[row].agency).or_default().insert(*request);
    }
    let collect = |pairs: &mut dyn Iterator<Item = (usize, usize)>| {
        let mut found = Found::new();
        for (a, b) in pairs {
            let [own, other] = [a, b].map(|row| &recommendations[row].agency);
            if own != other {
                found.entry((own, other)).or_default().insert(request[a]);
                found.entry((other, own)).or_default().insert(request[b]);
            }
        }
        found
    };
    let opposed: BTreeSet<(usize, usize)> = contradictions.iter().map(|c| (c.a, c.b)).collect();
    let overlap = |link: &&Link| {
        link.likeness.relation >= Relation::Overlap && !opposed.contains(&(link.a, link.b))
    };
    let shared = collect(&mut links.iter().filter(overlap).map(|link| (link.a, link.b)));
    let contrary = collect(&mut opposed.iter().copied());
    let keys: BTreeSet<_> = shared.keys().chain(contrary.keys()).copied().collect();
    let none = BTreeSet::new();
    let pair = |(agency, other): (&Agency, &Agency)| {
        let shared = shared.get(&(agency, other)).unwrap_or(&none);
        let contrary = contrary.get(&(agency, other)).unwrap_or(&none);
        BodyPair {
            agency: agency.clone(),
            other: other.clone(),
            requests: n_requests[agency].len(),
            shares: shared.len(),
            contradicts: contrary.difference(shared).count(),
        }
    };
    let mut found: Vec<BodyPair> = keys.into_iter().map(pair).collect();
    found.sort_by(|x, y| {
        (x.agency.cmp(&y.agency)).then(y.shares.cmp(&x.shares)).then_with(|| x.other.cmp(&y.other))
    });
    found
}

/// The request of each row: the first row of its near-duplicates within its agency.
fn requests(recommendations: &[Recommendation], links: &[Link]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..recommendations.len()).collect();
    let root = |first: &[usize], mut row: usize| {
        while first[row] != row {
            row = first[row];
        }
        row
    };
    for link in links.iter().filter(|link| link.likeness.relation == Relation::Duplicate) {
        if recommendations[link.a].agency == recommendations[link.b].agency {
            let (a, b) = (root(&first, link.a), root(&first, link.b));
            first[a.max(b)] = a.min(b);
        }
    }
    (0..first.len()).map(|row| root(&first, row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Likeness, Reader, RecommendationId};

    fn rows(agencies: &[&str]) -> Vec<Recommendation> {
        let row = |(at, agency): (usize, &&str)| {
            Recommendation::new(
                RecommendationId::try_from(format!("r{at}")).unwrap(),
                Agency::try_from((*agency).to_owned()).unwrap(),
                "Act.".to_owned(),
            )
        };
        agencies.iter().enumerate().map(row).collect()
    }

    fn link(a: usize, b: usize, duplicate: f64) -> Link {
        let relation = Relation::from_probabilities(duplicate, 0.6);
        let (probability, read_by) = (0.6, Reader::Encoder);
        let likeness =
            Likeness { cosine: 0.5, probability, duplicate, relation, contrary: None, read_by };
        Link { a, b, likeness }
    }

    #[test]
    fn a_template_counts_once_and_a_contradiction_is_not_shared() {
        let rows = rows(&["A", "A", "A", "B", "B", "C"]);
        // Rows 0 and 1 are one request of A; B shares it twice, and contradicts row 2.
        let links = [link(0, 1, 0.9), link(0, 3, 0.1), link(1, 4, 0.1), link(2, 4, 0.1)];
        let phrases = ("more".to_owned(), "less".to_owned());
        let contradiction = Contradiction { a: 2, b: 4, probability: 0.6, phrases, decided: None };
        let found = bodies(&rows, &links, &[contradiction]);
        let counts: Vec<_> = found
            .iter()
            .map(|pair| (pair.agency.as_str(), pair.requests, pair.shares, pair.contradicts))
            .collect();
        assert_eq!(counts, [("A", 2, 1, 1), ("B", 2, 2, 0)]);
        assert_eq!((found[0].misses(), found[1].misses()), (0, 0));
    }
}
