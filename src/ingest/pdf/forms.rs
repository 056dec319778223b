//! Text that people typed into the fields of a form; it is no part of the pages' own text.

use pdf_extract::{Dictionary, Document as File, Object, ObjectId, decode_text_string};

use super::page::Line;

/// What Adobe LiveCycle prints on the one page of a form whose text is not in the PDF.
const PLACEHOLDER: &str = "eventually replaced by the proper contents of the document";

/// Whether the only text of a PDF is the placeholder of an XFA form.
pub(super) fn is_placeholder(lines: &[Line]) -> bool {
    let text: Vec<&str> = lines.iter().take(20).map(|line| line.text.trim()).collect();
    text.join(" ").contains(PLACEHOLDER)
}

/// The filled text fields of a page, from the top: each with its distance from the top, in points.
pub(super) fn fields(file: &File, page: ObjectId, top: f64) -> Vec<(f64, String)> {
    let mut found = Vec::new();
    for widget in file.get_page_annotations(page).unwrap_or_default() {
        let is_widget =
            widget.get(b"Subtype").and_then(Object::as_name).is_ok_and(|n| n == b"Widget");
        let Some(text) = is_widget.then(|| value(file, widget)).flatten() else { continue };
        let corners: Vec<f64> = rectangle(file, widget);
        let upper = corners.iter().skip(1).step_by(2).copied().fold(f64::MIN, f64::max);
        found.push((top - upper, text));
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found
}

fn rectangle(file: &File, widget: &Dictionary) -> Vec<f64> {
    let corners = widget.get_deref(b"Rect", file).and_then(Object::as_array);
    let corners =
        corners.map(|corners| corners.iter().filter_map(|c| c.as_float().ok()).map(f64::from));
    corners.map(Iterator::collect).unwrap_or_default()
}

/// The text typed into a field; `None` for an empty one and for one that holds no text.
fn value(file: &File, widget: &Dictionary) -> Option<String> {
    let parent = widget.get_deref(b"Parent", file).and_then(Object::as_dict).ok();
    let get = |key: &[u8]| {
        let own = widget.get_deref(key, file).ok();
        own.or_else(|| parent.and_then(|parent| parent.get_deref(key, file).ok()))
    };
    let kind = get(b"FT").and_then(|kind| kind.as_name().ok())?;
    if kind != b"Tx" {
        return None;
    }
    let text = decode_text_string(get(b"V")?).ok()?;
    text.chars().any(char::is_alphanumeric).then_some(text)
}
