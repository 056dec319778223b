//! What a user sees of Concord: exit codes, stdout, stderr and files.
//!
//! Most tests use the model `concord/hashing`, which needs no runtime; those about meaning use the
//! default model, and fetch ONNX Runtime with pip where a machine does not have it yet.

#![expect(clippy::disallowed_methods, reason = "a test reads and damages the files it looks at")]
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![expect(clippy::print_stdout, reason = "a test says what it measured, and that it was skipped")]

mod architecture;
mod bad_input;
mod cases;
mod cases_answers;
mod cases_kinds;
mod cases_layout;
mod cases_mixed;
mod cases_offices;
mod cases_prose;
mod check;
mod commands;
mod determinism;
mod extract;
mod extraction;
mod files;
mod findings;
mod fuzzing;
mod judge;
mod languages;
mod library;
#[cfg(target_os = "linux")]
mod limits;
mod linking;
mod mcp;
mod model;
mod network;
mod one_room;
mod pairs;
#[cfg(unix)]
mod postgres;
mod quality;
mod reader;
mod readme;
mod report;
mod resume;
mod runtime;
mod serve;
mod start;
#[cfg(unix)]
mod store;
mod themes;
mod workspace;
