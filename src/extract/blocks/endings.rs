//! Whether a text stops at the end of a sentence or in the middle of one.

use crate::extract::layout::is_glued;
use crate::text::is_unfinished;

/// Signs at which a sentence or clause ends, in the scripts that Concord reads.
pub(super) const STOPS: [char; 14] =
    ['.', '!', '?', ';', ':', '…', '。', '！', '？', '；', '：', '؟', '؛', '۔'];

/// Whether text stops at the end of a sentence or clause.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let text = text
        .trim_end()
        .trim_end_matches(['"', '”', '’', '\'', ')', ']', '»', '*', '_', '）', '」', '》'])
        .trim_end();
    let text = text.trim_end_matches(|c: char| matches!(c, '⁰'..='⁹' | '¹' | '²' | '³'));
    let text = match text.rfind(|c: char| !c.is_ascii_digit()) {
        Some(at)
            if is_glued(
                text,
                at + text[at..].chars().next().map_or(1, char::len_utf8),
                text.len(),
            ) =>
        {
            text.trim_end_matches(|c: char| c.is_ascii_digit())
        }
        Some(_) | None => text,
    };
    text.ends_with(STOPS)
}

/// Whether a bracket that opened near the end of `text` is still open.
pub(super) fn has_open_bracket(text: &str) -> bool {
    // Look at the end only, since a block may grow as long as the document.
    let from = (text.len().saturating_sub(200)..=text.len())
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    let tail = &text[from..];
    tail.rfind('(').is_some_and(|open| tail.rfind(')').is_none_or(|close| open > close))
}

/// Whether text breaks off in mid-sentence.
pub(super) fn is_open(text: &str) -> bool {
    !text.is_empty() && !ends_sentence(text)
}

/// Whether text ends in a comma or in a word that cannot end a phrase.
pub(super) fn ends_hanging(text: &str) -> bool {
    let word = text.rsplit(' ').next().unwrap_or("");
    text.ends_with(',') || is_unfinished(word)
}
