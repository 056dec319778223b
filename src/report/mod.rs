//! One view of the results, rendered as Markdown, HTML and JSON. Computes no figure, opens no
//! file.
//!
//! `view` says in words what [`Overlap`] holds in figures; the two documents made from it differ
//! in markup only. JSON gives the figures themselves.

pub mod answers;
mod html;
mod json;
mod markdown;
mod seriate;
mod view;
mod words;

#[cfg(test)]
mod fixture;

pub use json::json;

use crate::domain::Overlap;

/// The report as GitHub-flavoured Markdown, readable as plain text too.
#[must_use]
pub fn markdown(overlap: &Overlap) -> String {
    let entries = view::Entries::of(overlap);
    markdown::render(&view::View::new(overlap, &entries))
}

/// The report as one HTML page that needs no network, no server and no script.
#[must_use]
pub fn html(overlap: &Overlap) -> String {
    let entries = view::Entries::of(overlap);
    html::render(&view::View::new(overlap, &entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page and the document of the shipped corpus, to be looked at.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "written for people, to the temporary folder")]
    fn the_shipped_corpus_is_rendered() {
        let overlap = fixture::shipped();
        let folder = std::env::temp_dir();
        std::fs::write(folder.join("concord-report-test.html"), html(&overlap)).unwrap();
        std::fs::write(folder.join("concord-report-test.md"), markdown(&overlap)).unwrap();
        let large = html(&fixture::large(5000));
        std::fs::write(folder.join("concord-report-test-5000.html"), large).unwrap();
        let hostile = fixture::hostile();
        std::fs::write(folder.join("concord-report-hostile.html"), html(&hostile)).unwrap();
        std::fs::write(folder.join("concord-report-hostile.md"), markdown(&hostile)).unwrap();
    }
}
