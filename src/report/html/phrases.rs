//! Words of the page's controls and of what stands in for a picture.

use std::borrow::Borrow;

use crate::report::document::Kind;

pub(super) const SKIP: &str = "Skip to the text";
pub(super) const CONTENTS: &str = "Contents";
pub(super) const FIND: &str = "Find in themes and recommendations";
pub(super) const EXAMPLE: &str = "for example: remittances";
pub(super) const AGENCY: &str = "Agency";
pub(super) const ALL_AGENCIES: &str = "All agencies";
pub(super) const CLEAR: &str = "Clear";
pub(super) const OFFLINE: &str = "This page works without a network and sends nothing anywhere.";
/// The link of a tooltip, for fingers.
pub(super) const GO: &str = "Go to it";

pub(super) const HEAT: &str = "The matrix as a picture. The table below holds the same.";
pub(super) const AS_TABLE: &str = "The matrix as a table";
pub(super) const THEME: &str = "Theme";
pub(super) const KEY: &str = "recommendations";
pub(super) const MOST: &str = "4 or more";

pub(super) const MAP: &str = "A map of the recommendations. Themes by consensus and All recommendations hold the same as text.";
pub(super) const MAP_HOW: &str = "Point at a mark to read it; choose it to go to its source. What the \
    search box finds stands out.";
pub(super) const MAP_DRAG: &str = "Drag to move the map.";
pub(super) const MAP_NO_SCRIPT: &str =
    "The map needs a browser that runs scripts. The lists of this page hold the same.";
pub(super) const ZOOM: [(&str, &str); 3] =
    [("0.6", "Zoom in"), ("1.7", "Zoom out"), ("0", "Reset")];

pub(super) const NETWORK: &str =
    "Agencies as a network, each tied to the most similar. The table below names them.";
pub(super) const NETWORK_HOW: &str = "Each circle is an agency; a larger one recommends more. Lines \
    tie each agency to the most similar ones; a thicker line means more similar. Point at a line to \
    see the themes in common. Choose an agency to read its recommendations.";

pub(super) fn no_match(kind: impl Borrow<Kind>) -> String {
    format!("No {} matches.", kind.borrow().name())
}

pub(super) fn more(n: impl Borrow<usize>) -> String {
    format!("{} more", crate::report::number::whole(*n.borrow()))
}

pub(super) fn note(number: impl Borrow<usize>) -> String {
    format!("Note {}", number.borrow())
}

pub(super) fn to_statement(number: impl Borrow<usize>) -> String {
    format!("To statement {}", number.borrow())
}
