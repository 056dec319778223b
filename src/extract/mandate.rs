//! Offices that many hold, each with a mandate: special rapporteurs, independent experts, working groups.

/// The name of an office with its mandate, as the lines of the first page have it: "Special Rapporteur on the right to food".
/// Without it, all rapporteurs and working groups would be one agency. `None` for any other body.
pub(super) fn full<'a>(front: impl Iterator<Item = &'a str>, office: &str) -> Option<String> {
    const OFFICES: &[&str] =
        &["Rapporteur", "Independent Expert", "Special Representative", "Working Group"];
    // Where a sentence goes on after the name.
    const GOES_ON: &[&str] = &[
        " recommend",
        " visited",
        " urge",
        " call",
        " has ",
        " had ",
        " is ",
        " was ",
        " would ",
        " to the ",
        " submit",
        " present",
        " wish",
        " in her ",
        " in his ",
        " in their ",
    ];
    if !OFFICES.iter().any(|word| office.ends_with(word)) {
        return None;
    }
    let lines: Vec<&str> = front.collect();
    let start = format!("{office} on ");
    let (at, number) =
        lines.iter().enumerate().find_map(|(n, line)| Some((line.find(&start)?, n)))?;
    // A long title runs over two lines.
    let below = lines.get(number + 1).filter(|line| line.starts_with(char::is_lowercase));
    let title = format!("{} {}", &lines[number][at..], below.unwrap_or(&""));
    let end = title.find([',', '.', ';', ':', '(', '*', '–', '—']).unwrap_or(title.len());
    let ends = GOES_ON.iter().filter_map(|word| title[start.len()..].find(word));
    let end = ends.map(|at| at + start.len()).min().unwrap_or(end).min(end);
    let name = title[..end].trim_end();
    (name.len() > start.len() && name.len() <= MANDATE_BYTES).then(|| name.to_owned())
}

/// Longest name of an office with its mandate, in bytes.
const MANDATE_BYTES: usize = 140;
