//! The program's domain types. No file, no model, no socket; imports no module of ours.

mod agency_names;
mod answer;
mod changes;
mod corpus;
mod decision;
mod document;
mod dot;
mod embedding;
mod hnsw;
mod ids;
mod judging;
mod overlap;
mod passage;
mod pictures;
mod problem;
mod progress;
mod query;
mod reading;
mod recommendation;
mod relation;
mod theme;

pub use agency_names::AgencyNames;
pub use answer::{
    BlockRole, Difference, DifferenceKind, DraftBlock, DraftCheck, DraftPart, Hit, Reason, Similar,
    Specifics, ThemeRef, Verdict, VerdictPart,
};
pub use changes::{Build, Changes, Moved, ThemeChange, ThemeName};
pub use corpus::{Agenda, Corpus};
pub use decision::{Act, DecidedPair, Decision, Said, ThemeEdit, decided_pairs};
pub use document::{Document, Line, LineRole, Span};
pub use dot::{dot, dot_rounded};
pub use embedding::{Embedding, Embeddings, Neighbor, NoDirection, TokenPart};
pub use hnsw::HnswConfig;
pub use ids::{Agency, DocumentId, EmptyId, RecommendationId, ThemeId};
pub use judging::Judging;
pub use overlap::{
    AgencyProfile, AgendaAnswer, AgendaItem, BodyPair, ChallengeAnswer, Contradiction,
    DocumentInfo, Gaps, MatrixOrder, Measured, Method, Overlap, Particulars, Repeat, SilentAgency,
    SilentPassage, SingleVoice, Sorted, SortedItem, Time,
};
pub use passage::{Language, Passage};
pub use pictures::{Pictures, Point, ThemeMark};
pub use problem::Problem;
pub use progress::{Progress, Silent, Stage};
pub use query::{Filter, Query};
pub use reading::{PairReading, Reading};
pub use recommendation::{Recommendation, Source, UnknownId, find_row};
pub use relation::Relation;
pub use theme::{
    AgencyCount, Asking, Consensus, EarlierTheme, Firmness, Grain, Grains, Likeness, Link, Member,
    Opinion, Opinions, Reader, STABLE, Theme, Themes, WEAK_STABILITY,
};
