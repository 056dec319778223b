//! The list of contents: a line for each heading, with a link and a page.

use docx_rs::{
    DocumentChild, FieldCharType, Hyperlink, HyperlinkType, InstrPAGEREF, InstrText, Paragraph,
    Run, Tab, TabLeaderType, TabValueType,
};

use super::styles::WIDTH;
use super::{Writer, plain};

/// Levels of headings that it lists.
pub(super) const LEVELS: usize = 2;

/// The bookmark of the heading that the list names in place `number`, from 1.
fn name(number: usize) -> String {
    format!("_Toc{number:08}")
}

/// A heading that the list can lead to.
pub(super) fn bookmarked(heading: Paragraph, number: usize, text: Run) -> Paragraph {
    heading.add_bookmark_start(number, name(number)).add_run(text).add_bookmark_end(number)
}

impl Writer {
    /// Puts the list after the title. Only a program that lays out pages knows their numbers: the fields are
    /// marked as out of date, and hold nothing until then.
    pub(super) fn contents(&mut self) {
        let listed = std::mem::take(&mut self.listed);
        let entries = listed.into_iter().zip(1..).map(|((level, text), number)| {
            let tab = Tab::new().val(TabValueType::Right).leader(TabLeaderType::Dot).pos(WIDTH);
            let page = Run::new()
                .add_field_char(FieldCharType::Begin, true)
                .add_instr_text(InstrText::PAGEREF(InstrPAGEREF::new(name(number)).hyperlink()))
                .add_field_char(FieldCharType::Separate, false)
                .add_text(" ")
                .add_field_char(FieldCharType::End, false);
            let link = Hyperlink::new(name(number), HyperlinkType::Anchor)
                .add_run(plain(&text))
                .add_run(Run::new().add_tab())
                .add_run(page);
            let entry = self.empty().style(&format!("TOC{level}")).add_tab(tab).add_hyperlink(link);
            DocumentChild::Paragraph(Box::new(entry))
        });
        let entries: Vec<DocumentChild> = entries.collect();
        self.docx.document.children.splice(1..1, entries);
    }
}
