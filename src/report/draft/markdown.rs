//! The notes on a draft as GitHub-flavoured Markdown.

use std::fmt::Write;

use super::view::{MatchView, Note, View};
use crate::report::markdown::escape::{block, inline};

/// What was found of each statement, then of the whole.
#[must_use]
pub fn markdown(view: &View) -> String {
    let mut out = String::new();
    // Writing into a String cannot fail.
    let _ = write_all(&mut out, view);
    out
}

fn write_all(out: &mut String, view: &View) -> std::fmt::Result {
    writeln!(out, "# Draft check: {}\n", inline(&view.draft))?;
    writeln!(out, "Held against: {}.\n", inline(&view.corpus))?;
    writeln!(out, "{}\n", inline(&view.summary.join(" ")))?;
    writeln!(out, "| | statements |\n|---|---:|")?;
    for figure in &view.figures {
        writeln!(out, "| {} | {} |", figure.words, figure.number)?;
    }
    writeln!(out, "\n## Statements\n")?;
    for note in view.blocks.iter().flat_map(|block| &block.notes) {
        write_note(out, note)?;
    }
    writeln!(out, "## The whole\n")?;
    section(out, "Takes up", &view.touched)?;
    section(out, "Leaves out, though agencies agree on it", &view.missing)?;
    section(out, "Most in line with it", &view.in_line)?;
    if let Some(agenda) = &view.agenda {
        section(out, "Agenda items it answers", agenda)?;
    }
    writeln!(out, "Made with Concord {}, model {}.", inline(&view.version), inline(&view.model))
}

fn write_note(out: &mut String, note: &Note) -> std::fmt::Result {
    let flag = if note.is_opposite { ", **opposite**" } else { "" };
    writeln!(out, "### {}. {}{flag} (line {})\n", note.number, note.verdict, note.lines)?;
    writeln!(out, "> {}\n", block(&note.text))?;
    writeln!(out, "{}\n", note.meaning)?;
    for found in &note.matches {
        write_match(out, "", found)?;
    }
    for found in &note.own {
        write_match(out, "own: ", found)?;
    }
    if !note.cite.is_empty() {
        writeln!(out, "- Cite: {}", inline(&note.cite.join("; ")))?;
    }
    if !note.repeats.is_empty() {
        let numbers: Vec<String> = note.repeats.iter().map(ToString::to_string).collect();
        writeln!(out, "- Repeats statement {} of the draft", numbers.join(", "))?;
    }
    writeln!(out)
}

fn write_match(out: &mut String, before: &str, found: &MatchView) -> std::fmt::Result {
    let who = inline(&found.who);
    writeln!(out, "- {before}**{who}** ({}): {}", found.relation, inline(&found.text))?;
    for difference in &found.differences {
        writeln!(out, "  - {}", inline(difference))?;
    }
    if !found.place.is_empty() {
        writeln!(out, "  - source: {}", inline(&found.place))?;
    }
    Ok(())
}

/// A titled list; nothing for no entry.
fn section(out: &mut String, title: &str, entries: &[String]) -> std::fmt::Result {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "### {title}\n")?;
    for entry in entries {
        writeln!(out, "- {}", block(entry))?;
    }
    writeln!(out)
}
