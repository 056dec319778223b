//! List markers: "(a)", "3.", "104.24", "- (iv)", "•", "Recommendation 7:".

use super::codes::{addressed, is_code, opens_address};
use super::fold::fold;
use super::lists;
use super::numerals;
use super::words::is_stop_word;
use crate::domain::Language;

/// How a marker counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// No count: a dash, a dot.
    Bullet,
    /// 1, 2, 3.
    Number,
    /// 1.2, 104.24: the last part counts.
    Decimal,
    /// a, b, c.
    Letter,
    /// A, B, C.
    Capital,
    /// i, ii, iii.
    Roman,
    /// I, II, III.
    CapitalRoman,
    /// "Recommendation 7".
    Labelled,
    /// A count in letters, numerals or words of another script: "一", "أ", "б".
    Native,
}

/// The signs around the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Nothing, as after a bullet or "104.24 ".
    Bare,
    /// "a)".
    Closed,
    /// "(a)".
    Bracketed,
    /// "a."
    Dotted,
}

/// A list marker at the start of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// As printed, without the bullet before it: "(a)", "3.".
    pub printed: String,
    /// How it counts; the likelier style if two fit (for "(i)" after "(h)", the list decides).
    pub style: Style,
    /// Its position in the list, from 1; 0 for a bullet.
    pub value: u32,
    /// The prefix of a decimal marker: "104" of "104.24".
    pub prefix: String,
    /// The signs around the count.
    pub form: Form,
    /// Whether a bullet character stands before it.
    pub bullet: bool,
    /// Blanks before it, in characters.
    pub indent: usize,
    /// Byte of the line at which the text after it begins.
    pub end: usize,
    /// Who is asked, where a label says so: "Recommendation 7 (Ministry of Roads): ...".
    pub owner: Option<String>,
}

impl Marker {
    /// Its value in another style, if its letters allow it: "(i)" is 9 as a letter.
    #[must_use]
    pub fn value_as(&self, style: Style) -> Option<u32> {
        if style == self.style {
            return Some(self.value);
        }
        let token = self.printed.trim_matches(['(', ')', '.', '[', ']']);
        match style {
            Style::Letter => letter(token),
            Style::Roman => roman(&token.to_lowercase()),
            Style::Capital => letter(&token.to_lowercase()).filter(|_| is_upper(token)),
            Style::CapitalRoman => roman(&token.to_lowercase()).filter(|_| is_upper(token)),
            Style::Bullet | Style::Number | Style::Decimal | Style::Labelled | Style::Native => {
                None
            }
        }
    }
}

fn is_upper(token: &str) -> bool {
    token.chars().all(char::is_uppercase)
}

/// The marker for `value` in this style and form, to restore a damaged one.
#[must_use]
pub fn printed(style: Style, form: Form, value: u32) -> Option<String> {
    let token = match style {
        Style::Letter => letter_of(value)?,
        Style::Capital => letter_of(value)?.to_uppercase(),
        Style::Roman => roman_of(value)?,
        Style::CapitalRoman => roman_of(value)?.to_uppercase(),
        Style::Number => value.to_string(),
        Style::Bullet | Style::Decimal | Style::Labelled | Style::Native => return None,
    };
    Some(match form {
        Form::Bare => token,
        Form::Closed => format!("{token})"),
        Form::Bracketed => format!("({token})"),
        Form::Dotted => format!("{token}."),
    })
}

const BULLETS: &[char] = &[
    '-', '–', '—', '*', '•', '▪', '◦', '●', '·', '○', '■', '□', '►', '▶', '➢', '✓', '»', '‣', '⁃',
    '∙', '\u{f0b7}', '\u{f0a7}', '❖', '➔', '→', '+',
];

/// The marker at the start of `line`, if there is one.
#[must_use]
pub fn parse(line: &str) -> Option<Marker> {
    let body = line.trim_start();
    let indent = line[..line.len() - body.len()].chars().count();
    let (rest, bullet) = strip_bullet(body);
    let at = line.len() - rest.len();
    if let Some(marker) = emphasized(rest) {
        return Some(Marker { bullet, indent, end: at + marker.end, ..marker });
    }
    let latin = labelled(rest).or_else(|| bracketed(rest)).or_else(|| plain(rest));
    let latin = latin.or_else(|| coded(rest));
    match latin.or_else(|| numerals::parse(rest)) {
        Some(marker) => Some(Marker { bullet, indent, end: at + marker.end, ..marker }),
        None if bullet => Some(Marker { indent, end: at, ..bare_bullet() }),
        None => None,
    }
}

/// "**12\\.** Text", "__Recommendation 3:__ Text".
fn emphasized(rest: &str) -> Option<Marker> {
    let mark = ["**", "__"].into_iter().find(|mark| rest.starts_with(mark))?;
    let inner = &rest[2..];
    let close = inner.find(mark).filter(|&at| at <= 28)?;
    let token = inner[..close].replace('\\', "");
    let marker = labelled(&token).or_else(|| bracketed(&token)).or_else(|| plain(&token))?;
    let after = &inner[close + 2..];
    // Emphasis that continues after the count is an inline heading, not a marker alone.
    (marker.end >= token.trim_end().len())
        .then(|| Marker { end: rest.len() - after.trim_start().len(), ..marker })
}

/// A bullet without a count.
#[must_use]
pub fn bare_bullet() -> Marker {
    Marker {
        printed: "-".to_owned(),
        style: Style::Bullet,
        value: 0,
        prefix: String::new(),
        form: Form::Bare,
        bullet: true,
        indent: 0,
        end: 0,
        owner: None,
    }
}

/// The text after a bullet, and whether there was one. Most bullets need a blank or the end after them.
fn strip_bullet(body: &str) -> (&str, bool) {
    let rest = body.strip_prefix(BULLETS).or_else(|| body.strip_prefix("o ").map(|_| &body[1..]));
    match rest {
        Some(rest) if rest.is_empty() || rest.starts_with(char::is_whitespace) => {
            (rest.trim_start(), true)
        }
        Some(_) | None => {
            // A real bullet character needs no blank: "•Ensure".
            let rest = body.strip_prefix(['•', '▪', '●', '■', '►', '➢', '\u{f0b7}', '\u{f0a7}']);
            rest.map_or((body, false), |rest| (rest, true))
        }
    }
}

/// "(a)", "a)", "(12)", "[iv]".
fn bracketed(rest: &str) -> Option<Marker> {
    let inner = rest.strip_prefix(['(', '[']);
    let token_start = inner.unwrap_or(rest);
    let close = token_start.char_indices().take(8).find(|(_, c)| matches!(c, ')' | ']'))?.0;
    let token = token_start[..close].trim();
    let after = &token_start[close + 1..];
    let (style, value) = count(token)?;
    let form = if inner.is_some() { Form::Bracketed } else { Form::Closed };
    if form == Form::Closed && !(after.is_empty() || after.starts_with(char::is_whitespace)) {
        return None;
    }
    let printed = if inner.is_some() { format!("({token})") } else { format!("{token})") };
    Some(counted(rest, after, printed, style, value, form))
}

/// "3. ", "a. ", "104.24 ", "1.2.3. ".
fn plain(rest: &str) -> Option<Marker> {
    if let Some(marker) = glued(rest) {
        return Some(marker);
    }
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
    let (token, mut after) = rest.split_at(end);
    if token.len() > 12 || !(after.is_empty() || after.starts_with(char::is_whitespace)) {
        return None;
    }
    // "3 . Text": a converter may leave a blank before the dot.
    let detached = after.strip_prefix(" . ").filter(|_| is_number(token));
    let dotted = token.ends_with('.') || detached.is_some();
    after = detached.unwrap_or(after);
    let core = token.trim_end_matches('.');
    if let Some((prefix, last)) = core.rsplit_once('.') {
        let parts_ok = prefix.split('.').all(|p| is_number(p) || p.len() == 1 && !p.is_empty());
        let value = last.trim_end_matches(|c: char| c.is_ascii_lowercase());
        if parts_ok && is_number(value) && !prefix.is_empty() && last.len() <= value.len() + 1 {
            let value = value.parse().ok()?;
            let mut marker =
                counted(rest, after, token.to_owned(), Style::Decimal, value, Form::Bare);
            prefix.clone_into(&mut marker.prefix);
            return Some(marker);
        }
        return None;
    }
    if !dotted {
        // "12   The panel recommends", as text taken from a page sets numbered paragraphs.
        let apart = ["  ", "\t"].iter().any(|gap| after.starts_with(gap));
        let text = after.trim_start();
        let is_set = apart
            && is_number(core)
            && text.starts_with(char::is_uppercase)
            && !text.contains("   ");
        let value = core.parse().unwrap_or(0);
        return is_set
            .then(|| counted(rest, after, core.to_owned(), Style::Number, value, Form::Bare));
    }
    let (style, value) = count(core)?;
    let printed = format!("{core}.");
    Some(counted(rest, after, printed, style, value, Form::Dotted))
}

/// "8.The Committee", as converters leave numbers that a tab set apart.
fn glued(rest: &str) -> Option<Marker> {
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after = rest[end..].strip_prefix('.').filter(|_| (1..=3).contains(&end))?;
    let mut letters = after.chars();
    // "3.A" may be part of a number, and "2.Bundesliga" is rare.
    let is_word = letters.next()?.is_uppercase()
        && letters.next().is_some_and(|c| c.is_lowercase() || c == ' ');
    let value = rest[..end].parse().ok()?;
    let printed = format!("{}.", &rest[..end]);
    is_word.then(|| counted(rest, after, printed, Style::Number, value, Form::Dotted))
}

/// "021/24 Inspect", "2024-03: Inspect", "M-24-1 Inspect", as safety boards number: what counts is the part
/// that is no year.
fn coded(rest: &str) -> Option<Marker> {
    let end = rest.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(rest.len());
    let (code, after) = rest.split_at(end);
    let text = after.trim_start_matches(':').trim_start();
    if !is_code(code) || text.starts_with(|c: char| !c.is_uppercase()) {
        return None;
    }
    let (first, last) = (code.split(['-', '/']).next()?, code.rsplit(['-', '/']).next()?);
    let by_last = first.len() == 4 || first.starts_with(char::is_alphabetic);
    let value = if by_last { last } else { first }.parse().ok()?;
    let rest_of_code = if by_last { code.strip_suffix(last) } else { code.strip_prefix(first) };
    let mut marker = counted(rest, text, code.to_owned(), Style::Decimal, value, Form::Bare);
    rest_of_code.unwrap_or_default().clone_into(&mut marker.prefix);
    Some(marker)
}

fn is_number(token: &str) -> bool {
    !token.is_empty() && token.len() <= 3 && token.bytes().all(|b| b.is_ascii_digit())
}

fn counted(
    rest: &str,
    after: &str,
    printed: String,
    style: Style,
    value: u32,
    form: Form,
) -> Marker {
    let end = rest.len() - after.trim_start().len();
    let (prefix, owner) = (String::new(), None);
    Marker { printed, style, value, prefix, form, bullet: false, indent: 0, end, owner }
}

/// "Recommendation 7:", "Recommandation n° 7 –", "Recomendación 7.", "R7.", "Call to Action 7".
fn labelled(rest: &str) -> Option<Marker> {
    let digit = rest.char_indices().take(32).find(|(_, c)| c.is_ascii_digit())?.0;
    // "Safety recommendation R/2025/071"
    let lettered = rest[..digit].strip_suffix('/').and_then(|before| before.rsplit_once(' '));
    let is_letter = |(_, letter): &(&str, &str)| letter.len() == 1 && is_upper(letter);
    let digit = lettered.filter(is_letter).map_or(digit, |_| digit - 2);
    let word = rest[..digit]
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '°' | 'º' | '#' | '-'));
    let word = fold(word);
    let word = [" n", " no", " nr", " num"]
        .iter()
        .find_map(|sign| word.strip_suffix(sign))
        .unwrap_or(&word);
    let word = word.trim_end();
    if !is_label(word) {
        return None;
    }
    let tail = &rest[digit..];
    let number = number_of_label(tail);
    // "2024-003" and "12/22" count by one of their parts, and in the year "2024" that is the last.
    let last = number.rsplit(['-', '/']).next().unwrap_or(number);
    let digits: String = last.chars().take_while(char::is_ascii_digit).collect();
    let value = digits.parse().ok().filter(|&n| n < 10_000)?;
    let after = tail[number.len()..]
        .trim_start_matches([':', '：', '、', '.', '–', '—', '-', ')', ' ', '\u{a0}']);
    // "Recommendation 7 (Ministry of Roads): ..." names its addressee before it begins, and so does "Recomendación 7 (al
    // Ministerio de Carreteras). ...".
    let behind = tail[number.len()..].trim_start();
    let bracket = behind.trim_start_matches('.').trim_start();
    let named = bracket.strip_prefix('(').and_then(|rest| rest.split_once(')'));
    let named = named.filter(|(name, rest)| {
        let to = opens_address(name);
        let rest = rest.trim_start();
        name.len() <= 120 && (rest.starts_with(':') || to && rest.starts_with('.'))
    });
    // And "Recommendation 7 to the Ministry of Roads: ...".
    let named = named.or_else(|| {
        let (name, at) = addressed(behind)?;
        Some((name, &behind[at..]))
    });
    let after = named.map_or(after, |(_, rest)| rest.trim_start()[1..].trim_start());
    // "Recommendation 7 of the report says" is a sentence, not a marker.
    let sign = named.is_some() || behind.starts_with([':', '：', '、', '.', '–', '—', '-', ')']);
    if !(sign || after.is_empty() || after.starts_with(char::is_uppercase) && word.len() > 3) {
        return None;
    }
    let printed = rest[..digit + number.len()].trim().to_owned();
    let bare = |name: &str| {
        let to = format!("{}: ", name.trim());
        addressed(&to).map_or_else(|| name.trim().to_owned(), |(name, _)| name.to_owned())
    };
    let owner = named.map(|(name, _)| bare(name));
    Some(Marker { owner, ..counted(rest, after, printed, Style::Labelled, value, Form::Bare) })
}

/// Whether a folded word or phrase labels a list item: "recommendation", "safety recommendation".
fn is_label(word: &str) -> bool {
    let is_known = |word: &str| lists::all().any(|lists| lists.labels.contains(word));
    let Some((before, last)) = word.rsplit_once(' ') else { return is_known(word) };
    let plain = !before.split(' ').any(|word| is_stop_word(word, Some(Language::English)));
    is_known(word) || last.len() > 3 && is_known(last) && plain && before.split(' ').count() <= 2
}

/// The number after a label, with its parts: "7", "7a", "2.1", "2024-003", "012/22".
fn number_of_label(tail: &str) -> &str {
    let mut end = 0;
    for (at, c) in tail.char_indices() {
        let joins =
            matches!(c, '-' | '/') && tail[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        if !(c.is_ascii_alphanumeric() || c == '.' || joins) {
            break;
        }
        end = at + c.len_utf8();
    }
    // "R/2025/071"
    if tail.starts_with(|c: char| c.is_ascii_uppercase()) && tail[1..].starts_with('/') {
        let number = number_of_label(&tail[2..]);
        return &tail[..number.len() + 2];
    }
    // "3(a)"
    let part = tail[end..].strip_prefix('(').and_then(|rest| rest.find(')').filter(|&at| at == 1));
    if part.is_some() && end > 0 && tail[end + 1..].starts_with(|c: char| c.is_ascii_lowercase()) {
        return &tail[..end + 3];
    }
    tail[..end].trim_end_matches('.')
}

fn count(token: &str) -> Option<(Style, u32)> {
    if is_number(token) {
        return Some((Style::Number, token.parse().ok()?));
    }
    let lower = token.to_lowercase();
    let upper = is_upper(token);
    if !upper && lower != token || !token.chars().all(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let single = token.len() == 1;
    // One letter is a letter, except i, v and x, which start or occur in more Roman lists.
    let value = roman(&lower).filter(|_| !single || matches!(lower.as_str(), "i" | "v" | "x"));
    match value {
        Some(value) => Some((if upper { Style::CapitalRoman } else { Style::Roman }, value)),
        None => letter(&lower).map(|v| (if upper { Style::Capital } else { Style::Letter }, v)),
    }
}

/// a = 1 ... z = 26, aa = 27 ...
fn letter(token: &str) -> Option<u32> {
    let bytes = token.as_bytes();
    let first = *bytes.first()?;
    let same = bytes.iter().all(|&b| b == first) && first.is_ascii_lowercase();
    (same && bytes.len() <= 2).then(|| u32::from(first - b'a') + 1 + 26 * (bytes.len() as u32 - 1))
}

fn letter_of(value: u32) -> Option<String> {
    let n = value.checked_sub(1)?;
    let c = char::from(b'a' + (n % 26) as u8);
    (n < 52).then(|| c.to_string().repeat((n / 26 + 1) as usize))
}

const ROMANS: &[(u32, &str)] =
    &[(50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")];

fn roman_of(value: u32) -> Option<String> {
    let mut left = value;
    let mut token = String::new();
    if value == 0 || value > 60 {
        return None;
    }
    for (worth, sign) in ROMANS {
        while left >= *worth {
            token.push_str(sign);
            left -= worth;
        }
    }
    Some(token)
}

fn roman(token: &str) -> Option<u32> {
    if token.is_empty() || token.len() > 8 {
        return None;
    }
    let mut rest = token;
    let mut value = 0;
    for (worth, sign) in ROMANS {
        while let Some(after) = rest.strip_prefix(sign) {
            value += worth;
            rest = after;
        }
    }
    (rest.is_empty() && roman_of(value).as_deref() == Some(token)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(line: &str) -> Option<(String, Style, u32, String)> {
        parse(line).map(|m| (m.printed.clone(), m.style, m.value, line[m.end..].to_owned()))
    }

    #[test]
    fn markers_of_every_kind_are_read() {
        let cases = [
            ("- (a) Act", "(a)", Style::Letter, 1),
            ("  (iv) Act", "(iv)", Style::Roman, 4),
            ("12. Act", "12.", Style::Number, 12),
            ("104.24 Act", "104.24", Style::Decimal, 24),
            ("8.Act", "8.", Style::Number, 8),
            (
                "Safety recommendation R/2025/071: Act",
                "Safety recommendation R/2025/071",
                Style::Labelled,
                71,
            ),
            ("Recomendación 2 (al Ministerio). Act", "Recomendación 2", Style::Labelled, 2),
            ("PRIMERA.- Act", "PRIMERA.-", Style::Native, 1),
            ("Décima. Act", "Décima.", Style::Native, 10),
            ("86.37. \tAct", "86.37.", Style::Decimal, 37),
            ("• Act", "-", Style::Bullet, 0),
            ("b) Act", "b)", Style::Letter, 2),
            ("IV. Act", "IV.", Style::CapitalRoman, 4),
            ("Recommandation n° 7 : Act", "Recommandation n° 7", Style::Labelled, 7),
            (
                "Recommandation n° 2 (ministère de l'eau) : Act",
                "Recommandation n° 2",
                Style::Labelled,
                2,
            ),
            ("R3. Act", "R3", Style::Labelled, 3),
            (
                "Safety Recommendation 2024-003: Act",
                "Safety Recommendation 2024-003",
                Style::Labelled,
                3,
            ),
            ("021/24 Act", "021/24", Style::Decimal, 21),
            ("2024-03: Act", "2024-03", Style::Decimal, 3),
            ("M-24-1 Act", "M-24-1", Style::Decimal, 1),
            ("Recommendation 4 to the Port Authority: Act", "Recommendation 4", Style::Labelled, 4),
            ("**12\\.** Act", "12.", Style::Number, 12),
            ("**Recommendation 3:** Act", "Recommendation 3", Style::Labelled, 3),
        ];
        for (line, printed, style, value) in cases {
            assert_eq!(seen(line), Some((printed.into(), style, value, "Act".into())), "{line}");
        }
    }

    #[test]
    fn plain_text_has_no_marker() {
        for line in [
            "Act now",
            "2013 was",
            "e.g. this",
            "U.S. law",
            "(see below) x",
            "**Bold** x",
            "-5 %",
            "2023/24 Budget",
            "20-30 Ships",
            "12/24 Ships",
            "2024-05-31 Act",
            "Recommendation 4 to reduce fees: Act",
            "24/7 Care",
        ] {
            assert_eq!(seen(line), None, "{line}");
        }
    }

    #[test]
    fn an_i_can_be_a_letter() {
        let marker = parse("(i) x").unwrap();
        assert_eq!((marker.value, marker.value_as(Style::Letter)), (1, Some(9)));
        assert_eq!(printed(Style::Letter, Form::Bracketed, 12).as_deref(), Some("(l)"));
    }
}
