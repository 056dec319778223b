//! What a text shows of a body by what it says and does there: it recommends, examines, is asked, says what it is.

use super::{
    agency::{in_brackets, names_body},
    evidence,
    fold::key,
};
use crate::text::is_body_word;

/// What a body says that recommends.
const RECOMMENDS: &[&str] = &[
    "recommend",
    "makes the following",
    "is making",
    "urges",
    "calls on",
    "calls upon",
    "calls for",
    "recommande",
    "recomienda",
    "empfiehlt",
    "exhorte",
    "exhorta",
    "insta ",
    "prie ",
    "recomenda",
    "рекомендует",
    "призывает",
    "建议",
    "敦促",
    "促请",
];

/// What a body does that writes reports.
const EXAMINES: &[&str] = &[
    "makes ",
    "was asked",
    "conducted",
    "reviewed",
    "analyzed",
    "analysed",
    "examined",
    "investigated",
    "concluded",
    "launched an inquiry",
    "requests",
    "invite",
];

/// How a body says what it is.
const PRESENTS: &[&str] = &[
    "brings together",
    "is a coalition",
    "is an alliance",
    "is a network",
    "is a membership",
    "is an independent",
    "is the independent",
    "is the professional",
    "is the national",
    "represents ",
    "was founded",
    "was established",
    "regroupe",
    "rassemble",
    "est une autorité",
    "agrupa",
    "reúne",
    "vertritt",
    "vereint",
];

/// What follows the name of a body that is asked to act.
const ASKED: &[&str] = &[
    "should ",
    "must ",
    "devrait ",
    "doit ",
    "debería ",
    "deberá ",
    "debe ",
    "sollte ",
    "muss ",
    "deverá ",
];

/// What stands before the name of a body that asks, in Arabic.
const VERBS_BEFORE: &[&str] = &["توصي", "يوصي", "تحث", "يحث", "تدعو", "يدعو"];

/// Log-odds that the first part of a text adds to a name: it recommends, it examines, it is named. A name
/// with its acronym counts by the better of the two.
pub(super) fn spoken(text: &str, name: &str) -> f64 {
    match in_brackets(name) {
        Some((long, short)) => spoken_as(text, long).max(spoken_as(text, short)),
        None => spoken_as(text, name),
    }
}

fn spoken_as(text: &str, name: &str) -> f64 {
    let said = |name: &str| {
        let rests = text
            .match_indices(name)
            .take(2000)
            .map(|(at, _)| without_bracket(&text[at + name.len()..]));
        let mut times = [0_usize; 5];
        for rest in rests {
            let any = |verbs: &[&str]| verbs.iter().any(|verb| rest.starts_with(verb));
            times[0] += usize::from(any(RECOMMENDS));
            times[1] += usize::from(any(EXAMINES));
            times[2] += 1;
            times[3] += usize::from(any(PRESENTS));
            times[4] += usize::from(any(ASKED));
        }
        times
    };
    let mut times = said(name);
    // "The Board recommends" refers to the body whose name begins or ends with that word.
    if name.contains(' ') {
        let cuts = [" of ", " on ", " for "].iter().filter_map(|word| name.find(word));
        let head = &name[..cuts.min().unwrap_or(name.len())];
        for article in ["The ", "the ", "Le ", "La ", "El ", "Der ", "Die ", "Das "] {
            let is_english = article.eq_ignore_ascii_case("the ");
            let word = if is_english { head.rsplit(' ').next() } else { head.split(' ').next() };
            let nick = said(&format!("{article}{}", word.unwrap_or(name)));
            times[0] += nick[0];
            times[1] += nick[1];
        }
    }
    // "Комитет рекомендует", "توصي اللجنة": languages without such an article, or with the verb first.
    let first = name.split(' ').next().filter(|word| !word.is_ascii() && is_body_word(&key(word)));
    if let Some(first) = first {
        times[0] += said(first)[0];
        let asked =
            VERBS_BEFORE.iter().map(|verb| text.matches(&format!("{verb} {first}")).count());
        times[0] += asked.sum::<usize>();
    }
    let worth = |times: usize, [first, more]: [f64; 2]| {
        let further = times.min(evidence::MOST_TIMES).saturating_sub(1);
        if times == 0 { 0.0 } else { first + more * further as f64 }
    };
    worth(times[0], evidence::RECOMMENDS)
        + worth(times[1], evidence::EXAMINES)
        + evidence::NAMED * times[2].min(6) as f64
        + evidence::PRESENTS * times[3].min(1) as f64
        + worth(times[4], evidence::ASKED)
}

/// Whether a text says that the body recommends something, by its name or by the word for it with an article:
/// "Der Landesrechnungshof empfiehlt", "The Board urges".
pub(super) fn recommends(text: &str, name: &str) -> bool {
    let name = in_brackets(name).map_or(name, |(long, _)| long);
    let mut words = name.split(' ');
    let first = words.next().unwrap_or(name);
    let nicks = [name, first, words.next_back().unwrap_or(first)];
    let is_word = |nick: &&str| nick.len() > 4 && names_body(nick);
    let nicks = nicks.iter().enumerate().filter(|(at, nick)| *at == 0 || is_word(nick));
    nicks
        .flat_map(|(_, nick)| text.match_indices(nick).take(100).map(|(at, _)| at + nick.len()))
        .any(|end| {
            let rest = without_bracket(&text[end..]);
            RECOMMENDS.iter().any(|verb| rest.starts_with(verb))
        })
}

/// The text after a name, without the acronym in brackets.
fn without_bracket(rest: &str) -> &str {
    let rest = rest.trim_start();
    let after = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'));
    after.filter(|(inner, _)| inner.len() <= 12).map_or(rest, |(_, after)| after.trim_start())
}
