//! Paragraphs, tables and footnotes.

use docx_rs::{
    AlignmentType, Docx, Footnote, LineSpacing, Paragraph, Run, Shading, Table, TableBorder,
    TableBorderPosition, TableCell, TableCellMargins, TableRow, WidthType,
};

use crate::report::view::Entry;

/// The document, written from top to bottom.
pub(super) struct Writer {
    docx: Docx,
    /// The next footnote; counted here, since the library counts over the whole process.
    footnote: usize,
}

impl Writer {
    pub(super) fn new(docx: Docx) -> Self {
        Self { docx, footnote: 1 }
    }

    pub(super) fn done(self) -> Docx {
        self.docx
    }

    fn add(&mut self, paragraph: Paragraph) {
        let docx = std::mem::take(&mut self.docx);
        self.docx = docx.add_paragraph(paragraph);
    }

    pub(super) fn title(&mut self, text: &str) {
        self.add(Paragraph::new().style("Title").add_run(plain(text)));
    }

    pub(super) fn heading(&mut self, level: usize, text: &str) {
        let style = format!("Heading{level}");
        self.add(Paragraph::new().style(&style).keep_next(true).add_run(plain(text)));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.add(spaced().add_run(plain(text)));
    }

    /// A bold beginning and the rest.
    pub(super) fn named(&mut self, name: &str, text: &str) {
        self.add(spaced().add_run(plain(&format!("{name} ")).bold()).add_run(plain(text)));
    }

    /// Words of an agency, with the source as a footnote.
    pub(super) fn quote(&mut self, entry: &Entry) {
        let quote = Paragraph::new()
            .style("Quote")
            .add_run(plain(&format!("{}: ", entry.agency)).bold())
            .add_run(plain(&entry.text))
            .add_run(self.source(entry));
        self.add(quote);
    }

    /// What stands under a quote, a step further in.
    pub(super) fn under(&mut self, text: &str, entry: Option<&Entry>) {
        let mut paragraph = Paragraph::new()
            .style("Quote")
            .indent(Some(680), None, None, None)
            .add_run(plain(text).color("526070"));
        if let Some(entry) = entry {
            paragraph = paragraph.add_run(self.source(entry));
        }
        self.add(paragraph);
    }

    fn source(&mut self, entry: &Entry) -> Run {
        let note = Paragraph::new()
            .style("FootnoteText")
            .add_run(plain(&format!(" {}", entry.named_place())));
        let footnote = Footnote { id: self.footnote, content: vec![note] };
        self.footnote += 1;
        Run::new().add_footnote_reference(footnote)
    }

    /// A table, its heading shaded; widths in twentieths of a point.
    pub(super) fn table(&mut self, columns: &[(&str, usize)], rows: &[Vec<String>]) {
        let widths: Vec<usize> = columns.iter().map(|(_, width)| *width).collect();
        let heading = columns.iter().map(|(name, width)| {
            cell(plain(name).bold(), *width).shading(Shading::new().fill("D7E7F3"))
        });
        let mut all = vec![TableRow::new(heading.collect()).cant_split()];
        for row in rows {
            let cells = row.iter().zip(&widths).map(|(text, width)| cell(plain(text), *width));
            all.push(TableRow::new(cells.collect()).cant_split());
        }
        let margins = TableCellMargins::new().margin(40, 80, 40, 80);
        let table = bordered(Table::new(all)).set_grid(widths).margins(margins);
        let docx = std::mem::take(&mut self.docx);
        self.docx = docx.add_table(table).add_paragraph(Paragraph::new());
    }

    /// A table of narrow columns, filled cells shaded: a first column of names, then figures.
    pub(super) fn grid(
        &mut self,
        names: (&str, usize),
        columns: &[String],
        rows: &[(String, Vec<usize>)],
    ) {
        let narrow = (9_600 - names.1) / columns.len().max(1);
        let small = |text: &str| plain(text).size(15);
        let heading = std::iter::once(cell(small(names.0).bold(), names.1))
            .chain(columns.iter().map(|name| centered(small(name).bold(), narrow)))
            .map(|cell| cell.shading(Shading::new().fill("D7E7F3")));
        let mut all = vec![TableRow::new(heading.collect()).cant_split()];
        for (name, counts) in rows {
            let figures = counts.iter().map(|&n| match n {
                0 => centered(small(""), narrow),
                n => centered(small(&n.to_string()), narrow)
                    .shading(Shading::new().fill(SHADES[n.min(SHADES.len()) - 1])),
            });
            let cells = std::iter::once(cell(small(name), names.1)).chain(figures);
            all.push(TableRow::new(cells.collect()).cant_split());
        }
        let grid = std::iter::once(names.1).chain(columns.iter().map(|_| narrow)).collect();
        let docx = std::mem::take(&mut self.docx);
        self.docx = docx
            .add_table(
                bordered(Table::new(all))
                    .margins(TableCellMargins::new().margin(20, 20, 20, 40))
                    .set_grid(grid),
            )
            .add_paragraph(Paragraph::new());
    }
}

/// One, two, three and more.
const SHADES: [&str; 3] = ["E3EEF6", "B5D2E8", "8ABCDD"];

/// Thin grey lines between cells.
fn bordered(table: Table) -> Table {
    use TableBorderPosition::{Bottom, InsideH, InsideV, Left, Right, Top};
    [Top, Bottom, Left, Right, InsideH, InsideV].into_iter().fold(table, |table, position| {
        table.set_border(TableBorder::new(position).size(4).color("C3CDD6"))
    })
}

fn plain(text: &str) -> Run {
    Run::new().add_text(text)
}

fn spaced() -> Paragraph {
    Paragraph::new().line_spacing(LineSpacing::new().after(120))
}

fn cell(run: Run, width: usize) -> TableCell {
    TableCell::new().width(width, WidthType::Dxa).add_paragraph(Paragraph::new().add_run(run))
}

fn centered(run: Run, width: usize) -> TableCell {
    let paragraph = Paragraph::new().align(AlignmentType::Center).add_run(run);
    TableCell::new().width(width, WidthType::Dxa).add_paragraph(paragraph)
}
