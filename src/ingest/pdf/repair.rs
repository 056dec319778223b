//! Mends character maps that turn ligatures into nothing.
//!
//! Some fonts map "fi" to U+0000 or U+FFFD, though the glyph's name says what it is.

use std::fmt::Write as _;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pdf_extract::{Dictionary, Document as File, Object, ObjectId};
use regex::{Captures, Regex};

/// An entry of a character map whose target is U+0000 or U+FFFD: `<01> <0000>`.
static NOTHING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"<([0-9A-Fa-f]{2,4})>(\s*)<(?i:0000|FFFD)>").expect("a constant, and tested")
});

/// Replaces what the character maps of `file` turn into nothing by what the names of the glyphs say.
pub(super) fn repair(file: &mut File) {
    let mut mended: BTreeMap<ObjectId, Vec<u8>> = BTreeMap::new();
    for object in file.objects.values() {
        let Ok(font) = object.as_dict() else { continue };
        mend(file, font, &mut mended);
        // Fonts that a page's resources hold directly.
        for (_, inner) in font {
            let Ok(fonts) = inner.as_dict() else { continue };
            mend(file, fonts, &mut mended);
            for (_, font) in fonts {
                if let Ok(font) = font.as_dict() {
                    mend(file, font, &mut mended);
                }
            }
        }
    }
    for (id, content) in mended {
        if let Ok(stream) = file.get_object_mut(id).and_then(Object::as_stream_mut) {
            stream.set_plain_content(content);
        }
    }
}

/// Adds the mended map of one font, if it needs one.
fn mend(file: &File, font: &Dictionary, mended: &mut BTreeMap<ObjectId, Vec<u8>>) {
    let Some(id) = font.get(b"ToUnicode").ok().and_then(|map| map.as_reference().ok()) else {
        return;
    };
    let names = glyph_names(file, font);
    if names.is_empty() || mended.contains_key(&id) {
        return;
    }
    let stream = file.get_object(id).and_then(Object::as_stream);
    let Ok(content) = stream.and_then(pdf_extract::Stream::decompressed_content) else { return };
    let content = String::from_utf8_lossy(&content);
    let better = NOTHING.replace_all(&content, |entry: &Captures<'_>| {
        let code = u32::from_str_radix(&entry[1], 16).ok();
        match code.and_then(|code| names.get(&code)) {
            Some(letters) => format!("<{}>{}<{letters}>", &entry[1], &entry[2]),
            None => entry[0].to_owned(),
        }
    });
    if better != content {
        mended.insert(id, better.into_owned().into_bytes());
    }
}

/// The letters of the glyphs that a font's encoding names, by code, in hexadecimal UTF-16.
fn glyph_names(file: &File, font: &Dictionary) -> BTreeMap<u32, String> {
    let mut names = BTreeMap::new();
    let encoding = font.get_deref(b"Encoding", file).and_then(Object::as_dict);
    let differences = encoding.and_then(|encoding| encoding.get_deref(b"Differences", file));
    let Ok(differences) = differences.and_then(Object::as_array) else { return names };
    let mut code = 0_u32;
    for entry in differences {
        match entry {
            Object::Integer(number) => code = u32::try_from(*number).unwrap_or(0),
            Object::Name(name) => {
                if let Some(letters) = letters(name) {
                    let hex = letters.encode_utf16().fold(String::new(), |mut hex, unit| {
                        let _ = write!(hex, "{unit:04X}");
                        hex
                    });
                    names.insert(code, hex);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    names
}

/// The letters that a glyph's name stands for: "fi", `f_f_i`, `T_h`, "uniFB01".
fn letters(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    if let "ff" | "fi" | "fl" | "ffi" | "ffl" = name {
        return Some(name.to_owned());
    }
    if let Some(hex) = name.strip_prefix("uni").filter(|hex| hex.len() == 4) {
        return u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).map(String::from);
    }
    let parts: Vec<&str> = name.split('_').collect();
    let single = parts.iter().all(|part| part.len() == 1 && part.is_ascii());
    single.then(|| parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_glyphs_are_letters() {
        let seen = |name: &str| letters(name.as_bytes());
        assert_eq!(seen("ffi").as_deref(), Some("ffi"));
        assert_eq!(seen("T_h").as_deref(), Some("Th"));
        assert_eq!(seen("uni0066").as_deref(), Some("f"));
        assert_eq!(seen("bullet"), None);
    }
}
