//! stderr is for messages.

use std::fmt::Arguments;
use std::io::{self, IsTerminal, Write};

use super::escape::escaped;

/// Prints a line on stderr.
pub(super) fn say(line: Arguments<'_>) {
    // If stderr cannot be written, there is no place left for an error.
    let text = line.to_string();
    let text = escaped(&text);
    let _ = match styled(&text).filter(|_| is_coloured()) {
        Some(styled) => writeln!(io::stderr(), "{styled}"),
        None => writeln!(io::stderr(), "{text}"),
    };
}

/// How a line begins, and the colour that the beginning gets on a terminal (SGR parameters).
const STYLES: [(&str, &str); 5] =
    [("error:", "1;31"), ("warning:", "1;33"), ("hint:", "1;36"), ("note:", "1;36"), ("$ ", "1")];

/// `line` with its first word in colour, if that word says what kind of line it is. A command that was run
/// is set off whole.
fn styled(line: &str) -> Option<String> {
    let (start, style) = STYLES.iter().find(|(start, _)| line.starts_with(start))?;
    let end = if *start == "$ " { line.len() } else { start.len() };
    let (first, rest) = line.split_at(end);
    Some(format!("\u{1b}[{style}m{first}\u{1b}[0m{rest}"))
}

/// Whether stderr is a terminal that shows colours, and nobody said otherwise (no-color.org).
#[expect(clippy::disallowed_methods, reason = "the agreed way to switch colours off")]
fn is_coloured() -> bool {
    let is_off = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stderr().is_terminal() && !is_off("NO_COLOR") && !is_dumb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_that_names_the_kind_of_line_is_coloured() {
        assert_eq!(styled("error: x").as_deref(), Some("\u{1b}[1;31merror:\u{1b}[0m x"));
        assert_eq!(styled("$ concord x").as_deref(), Some("\u{1b}[1m$ concord x\u{1b}[0m"));
        assert_eq!(styled("an error: x"), None);
    }
}
