//! Codes by which offices number their recommendations ("021/24"), and whom they address ("to the Port Authority:").

/// Whether `token` is a code: "021/24", "2024-03", "2024/118", "M-24-1". A range ("20-30") and a budget year ("2023/24") are
/// none.
#[must_use]
pub fn is_code(token: &str) -> bool {
    let parts: Vec<&str> = token.split(['-', '/']).collect();
    match parts[..] {
        [first, last] if is_digits(first) && is_digits(last) => {
            let year = first.parse().ok().filter(|year| (1900..2100).contains(year));
            let next = year.is_some_and(|year: u32| last == format!("{:02}", (year + 1) % 100));
            if token.contains('-') {
                year.is_some() && last.len() < 4
            } else {
                let is_short = (first.len() > 2 || first.starts_with('0')) && last.len() == 2;
                is_short && !next || year.is_some() && last.len() == 3
            }
        }
        [name, middle, last] => {
            let letters = name.bytes().all(|b| b.is_ascii_uppercase());
            letters
                && (1..=3).contains(&name.len())
                && [middle, last].iter().all(|part| is_digits(part))
        }
        _ => false,
    }
}

fn is_digits(token: &str) -> bool {
    (1..=4).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_digit())
}

/// Words before whoever is addressed.
const WORDS: &[&str] = &[
    "to", "for", "an", "für", "à", "au", "aux", "al", "para", "ao", "aos", "às", "ai", "alla",
    "alle",
];

/// Whether a text may begin by saying whom it addresses: "to the ports", "a la Superintendencia".
#[must_use]
pub fn opens_address(text: &str) -> bool {
    let Some((word, rest)) = text.trim_start().split_once(' ') else { return false };
    let lower = word.to_lowercase();
    // "A la Superintendencia", but not "A Ministry".
    let is_spanish =
        lower == "a" && ["la ", "las ", "los "].iter().any(|article| rest.starts_with(article));
    is_spanish || WORDS.contains(&lower.as_str())
}

/// The name and the byte of the colon of "to the Ministry of Roads: ..."; `None` for "to reduce fees: ...".
#[must_use]
pub fn addressed(text: &str) -> Option<(&str, usize)> {
    const ARTICLES: &[&str] = &[
        "the ", "das ", "die ", "den ", "der ", "l'", "l’", "la ", "le ", "les ", "los ", "las ",
        "el ",
    ];
    let (_, rest) = text.split_once(' ').filter(|_| opens_address(text))?;
    let name = ARTICLES.iter().find_map(|article| rest.strip_prefix(article)).unwrap_or(rest);
    let colon = name.find([':', '.', ';', '?']).filter(|&at| (2..=100).contains(&at))?;
    let is_named = name.starts_with(char::is_uppercase) && name[colon..].starts_with(':');
    let follows = name[colon + 1..].starts_with(char::is_whitespace);
    (is_named && follows).then(|| (name[..colon].trim_end(), text.len() - name.len() + colon))
}
