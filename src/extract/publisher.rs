//! The body that publishes a document, by the evidence of its first page.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    agency::{Acronyms, in_brackets, is_acronym, names_body},
    bodies::{bodies, is_short_for, own_part, whole},
    cues::{Role, role_of},
    evidence,
    fold::key,
    mandate,
    spoken::spoken,
    weights::chance,
};
use crate::domain::Document;

/// The likeliest publisher of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Publisher {
    /// Its short name.
    pub(crate) name: String,
    /// Probability that it is the publisher, 0 to 1.
    pub(crate) confidence: f64,
}

/// Lowest probability at which a name counts as the publisher's.
const LEAST: f64 = 0.5;

/// The body that publishes `document`; `None` if nothing on its first page is evidence enough.
///
/// A name alone is not. It must fill a line of the title page, follow words such as "a report by", or
/// recommend and examine things in the text.
pub(crate) fn publisher(document: &Document, acronyms: &Acronyms) -> Option<Publisher> {
    let mut names: BTreeMap<String, f64> = BTreeMap::new();
    for (number, line) in front(document).enumerate() {
        for (name, odds) in named_in(line, number, acronyms) {
            let best = names.entry(name).or_insert(odds);
            *best = best.max(odds);
        }
    }
    for line in &document.imprints {
        for (name, odds) in imprinted(line, acronyms) {
            let best = names.entry(name).or_insert(odds);
            *best = best.max(odds);
        }
    }
    // A person's name says nothing, and neither does that of a program.
    let is_body = |name: &&String| {
        let known = || is_acronym(name) && document.text().contains(&format!("({name})"));
        names_body(name) || in_brackets(name).is_some() || known()
    };
    if let Some(issuer) = document.issuer.as_ref().filter(is_body) {
        let odds = evidence::NONE + evidence::BODY_WORD + evidence::METADATA;
        let best = names.entry(own_part(issuer).to_owned()).or_insert(odds);
        *best = best.max(odds);
    }
    // "GAO" has what shows of the "Government Accountability Office".
    let long: Vec<(String, f64)> = names.iter().map(|(name, odds)| (name.clone(), *odds)).collect();
    for (short, odds) in names.iter_mut().filter(|(name, _)| is_acronym(name)) {
        let own = long.iter().filter(|(name, _)| {
            let words: Vec<&str> = name.split(' ').collect();
            words.len() > 1 && is_short_for(&words, short)
        });
        *odds = own.map(|(_, odds)| *odds).fold(*odds, f64::max);
    }
    // Enough to decide, and it limits the search to a few megabytes for any document.
    let text = head(document.text(), 200_000).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut names: Vec<(String, f64)> = names.into_iter().collect();
    names.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    names.truncate(40);
    let scored = names.into_iter().map(|(name, odds)| (odds + spoken(&text, &name), name));
    let mut scored: Vec<(f64, String)> = scored.collect();
    scored.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then(b.1.len().cmp(&a.1.len())).then_with(|| a.1.cmp(&b.1))
    });
    scored.retain(|(odds, _)| chance(*odds) >= LEAST);
    let (odds, best) = scored.first()?.clone();
    // "Landesrechnungshof Nordmark" is the whole name of the "Landesrechnungshof".
    let goes_on =
        |name: &String| name.strip_prefix(&best).is_some_and(|rest| rest.starts_with(' '));
    let name = scored.iter().map(|(_, name)| name).find(|name| goes_on(name)).unwrap_or(&best);
    let name = name.clone();
    let name = mandate::full(front(document), &name)
        .unwrap_or_else(|| whole(&text, front(document), name));
    Some(Publisher { name: acronyms.short(&name), confidence: chance(odds) })
}

/// The names that fill a part of a running head or the like, with their log-odds.
fn imprinted(line: &str, acronyms: &Acronyms) -> Vec<(String, f64)> {
    let is_sign = |c: char| !c.is_alphabetic();
    let parts = line.split([',', '|', '\t', '–', '—', '·', '•', ';', '(', '©']).map(|part| {
        let part = part.trim_matches(is_sign);
        ["Copyright", "copyright"].iter().fold(part, |part, word| {
            let part = part.strip_prefix(word).unwrap_or(part);
            part.strip_suffix(word).unwrap_or(part).trim_matches(is_sign)
        })
    });
    let own = parts.filter_map(|part| {
        bodies(part, acronyms).into_iter().find(|name| names_body(name) && fills(name, part))
    });
    let worth = evidence::IMPRINT.iter().map(|odds| evidence::NONE + evidence::BODY_WORD + odds);
    own.zip(worth).collect()
}

/// The start of a text, at most `bytes` long, cut between characters.
fn head(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[..end]
}

/// The names in line `number` of the first page, with the log-odds that the line gives them.
fn named_in(line: &str, number: usize, acronyms: &Acronyms) -> Vec<(String, f64)> {
    if let Some(role) = speaks_as(line) {
        return vec![(role, evidence::NONE + evidence::SPEAKS_AS)];
    }
    let early = match number {
        0..5 => evidence::FIRST_LINES,
        5..15 => evidence::EARLY_LINES,
        _ => 0.0,
    };
    let mut has_filled = false;
    let of = |name: String| {
        let is_named = names_body(&name) || acronyms.knows(&name);
        let word = if is_named { evidence::BODY_WORD } else { evidence::ACRONYM };
        let mut odds = evidence::NONE + early + word;
        if is_named && number < evidence::TITLE_LINES && fills(&name, line) {
            // "Evaluation Office · Development Fund": the first is the author.
            odds += if has_filled { evidence::OWN_PART } else { evidence::OWN_LINE };
            has_filled = true;
        }
        if is_issuer(line, &name) {
            odds += evidence::ISSUES;
        }
        if is_addressed(line, &name) {
            odds += evidence::ADDRESSED;
        }
        (name, odds)
    };
    bodies(line, acronyms).into_iter().map(of).collect()
}

/// Whether `name` is all that a line says, but for an article, a year and a number.
fn fills(name: &str, line: &str) -> bool {
    let letters = |text: &str| key(text).chars().filter(|c| c.is_alphabetic()).count();
    // "House of Assembly – Committee on Health" names the House, too.
    line.split(['–', '—', '|', '·', '•'])
        .chain([own_part(line)])
        .any(|part| letters(part) >= letters(name) && letters(part) <= letters(name) + "the ".len())
}

/// The office in which somebody writes: "I am Ann Other, Coroner for the Eastern District."
///
/// "Coroner for the coroner area of X" is the Coroner for X.
fn speaks_as(line: &str) -> Option<String> {
    static SPEAKS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^I am (?:the |\p{Lu}[^,.]{2,60}, (?:the |an? )?)(\p{Lu}[^.;]{5,90})")
            .expect("a constant, and tested")
    });
    let role = SPEAKS.captures(line)?.get(1)?.as_str().trim();
    let (office, place) = role.split_once(" for the ").unwrap_or((role, ""));
    let noun = office.rsplit(' ').next()?.to_lowercase();
    let repeated = place.strip_prefix(noun.as_str()).and_then(|rest| rest.split_once(" of "));
    Some(match repeated {
        Some((_, place)) => format!("{office} for {place}"),
        None => role.to_owned(),
    })
}

/// Whether words before `name` in its line say that the document is written to it.
fn is_addressed(line: &str, name: &str) -> bool {
    const SAYS: &[&str] =
        &["report to", "submission to", "response to", "communication to", "addressed to"];
    let before = before(line, name);
    before.is_some_and(|before| SAYS.iter().any(|says| before.ends_with(says)))
}

/// What stands before `name` in its line, folded, without articles and signs between them.
fn before(line: &str, name: &str) -> Option<String> {
    // A title in capitals still names its publisher.
    let (line, name) = (super::fold::fold(line), super::fold::fold(name));
    let signs: &[char] = &['[', '*', '_', '"', ' '];
    let before = line[..line.find(&name)?].trim_end_matches(signs);
    let bare =
        ["the", "la", "le", "el", "l'"].iter().find_map(|article| before.strip_suffix(article));
    Some(bare.unwrap_or(before).trim_end_matches(signs).to_owned())
}

/// Whether words before `name` in its line say that it issues the document.
fn is_issuer(line: &str, name: &str) -> bool {
    const SAYS: &[&str] = &[
        "report of",
        "recommendations of",
        "recommendations by",
        "conducted by",
        "carried out by",
        "report by",
        "report from",
        "published by",
        "issued by",
        "submitted by",
        "presented by",
        "prepared by",
        "produced by",
        "source:",
        "chair of",
        "author:",
        "authors:",
        "publisher:",
        "paper of",
        "paper by",
        "autor:",
        "auteur:",
        "auteur :",
        "etabli par",
        "redige par",
        "membres de",
        "elaborado por",
        "emitido por",
        "emitidas por",
        "elaborado pela",
        "elaborado pelo",
        "erstellt von",
        "©",
        "recommandations de",
        "recommandations du",
        "recomendaciones de",
        "recomendaciones del",
        "empfehlungen des",
        "empfehlungen der",
        "rapport de",
        "rapport du",
        "publie par",
        "presente par",
        "presentado por",
        "vorgelegt von",
        "informe de",
        "informe del",
        "publicado por",
        "bericht des",
        "bericht der",
        "herausgegeben von",
        "herausgeber:",
    ];
    let Some(before) = before(line, name) else { return false };
    // "Management response prepared by" names who was asked.
    if before.contains("response") {
        return false;
    }
    // "© Commonwealth of Northland": a State holds the rights in what its bodies publish.
    let is_state = ["Commonwealth of", "State of", "Crown", "Government of"];
    if before.ends_with('©') && is_state.iter().any(|state| name.starts_with(state)) {
        return false;
    }
    SAYS.iter().any(|says| before.ends_with(says))
}

/// Whether a line ends in the number of a page, as a table of contents has it: "The Commission and its data 09 - 12".
fn ends_in_page(line: &str) -> bool {
    static PAGE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^.{20,}(?:[ .…\t][0-9]{1,3} ?[-–] ?|[.…]{2} ?|…|  |\t)[0-9]{1,3}$")
            .expect("a constant, and tested")
    });
    PAGE.is_match(line)
}

/// The non-empty lines of the first page that could name its publisher.
fn front(document: &Document) -> impl Iterator<Item = &str> {
    let lines = (0..document.lines().len()).filter_map(|number| document.line(number));
    let listed = |line: &&str| {
        super::marker::parse(line).is_some() || line.contains("](#") || ends_in_page(line)
    };
    lines
        .map(str::trim)
        .filter(move |line| !line.is_empty() && line.len() <= 300 && !listed(line))
        .take(80)
        // "Required responses", "Replies of the Commission": headings of sections.
        .filter(|line| {
            let role = if line.len() > 90 { None } else { role_of(line) };
            !matches!(role, Some(Role::Aside | Role::Background))
                && (role.is_none() || names_body(line))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DocumentId;

    fn of(text: &str) -> Option<Publisher> {
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        publisher(&Document::plain(id, "d".into(), text.into()), &Acronyms::default())
    }

    #[test]
    fn running_heads_name_the_publisher_where_the_title_page_does_not() {
        let cases = [
            (
                "Office of Inspector General | U.S. Department of the Ports\nAudit: The Port Service Needs To Improve Logs",
                "Office of Inspector General",
            ),
            ("Northern Ports Network – Peer Review Programme 2023", "Northern Ports Network"),
            ("© Office of the Auditor General 2026", "Office of the Auditor General"),
            ("© Assembly copyright 2026\nEnergy Committee – Fourth Report", "Energy Committee"),
        ];
        let text =
            "The Port Service Needs To Improve Its Logs\n\nThe Port Service lost its logs.\n";
        for (heads, name) in cases {
            let id = DocumentId::try_from("d".to_owned()).unwrap();
            let mut document = Document::plain(id, "d".into(), text.into());
            document.imprints = heads.lines().map(str::to_owned).collect();
            let found = publisher(&document, &Acronyms::default());
            assert_eq!(found.map(|found| found.name).as_deref(), Some(name), "{heads}");
        }
    }

    #[test]
    fn the_first_page_names_the_publisher() {
        let cases = [
            (
                "Roads in winter\nA report of the Northern Roads Commission\nAnna Berg, Editor\n\nThe Northern Roads Commission met twice. Cars slid. The Northern Roads Commission asks for salt.\n",
                "Northern Roads Commission",
            ),
            (
                "HARBOUR COUNTY GRAND JURY 2026\n\nWho reads the logs?\n\nREQUIRED RESPONSES\n",
                "Harbour County Grand Jury",
            ),
            (
                "Notices / Vol. 80\n\nDEPARTMENT OF PORTS\n\n50 CFR Part 86\n\nLog Rules\n",
                "Department of Ports",
            ),
            (
                "REPORT\n\nI am Ann Other LLM, Coroner for the coroner area of East Bay.\n",
                "Coroner for East Bay",
            ),
            (
                "UK Covid-19 Inquiry\nA report by Ann Other DBE\nChair of the UK Covid-19 Inquiry\n",
                "UK Covid-19 Inquiry",
            ),
            ("Hafenrechnungshof\nBericht 9/2026\n", "Hafenrechnungshof"),
            (
                "Office of the Auditor General of Averland\nCare of the dead\n\nThe Ministry of the Interior should keep lists. The Ministry of the Interior should train staff. The Ministry of the Interior must reply. The Ministry of the Interior has none.\n",
                "Office of the Auditor General of Averland",
            ),
            (
                "INSTITUTE OF GRAVES\n\nThe Institute of Graves is the professional body of\nthose who run them.\n",
                "Institute of Graves",
            ),
            (
                "Heat networks\nFourth Report\nAuthor: Energy Committee of the House\n",
                "Energy Committee of the House",
            ),
            (
                "After dark\nPosition paper of the Royal College of Rural\nPractitioners, approved in May\n\nRoyal College of Rural Practitioners\n",
                "Royal College of Rural Practitioners",
            ),
            (
                "Clear the air\nA briefing\n\nThe Clean Ports Coalition brings together 34 groups of parents.\n",
                "Clean Ports Coalition",
            ),
            (
                "Inspection générale des ports\nLes navires en hiver\n",
                "Inspection générale des ports",
            ),
            (
                "Riego en zonas altas\nOficina de Evaluación · Fondo Andino de Desarrollo · Noviembre de 2023\n",
                "Oficina de Evaluación",
            ),
            (
                "Select Committee on Harbours\n\n© Commonwealth of Northland 2026\n",
                "Select Committee on Harbours",
            ),
            (
                "NORTHERN HARBOUR ORGANIZATION Quayside, 2026\n\nThe Northern Harbour Organization met. The Northern Harbour Organization recommends salt.\n",
                "Northern Harbour Organization",
            ),
            ("Quay Fire Inquiry – Phase 2 report\n\nThe fires\n", "Quay Fire Inquiry"),
            ("Cour des ports - www.ports.example\n\nLes quais\n", "Cour des ports"),
            ("INFORME DE LA DEFENSORÍA DEL AGUA\n\nLos ríos\n", "Defensoría del Agua"),
            ("Joint Travel Inspectorate JTI\n\nTrains\n", "JTI"),
            (
                "Report of the Special Rapporteur on the right to clean\nair, Ann Other\n\nThe Special Rapporteur recommends that States ban fees.\n",
                "Special Rapporteur on the right to clean air",
            ),
            (
                "Report of the Working Group on slow ships and ferries\n\nThe Working Group recommends that States build locks.\n",
                "Working Group on slow ships and ferries",
            ),
            (
                "Report to the Government of Northland\nby the European Committee\nfor the Prevention of Floods (CPF)\n\nContents\n\nThe Commission and its data on all rivers 09 - 12\n\nThe European Committee for the Prevention of Floods visited Northland. The European Committee recommends dams.\n",
                "European Committee for the Prevention of Floods",
            ),
            (
                "House of Assembly – Select Committee on Health\n\nThe Committee recommends that the Treasury:\n\n- pay for tests.\n",
                "Select Committee on Health",
            ),
        ];
        for (text, name) in cases {
            let found = of(text).unwrap_or_else(|| panic!("nobody publishes {text}"));
            assert_eq!(found.name, name);
            assert!((LEAST..1.0).contains(&found.confidence), "{found:?}");
        }
    }

    #[test]
    fn a_name_alone_is_no_publisher() {
        for text in [
            "Advance copy\n\nPhoto: Li-An Lim\n\nShips are slow. The World Bank counts them.\n",
            "Slow ships\n\nAnn Other DBE wrote this for RAG and EVM.\n",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
