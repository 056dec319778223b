//! Bytes -> text, in any character set.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

use super::Error;

/// Largest text file in bytes; no document is that large.
pub(super) const MAX_FILE_BYTES: usize = 1 << 30;

/// The text in `bytes`, decoded by its byte-order mark, as UTF-8 if it is valid, or by a guess.
///
/// NUL bytes are removed, and a text full of them is refused as binary. Damaged UTF-8 is refused with
/// the line of the first bad byte: a guess at its character set would garble every accent.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Error> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Error::TooLarge { limit_mb: MAX_FILE_BYTES >> 20 });
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => {
            refuse_binary(bytes)?;
            if let Some(line) = line_of_damage(bytes) {
                return Err(Error::Decode(super::DecodeError::NotUtf8 { line }));
            }
            guess(bytes)
        }
    };
    let (text, _, _) = encoding.decode(bytes);
    let nuls = text.bytes().take(100_000).filter(|&b| b == 0).count();
    if nuls * 10 > text.len().min(100_000) {
        return Err(Error::Binary);
    }
    let text = if text.contains('\0') { text.replace('\0', "") } else { text.into_owned() };
    if text.trim().is_empty() { Err(Error::Decode(super::DecodeError::Empty)) } else { Ok(text) }
}

/// Bytes that mean damage in a file with hardly any byte above 127: no Western text holds them.
const JUNK: [u8; 7] = [0xfe, 0xff, 0x81, 0x8d, 0x8f, 0x90, 0x9d];

/// Most bytes above 127 in a file that still counts as damaged ASCII.
const FEW: usize = 4;

/// The 1-based line of the first bad byte, if `bytes` are damaged UTF-8 or ASCII rather than text in
/// another character set.
fn line_of_damage(bytes: &[u8]) -> Option<usize> {
    let (mut valid, mut first) = (false, None);
    let mut bad = Vec::new();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        valid |= !chunk.valid().is_ascii();
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            first = first.or(Some(at));
            bad.extend(chunk.invalid().iter().take(FEW + 1));
            at += chunk.invalid().len();
        }
    }
    let junk = bad.len() <= FEW && bad.iter().any(|byte| JUNK.contains(byte));
    let first = first.filter(|_| valid || junk)?;
    Some(bytes[..first].split(|&byte| byte == b'\n').count())
}

/// The part of a file that is examined to tell what it is.
fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(1 << 20)]
}

fn refuse_binary(bytes: &[u8]) -> Result<(), Error> {
    let head = head(bytes);
    let odd = head.iter().filter(|&&b| b < 9 || (14..27).contains(&b)).count();
    if odd * 20 > head.len() { Err(Error::Binary) } else { Ok(()) }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head(bytes), true);
    detector.guess(None, Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_sets_are_told_apart() {
        assert_eq!(decode(b"\xef\xbb\xbfcaf\xc3\xa9").unwrap(), "café");
        assert_eq!(decode(b"\xff\xfec\0a\0f\0\xe9\0").unwrap(), "café");
        let latin = b"Le caf\xe9 est ferm\xe9, l'\xe9t\xe9 est pass\xe9 et la rivi\xe8re g\xe8le.";
        assert!(decode(latin).unwrap().starts_with("Le café est fermé"));
        assert_eq!(decode(b"one and two and\0 three").unwrap(), "one and two and three");
    }

    #[test]
    fn damaged_utf8_is_refused_with_its_line() {
        let not_utf8 = |line| Err(Error::Decode(super::super::DecodeError::NotUtf8 { line }));
        assert_eq!(decode(b"caf\xc3\xa9\nth\xe9 is out"), not_utf8(2));
        assert_eq!(decode(b"one\ntwo\nthree \xff\xfe"), not_utf8(3));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(decode(b"\0\x01\x02\x03\xff\xfe\x00\x01"), Err(Error::Binary));
        assert_eq!(decode(b" \n\n"), Err(Error::Decode(super::super::DecodeError::Empty)));
    }
}
