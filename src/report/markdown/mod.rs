//! The report as Markdown, in the same order as the page.

pub(super) mod escape;
mod gaps;

use super::{
    view::{Entry, Group, HOW, MEASURED, Matrix, ThemeView, View},
    words::{count, number},
};
use escape::{block, inline};

/// Columns of the matrix: more do not fit a line that can still be read as plain text.
const MATRIX_THEMES: usize = 12;
/// Pairs shown in full, as on the page.
const MOST_DUPLICATES: usize = 100;

/// The document, written from top to bottom.
struct Writer(String);

impl Writer {
    fn heading(&mut self, level: usize, text: &str) {
        self.paragraph(&format!("{} {text}", "#".repeat(level)));
    }

    /// A line, and an empty one after it.
    fn paragraph(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push_str("\n\n");
    }

    /// A list item, `depth` 0 the outermost.
    fn item(&mut self, depth: usize, text: &str) {
        self.0.push_str(&"  ".repeat(depth));
        self.0.push_str("- ");
        self.0.push_str(text);
        self.0.push('\n');
    }

    /// Ends a list or a table, where one has begun.
    fn gap(&mut self) {
        if !self.0.ends_with("\n\n") {
            self.0.push('\n');
        }
    }

    fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        self.0.push('|');
        for cell in cells {
            self.0.push(' ');
            self.0.push_str(cell.as_ref());
            self.0.push_str(" |");
        }
        self.0.push('\n');
    }

    /// The heading of a table; a column whose name ends in `:` is set to the right.
    fn table(&mut self, columns: &[&str]) {
        let names: Vec<&str> = columns.iter().map(|c| c.trim_end_matches(':')).collect();
        let rules: Vec<&str> =
            columns.iter().map(|c| if c.ends_with(':') { "---:" } else { "---" }).collect();
        self.row(&names);
        self.row(&rules);
    }
}

/// The whole document.
pub(super) fn render(view: &View) -> String {
    let mut out = Writer(String::new());
    glance(&mut out, view);
    changes(&mut out, view);
    themes(&mut out, view);
    matrix(&mut out, &view.matrix);
    agencies(&mut out, view);
    gaps::duplicates(&mut out, view);
    gaps::gaps(&mut out, view);
    singles(&mut out, view);
    all(&mut out, view);
    method(&mut out, view);
    out.0.truncate(out.0.trim_end().len());
    out.0.push('\n');
    out.0
}

fn glance(out: &mut Writer, view: &View) {
    out.heading(1, &block(&view.title));
    out.paragraph(&format!("Overlap report. {}", inline(&view.summary.compared)));
    out.heading(2, "At a glance");
    for (value, what) in &view.summary.figures {
        out.item(0, &format!("**{value}** {what}"));
    }
    out.gap();
    out.heading(3, "Where agencies agree most");
    strongest(out, view);
    out.heading(3, "Main gaps");
    if let Some(unanswered) = &view.summary.unanswered {
        out.item(0, &unanswered.sentence);
        for (name, text) in &unanswered.first {
            out.item(1, &format!("{}: {}", inline(name), inline(text)));
        }
    }
    out.item(0, &view.summary.single_voices);
    if !view.summary.alone.is_empty() {
        out.item(0, &inline(&view.summary.alone));
    }
    out.gap();
    out.heading(3, "Said more than once");
    out.paragraph(&view.summary.duplicates);
    if !view.documents.is_empty() {
        out.heading(3, "Documents compared");
    }
    for document in &view.documents {
        let year = document.year.map(|y| format!(" ({y})")).unwrap_or_default();
        let source = document.source.as_ref().map(|s| format!(". {}", inline(s)));
        let title = block(&document.title);
        let source = source.unwrap_or_default();
        out.item(0, &format!("{title}{year}{source} \\[{}\\]", inline(&document.id)));
    }
    out.gap();
}

fn strongest(out: &mut Writer, view: &View) {
    if view.shared_themes.is_empty() {
        out.paragraph("No theme is shared by two agencies.");
        return;
    }
    out.table(&["Rank:", "Theme", "Agencies:", "Agreement:", "By chance:"]);
    for theme in view.strongest() {
        out.row(&[
            theme.number.to_string(),
            inline(&theme.label),
            format!("{} of {}", theme.n_agencies, theme.n_of),
            theme.agreement.clone(),
            theme.expected.clone(),
        ]);
    }
    out.gap();
    out.paragraph(
        "*Agreement* is how many of these agencies, in effect, ask for the same: each counts with \
         the chance that its closest recommendation shares a request with what each of the others \
         says, so that neither a prolific agency nor a loose theme makes a consensus. *By chance* \
         is the number of different agencies in a random draw of as many recommendations.",
    );
}

fn changes(out: &mut Writer, view: &View) {
    let Some(changes) = &view.changes else { return };
    out.heading(2, "What changed since the last report");
    changes.sentences.iter().for_each(|sentence| out.paragraph(&inline(sentence)));
    if !changes.rows.is_empty() {
        out.table(&["What", "Before", "Now"]);
        changes.rows.iter().for_each(|row| out.row(&row.each_ref().map(|cell| inline(cell))));
        out.gap();
    }
}

fn themes(out: &mut Writer, view: &View) {
    out.heading(2, "Themes by consensus");
    out.paragraph(
        "A theme is a group of recommendations that ask for nearly the same thing. Themes are \
         ranked by agreement. A recommendation may be in several themes.",
    );
    out.paragraph(
        "*Stability* tells how much of a theme comes back when some recommendations are left out: \
         stable from 75%, fairly stable from 60%, weak below. Read weak themes with care. \
         *Cohesion* is the average chance that two recommendations of the theme ask for the same \
         thing. A number after an agency's name counts its recommendations, where it has more \
         than one.",
    );
    if view.shared_themes.is_empty() {
        out.paragraph("No theme is shared by two agencies.");
    }
    view.shared_themes.iter().for_each(|theme| one_theme(out, theme));
    if !view.lone_themes.is_empty() {
        out.paragraph(
            "**Repeated by one agency only.** In the themes that follow a single agency says \
             nearly the same more than once. This is no consensus.",
        );
        view.lone_themes.iter().for_each(|theme| one_theme(out, theme));
    }
}

fn one_theme(out: &mut Writer, theme: &ThemeView) {
    let weak = if theme.is_weak() { " (weak)" } else { "" };
    out.heading(3, &format!("{}. {}{weak}", theme.number, inline(&theme.label)));
    out.paragraph(&format!(
        "**{} of {}**, agreement {}; {} (drawn at random: {} agencies). Stability {} ({}); cohesion {}.",
        theme.n_agencies,
        count(theme.n_of, "agency"),
        theme.agreement,
        count(theme.n_members, "recommendation"),
        theme.expected,
        theme.stability,
        theme.firmness.name(),
        theme.cohesion,
    ));
    out.paragraph(&format!("Agencies: {}", inline(&theme.agency_line())));
    differences(out, theme);
    for voice in &theme.voices {
        out.item(0, &said(voice.first));
        voice.others.iter().for_each(|entry| out.item(1, &said(entry)));
    }
    out.gap();
}

/// What the agencies have in common, and what each alone says.
fn differences(out: &mut Writer, theme: &ThemeView) {
    let differing = theme.differing();
    if differing.is_empty() {
        return;
    }
    let alone: Vec<String> = differing
        .iter()
        .map(|voice| format!("{}: {}", inline(&voice.agency), inline(&voice.own)))
        .collect();
    let common = match theme.shared.as_str() {
        "" => String::new(),
        shared => format!("In common: {}. ", inline(shared)),
    };
    out.paragraph(&format!("{common}Said by one agency only: {}.", alone.join(". ")));
}

/// Agency, wording and source, to stand behind a list mark.
fn said(entry: &Entry) -> String {
    format!("**{}**: {} ({})", inline(&entry.agency), inline(&entry.text), source(entry))
}

fn source(entry: &Entry) -> String {
    format!("{}; {}", inline(&entry.id), inline(&entry.place))
}

fn matrix(out: &mut Writer, matrix: &Matrix) {
    out.heading(2, "Who takes part in what");
    let shown = matrix.strongest(MATRIX_THEMES);
    if shown.is_empty() {
        out.paragraph("There is no shared theme to show.");
        return;
    }
    out.paragraph(&format!(
        "Themes by number across, agencies down. A figure counts the agency's \
         recommendations in the theme. Rows and columns are ordered so that agencies with the \
         same concerns stand side by side. {}",
        matrix.left_out(shown.len()),
    ));
    let heads: Vec<String> = shown.iter().map(|&r| format!("{}:", matrix.rows[r].number)).collect();
    let columns: Vec<&str> =
        std::iter::once("Agency").chain(heads.iter().map(String::as_str)).collect();
    out.table(&columns);
    for (a, (name, _)) in matrix.agencies.iter().enumerate() {
        let cell = |&r: &usize| match matrix.rows[r].cells[a] {
            0 => "\u{b7}".to_owned(),
            n => n.to_string(),
        };
        let cells: Vec<String> =
            std::iter::once(inline(name)).chain(shown.iter().map(cell)).collect();
        out.row(&cells);
    }
    out.gap();
}

fn agencies(out: &mut Writer, view: &View) {
    out.heading(2, "Agencies compared");
    out.paragraph(
        "A recommendation is shared when it stands in a theme with a recommendation of another \
         agency. The nearest agencies are those that spread over the themes most alike; the \
         figure beside each runs from 0 (no theme in common) to 1 (the same themes in the same \
         proportions).",
    );
    out.table(&["Agency", "Recommendations:", "Shared:", "Themes:", "Nearest agencies"]);
    for agency in &view.agencies {
        let nearest: Vec<String> =
            agency.nearest.iter().map(|(_, name, l)| format!("{} {l}", inline(name))).collect();
        let nearest = match (agency.stands_alone(), nearest.is_empty()) {
            (true, _) => "stands alone".to_owned(),
            (false, true) => "n/a".to_owned(),
            (false, false) => nearest.join(", "),
        };
        out.row(&[
            inline(&agency.name),
            number(agency.n_recommendations),
            format!("{} ({})", number(agency.n_shared), agency.share),
            agency.themes.len().to_string(),
            nearest,
        ]);
    }
    out.gap();
}

fn singles(out: &mut Writer, view: &View) {
    out.heading(2, "Single recommendations");
    out.paragraph(&view.singles_sentence());
    groups(out, &view.singles, |entry| {
        format!("{} ({})", block(&super::words::shorten(&entry.text, 180)), inline(&entry.id))
    });
}

fn all(out: &mut Writer, view: &View) {
    out.heading(2, "All recommendations");
    groups(out, &view.all, |entry| {
        let lead_in = entry.lead_in.as_ref().map(|l| format!("{} ", inline(l)));
        let lead_in = lead_in.unwrap_or_default();
        let themes: Vec<String> = entry.themes.iter().map(ToString::to_string).collect();
        let themes = match themes.len() {
            0 => "in no theme".to_owned(),
            1 => format!("theme {}", themes[0]),
            _ => format!("themes {}", themes.join(", ")),
        };
        let whole = format!("{lead_in}{}", inline(&entry.text));
        format!("**{}**: {whole} ({}; {themes})", inline(&entry.id), inline(&entry.place))
    });
}

fn groups(out: &mut Writer, groups: &[Group], line: impl Fn(&Entry) -> String) {
    for group in groups {
        let heading = format!("{} ({})", inline(&group.agency), number(group.entries.len()));
        out.heading(3, &heading);
        group.entries.iter().for_each(|entry| out.item(0, &line(entry)));
        out.gap();
    }
}

fn method(out: &mut Writer, view: &View) {
    out.heading(2, "Method");
    out.paragraph(HOW);
    for (name, value) in view.method_facts() {
        out.item(0, &format!("{name}: {}", inline(&value)));
    }
    out.gap();
    if view.method.measured.is_empty() {
        return;
    }
    out.heading(3, "How often it is right");
    out.paragraph(MEASURED);
    out.table(&["Asked of the method", "Measured", "What that means", "On which data", "Record"]);
    for row in &view.method.measured {
        let cells = [&row.what, &row.figure, &row.meaning, &row.data, &row.source];
        out.row(&cells.map(|text| inline(text)));
    }
}
