//! Bytes -> text, whatever the character set.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

use super::Error;

/// Most bytes of a text file: more than any document has.
pub(super) const MAX_FILE_BYTES: usize = 1 << 30;

/// Decodes text: by its byte-order mark, as UTF-8 if it is that, else by what its bytes look like.
///
/// NUL bytes are taken out; a text that is full of them is none.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Error> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Error::TooLarge { limit_mb: MAX_FILE_BYTES >> 20 });
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => guess(bytes)?,
    };
    let (text, _, _) = encoding.decode(bytes);
    let nuls = text.bytes().take(100_000).filter(|&b| b == 0).count();
    if nuls * 10 > text.len().min(100_000) {
        return Err(Error::Binary);
    }
    let text = if text.contains('\0') { text.replace('\0', "") } else { text.into_owned() };
    if text.trim().is_empty() { Err(Error::Decode(super::DecodeError::Empty)) } else { Ok(text) }
}

fn guess(bytes: &[u8]) -> Result<&'static Encoding, Error> {
    let head = &bytes[..bytes.len().min(1 << 20)];
    let odd = head.iter().filter(|&&b| b < 9 || (14..27).contains(&b)).count();
    if odd * 20 > head.len() {
        return Err(Error::Binary);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    Ok(detector.guess(None, Utf8Detection::Allow))
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
    fn what_is_no_text_is_refused() {
        assert_eq!(decode(b"\0\x01\x02\x03\xff\xfe\x00\x01"), Err(Error::Binary));
        assert_eq!(decode(b" \n\n"), Err(Error::Decode(super::super::DecodeError::Empty)));
    }
}
