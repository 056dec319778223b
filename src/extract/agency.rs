//! Names of agencies in headings and acronym lists.

use std::collections::BTreeMap;

use super::fold::key;
use crate::text::is_body_word;

/// The acronyms of a document, with the names they stand for.
#[derive(Debug, Default)]
pub(crate) struct Acronyms {
    /// Key of the full name -> acronym as printed.
    by_name: BTreeMap<String, String>,
}

impl Acronyms {
    /// Learns acronyms from lines ("ABC Alpha Beta Commission") and titles ("Alpha Beta Commission (ABC)").
    pub(crate) fn learn(&mut self, text: &str) {
        let text = text.trim();
        if let Some((name, acronym)) = in_brackets(text) {
            self.add(name, acronym);
            return;
        }
        // An acronym may have two words: "UN DESA Population Division ...".
        let mut at = 0;
        for _ in 0..2 {
            let word = text[at..].split(' ').next().unwrap_or("");
            if !is_acronym(word) {
                return;
            }
            at += word.len() + 1;
            let Some(name) = text.get(at..) else { return };
            if name.len() > 8 && !is_acronym(name.split(' ').next().unwrap_or("")) {
                self.add(name, &text[..at - 1]);
                return;
            }
        }
    }

    fn add(&mut self, name: &str, acronym: &str) {
        let name = name_key(name);
        if name.contains(' ') {
            self.by_name.entry(name).or_insert_with(|| acronym.to_owned());
        }
    }

    /// Short name of a body: its acronym if known, otherwise its name without the article.
    pub(crate) fn short(&self, name: &str) -> String {
        if let Some((_, acronym)) = in_brackets(name) {
            return acronym.to_owned();
        }
        let bare = strip_article(name.trim());
        if let Some(acronym) = self.by_name.get(&name_key(bare)) {
            // Skip acronyms of two letters: nobody would look for "WB".
            if acronym.chars().filter(|c| c.is_alphabetic()).count() > 2 {
                return acronym.clone();
            }
        }
        match bare.strip_prefix("United Nations ") {
            Some(rest) => format!("UN {rest}"),
            None => bare.to_owned(),
        }
    }

    /// Whether `name` is the full name of a known acronym.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.by_name.contains_key(&name_key(name))
    }
}

/// Key of a body's name; spellings of the same name share it.
pub(crate) fn name_key(name: &str) -> String {
    let key = key(name);
    key.strip_prefix("the ").unwrap_or(&key).to_owned()
}

/// `name` without the article before it.
pub(crate) fn strip_article(name: &str) -> &str {
    ["The ", "the ", "La ", "Le ", "L'", "L’", "El ", "Der ", "Die ", "Das ", "O "]
        .iter()
        .find_map(|a| name.strip_prefix(a))
        .unwrap_or(name)
}

/// The name and the acronym of "Alpha Beta Commission (ABC)".
pub(crate) fn in_brackets(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.trim_end().rsplit_once('(')?;
    let acronym = rest.strip_suffix(')')?.trim();
    let fits = acronym.split(' ').all(is_acronym) && acronym.split(' ').count() <= 3;
    (fits && !name.trim().is_empty()).then_some((name.trim(), acronym))
}

/// Whether a word is an acronym, mostly capitals: "FAO", "UN-Habitat", "UN.GIFT", "`MoLVT`".
pub(crate) fn is_acronym(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let head = word.chars().take_while(|c| c.is_uppercase()).count();
    let odd = word.chars().any(|c| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | '&')));
    // "III." numbers a chapter.
    let counts = word.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | '.'));
    !odd && !counts
        && (2..=14).contains(&letters)
        && capitals >= 2
        && (head >= 2 || capitals * 2 >= letters)
}

const BODY_WORDS: &[&str] = &[
    "organization",
    "organisation",
    "programme",
    "program",
    "fund",
    "office",
    "commission",
    "commissions",
    "committee",
    "agency",
    "union",
    "bank",
    "ministry",
    "department",
    "council",
    "authority",
    "institute",
    "rapporteur",
    "commissioner",
    "association",
    "federation",
    "secretariat",
    "conference",
    "network",
    "bureau",
    "service",
    "forum",
    "inspectorate",
    "ombudsman",
    "court",
    "tribunal",
    "board",
    "inquiry",
    "college",
    "coalition",
    "foundation",
    "centre",
    "center",
    "panel",
    "parliament",
    "administration",
    "society",
    "academy",
    "alliance",
    "group",
    "comite",
    "ministere",
    "ministerio",
    "conseil",
    "consejo",
    "cour",
    "defenseur",
    "defensor",
    "defensoria",
    "organizacion",
    "oficina",
    "autorite",
    "autoridad",
    "haut",
    "alto",
    "agence",
    "agencia",
    "fonds",
    "fondo",
    "banque",
    "banco",
    "unicef",
    "women",
    "division",
    "directorate",
    "corporation",
    "assembly",
    "assemblee",
    "asamblea",
    "conferencia",
    "comision",
    "corte",
    "chamber",
    "chambre",
    "camara",
    "institut",
    "instituto",
    "observatoire",
    "observatorio",
    "mediateur",
    "contraloria",
    "secretaria",
    "jury",
    "coroner",
    "auditors",
    "comptroller",
    "commonwealth",
    "consortium",
    "unit",
    "rechnungshof",
    "behorde",
    "beirat",
    "ausschuss",
    "amt",
];

/// How words for bodies end in a language that joins its words: "Hafenrechnungshof".
const BODY_ENDINGS: &[&str] = &[
    "rechnungshof",
    "ministerium",
    "kommission",
    "ausschuss",
    "behorde",
    "beirat",
    "bundesamt",
    "verband",
    "agentur",
    "beauftragter",
    "beauftragte",
];

/// Whether a word of `name` says that it is a body.
pub(crate) fn names_body(name: &str) -> bool {
    if is_inspection(name) {
        return true;
    }
    let key = key(name);
    let mut words = key.split(' ');
    words.any(|w| {
        BODY_WORDS.contains(&w)
            || BODY_ENDINGS.iter().any(|end| w.ends_with(end))
            || is_body_word(w)
    })
}

/// Whether two words open the name of a body, though neither does alone: "Inspection générale des finances".
pub(super) fn is_inspection(name: &str) -> bool {
    key(name).starts_with("inspection generale")
}

/// Words for a part of a report, folded, behind the body whose it is: "COMMITTEE RECOMMENDATIONS".
pub(super) const SECTIONS: &[&str] = &[
    "recommendations",
    "observations",
    "findings",
    "conclusions",
    "report",
    "minutes",
    "comments",
];

/// Whether a title names a body: by a word such as "commission", an acronym, or the name behind one.
pub(crate) fn is_body(title: &str, acronyms: &Acronyms) -> bool {
    let key = key(title);
    let words: Vec<&str> = key.split(' ').collect();
    words.len() <= 14
        && !words.last().is_some_and(|word| SECTIONS.contains(word))
        && (acronyms.knows(title)
            || in_brackets(title).is_some()
            || words.len() <= 3 && title.split(' ').any(is_acronym) && !is_shouted(title)
            || names_body(title))
}

/// Whether a title is in capitals, so that its words look like acronyms: "PREFACE", unlike "UN DESA".
fn is_shouted(title: &str) -> bool {
    let is_long = |word: &str| word.len() > MAX_ACRONYM_BYTES && !word.contains(['-', '.']);
    !title.contains(char::is_lowercase) && title.split(' ').any(is_long)
}

/// Longest acronym of one part, in bytes.
const MAX_ACRONYM_BYTES: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_known_by_its_acronym() {
        let mut acronyms = Acronyms::default();
        acronyms.learn("ABC Alpha Beta Commission");
        acronyms.learn("UN XYZ Office of Unknown Things");
        assert_eq!(acronyms.short("The Alpha Beta Commission"), "ABC");
        assert_eq!(acronyms.short("Office of Unknown Things"), "UN XYZ");
        assert_eq!(acronyms.short("Gamma Union (GU)"), "GU");
        assert_eq!(acronyms.short("United Nations night watch"), "UN night watch");
        assert!(is_body("Alpha Beta Commission", &acronyms));
        assert!(!is_body("Introduction and background", &acronyms));
        assert!(!is_body("III. Einzelne Ergebnisse", &acronyms));
        assert!(!is_body("PREFACE", &acronyms) && is_body("UNHCR", &acronyms));
        assert!(!is_body("COMMITTEE RECOMMENDATIONS", &acronyms));
    }
}
