//! Where things stand in the pictures of a report.

/// A place in a picture: right and down, each from 0 to 1.
pub type Place = [f32; 2];

/// The places that a report draws at. What is alike stands close together; the axes mean nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pictures {
    /// Of each recommendation, by row; empty where there are too many to draw.
    pub recommendations: Vec<Place>,
    /// Of each agency, in the order of [`Overlap::agencies`](super::Overlap::agencies).
    pub agencies: Vec<Place>,
}
