//! Recognises footnotes among the paragraphs.

use super::{Block, Kind, endings::is_open};
use crate::extract::{layout::Layout, marker::Style};

/// Marks the paragraphs that are footnotes.
pub(super) fn mark(blocks: &mut [Block], layout: &Layout) {
    for at in 0..blocks.len() {
        let (before, rest) = blocks.split_at_mut(at);
        let Some((block, after)) = rest.split_first_mut() else { return };
        let labelled = block.run_in.is_some();
        if labelled || matches!(block.kind, Kind::Heading(_) | Kind::Row | Kind::Note) {
            continue;
        }
        let previous = before.iter().rev().find(|b| b.kind != Kind::Note);
        let cut = previous.is_some_and(|b| is_open(b.text()) && b.text().len() > 60)
            && after.iter().take(6).any(|b| b.text().starts_with(char::is_lowercase));
        let star = |b: Option<&Block>| b.is_some_and(|b| b.star);
        let neighbour = star(before.last()) || star(after.first());
        if is_note(block, layout, cut, neighbour) {
            block.kind = Kind::Note;
        }
    }
}

fn is_note(block: &Block, layout: &Layout, cut: bool, neighbour: bool) -> bool {
    if let Some(marker) = block.marker() {
        return block.star && marker.style == Style::Bullet && !neighbour;
    }
    let text = block.text();
    if text.starts_with(char::is_lowercase) {
        return false;
    }
    if block.raised {
        return true;
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=3).contains(&digits) && block.gap {
        let rest = &text[digits..];
        let number = text[..digits].parse().unwrap_or(0);
        let word = rest
            .trim_start()
            .starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“' | '«'));
        if rest.starts_with(' ') && word && (layout.has_mark(number, block.first, 120) || cut) {
            return true;
        }
    }
    block.gap && (cut && is_reference(text, 1) || is_reference(text, 2))
}

/// Whether a text shows at least `least` signs of a citation.
fn is_reference(text: &str, least: usize) -> bool {
    const SIGNS: &[&str] = &[
        "http",
        "www.",
        "available from",
        "available at",
        "ibid",
        "op. cit",
        "et al",
        ", pp. ",
        ", p. ",
        " ed. ",
        "disponible",
        "consulté",
        "vol. ",
        "(New York",
        "(Geneva",
        "(London",
        "(Washington",
        "(Rome",
        "Press, ",
    ];
    const OPENINGS: &[&str] = &[
        "See ",
        "See:",
        "See,",
        "For more information",
        "Quoted ",
        "Visit ",
        "Voir ",
        "Véase",
        "Ibid",
        "As per ",
    ];
    let signs = SIGNS.iter().filter(|sign| text.contains(**sign)).count();
    let opening = OPENINGS.iter().any(|opening| text.starts_with(opening));
    text.len() < 1500 && (signs + usize::from(opening) >= least)
}
