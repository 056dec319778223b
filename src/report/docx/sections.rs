//! What the document says, in the order of the page.

use crate::report::view::{Agenda, Matrix, Near, PassageView, ThemeView, View};
use crate::report::words::{capitalized, count, number, percent, shorten};

use super::parts::Writer;

/// Themes with their wording; those that follow are in the table of themes.
const MOST_THEMES: usize = 60;
/// Entries of any other list.
const MOST: usize = 100;
/// Columns of the matrix that fit a page.
const MATRIX_THEMES: usize = 16;
/// Agencies of a theme whose own words are named.
const MOST_DIFFERING: usize = 6;

pub(super) fn glance(out: &mut Writer, view: &View) {
    out.title(&view.title);
    out.paragraph(&format!("Overlap report. {}", view.summary.compared));
    out.heading(1, "At a glance");
    for (name, text) in view.overview() {
        out.named(&format!("{name}."), &text);
    }
    out.heading(2, "Where agencies agree most");
    if view.shared_themes.is_empty() {
        out.paragraph("No theme is shared by two agencies.");
        return;
    }
    let rows: Vec<Vec<String>> = view.strongest().iter().map(theme_row).collect();
    out.table(&THEME_COLUMNS, &rows);
    out.paragraph(AGREEMENT);
}

const THEME_COLUMNS: [(&str, usize); 5] = [
    ("Theme", 2_700),
    ("Agencies", 1_250),
    ("Agreement", 1_550),
    ("Stability", 1_350),
    ("Who", 2_750),
];

const AGREEMENT: &str = "Agreement is how many of the agencies, in effect, ask for the same: each \
    counts with the chance that its closest recommendation shares a request with what each of the \
    others says. Stability tells how much of a theme comes back when some recommendations are left \
    out: stable from 75%, fairly stable from 60%, weak below.";

fn theme_row(theme: &ThemeView) -> Vec<String> {
    vec![
        format!("{}. {}", theme.number, theme.label),
        format!("{} of {}", theme.n_agencies, theme.n_of),
        theme.agreement.clone(),
        format!("{} ({})", theme.stability, theme.firmness.name()),
        theme.some_agencies(),
    ]
}

pub(super) fn changes(out: &mut Writer, view: &View) {
    let Some(changes) = &view.changes else { return };
    out.heading(1, "What changed since the last report");
    for sentence in &changes.sentences {
        out.paragraph(sentence);
    }
    let rows: Vec<Vec<String>> = changes.rows.iter().map(|row| row.to_vec()).collect();
    if !rows.is_empty() {
        out.table(&[("What", 2_000), ("Before", 3_800), ("Now", 3_800)], &rows);
    }
}

pub(super) fn themes(out: &mut Writer, view: &View) {
    out.heading(1, "Themes by consensus");
    if view.shared_themes.is_empty() {
        out.paragraph("No theme is shared by two agencies.");
    }
    let shown = &view.shared_themes[..view.shared_themes.len().min(MOST_THEMES)];
    for theme in shown {
        one_theme(out, theme);
    }
    let rest = &view.shared_themes[shown.len()..];
    if !rest.is_empty() {
        out.heading(2, &format!("{} more", capitalized(&count(rest.len(), "theme"))));
        let rows: Vec<Vec<String>> = rest.iter().take(10 * MOST).map(theme_row).collect();
        out.table(&THEME_COLUMNS, &rows);
    }
    if !view.lone_themes.is_empty() {
        out.heading(2, "Repeated by one agency only");
        out.paragraph("A single agency says nearly the same more than once. This is no consensus.");
        let row =
            |theme: &ThemeView| vec![theme.label.clone(), theme.agency_line(), first_words(theme)];
        let rows: Vec<Vec<String>> = view.lone_themes.iter().take(MOST).map(row).collect();
        out.table(&[("Theme", 2_600), ("Agency", 2_000), ("Wording", 5_000)], &rows);
        cut(out, view.lone_themes.len());
    }
}

fn first_words(theme: &ThemeView) -> String {
    theme.representatives.first().map_or_else(String::new, |entry| shorten(&entry.text, 200))
}

fn one_theme(out: &mut Writer, theme: &ThemeView) {
    let weak = if theme.is_weak() { " (weak)" } else { "" };
    out.heading(2, &format!("{}. {}{weak}", theme.number, theme.label));
    out.paragraph(&format!(
        "{} of {}, agreement {}; {} (drawn at random: {} agencies). Stability {} ({}); cohesion {}.",
        theme.n_agencies,
        count(theme.n_of, "agency"),
        theme.agreement,
        count(theme.n_members, "recommendation"),
        theme.expected,
        theme.stability,
        theme.firmness.name(),
        theme.cohesion,
    ));
    out.named("Agencies:", &theme.agency_line());
    for entry in &theme.representatives {
        out.quote(entry);
    }
    if !theme.shared.is_empty() {
        out.named("In common:", &theme.shared);
    }
    let differing = theme.differing();
    for voice in differing.iter().take(MOST_DIFFERING) {
        out.named(&format!("{} alone says:", voice.agency), &voice.own);
    }
}

pub(super) fn matrix(out: &mut Writer, matrix: &Matrix) {
    out.heading(1, "Who takes part in what");
    let shown = matrix.strongest(MATRIX_THEMES);
    if shown.is_empty() {
        out.paragraph("There is no shared theme to show.");
        return;
    }
    out.paragraph(&format!(
        "Themes by number across, agencies down; a figure counts the agency's recommendations in \
         the theme. {}",
        matrix.left_out(shown.len())
    ));
    let columns: Vec<String> =
        shown.iter().map(|&row| matrix.rows[row].number.to_string()).collect();
    let rows: Vec<(String, Vec<usize>)> = matrix
        .agencies
        .iter()
        .enumerate()
        .map(|(at, (name, _))| {
            (name.clone(), shown.iter().map(|&row| matrix.rows[row].cells[at]).collect())
        })
        .collect();
    out.grid(("Agency", 2_800), &columns, &rows);
}

pub(super) fn agencies(out: &mut Writer, view: &View) {
    out.heading(1, "Agencies compared");
    let row = |agency: &crate::report::view::AgencyView| {
        let nearest: Vec<String> =
            agency.nearest.iter().map(|(_, name, likeness)| format!("{name} {likeness}")).collect();
        vec![
            agency.name.clone(),
            number(agency.n_recommendations),
            format!("{} ({})", number(agency.n_shared), agency.share),
            number(agency.themes.len()),
            if agency.stands_alone() { "stands alone".to_owned() } else { nearest.join(", ") },
        ]
    };
    let rows: Vec<Vec<String>> = view.agencies.iter().map(row).collect();
    out.table(
        &[
            ("Agency", 2_700),
            ("Recommendations", 1_950),
            ("Shared", 1_300),
            ("Themes", 1_050),
            ("Nearest agencies", 2_600),
        ],
        &rows,
    );
}

pub(super) fn duplicates(out: &mut Writer, view: &View) {
    out.heading(1, "Near-duplicates");
    out.paragraph(&view.summary.duplicates);
    for pair in view.duplicates.iter().take(MOST) {
        let within = if pair.within_one_agency() { ", within one agency" } else { "" };
        out.named(&format!("{} likely the same{within}", pair.probability), "");
        out.quote(pair.a);
        out.quote(pair.b);
    }
    cut(out, view.duplicates.len());
}

pub(super) fn gaps(out: &mut Writer, view: &View) {
    out.heading(1, "Gaps");
    out.paragraph(&format!(
        "The per cent before a recommendation is the chance that a careful analyst would see a \
         shared request. From {} it counts as taken up or shared.",
        percent(view.method.overlap_threshold)
    ));
    out.heading(2, "Agenda items that nobody takes up");
    match (&view.agenda, &view.summary.unanswered) {
        (Some(found), Some(said)) => agenda(out, found, &said.sentence),
        _ => out.paragraph("The corpus has no agenda to hold the recommendations against."),
    }
    challenges(out, view);
    silent(out, view);
    out.heading(2, "Single voices");
    out.paragraph(&view.summary.single_voices);
    for single in view.single_voices.iter().take(MOST) {
        out.quote(single.entry);
        near(out, "Nearest of another agency: ", single.nearest.as_ref());
    }
    cut(out, view.single_voices.len());
}

fn agenda(out: &mut Writer, agenda: &Agenda, sentence: &str) {
    out.paragraph(sentence);
    for item in agenda.unanswered.iter().take(MOST) {
        out.named(&format!("{}.", item.name), &item.text);
        near(out, "Nearest: ", item.nearest.first());
    }
    cut(out, agenda.unanswered.len());
    if !agenda.answered.is_empty() {
        out.heading(3, "Taken up, and by whom");
        let row = |item: &crate::report::view::AgendaView| {
            vec![item.name.clone(), shorten(&item.text, 200), item.agencies.join(", ")]
        };
        let rows: Vec<Vec<String>> = agenda.answered.iter().take(MOST).map(row).collect();
        out.table(&[("Item", 2_000), ("Text", 4_600), ("Agencies", 3_000)], &rows);
    }
}

fn challenges(out: &mut Writer, view: &View) {
    let (Some(found), Some(sentence)) = (&view.challenges, &view.summary.challenges) else {
        return;
    };
    out.heading(2, "Challenges that nobody takes up");
    out.paragraph(sentence);
    for item in found.unanswered.iter().take(MOST) {
        let PassageView { agency, text, id, place, .. } = &item.passage;
        out.named(&format!("{agency}:"), &format!("{text} ({id}, {place})"));
        near(out, "Nearest: ", item.nearest.first());
    }
    cut(out, found.unanswered.len());
}

fn silent(out: &mut Writer, view: &View) {
    let (Some(found), Some(sentence)) = (&view.silent, &view.summary.silent) else {
        return;
    };
    out.heading(2, "Silent agencies");
    out.paragraph(sentence);
    for silent in found.iter().take(MOST) {
        let PassageView { text, id, place, .. } = &silent.passage;
        let (number, label) = &silent.theme;
        out.named(
            &format!("{} on theme {number}, {label}:", silent.agency),
            &format!("{text} ({id}, {place})"),
        );
        near(out, "Others: ", Some(&silent.of_others));
        near(out, "Itself: ", silent.own.as_ref());
    }
    cut(out, found.len());
}

fn near(out: &mut Writer, lead: &str, near: Option<&Near>) {
    match near {
        Some(near) => out.under(
            &format!(
                "{lead}{} {}: {}",
                near.probability,
                near.entry.agency,
                shorten(&near.entry.text, 200)
            ),
            Some(near.entry),
        ),
        None => out.under("Nothing near it was found.", None),
    }
}

pub(super) fn singles(out: &mut Writer, view: &View) {
    out.heading(1, "Single recommendations");
    out.paragraph(&view.singles_sentence());
    let entries: Vec<_> = view.singles.iter().flat_map(|group| &group.entries).collect();
    entries.iter().take(MOST).for_each(|entry| out.quote(entry));
    cut(out, entries.len());
}

fn cut(out: &mut Writer, n: usize) {
    if n > MOST {
        out.paragraph(&format!(
            "The first {MOST} of {} are shown. The report as an Excel workbook has them all.",
            number(n)
        ));
    }
}

pub(super) fn method(out: &mut Writer, view: &View) {
    out.heading(1, "Method");
    out.paragraph(crate::report::view::HOW);
    for (name, text) in view.method_facts() {
        out.named(&format!("{name}:"), &text);
    }
    if !view.method.measured.is_empty() {
        out.heading(2, "How often it is right");
        out.paragraph(crate::report::view::MEASURED);
        let rows: Vec<Vec<String>> = view
            .method
            .measured
            .iter()
            .map(|row| {
                let cells = [&row.what, &row.figure, &row.meaning, &row.data, &row.source];
                cells.into_iter().cloned().collect()
            })
            .collect();
        out.table(
            &[
                ("Asked of the method", 2_300),
                ("Measured", 1_300),
                ("What that means", 2_200),
                ("On which data", 2_100),
                ("Record", 1_700),
            ],
            &rows,
        );
    }
}
