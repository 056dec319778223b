//! Recommendations that end in their author or number: "(Spain, Peru)", "(Recommendation 3)".

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use regex::Regex;

use super::{cues::Cues, flow::Flow};

static MARK: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"recommendation|recommandation|recomendación|recomendacion|matter for (?:congressional )?consideration";
    Regex::new(&format!(r"(?i)\s*\(({words})s?(?:, [[:alpha:]]+)? (?:n[o°º]\.? ?|no\. ?)?(\d+[a-z]?)[^()]{{0,60}}\)[.;]?$"))
    .expect("a constant, and tested")
});

/// Where the text before a closing "(Recommendation 3)" ends, and the label.
pub(crate) fn marked(text: &str) -> Option<(usize, String)> {
    // The mark stands at the end, so a long paragraph need not be searched whole.
    let from = text.len().saturating_sub(120);
    let from = (from..=text.len()).find(|&at| text.is_char_boundary(at))?;
    let hit = MARK.captures(&text[from..])?;
    let whole = hit.get(0)?;
    let end = from + whole.start();
    let is_matter = hit[1].to_lowercase().starts_with("matter");
    let label = if is_matter { "Matter for Consideration" } else { "Recommendation" };
    (end > 20).then(|| (end, format!("{label} {}", &hit[2])))
}

/// The names to which a document attributes its recommendations.
#[derive(Debug, Default)]
pub(crate) struct Attribution {
    /// Names in brackets at the end of items.
    names: BTreeSet<String>,
}

impl Attribution {
    /// Learns the names from the texts under headings of recommendations.
    ///
    /// If fewer than five texts, or fewer than a third of them, end in names, the document attributes
    /// nothing.
    pub(crate) fn learn<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut names = BTreeSet::new();
        let (mut endings, mut all) = (0, 0);
        for text in texts {
            all += 1;
            for bracket in brackets(text).into_iter().filter(|b| is_part_end(&text[b.end..])) {
                let found = split_names(&text[bracket.inner]);
                endings += usize::from(!found.is_empty() && is_ending(&text[bracket.end..]));
                names.extend(found);
            }
        }
        if endings < 5 || endings * 3 < all { Self::default() } else { Self { names } }
    }

    /// Whether the document attributes its recommendations.
    pub(crate) fn any(&self) -> bool {
        !self.names.is_empty()
    }

    /// The recommendations in an item, one for each name; empty if it ends in no known name.
    ///
    /// The text between two names is one recommendation, or several if semicolons separate requests:
    /// "sign the pact; ratify it (Spain)".
    pub(crate) fn split(&self, flow: &Flow, cues: &Cues) -> Vec<(Flow, String)> {
        let text = flow.text();
        if self.names.is_empty() {
            return Vec::new();
        }
        let mut out = Vec::new();
        let mut start = 0;
        let mut last: Option<Range<usize>> = None;
        let mut ends = false;
        for bracket in brackets(text) {
            let names = split_names(&text[bracket.inner.clone()]);
            let known = !names.is_empty() && names.iter().all(|n| self.names.contains(n));
            if !known || !is_part_end(&text[bracket.end..]) {
                continue;
            }
            let part = trimmed(text, start, bracket.start);
            // "(Portugal) (Israel)": both names share one text.
            let part = if part.len() > 8 { Some(part) } else { last.take() };
            for request in part.iter().flat_map(|part| requests(text, part, cues)) {
                out.extend(names.iter().map(|name| (flow.cut(request.clone()), short(name))));
            }
            last = part;
            start = bracket.end;
            ends = is_ending(&text[bracket.end..]);
        }
        // A long text after the last name means that the sentence only mentions the name.
        if ends || text.len() - start < 80 { out } else { Vec::new() }
    }
}

/// The requests in a part. A new one begins after a semicolon if the text there opens like a request.
fn requests(text: &str, part: &Range<usize>, cues: &Cues) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = part.start;
    for (at, _) in text[part.clone()].match_indices("; ") {
        let (end, next) = (part.start + at, part.start + at + 2);
        let rest = super::fold::fold(&text[next..part.end]);
        if !rest.starts_with(char::is_whitespace) && cues.opens_request(&rest) {
            out.push(start..end);
            start = next;
        }
    }
    out.push(start..part.end);
    out
}

/// A part without the punctuation that separates it from the one before.
fn trimmed(text: &str, start: usize, end: usize) -> Range<usize> {
    let slice = &text[start..end];
    let body = slice.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, ';' | ',' | '.' | '/' | ':')
    });
    let from = start + slice.len() - body.len();
    from..from + body.trim_end_matches(|c: char| c.is_whitespace() || c == ',').len()
}

/// Whether the text after a bracket may close an item: a stop, or a footnote number.
fn is_ending(rest: &str) -> bool {
    rest.len() <= 4
        || rest.chars().all(|c| matches!(c, '.' | ';' | ',' | ' ' | '*') || c.is_ascii_digit())
}

/// Whether the text after a bracket may close a part of an item.
fn is_part_end(rest: &str) -> bool {
    is_ending(rest) || rest.trim_start().starts_with([';', '.', '/', ',', ':', '('])
}

/// Official names of States, and the short names under which the Universal Periodic Review indexes them.
const STATES: &[(&str, &str)] = &[
    ("United Kingdom of Great Britain and Northern Ireland", "United Kingdom"),
    ("United States of America", "United States"),
    ("USA", "United States"),
    ("UK", "United Kingdom"),
    ("Islamic Republic of Iran", "Iran"),
    ("Republic of Moldova", "Moldova"),
    ("Bolivarian Republic of Venezuela", "Venezuela"),
    ("Plurinational State of Bolivia", "Bolivia"),
    ("Lao People's Democratic Republic", "Laos"),
    ("Syrian Arab Republic", "Syria"),
    ("United Republic of Tanzania", "Tanzania"),
    ("Democratic People's Republic of Korea", "DPR Korea"),
    ("former Yugoslav Republic of Macedonia", "Macedonia FYR"),
    ("Democratic Republic of the Congo", "Democratic Republic of Congo"),
    ("Libyan Arab Jamahiriya", "Libya"),
];

/// Short name of a State: "United Kingdom of ...", "Bolivia (Plurinational State of)".
fn short(name: &str) -> String {
    let name = name.split('(').next().unwrap_or(name).trim();
    let name = name.strip_prefix("the ").or_else(|| name.strip_prefix("The ")).unwrap_or(name);
    let straight = name.replace('’', "'");
    let known = STATES.iter().find(|(long, _)| *long == straight);
    known.map_or(name, |(_, short)| short).to_owned()
}

struct Bracket {
    start: usize,
    end: usize,
    inner: Range<usize>,
}

/// The outermost pairs of brackets, in order.
fn brackets(text: &str) -> Vec<Bracket> {
    let mut out = Vec::new();
    let mut open = None;
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => {
                depth += 1;
                if depth == 1 {
                    open = Some(at);
                }
            }
            ')' if depth > 0 => {
                depth -= 1;
                if let Some(start) = open.filter(|_| depth == 0) {
                    out.push(Bracket { start, end: at + 1, inner: start + 1..at });
                    open = None;
                }
            }
            _ => {}
        }
    }
    out
}

/// The names in "Spain, Peru and Chile"; empty unless the text is a list of proper names.
fn split_names(inner: &str) -> Vec<String> {
    if inner.len() > 1500 {
        return Vec::new();
    }
    let parts: Vec<&str> =
        inner.split([',', ';', '/']).map(str::trim).filter(|p| !p.is_empty()).collect();
    let last = parts.len().saturating_sub(1);
    let mut names = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let part = part.strip_prefix("and ").unwrap_or(part).trim();
        match part.split_once(" and ").filter(|_| at == last && parts.len() > 1 && !is_pair(part)) {
            Some((one, other)) => names.extend([one.trim().to_owned(), other.trim().to_owned()]),
            None => names.push(part.to_owned()),
        }
    }
    if names.iter().all(|name| is_name(name)) { names } else { Vec::new() }
}

/// Whether a name itself contains "and".
fn is_pair(name: &str) -> bool {
    name.starts_with("Bosnia")
        || name.starts_with("Trinidad")
        || name.starts_with("Antigua")
        || name.starts_with("Saint")
        || name.starts_with("Sao Tome")
        || name.contains("Great Britain")
        || name.starts_with("the United Kingdom")
        || name.starts_with("United Kingdom")
}

/// Words that end the name of an instrument.
const INSTRUMENTS: &[&str] = &[
    "Principles",
    "Rules",
    "Convention",
    "Protocol",
    "Covenant",
    "Guidelines",
    "Declaration",
    "Agreement",
    "Act",
    "Goals",
    "Compact",
    "Treaty",
    "Charter",
    "Statute",
];

/// Whether `name` could be the proper name of a State or body: capitals and small joining words, no
/// digits, not an acronym.
fn is_name(name: &str) -> bool {
    const SMALL: &[&str] = &[
        "of", "the", "and", "de", "la", "du", "des", "del", "d'Ivoire", "y", "et", "e", "-",
        "former",
    ];
    let words: Vec<&str> = name.split([' ', '(', ')', '-']).filter(|w| !w.is_empty()).collect();
    let capital = |w: &&str| w.starts_with(char::is_uppercase);
    let fits =
        |w: &&str| capital(w) || SMALL.contains(w) || w.starts_with("d'") || w.starts_with("d’");
    // "(the Paris Principles)" names an instrument.
    let is_instrument = words.last().is_some_and(|last| INSTRUMENTS.contains(last));
    let caps = name.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let known = matches!(name, "USA" | "UK" | "UAE" | "U.S.A" | "EU");
    !words.is_empty()
        && !is_instrument
        && words.len() <= 9
        && words.iter().any(capital)
        && words.iter().all(fits)
        && !name.chars().any(|c| c.is_ascii_digit())
        && (!caps || known)
        && name.len() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Span, extract::cues::LANGUAGES};

    fn flow(text: &str) -> Flow {
        let mut flow = Flow::default();
        flow.push(text, Span { start: 0, end: text.len() });
        flow
    }

    #[test]
    fn a_mark_closes_a_recommendation() {
        let text = "The board should publish its minutes. (Recommendation 12)";
        let (end, label) = marked(text).unwrap();
        assert_eq!(
            (&text[..end], label.as_str()),
            ("The board should publish its minutes.", "Recommendation 12")
        );
        assert_eq!(marked("See the last report (Recommendation 12), which said so."), None);
    }

    #[test]
    fn an_instrument_in_brackets_recommends_nothing() {
        let text = "Strengthen the office, in line with the principles on such offices (Paris Principles) (Chile)";
        let attribution = Attribution::learn([text; 5].into_iter());
        let parts = attribution.split(&flow(text), &LANGUAGES[0]);
        let seen: Vec<_> = parts.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(seen, ["Chile"]);
    }

    #[test]
    fn each_name_recommends() {
        let names =
            ["Spain", "Bolivia (Plurinational State of)", "Bosnia and Herzegovina", "Chile"];
        let attribution = Attribution { names: names.iter().map(|n| (*n).to_owned()).collect() };
        let text = "Ratify the pact (CAT) soon (Spain, Bolivia (Plurinational State of) and Chile); \
                    abolish the tax (Bosnia and Herzegovina);";
        let cues = &LANGUAGES[0];
        let parts = attribution.split(&flow(text), cues);
        let seen: Vec<_> = parts.iter().map(|(flow, name)| (flow.text(), name.as_str())).collect();
        let one = "Ratify the pact (CAT) soon";
        let expected =
            [(one, names[0]), (one, "Bolivia"), (one, names[3]), ("abolish the tax", names[2])];
        assert_eq!(seen, expected);
        assert!(attribution.split(&flow("Plain text (Peru)."), cues).is_empty());
        // Two requests of one State; what follows a semicolon but asks nothing stays where it is.
        let two = "sign the pact on rivers; ratify it in full; and in all parts (Chile);";
        let parts = attribution.split(&flow(two), cues);
        let seen: Vec<_> = parts.iter().map(|(flow, _)| flow.text()).collect();
        assert_eq!(seen, ["sign the pact on rivers", "ratify it in full; and in all parts"]);
    }
}
