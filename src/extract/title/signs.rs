//! What a line of the first page is or says: the name of a section, of a body, a symbol, a byline, a date.

use std::sync::LazyLock;

use regex::Regex;

use crate::extract::agency::names_body;
use crate::extract::fold::{fold, key};
use crate::extract::toc::is_contents;

/// Names of sections, folded: a heading that is one of them is no title.
const SECTIONS: &[&str] = &[
    "summary",
    "executive summary",
    "introduction",
    "foreword",
    "preface",
    "abstract",
    "synopsis",
    "overview",
    "highlights",
    "results in brief",
    "background",
    "acknowledgements",
    "abbreviations",
    "glossary",
    "at a glance",
    "key messages",
    "key findings",
    "findings",
    "conclusions",
    "recommendations",
    "conclusions and recommendations",
    "in this report",
    "in this issue",
    "on this page",
    "language selection",
    "navigation",
    "menu",
    "search",
    "download",
    "downloads",
    "related reports",
    "related pages",
    "main findings",
    "synthese",
    "resume",
    "avant propos",
    "preambule",
    "rapport",
    "recommandations",
    "resumen",
    "resumen ejecutivo",
    "introduccion",
    "prologo",
    "presentacion",
    "recomendaciones",
    "conclusiones",
    "inhalt",
    "inhaltsverzeichnis",
    "zusammenfassung",
    "kurzfassung",
    "einleitung",
    "vorwort",
    "empfehlungen",
    "das wesentliche in kurze",
    "sumario",
    "sumario executivo",
    "resumo",
    "introducao",
    "apresentacao",
    "recomendacoes",
];

/// Whether a line is the heading of a usual section: "Summary", "GAO Highlights", "Chairperson's foreword".
pub(super) fn is_section(text: &str) -> bool {
    let key = key(text);
    let rest = key.split_once(' ').map_or("", |(_, rest)| rest);
    let is_part = |part: &str| key.ends_with(&format!(" s {part}"));
    is_contents(text)
        || SECTIONS.contains(&key.as_str())
        || rest == "highlights"
        || ["foreword", "overview", "summary", "introduction", "message"].into_iter().any(is_part)
}

/// Whether a line is nothing but the name of a body.
pub(super) fn is_name(line: &str) -> bool {
    let small = |word: &str| word.starts_with(char::is_lowercase) && word.chars().count() > 3;
    names_body(line)
        && line.split(' ').count() <= 6
        && !line.split(' ').any(small)
        && !says_on_what(line)
}

/// Whether a line is the symbol of a document: "A/HRC/57/48", "HC 377", "DPGY-0047-2023".
pub(super) fn is_symbol(text: &str) -> bool {
    let is_code = |word: &str| {
        word.chars().any(|c| c.is_ascii_digit())
            || word.contains('/')
            || !word.chars().any(char::is_lowercase)
    };
    text.split(' ').count() <= 4
        && text.chars().any(|c| c.is_ascii_digit() || c == '/')
        && text.split(' ').all(is_code)
}

/// Whether a line says nothing but which kind of document this is: "Final report", "1 of 7 The Report".
pub(super) fn is_kind(text: &str) -> bool {
    const KINDS: [&str; 20] = [
        "report",
        "the",
        "final",
        "interim",
        "annual",
        "draft",
        "of",
        "volume",
        "part",
        "no",
        "rapport",
        "d",
        "observations",
        "definitives",
        "annuel",
        "informe",
        "bericht",
        "relatorio",
        "document",
        "memorandum",
    ];
    let key = key(text);
    let opens = ["final report", "interim report"].iter().any(|kind| key.starts_with(kind));
    let is_short = key.split(' ').count() <= 4 && !says_on_what(text);
    let is_of_kind = |word: &str| KINDS.contains(&word) || word.chars().all(|c| c.is_ascii_digit());
    let has_year = key.split(' ').any(|word| word.len() == 4 && word.starts_with(['1', '2']));
    opens && is_short || !has_year && key.split(' ').all(is_of_kind)
}

/// Whether a line begins with the label of a field: "Distr.: General", "Our ref: 318".
pub(super) fn has_label(text: &str) -> bool {
    text.split_once(':').is_some_and(|(label, _)| label.split(' ').count() <= 2)
}

pub(super) fn is_address(text: &str) -> bool {
    text.matches(',').count() >= 2 && text.chars().any(|c| c.is_ascii_digit())
}

/// What a letter or memorandum says it is about.
pub(super) fn subject(text: &str) -> Option<&str> {
    static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:subject|re|objet|asunto|betreff|betrifft|assunto)\s*: *")
            .expect("a constant, and tested")
    });
    SUBJECT.find(text).map(|found| &text[found.end()..]).filter(|rest| !rest.is_empty())
}

pub(super) fn is_salutation(text: &str) -> bool {
    static SALUTATION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:dear|sehr geehrte|madame|monsieur|estimad[oa]s?|prezad[oa]s?) ?\w*")
            .expect("a constant, and tested")
    });
    text.len() < 60 && SALUTATION.is_match(&fold(text))
}

/// Whether a line says what a report is on: "Inquiry into power cuts", "Rapport sur les ports".
pub(super) fn says_on_what(text: &str) -> bool {
    static ON: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"\b(?:report|inquiry|investigation|observations|visit|guidelines|study|opinion|rapport|avis|enquete|informe|estudio|observaciones|visita|bericht|gutachten|relatorio|parecer) (?:on|into|to|about|regarding|concerning|sur|relatif|a la|au|sobre|acerca|uber|zu|zur|zum)\b|^(?:evaluation|evaluacion|avaliacao|review|audit|auditoria|examen|examination|prufung|minutes|inquest|verdict) (?:of|into|de|del|da|do|des|der)\b",
        )
        .expect("a constant, and tested")
    });
    ON.is_match(&fold(text))
}

/// Whether a line says whose or which report this is: "Report of the Special Rapporteur", "Fourth report of session".
pub(super) fn is_byline(text: &str) -> bool {
    static BYLINE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^(?:(?:\w+ )?(?:report|note|publication|paper|submission|letter) (?:by|of|from|no\b|number|together)|report,|presented|submitted|tabled|ordered|published|prepared|rapport (?:de|du|des|etabli|presente|n°)|note (?:de|du)|informe (?:de la|del|presentado|n)|nota (?:de|del)|bericht (?:der|des)|relatorio (?:da|do|de))\b",
        )
        .expect("a constant, and tested")
    });
    let folded = fold(text);
    BYLINE.is_match(&folded) && !says_on_what(text)
}

pub(super) fn is_session(text: &str) -> bool {
    let folded = fold(text);
    ["session", "sesion", "sitzung", "sessao"].into_iter().any(|word| folded.contains(word))
}

/// Whether a line has a year: of a date, or of a session.
pub(super) fn has_date(text: &str) -> bool {
    static YEAR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b[0-9]{1,2}\.? ?(?:de )?\p{L}{3,} (?:de )?(?:19|20)[0-9]{2}\b")
            .expect("a constant, and tested")
    });
    YEAR.is_match(text)
}
