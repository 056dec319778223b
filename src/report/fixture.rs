//! Results to render in tests: the shipped corpus, grouped by plain keywords. No model is asked,
//! so the figures are plausible and not true.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::domain::{
    Agency, AgencyCount, AgencyProfile, AgendaAnswer, AgendaItem, Asking, Consensus, DocumentInfo,
    Gaps, Likeness, Link, MatrixOrder, Measured, Member, Method, Overlap, Particulars, Pictures,
    Reader, Recommendation, RecommendationId, Relation, SingleVoice, Theme, ThemeId, ThemeMark,
    Themes,
};

const CORPUS: &str = include_str!("../../corpus/hld-2013/recommendations.jsonl");
const AGENDA: &str = include_str!("../../corpus/hld-2013/agenda.toml");

/// Label, and word beginnings of which a member has one.
const TOPICS: &[(&str, &[&str])] = &[
    ("lower cost of sending remittances", &["remittance"]),
    ("post-2015 development agenda", &["post-2015"]),
    ("ratification of human rights conventions", &["ratif"]),
    ("rights of migrant children", &["child"]),
    ("better migration data and statistics", &["data", "statistic"]),
    ("climate change and displacement", &["climate", "disaster"]),
    ("access to health care", &["health"]),
    ("diaspora investment in countries of origin", &["diaspora"]),
    ("recognition of skills and qualifications", &["skill"]),
    ("fight against trafficking and smuggling", &["traffick"]),
    ("women migrants and domestic workers", &["women", "domestic work"]),
    ("recruitment of migrant workers", &["recruit"]),
    ("public perception and xenophobia", &["xenophob"]),
    ("portable social protection", &["social protection"]),
    ("cities that include migrants", &["cities", "urban"]),
    ("young people's employment", &["young", "youth"]),
    ("regional consultative processes", &["regional", "process"]),
    ("Global Migration Group coordination", &["gmg"]),
    ("rural development and food security", &["rural"]),
    ("machine-readable travel documents", &["travel document"]),
    ("protection of refugees and asylum seekers", &["refugee", "asylum"]),
    ("postal networks for money transfer", &["postal"]),
];

/// The shipped corpus with themes by keyword.
pub(super) fn shipped() -> Overlap {
    let mut recommendations: Vec<Recommendation> = CORPUS
        .lines()
        .map(|line| serde_json::from_str(line).expect("the corpus is JSON"))
        .collect();
    recommendations.sort_by(|a, b| a.id.cmp(&b.id));
    overlap(
        "Recommendations to the 2013 High-level Dialogue on International Migration and Development",
        recommendations,
    )
}

/// `n` recommendations by 150 agencies: the shipped texts again and again.
pub(super) fn large(n: usize) -> Overlap {
    let base = shipped().recommendations;
    let renamed = |i: usize| {
        let mut copy = base[i % base.len()].clone();
        copy.id = id(&format!("{}-{i:05}", copy.id));
        copy.agency = agency(&format!("State {:03}", (i * 7919) % 150));
        copy
    };
    overlap("Many recommendations", (0..n).map(renamed).collect())
}

/// Three recommendations that try to break out of the markup around them.
pub(super) fn hostile() -> Overlap {
    let texts = [
        (
            "a",
            "WHO",
            "<script>alert(1)</script> & \"data\" </textarea><img src=x onerror=alert(2)>",
        ),
        ("b", "FAO | UN", "# Not a heading | `code` *bold* [link](javascript:alert(3)) <!-- data"),
        ("c", "WHO", "1. data\n\n- not a list\u{0}\u{202E} ~~gone~~ $x$ &lt;b&gt; \\| statistic"),
    ];
    let mut recommendations: Vec<Recommendation> = texts
        .iter()
        .map(|(i, a, text)| Recommendation::new(id(i), agency(a), (*text).to_owned()))
        .collect();
    recommendations[0].section = Some("<b>Section</b> |".to_owned());
    recommendations[1].lead_in = Some("States should <i>now</i>:".to_owned());
    let mut overlap = overlap("<title>*Hostile*</title>", recommendations);
    let members = vec![
        Member { row: 0, weight: 0.9, guest: false },
        Member { row: 1, weight: 0.8, guest: false },
    ];
    overlap.themes = Themes {
        themes: vec![theme("<script>data</script> | *s*", members, &overlap.recommendations)],
        single: vec![2],
    };
    overlap.particulars = particulars(&overlap.themes);
    overlap.agencies = profiles(&overlap.recommendations, &overlap.themes.themes);
    overlap.matrix = matrix(&overlap.agencies, &overlap.themes);
    overlap.gaps.agenda = None;
    overlap
}

fn overlap(title: &str, recommendations: Vec<Recommendation>) -> Overlap {
    let themes = themes(&recommendations);
    let agencies = profiles(&recommendations, &themes.themes);
    let duplicates = duplicates(&recommendations);
    let gaps = gaps(&recommendations, &themes);
    let particulars = particulars(&themes);
    Overlap {
        title: title.to_owned(),
        documents: vec![DocumentInfo {
            id: "hld-2013".to_owned(),
            title: "International Migration and Development: Contributions and Recommendations of \
                    the International System"
                .to_owned(),
            year: Some(2013),
            source: Some("Chief Executives Board for Coordination, 2013".to_owned()),
        }],
        recommendations,
        challenges: Vec::new(),
        matrix: matrix(&agencies, &themes),
        agencies,
        particulars,
        themes,
        duplicates,
        bodies: Vec::new(),
        contradictions: Vec::new(),
        repeats: None,
        gaps,
        changes: None,
        method: Method {
            version: "0.1.0".to_owned(),
            model: "concord/MiniLM-L6-asks".to_owned(),
            overlap_threshold: 0.5,
            duplicate_threshold: 0.5,
            corpus: "0f3c".repeat(16),
            measured: vec![Measured {
                what: "Near-duplicates come first".to_owned(),
                figure: "0.5".to_owned(),
                meaning: "1 is perfect".to_owned(),
                data: "pairs".to_owned(),
                source: "docs/decisions/linking.md".to_owned(),
            }],
            takes_up_threshold: 0.4,
            meets_threshold: 0.35,
            command: "concord report --index index/hld-2013".to_owned(),
        },
    }
}

fn id(text: &str) -> RecommendationId {
    text.to_owned().try_into().expect("not empty")
}

fn agency(text: &str) -> Agency {
    text.to_owned().try_into().expect("not empty")
}

fn themes(recommendations: &[Recommendation]) -> Themes {
    let mut themes: Vec<Theme> = TOPICS
        .iter()
        .map(|(label, words)| (label, members(words, recommendations)))
        .filter(|(_, members)| members.len() > 1)
        .map(|(label, members)| theme(label, members, recommendations))
        .collect();
    themes.sort_by(|a, b| b.consensus.excess.total_cmp(&a.consensus.excess));
    let taken: BTreeSet<usize> =
        themes.iter().flat_map(|t| t.members.iter().map(|m| m.row)).collect();
    let single = (0..recommendations.len()).filter(|row| !taken.contains(row)).collect();
    Themes { themes, single }
}

fn members(words: &[&str], recommendations: &[Recommendation]) -> Vec<Member> {
    let begins = |text: &str, word: &str| format!(" {text}").contains(&format!(" {word}"));
    let found = |r: &Recommendation| {
        let text = r.text.to_lowercase();
        words.iter().any(|word| begins(&text, word))
    };
    let mut members: Vec<Member> = recommendations
        .iter()
        .enumerate()
        .filter(|(_, r)| found(r))
        // Shorter texts are more central: as good a stand-in as any.
        .map(|(row, r)| {
            let weight = 0.95 - (r.text.len() as f64 / 1500.0).min(0.6);
            Member { row, weight, guest: false }
        })
        .collect();
    members.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.row.cmp(&b.row)));
    members
}

fn theme(label: &str, members: Vec<Member>, recommendations: &[Recommendation]) -> Theme {
    let consensus = consensus(&members, recommendations);
    let mut representatives: Vec<usize> = Vec::new();
    for member in &members {
        let agency = |row: usize| &recommendations[row].agency;
        if representatives.iter().all(|&r| agency(r) != agency(member.row)) {
            representatives.push(member.row);
        }
    }
    representatives.truncate(3);
    let asking = consensus.by_agency.iter().filter_map(|count| {
        let own = |m: &&Member| recommendations[m.row].agency == count.agency;
        let row = members.iter().find(own)?.row;
        Some(Asking { agency: count.agency.clone(), row, probability: 0.75 })
    });
    let asking = asking.collect();
    let mean = members.iter().map(|m| m.weight).sum::<f64>() / members.len() as f64;
    Theme {
        id: ThemeId::try_from(format!("t-{}", label.len())).expect("not empty"),
        label: label.to_owned(),
        keywords: label.split(' ').map(str::to_owned).collect(),
        is_process: false,
        parent: None,
        decided: Vec::new(),
        representatives,
        cohesion: mean,
        stability: (mean * 1.7 - 0.45).clamp(0.2, 0.97),
        members,
        consensus,
        asking,
    }
}

fn consensus(members: &[Member], recommendations: &[Recommendation]) -> Consensus {
    let mut counts: BTreeMap<&Agency, usize> = BTreeMap::new();
    for member in members {
        *counts.entry(&recommendations[member.row].agency).or_default() += 1;
    }
    let mut by_agency: Vec<AgencyCount> = counts
        .into_iter()
        .map(|(agency, count)| AgencyCount { agency: agency.clone(), count })
        .collect();
    by_agency.sort_by(|a, b| b.count.cmp(&a.count).then(a.agency.cmp(&b.agency)));
    let mut sizes: BTreeMap<&Agency, usize> = BTreeMap::new();
    for recommendation in recommendations {
        *sizes.entry(&recommendation.agency).or_default() += 1;
    }
    let all = recommendations.len() as f64;
    let missed = |size: usize| (1.0 - size as f64 / all).powf(members.len() as f64);
    let expected = sizes.values().map(|&size| 1.0 - missed(size)).sum::<f64>();
    let excess = by_agency.len() as f64 - expected;
    let strength = if by_agency.len() > 1 { 0.75 * by_agency.len() as f64 } else { 0.0 };
    Consensus { by_agency, expected, excess, strength, ..Consensus::default() }
}

/// The typical words of a theme, and for each agency its own name.
fn particulars(themes: &Themes) -> Vec<Particulars> {
    let of = |theme: &Theme| Particulars {
        shared: theme.keywords.clone(),
        own: theme.consensus.by_agency.iter().map(|a| vec![a.agency.to_string()]).collect(),
        sentences: Vec::new(),
    };
    themes.themes.iter().map(of).collect()
}

/// Recommendations and agencies on a spiral.
pub(super) fn pictures(overlap: &Overlap) -> Pictures {
    let spiral = |n: usize| {
        let place = |i: usize| {
            let (angle, far) = (i as f32 * 2.4, 0.5 * (i as f32 / n as f32).sqrt());
            [0.5 + far * angle.cos(), 0.5 + far * angle.sin()]
        };
        (0..n).map(place).collect()
    };
    let mark = |theme: &Theme| {
        (theme.consensus.agencies() > 1).then_some(ThemeMark {
            place: [0.5, 0.5],
            hue: 1,
            shape: 2,
        })
    };
    Pictures {
        recommendations: spiral(overlap.recommendations.len()),
        agencies: spiral(overlap.agencies.len()),
        themes: overlap.themes.themes.iter().map(mark).collect(),
    }
}

/// Shared themes and agencies as they come, 40 at most.
fn matrix(agencies: &[AgencyProfile], themes: &Themes) -> MatrixOrder {
    let shared = (0..themes.themes.len()).filter(|&t| themes.themes[t].consensus.agencies() > 1);
    MatrixOrder {
        themes: shared.take(40).collect(),
        agencies: (0..agencies.len()).take(40).collect(),
    }
}

fn profiles(recommendations: &[Recommendation], themes: &[Theme]) -> Vec<AgencyProfile> {
    let names: BTreeSet<&Agency> = recommendations.iter().map(|r| &r.agency).collect();
    let mut profiles: Vec<AgencyProfile> =
        names.into_iter().map(|agency| profile(agency, recommendations, themes)).collect();
    let vectors: Vec<BTreeMap<usize, f64>> =
        profiles.iter().map(|p| p.themes.iter().map(|&(t, n)| (t, n as f64)).collect()).collect();
    let dot = |a: &BTreeMap<usize, f64>, b: &BTreeMap<usize, f64>| -> f64 {
        a.iter().map(|(t, n)| n * b.get(t).unwrap_or(&0.0)).sum()
    };
    let names: Vec<Agency> = profiles.iter().map(|p| p.agency.clone()).collect();
    for (i, profile) in profiles.iter_mut().enumerate() {
        let mut nearest: Vec<(Agency, f64)> = (0..names.len())
            .filter(|&j| j != i && dot(&vectors[i], &vectors[j]) > 0.0)
            .map(|j| {
                let (a, b) = (&vectors[i], &vectors[j]);
                (names[j].clone(), dot(a, b) / (dot(a, a) * dot(b, b)).sqrt())
            })
            .collect();
        nearest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        nearest.truncate(5);
        profile.nearest = nearest;
    }
    profiles
}

fn profile(agency: &Agency, recommendations: &[Recommendation], themes: &[Theme]) -> AgencyProfile {
    let rows: Vec<usize> =
        (0..recommendations.len()).filter(|&r| recommendations[r].agency == *agency).collect();
    let inside = |theme: &Theme, row: usize| theme.members.iter().any(|m| m.row == row);
    let shared = rows
        .iter()
        .filter(|&&r| themes.iter().any(|t| t.consensus.agencies() > 1 && inside(t, r)))
        .count();
    let in_theme = |theme: &Theme| {
        theme.members.iter().filter(|m| recommendations[m.row].agency == *agency).count()
    };
    let themes = themes
        .iter()
        .enumerate()
        .map(|(position, theme)| (position, in_theme(theme)))
        .filter(|(_, n)| *n > 0)
        .collect();
    AgencyProfile { agency: agency.clone(), rows, shared, themes, nearest: Vec::new() }
}

fn words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 3).map(str::to_owned).collect()
}

fn alike(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    a.intersection(b).count() as f64 / a.union(b).count().max(1) as f64
}

/// The first rows only: all pairs of thousands would make the tests slow.
fn duplicates(recommendations: &[Recommendation]) -> Vec<Link> {
    let sets: Vec<_> = recommendations.iter().take(300).map(|r| words(&r.text)).collect();
    let mut links = Vec::new();
    for a in 0..sets.len() {
        for b in a + 1..sets.len() {
            let shared = alike(&sets[a], &sets[b]);
            if shared > 0.22 {
                let probability = (0.3 + shared * 2.0).min(0.998);
                let likeness = Likeness {
                    cosine: 0.6 + shared as f32 / 2.0,
                    probability,
                    duplicate: probability * 0.95,
                    relation: Relation::Duplicate,
                    contrary: None,
                    read_by: Reader::Encoder,
                };
                links.push(Link { a, b, likeness });
            }
        }
    }
    links.sort_by(|x, y| y.likeness.duplicate.total_cmp(&x.likeness.duplicate));
    links
}

fn gaps(recommendations: &[Recommendation], themes: &Themes) -> Gaps {
    let sets: Vec<_> = recommendations.iter().take(300).map(|r| words(&r.text)).collect();
    let nearest = |text: &BTreeSet<String>, not: Option<&Agency>| {
        let mut near: Vec<(usize, f64)> = (0..sets.len())
            .filter(|&row| Some(&recommendations[row].agency) != not)
            .map(|row| (row, (alike(text, &sets[row]) * 4.0).min(0.97)))
            .collect();
        near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        near.truncate(6);
        near
    };
    let alone = |&row: &usize| SingleVoice {
        row,
        nearest: nearest(&words(&recommendations[row].text), Some(&recommendations[row].agency))
            .first()
            .copied(),
    };
    let answer = |item: AgendaItem| {
        let near = nearest(&words(&item.text), None);
        let mut agencies: Vec<Agency> = near
            .iter()
            .filter(|(_, p)| *p > 0.5)
            .map(|(row, _)| recommendations[*row].agency.clone())
            .collect();
        agencies.sort();
        agencies.dedup();
        AgendaAnswer { item, nearest: near, agencies }
    };
    let agenda: AgendaFile = toml::from_str(AGENDA).expect("the agenda is TOML");
    Gaps {
        single_voice: themes.single.iter().map(alone).collect(),
        agenda: Some(agenda.items.into_iter().map(answer).collect()),
        ..Gaps::default()
    }
}

#[derive(Deserialize)]
struct AgendaFile {
    items: Vec<AgendaItem>,
}
