//! Extraction: properties, and documents made for it. `.ci/eval-extraction` measures how good it is.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read their data")]

use std::path::Path;

use concord::Recommendation;
use concord::internals::{
    domain::{Document, DocumentId},
    extract::{ExtractConfig, challenges, from_document},
    ingest::{
        Format, TableOptions, read_document,
        records::{Form, parse},
    },
};
use proptest::prelude::*;

fn read(path: &Path) -> Document {
    let bytes = std::fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let id = DocumentId::try_from(name.clone()).unwrap();
    read_document(id, name.clone(), &bytes, Format::detect(&name, &bytes)).unwrap()
}

fn found(path: &Path) -> Vec<Recommendation> {
    from_document(&read(path), &ExtractConfig::default()).recommendations
}

/// Agency, marker and first words of what is found in a document made for the test.
fn shown(name: &str) -> Vec<(String, Option<String>, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/extract").join(name);
    let words = |r: &Recommendation| r.text.split(' ').take(4).collect::<Vec<_>>().join(" ");
    found(&path).iter().map(|r| (r.agency.to_string(), r.marker.clone(), words(r))).collect()
}

#[track_caller]
fn expect(name: &str, agency: &str, rows: &[(Option<&str>, &str)]) {
    let rows: Vec<_> = rows
        .iter()
        .map(|(m, w)| (agency.to_owned(), m.map(str::to_owned), (*w).to_owned()))
        .collect();
    assert_eq!(shown(name), rows, "{name}");
}

#[test]
fn concluding_observations_in_french() {
    let rows = [
        (Some("6."), "Le Comité recommande à"),
        (Some("a)"), "Organiser des cours de"),
        (Some("b)"), "Veiller à ce que"),
        (Some("c)"), "Publier chaque année les"),
        (Some("9."), "L'État partie devrait ratifier"),
        (Some("10."), "Le Comité prie l'État"),
    ];
    expect("cobs_fr.txt", "Comité des droits des gens de mer", &rows);
}

#[test]
fn a_report_in_spanish() {
    let rows = [
        (Some("1."), "Elaborar un plan nacional"),
        (Some("2."), "Publicar los resultados de"),
        (Some("3."), "Capacitar a los operadores"),
        (Some("4."), "Destinar al menos el"),
        (Some("5."), "Crear comités de usuarios"),
        (None, "Es necesario que el"),
    ];
    expect("informe_es.txt", "Defensoría del Agua", &rows);
}

#[test]
fn labelled_recommendations_are_taken_once() {
    let rows = [
        (Some("Recommendation 1"), "The executive heads of"),
        (Some("Recommendation 2"), "The General Assembly should"),
    ];
    expect("jiu.txt", "JTI", &rows);
}

#[test]
fn a_resolution_asks_in_its_operative_paragraphs() {
    let rows = [
        (Some("1."), "Urges Member States to"),
        (Some("2."), "Calls upon the Secretariat"),
        (Some("3."), "Encourages donors to provide"),
    ];
    expect("resolution.txt", "General Conference", &rows);
}

/// Each span slices back: what stands in the document is the text, but for white space.
fn check_spans(document: &Document, records: &[Recommendation]) {
    let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let text = document.text();
    for record in records {
        let spans = record.other["spans"].as_array().unwrap();
        let slices = spans.iter().map(|span| {
            let at = |n: usize| usize::try_from(span[n].as_u64().unwrap()).unwrap();
            &text[at(0)..at(1)]
        });
        let source: String = slices.collect();
        let visible = |c: &char| !matches!(c, '\u{200b}' | '\u{feff}' | '\0');
        let source: String = squeezed(&source).chars().filter(visible).collect();
        assert_eq!(source, squeezed(&record.text));
        let place = record.source.as_ref().unwrap();
        assert!(place.line_start >= 1 && place.line_end <= document.lines().len());
        assert!(!record.text.trim().is_empty());
    }
    let mut ids: Vec<_> = records.iter().map(|r| &r.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), records.len());
}

/// Lines like those of real documents, in any order.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just(String::new()),
        "(Recommendations|Challenges|Contents|Annex|Recomendaciones|CHAPTER 3)",
        "[-•*] (\\([a-zI]\\) )?(Ensure|States should|Veiller à|Crear) [a-z ]{0,40}[.;:]?",
        "\\(?[a-z0-9ivxl]{1,3}[).] (Adopt|We recommend that|Il faut) [a-zé¹² ]{0,60}(\\(Spain, Peru\\)|\\(Recommendation 3\\))?[.;]?",
        "[0-9]{1,3}(\\.[0-9]{1,3})?\\.? [A-Z][a-z ]{0,70}-?",
        "[A-Za-z*_\\\\ (),.:;?!“”'’0-9¹²³]{0,90}",
        "\\PC{0,60}",
    ];
    prop::collection::vec(line, 0..60).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_and_every_span_slices_back(text in lines(), markdown in any::<bool>()) {
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let format = if markdown { Format::Markdown } else { Format::Text };
        if let Ok(document) = read_document(id, "d".into(), text.as_bytes(), format) {
            let config = ExtractConfig { min_confidence: 0.0, ..ExtractConfig::default() };
            check_spans(&document, &from_document(&document, &config).recommendations);
            check_spans(&document, &challenges(&document, &config).recommendations);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..600), kind in 0..5_usize) {
        let format = [Format::Text, Format::Markdown, Format::Html, Format::Pdf, Format::Docx][kind];
        if format == Format::Docx {
            bytes.splice(0..0, *b"PK\x03\x04");
        }
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        if let Ok(document) = read_document(id, "d".into(), &bytes, format) {
            check_spans(&document, &from_document(&document, &ExtractConfig::default()).recommendations);
        }
    }

    #[test]
    fn any_page_is_read(parts in prop::collection::vec("(</?(p|li|ol|ul|h2|table|tr|td|sup|br|script|title)>|Ensure that [a-z ]{0,20}\\.|&[a-z]{2,4};|\\PC{0,9})", 0..80)) {
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        if let Ok(document) = read_document(id, "d".into(), parts.concat().as_bytes(), Format::Html) {
            check_spans(&document, &from_document(&document, &ExtractConfig::default()).recommendations);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_rtf_is_read(parts in prop::collection::vec("([{}]|\\\\(par|pard|intbl|cell|row|v|v0|u-?[0-9]{1,6}|uc[0-9]|bin[0-9]|outlinelevel1|'[0-9a-f]{2}|ansicpg932) ?|[Ee]nsure that [a-z ]{0,20}\\.|\\PC{0,9})", 0..80)) {
        let id = DocumentId::try_from("d".to_owned()).unwrap();
        let text = format!("{{\\rtf1 {}", parts.concat());
        if let Ok(document) = read_document(id, "d".into(), text.as_bytes(), Format::Rtf) {
            check_spans(&document, &from_document(&document, &ExtractConfig::default()).recommendations);
        }
    }

    #[test]
    fn any_table_is_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        cells in "([a-zé]{0,6}[,;\"\n]){0,60}",
        form in 0..3_usize,
    ) {
        let form = [Form::Jsonl, Form::Csv, Form::Workbook][form];
        let _ = parse(form, "t", &bytes, &TableOptions::default());
        let table = format!("agency,text,id\n{cells}");
        let read = parse(Form::Csv, "t.csv", table.as_bytes(), &TableOptions::default());
        for record in read.into_iter().flat_map(|read| read.recommendations) {
            prop_assert!(!record.text.trim().is_empty());
            prop_assert!(record.source.is_some_and(|s| s.line_start >= 2));
        }
    }
}

#[test]
fn observations_keep_their_numbers_and_sub_items() {
    let rows = [
        (Some("(a)"), "Raise the pay of"),
        (Some("(b)"), "Collect data on pay,"),
        (Some("(c)"), "Report on progress in"),
        (Some("14."), "Recalling its general comment"),
        (Some("15."), "The Committee requests the"),
        (Some("16."), "The Committee invites the"),
    ];
    expect("cobs_en.txt", "Committee on the Rights of Lighthouse Keepers", &rows);
}

#[test]
fn calls_to_action_under_underlined_titles_count_by_their_numbers() {
    let calls = |number| (Some(number), "We call upon the");
    let rows = ["1.", "2.", "3.", "4.", "5.", "6."].map(calls);
    expect("calls.txt", "Harbour Inquiry", &rows);
}

#[test]
fn a_heading_with_left_over_leaders_opens_the_recommendations() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/extract/review.txt");
    let found = found(&path);
    let rows: Vec<_> = found.iter().map(|r| (r.section.as_deref(), r.marker.as_deref())).collect();
    let section = Some("II. Conclusions and/or recommendations..");
    assert_eq!(rows, ["2.1", "2.2", "2.3", "2.4"].map(|marker| (section, Some(marker))));
}

#[test]
fn reported_requests_in_french_prose() {
    let found: Vec<_> = shown("atelier_fr.txt").into_iter().map(|row| row.2).collect();
    let expected = [
        "Ils ont souligné la",
        "Plusieurs délégués ont demandé",
        "Selon les experts, il",
        "Les États devraient partager",
        "Une meilleure coopération entre",
    ];
    assert_eq!(found, expected);
}

#[test]
fn attributions_in_spanish() {
    let found: Vec<_> = shown("epu_es.txt").into_iter().map(|row| row.0).collect();
    let states = [
        "España",
        "Francia",
        "México",
        "Suiza",
        "Perú",
        "Reino Unido de Gran Bretaña e Irlanda del Norte",
    ];
    assert_eq!(found[..6], states);
    assert_eq!(found.len(), 7);
}

#[test]
fn numbers_that_go_on_under_sub_headings_are_one_list() {
    let rows = [
        (Some("1."), "Inspect every bridge twice"),
        (Some("2."), "Keep a register of"),
        (Some("3."), "Repair rotten beams within"),
        (Some("4."), "Train carpenters."),
    ];
    expect("themes.txt", "Office of the Bridge Ombudsman", &rows);
}

#[test]
fn hard_wrapped_text_with_running_heads() {
    let texts: Vec<_> = shown("wrapped.txt").into_iter().map(|row| row.1).collect();
    let marker = |m: &str| Some(m.to_owned());
    assert_eq!(texts, [marker("(a)"), marker("(b)"), marker("(c)"), marker("(d)"), None]);
}

#[test]
fn agencies_are_told_apart_without_a_table_of_contents() {
    let found: Vec<_> = shown("agencies.txt").into_iter().map(|row| row.0).collect();
    let one = "Northern Roads Commission";
    let three = "Union of Bus Drivers";
    assert_eq!(found, [one, one, one, "HSA", "HSA", three, three]);
}

#[test]
fn a_web_page_gives_its_lists_and_tables() {
    let found: Vec<_> = shown("page.html").into_iter().map(|row| row.2).collect();
    let expected = [
        "Measure soot at every",
        "Ban coal stoves by",
        "Help poor households pay",
        "Governments must set limits",
        "Cities should publish data",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_pdf_gives_its_lettered_list_in_small_letters() {
    let rows = [
        (Some("a."), "inspect the roof of"),
        (Some("b."), "weigh the salt in"),
        (Some("c."), "train keepers in the"),
        (None, "The Ministry should publish"),
    ];
    expect("audit.pdf", "National Audit Board", &rows);
}

#[test]
fn a_word_document_gives_its_numbered_list() {
    let rows = [
        (Some("1."), "Fit radar to every"),
        (Some("2."), "Train its crews in"),
        (None, "The Commission also recommends"),
    ];
    expect("inquiry.docx", "Lake Transport Commission", &rows);
}

#[test]
fn labelled_recommendations_may_name_whom_they_are_for() {
    let rows = [
        (Some("Recommandation n° 1"), "publier chaque année le"),
        (Some("Recommandation n° 2"), "mettre fin aux travaux"),
        (Some("Recommandation n° 3"), "créer un fichier unique"),
    ];
    expect("rivieres_fr.txt", "Cour des rivières", &rows);
}

#[test]
fn observations_in_spanish_keep_their_sub_items() {
    let rows = [
        (Some("a)"), "Aumente los salarios mínimos"),
        (Some("b)"), "Vele por que los"),
        (Some("c)"), "Establezca un registro de"),
        (Some("6."), "El Comité insta al"),
        (Some("7."), "El Comité solicita al"),
    ];
    expect("cobs_es.txt", "Comité de los Derechos de los Pescadores", &rows);
}

#[test]
fn a_resolution_in_spanish_asks_in_its_operative_paragraphs() {
    let rows = [
        (Some("2."), "Insta a los Estados"),
        (Some("3."), "Exhorta a los donantes"),
        (Some("4."), "Pide a la Secretaría"),
        (Some("5."), "Alienta a los puertos"),
    ];
    expect("resolucion_es.txt", "Conferencia de Puertos del Sur", &rows);
}

#[test]
fn a_letter_asks_in_paragraphs_that_complete_its_lead_in() {
    let rows = [
        (None, "That the Department of"),
        (None, "That local councils be"),
        (None, "That the Department report"),
    ];
    expect("letter.txt", "Office of the Children's Guardian", &rows);
}

#[test]
fn numbered_paragraphs_that_tell_what_happened_are_left() {
    let found: Vec<_> = shown("fog_bridge.txt").into_iter().filter_map(|row| row.1).collect();
    assert_eq!(found, ["9.2", "9.3", "9.4", "1.", "2.", "3."]);
}

#[test]
fn those_who_are_reported_to_ask_are_named() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/extract/atelier_fr.txt");
    let records = found(&path);
    let reported = records.iter().filter_map(|r| r.other.get("reported_by")?.as_str());
    assert_eq!(reported.collect::<Vec<_>>(), ["Plusieurs délégués", "les experts"]);
}
