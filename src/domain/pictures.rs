//! The places of things in the pictures of a report.

/// A place in a picture: right and down, each from 0 to 1.
pub type Point = [f32; 2];

/// The places that a report draws at. Similar things stand close together; the axes mean nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pictures {
    /// The place of each recommendation, by row; empty if there are too many to draw.
    pub recommendations: Vec<Point>,
    /// The place of each agency, in the order of [`Overlap::agencies`](super::Overlap::agencies).
    pub agencies: Vec<Point>,
    /// The mark of each theme, by position in `themes.themes`; `None` for a theme without one of its
    /// own.
    pub themes: Vec<Option<ThemeMark>>,
}

/// Where the name of a theme stands on the map, and how its recommendations are marked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThemeMark {
    /// Where most of its recommendations stand.
    pub place: Point,
    /// Colour, as a number below 8.
    pub hue: usize,
    /// Shape, as a number below 5; themes of one colour take turns.
    pub shape: usize,
}
