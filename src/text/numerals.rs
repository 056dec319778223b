//! List markers in the numbers, letters and words of other scripts: "一、", "（二）", "٣-", "(أ)", "أولاً-", "б)".

use super::fold::fold;
use super::lists;
use super::marker::{Form, Marker, Style};

/// Characters that a marker may have at most, with its signs.
const LONGEST: usize = 14;

/// The marker of another script at the start of `rest`, which has no bullet before it. Its `end` counts
/// from the start of `rest`.
pub(super) fn parse(rest: &str) -> Option<Marker> {
    bracketed(rest).or_else(|| followed(rest)).or_else(|| labelled(rest))
}

/// "（一）", "（1）", "(أ)", "б)".
fn bracketed(rest: &str) -> Option<Marker> {
    let inner = rest.strip_prefix(['(', '（', '[', '〔']);
    let token = inner.unwrap_or(rest);
    let (close, sign) =
        token.char_indices().take(LONGEST).find(|(_, c)| matches!(c, ')' | '）' | ']' | '〕'))?;
    let (style, value) = count(token[..close].trim())?;
    let after = &token[close + sign.len_utf8()..];
    let form = if inner.is_some() { Form::Bracketed } else { Form::Closed };
    // "б)в" is no marker; a script without blanks needs none.
    let apart = after.is_empty() || after.starts_with([' ', '\t', '\u{a0}']) || !sign.is_ascii();
    let apart = apart || after.starts_with(is_han);
    (apart || form == Form::Bracketed).then(|| marker(rest, after, style, value, form))
}

/// "一、", "1、", "1．", "٣-", "5- ", "1.- ", "أولاً-", "①".
fn followed(rest: &str) -> Option<Marker> {
    let first = rest.chars().next()?;
    if let Some(value) = circled(first) {
        let after = &rest[first.len_utf8()..];
        return Some(marker(rest, after, Style::Native, value, Form::Bare));
    }
    let is_sign = |c: char| matches!(c, '、' | '．' | '.' | '-' | '–' | ':' | '：' | 'ـ');
    let (at, sign) = rest.char_indices().take(LONGEST).find(|(_, c)| is_sign(*c))?;
    let token = rest[..at].trim_end();
    let mut after = &rest[at + sign.len_utf8()..];
    if sign == '.' || sign == 'ـ' {
        after = after.strip_prefix(['-', '–']).unwrap_or(after);
    }
    let (style, value) = count(token).or_else(|| word(token))?;
    let blank = after.is_empty() || after.starts_with([' ', '\t', '\u{a0}']);
    let fits = match sign {
        '、' | '．' => true,
        // "3: three" is no marker, and "2.5" is a number.
        ':' | '：' => !token.is_ascii(),
        // "Primera. Presentar", but not "Segunda." at the end of a sentence.
        '.' => {
            let ordinal = word(token).is_some() && token.starts_with(char::is_uppercase);
            blank && (rest[at + 1..].starts_with('-') || !token.is_ascii() || ordinal)
                || after.starts_with(is_han)
        }
        _ => blank || !token.is_ascii(),
    };
    fits.then(|| marker(rest, after, style, value, Form::Dotted))
}

/// "建议一：", "التوصية ٣:".
fn labelled(rest: &str) -> Option<Marker> {
    let is_number = |c: char| digit(c).is_some() || numeral(c).is_some();
    let (at, _) = rest.char_indices().take(LONGEST + 18).find(|(_, c)| is_number(*c))?;
    let label = fold(rest[..at].trim());
    if !lists::all().any(|lists| lists.labels.contains(&label)) {
        return None;
    }
    let tail = &rest[at..];
    let length = tail.find(|c| !is_number(c)).unwrap_or(tail.len());
    let (_, value) = count(&tail[..length])?;
    let after = tail[length..].trim_start();
    let text = after.trim_start_matches([':', '：', '、', '.', '-', '–', ' ']);
    let printed = rest[..at + length].trim().to_owned();
    (after.is_empty() || text.len() < after.len())
        .then(|| Marker { printed, ..marker(rest, text, Style::Labelled, value, Form::Bare) })
}

fn marker(rest: &str, after: &str, style: Style, value: u32, form: Form) -> Marker {
    let end = rest.len() - after.trim_start().len();
    let printed = rest[..rest.len() - after.len()].trim().to_owned();
    let (prefix, owner) = (String::new(), None);
    Marker { printed, style, value, prefix, form, bullet: false, indent: 0, end, owner }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// The value of a token of digits, numerals or one letter.
fn count(token: &str) -> Option<(Style, u32)> {
    if token.is_empty() || token.chars().count() > 4 {
        return None;
    }
    let digits: Option<Vec<u32>> = token.chars().map(digit).collect();
    if let Some(digits) = digits.filter(|digits| digits.len() <= 3) {
        return Some((Style::Number, digits.iter().fold(0, |value, digit| 10 * value + digit)));
    }
    let value = han(token.strip_prefix('第').unwrap_or(token)).or_else(|| letter(token))?;
    Some((Style::Native, value))
}

/// A digit of any script that lists are numbered with.
fn digit(c: char) -> Option<u32> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '０'..='９' => '０',
        _ => return None,
    };
    Some(u32::from(c) - u32::from(zero))
}

fn numeral(c: char) -> Option<u32> {
    "一二三四五六七八九十".chars().position(|numeral| numeral == c).map(|at| at as u32 + 1)
}

/// The value of Chinese numerals up to 99: "三", "十二", "二十一".
fn han(token: &str) -> Option<u32> {
    let values: Option<Vec<u32>> = token.chars().map(numeral).collect();
    match values?[..] {
        [one] => Some(one),
        [10, ones] if ones < 10 => Some(10 + ones),
        [tens, 10] if tens < 10 => Some(10 * tens),
        [tens, 10, ones] if tens < 10 && ones < 10 => Some(10 * tens + ones),
        _ => None,
    }
}

/// The letters that Arabic lists count with, in their order, and those of Russian ones.
const LETTERS: [&str; 2] = ["ابجدهوزحطيكلمنسعفصقرشت", "абвгдежзиклмнопрстуфхцчшщэюя"];

fn letter(token: &str) -> Option<u32> {
    let folded = fold(token);
    let mut chars = folded.chars();
    let (Some(letter), None) = (chars.next(), chars.next()) else { return None };
    let at = LETTERS.iter().find_map(|letters| letters.chars().position(|c| c == letter))?;
    // A Russian list counts in small letters; a capital is the initial of a name.
    (!token.starts_with(char::is_uppercase)).then_some(at as u32 + 1)
}

fn circled(c: char) -> Option<u32> {
    ('①'..='⑳').contains(&c).then(|| u32::from(c) - u32::from('①') + 1)
}

/// "First" to "tenth" as Arabic, Spanish and Portuguese documents number with them, and the names of the letters that
/// number sections of Arabic ones, folded.
const WORDS: [[&str; 10]; 6] = [
    ["اولا", "ثانيا", "ثالثا", "رابعا", "خامسا", "سادسا", "سابعا", "ثامنا", "تاسعا", "عاشرا"],
    ["الف", "باء", "جيم", "دال", "هاء", "واو", "زاي", "حاء", "طاء", "ياء"],
    [
        "primera", "segunda", "tercera", "cuarta", "quinta", "sexta", "septima", "octava",
        "novena", "decima",
    ],
    [
        "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "septimo", "octavo",
        "noveno", "decimo",
    ],
    [
        "primeira", "segunda", "terceira", "quarta", "quinta", "sexta", "setima", "oitava", "nona",
        "decima",
    ],
    [
        "primeiro", "segundo", "terceiro", "quarto", "quinto", "sexto", "setimo", "oitavo", "nono",
        "decimo",
    ],
];

fn word(token: &str) -> Option<(Style, u32)> {
    let folded = fold(token);
    let at = WORDS.iter().find_map(|words| words.iter().position(|word| *word == folded))?;
    Some((Style::Native, at as u32 + 1))
}

#[cfg(test)]
mod tests {
    use super::super::marker;
    use super::*;

    #[test]
    fn markers_of_other_scripts_are_read_as_printed() {
        let cases = [
            ("一、导言", "一、", Style::Native, 1, "导言"),
            ("十二、附件", "十二、", Style::Native, 12, "附件"),
            ("（二）加强培训", "（二）", Style::Native, 2, "加强培训"),
            ("(三) 公布", "(三)", Style::Native, 3, "公布"),
            ("1、公司应改", "1、", Style::Number, 1, "公司应改"),
            ("（1）公布", "（1）", Style::Number, 1, "公布"),
            ("2.公布结果", "2.", Style::Number, 2, "公布结果"),
            ("③ 公布", "③", Style::Native, 3, "公布"),
            ("建议一：公布", "建议一", Style::Labelled, 1, "公布"),
            ("建议2：公布", "建议2", Style::Labelled, 2, "公布"),
            ("١٢- نشر", "١٢-", Style::Number, 12, "نشر"),
            ("٣. نشر", "٣.", Style::Number, 3, "نشر"),
            ("5- نشر", "5-", Style::Number, 5, "نشر"),
            ("(ج) نشر", "(ج)", Style::Native, 3, "نشر"),
            ("ثانياً: التوصيات", "ثانياً:", Style::Native, 2, "التوصيات"),
            ("جيم- التوصيات", "جيم-", Style::Native, 3, "التوصيات"),
            ("التوصية ٣: نشر", "التوصية ٣", Style::Labelled, 3, "نشر"),
            ("в) создать", "в)", Style::Native, 3, "создать"),
            ("4.- Publicar", "4.-", Style::Number, 4, "Publicar"),
        ];
        for (line, printed, style, value, text) in cases {
            let marker = marker::parse(line).unwrap_or_else(|| panic!("{line}"));
            let seen = (marker.printed.as_str(), marker.style, marker.value, &line[marker.end..]);
            assert_eq!(seen, (printed, style, value, text), "{line}");
        }
    }

    #[test]
    fn text_of_other_scripts_has_no_marker() {
        for line in [
            "三个村没有记录。",
            "一些公司、学校",
            "2021年审计局",
            "2.5亿元",
            "من الضروري",
            "И. Петров",
            "но) да",
            "20-30 Prozent",
            "3: three",
        ] {
            assert_eq!(marker::parse(line), None, "{line}");
        }
    }
}
