//! What the program talks about. No file, no model, no socket; imports no module of ours.

mod answer;
mod corpus;
mod document;
mod dot;
mod embedding;
mod ids;
mod overlap;
mod pictures;
mod problem;
mod progress;
mod recommendation;
mod relation;
mod theme;

pub use answer::{Difference, DraftCheck, Hit, Match, Similar, ThemeRef, Verdict};
pub use corpus::{Agenda, Corpus};
pub use document::{Document, Line, LineRole, Span};
pub use dot::dot;
pub use embedding::{Embedding, Embeddings, Neighbor, NoDirection};
pub use ids::{Agency, DocumentId, EmptyId, RecommendationId, ThemeId};
pub use overlap::{
    AgencyProfile, AgendaAnswer, AgendaItem, DocumentInfo, Gaps, Measured, Method, Overlap,
    Particulars, SingleVoice,
};
pub use pictures::{Pictures, Place};
pub use problem::Problem;
pub use progress::{Progress, Silent, Stage};
pub use recommendation::{Recommendation, Source};
pub use relation::Relation;
pub use theme::{AgencyCount, Consensus, Likeness, Link, Member, Theme, Themes};
