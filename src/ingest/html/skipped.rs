//! What of a page is not read: elements beside the text, and what a browser does not show.

use html5gum::StartTag;

use super::BLOCKS;

/// Elements whose text is not part of the document.
pub(super) const SKIPPED: &[&[u8]] = &[
    b"script",
    b"style",
    b"nav",
    b"footer",
    b"noscript",
    b"template",
    b"svg",
    b"iframe",
    b"select",
    b"button",
    b"form",
    b"head",
    b"title",
];

/// Elements without an end: one that is hidden hides nothing after it.
pub(super) const VOID: &[&[u8]] = &[
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta",
    b"source", b"track", b"wbr",
];

/// Elements whose end is often left out.
const OPEN_ENDED: &[&[u8]] = &[b"p", b"li", b"dt", b"dd", b"td", b"th", b"tr"];

/// Elements that hold those whose end is often left out; their own end is always written.
const CONTAINERS: &[&[u8]] =
    &[b"ul", b"ol", b"dl", b"table", b"div", b"section", b"article", b"main", b"body", b"form"];

/// An element that is being skipped.
#[derive(Debug)]
pub(super) struct Skipped {
    name: Vec<u8>,
    /// Elements of its name that are open.
    depth: usize,
    /// For an element whose end may be missing: the containers that are open inside it.
    inside: usize,
}

impl Skipped {
    pub(super) fn new(name: &[u8]) -> Self {
        Self { name: name.to_vec(), depth: 1, inside: 0 }
    }

    fn is_open_ended(&self) -> bool {
        OPEN_ENDED.contains(&self.name.as_slice())
    }

    /// Sees the start of an element; `true` if that ends the skipped one, so that it is not skipped.
    pub(super) fn start(&mut self, name: &[u8]) -> bool {
        if !self.is_open_ended() {
            self.depth += usize::from(self.name == name);
            return false;
        }
        let next = self.name == name || self.name == b"p" && BLOCKS.contains(&name);
        if next && self.inside == 0 {
            return true;
        }
        self.inside += usize::from(CONTAINERS.contains(&name));
        false
    }

    /// Sees the end of an element; says whether the skipped one is closed, and whether this was its end.
    pub(super) fn end(&mut self, name: &[u8]) -> (bool, bool) {
        if !self.is_open_ended() {
            self.depth -= usize::from(self.name == name);
            return (self.depth == 0, true);
        }
        if self.inside == 0 && self.name == name {
            return (true, true);
        }
        if CONTAINERS.contains(&name) || name == b"tr" {
            let closed = self.inside == 0;
            self.inside = self.inside.saturating_sub(1);
            return (closed, false);
        }
        (false, false)
    }
}

/// Words in the class or id of a part of a page that asks to accept cookies or offers a newsletter.
const FURNITURE: &[&[u8]] = &[b"cookie", b"newsletter"];

/// Elements that such a part is made of. The body may say that there is one: `has-cookie-banner`.
const PARTS: &[&[u8]] = &[b"div", b"section", b"aside", b"dialog", b"p"];

/// Whether the element `name` belongs to the page and not to the document, by its class and id.
pub(super) fn is_furniture(name: &[u8], tag: &StartTag<()>) -> bool {
    if !PARTS.contains(&name) {
        return false;
    }
    let says = |name: &[u8]| {
        let value = tag.attributes.get(name).map_or(&[][..], |value| value.as_slice());
        let holds =
            |word: &&[u8]| value.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
        FURNITURE.iter().any(holds)
    };
    says(b"class") || says(b"id")
}

/// Whether a browser shows nothing of an element.
pub(super) fn is_hidden(tag: &StartTag<()>) -> bool {
    let style = tag.attributes.get(b"style".as_slice());
    let style = style.map(|style| String::from_utf8_lossy(style).to_lowercase().replace(' ', ""));
    let unseen = |style: String| {
        ["display:none", "visibility:hidden"].iter().any(|rule| style.contains(rule))
    };
    tag.attributes.contains_key(b"hidden".as_slice()) || style.is_some_and(unseen)
}
