//! Reads `src/` and fails on a path that goes against the arrows of the architecture.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::workspace::{self, repository};

/// What a stage may name, besides itself.
const STAGE: &[&str] = &["domain", "text"];

/// Which modules of the crate a module may name, besides its own. A module without a row may not exist.
/// `main` and `cli` are the binary: they name the library as `concord::`, of which the compiler lets
/// them see only the front door; the rows limit what they take from `internals`.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", &["cli", "internals::embed::runtime"]),
    (
        "cli",
        &[
            "report",
            "web",
            // What scores and fits on labels.
            "internals::differ::contrary",
            "internals::eval",
            "internals::judge",
            "internals::pipeline::link_texts",
            "internals::pipeline::opinions_on_rows",
            "internals::pipeline::shipped_calibration",
            // What `doctor` looks at, and what is said when it is missing.
            "internals::embed::runtime",
        ],
    ),
    (
        "pipeline",
        &[
            "ingest", "extract", "embed", "index", "judge", "differ", "themes", "compare", "draw",
            "reader", "store", "domain", "text",
        ],
    ),
    ("web", &["pipeline", "report", "domain", "text"]),
    ("report", STAGE),
    ("eval", STAGE),
    ("ingest", STAGE),
    ("extract", STAGE),
    ("embed", STAGE),
    ("index", STAGE),
    ("judge", STAGE),
    ("differ", STAGE),
    ("themes", STAGE),
    ("compare", STAGE),
    ("draw", STAGE),
    ("reader", STAGE),
    ("store", STAGE),
    ("text", &["domain"]),
    ("domain", &[]),
    // The front door itself: it names every module.
    ("lib", &["*"]),
];

/// Libraries that only one module may name, or one of several, each in a row of its own.
const LIBRARIES: &[(&str, &str)] = &[
    ("fastembed", "embed"),
    ("ort", "embed"),
    ("hnsw_rs", "index"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("indicatif", "cli"),
    ("comfy_table", "cli"),
    ("signal_hook", "cli"),
    ("askama", "report"),
    ("askama", "web"),
    ("axum", "web"),
    ("tokio", "web"),
    ("getrandom", "web"),
    ("rust_xlsxwriter", "report"),
    ("docx_rs", "report"),
    ("calamine", "ingest"),
    ("pdf_extract", "ingest"),
    ("html5gum", "ingest"),
    ("ureq", "reader"),
    ("postgres", "store"),
    ("rustls", "store"),
    ("rustls_native_certs", "store"),
    ("tokio_postgres_rustls", "store"),
];

#[test]
fn no_module_names_another_against_the_arrows() {
    let mut wrong = Vec::new();
    let sources = sources();
    assert!(sources.len() > 50, "only {} files found in src/", sources.len());
    for (path, text) in &sources {
        wrong.extend(violations(path, text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_row_in_the_table() {
    let known: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let found: BTreeSet<String> = sources().iter().map(|(path, _)| module_of(path)).collect();
    let unknown: Vec<&String> =
        found.iter().filter(|name| !known.contains(name.as_str())).collect();
    assert!(unknown.is_empty(), "say in ARROWS what these modules may name: {unknown:?}");
}

#[test]
fn the_table_names_libraries_that_exist() {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap().replace('-', "_");
    let names: BTreeSet<&str> =
        manifest.lines().filter_map(|line| line.split(' ').next()).collect();
    for (library, _) in LIBRARIES {
        assert!(names.contains(library), "`{library}` is not a dependency");
    }
}

#[test]
fn a_broken_arrow_is_found_however_it_is_written() {
    let broken = [
        ("domain/ids.rs", "use crate::store::Manifest;"),
        ("index/hnsw.rs", "fn f() { crate::embed::open(); }"),
        ("themes/mod.rs", "use crate::{domain::Theme, index::Hnsw};"),
        ("themes/mod.rs", "use crate::{domain::{Theme, Link}, index};"),
        ("themes/label.rs", "use super::super::judge::words;"),
        ("themes/mod.rs", "use super::judge;"),
        ("themes/label.rs", "mod tests { use super::super::super::judge::words; }"),
        ("store/npy.rs", "use crate as concord; fn f() { crate :: report :: html() }"),
        ("cli/index.rs", "use concord::internals::store::Lock;"),
        ("cli/index.rs", "use concord::{Index, internals::{eval::bootstrap, index::Hnsw}};"),
        ("pipeline/build.rs", "use crate::report;"),
        ("report/mod.rs", "fn f(x: crate::pipeline::Index) {}"),
        ("report/mod.rs", "use crate::*;"),
        ("themes/mod.rs", "fn f(x: crate::Index) {}"),
        ("text/words.rs", "use crate::judge::words;"),
        ("compare/draft.rs", "fn f() { println!(\"{}\", crate::differ::g()) }"),
        ("judge/mod.rs", "use fastembed::TextEmbedding;"),
        ("pipeline/mod.rs", "fn f() { ::hnsw_rs::api::g() }"),
        ("report/mod.rs", "#[derive(clap::Args)] struct A;"),
        ("embed/runtime/mod.rs", "use indicatif as bars;"),
        ("web/search.rs", "use crate::judge::Linker;"),
        ("pipeline/mod.rs", "use crate::web::Server;"),
        ("cli/serve.rs", "use tokio::net::TcpListener;"),
    ];
    for (path, text) in broken {
        assert_eq!(violations(Path::new(path), text).len(), 1, "{path}: {text}");
    }
}

#[test]
fn what_follows_the_arrows_is_let_through() {
    let fine = [
        ("domain/ids.rs", "use super::theme::Theme; use crate::domain::Link;"),
        ("themes/label.rs", "use super::{Config, words}; mod tests { use super::super::find; }"),
        ("themes/mod.rs", "use crate::domain::{Theme, Link}; // not crate::index"),
        ("themes/mod.rs", "/// See [`crate::index`].\n/* crate::store /* nested */ */ fn f() {}"),
        ("themes/mod.rs", "const A: &str = \"crate::index\"; const B: &str = r#\"crate::\"x\"#;"),
        ("themes/mod.rs", "fn f<'a>(x: &'a str) -> char { '\"' } // \" crate::index"),
        ("pipeline/build.rs", "use crate::{domain::Corpus, judge::{self, Linker}};"),
        ("cli/failure.rs", "use concord::{StoreError, report}; use super::out; use crate::cli::x;"),
        ("cli/eval/mod.rs", "use concord::internals::eval::bootstrap;"),
        ("differ/text.rs", "use crate::text::words;"),
        ("main.rs", "mod cli; fn main() { cli::run(); }"),
        ("embed/onnx.rs", "use fastembed::{TextEmbedding}; use crate::domain::Embedding;"),
        ("compare/mod.rs", "fn f(clap: u8) -> u8 { clap + a::ort::b }"),
    ];
    for (path, text) in fine {
        assert_eq!(violations(Path::new(path), text), Vec::<String>::new(), "{path}: {text}");
    }
}

/// Every source file, by its path in `src/`.
fn sources() -> Vec<(PathBuf, String)> {
    workspace::sources(|path| path.extension().is_some_and(|ending| ending == "rs"))
}

/// The module right below the crate that a file belongs to.
fn module_of(path: &Path) -> String {
    let first = path.iter().next().expect("a path has parts").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// What begins a path into the library that the binary must have a row for.
const MODULES: [&str; 3] = ["internals", "report", "web"];

fn is_binary(module: &str) -> bool {
    matches!(module, "main" | "cli")
}

/// The paths of a file that go against the table, in words.
fn violations(path: &Path, text: &str) -> Vec<String> {
    let module = module_of(path);
    let row = ARROWS.iter().find(|(name, _)| *name == module);
    let allowed = row.map_or(&[][..], |(_, allowed)| allowed);
    let tokens = tokens(text);
    let mut wrong = Vec::new();
    for named in crate_paths(path, &tokens) {
        let own = module == named[0] && module != "main";
        // An item of the front door; the compiler sees to it that nothing else can be named.
        let is_item = !MODULES.contains(&named[0].as_str()) && is_binary(&module);
        let fits = |allowed: &str| {
            allowed
                .split("::")
                .enumerate()
                .all(|(at, part)| named.get(at).is_some_and(|n| n == part))
        };
        if !own && !is_item && allowed != ["*"] && !allowed.iter().any(|path| fits(path)) {
            wrong.push(format!(
                "{}: `{module}` may not name `{}`",
                path.display(),
                named.join("::")
            ));
        }
    }
    for (library, home) in LIBRARIES {
        let is_home = LIBRARIES.contains(&(*library, module.as_str()));
        if !is_home && names_library(&tokens, library) {
            wrong.push(format!("{}: only `{home}` may name `{library}`", path.display()));
        }
    }
    wrong
}

/// Every path that starts at the root of the crate, as written: through `crate`, through `concord`
/// in the binary, or through enough `super`s. A group in braces gives one path for each of its parts.
fn crate_paths(file: &Path, tokens: &[String]) -> Vec<Vec<String>> {
    let depth = file.iter().count() - usize::from(file.ends_with("mod.rs"));
    let is_root = ["main.rs", "lib.rs"].iter().any(|root| file == Path::new(root));
    let depth = if is_root { 0 } else { depth };
    let mut inline: Vec<usize> = Vec::new();
    let (mut braces, mut at) = (0, 0);
    let mut found = Vec::new();
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    while at < tokens.len() {
        match token(at) {
            "{" => braces += 1,
            "}" => {
                braces -= 1;
                if inline.last() == Some(&braces) {
                    inline.pop();
                }
            }
            "mod" if token(at + 2) == "{" => inline.push(braces),
            "crate" | "concord" if token(at + 1) == "::" && token(at.wrapping_sub(1)) != "::" => {
                expand(tokens, at + 2, &[], &mut found);
            }
            "super" if token(at + 1) == "::" && token(at.wrapping_sub(1)) != "::" => {
                let mut climbed = 0;
                while token(at) == "super" && token(at + 1) == "::" {
                    climbed += 1;
                    at += 2;
                }
                if climbed >= depth + inline.len() {
                    expand(tokens, at, &[], &mut found);
                }
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Adds the paths of the use-tree at `at` to `found`; gives the position after it.
fn expand(tokens: &[String], at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    if token(at) == "{" {
        let mut at = at + 1;
        while token(at) != "}" && at < tokens.len() {
            at = expand(tokens, at, before, found);
            while !matches!(token(at), "," | "}") && at < tokens.len() {
                at += 1;
            }
            at += usize::from(token(at) == ",");
        }
        return at + 1;
    }
    let path = [before, &[token(at).to_owned()]].concat();
    if token(at + 1) == "::" {
        return expand(tokens, at + 2, &path, found);
    }
    found.push(path);
    at + 1
}

/// Whether a path of the file starts at `library`.
fn names_library(tokens: &[String], library: &str) -> bool {
    let token = |at: usize| tokens.get(at).map_or("", String::as_str);
    (0..tokens.len()).filter(|&at| token(at) == library).any(|at| {
        let (before, after) = (token(at.wrapping_sub(1)), token(at + 1));
        // `::library` starts at the root; `path::library` does not.
        let is_first = before != "::"
            || !token(at.wrapping_sub(2)).starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let is_used = matches!(before, "use" | "crate") && after != "::";
        is_first && (after == "::" || is_used)
    })
}

/// Words and signs of a source text, without comments and the insides of literals.
///
/// `proc_macro2` splits text as the compiler does. `syn` would also parse it, but leaves the arguments of
/// macros as they are, and paths in `format!` count too.
fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    flatten(text.parse().expect("sources are Rust"), &mut found);
    found
}

fn flatten(stream: TokenStream, found: &mut Vec<String>) {
    let mut colon = false;
    for tree in stream {
        let text = match &tree {
            TokenTree::Ident(word) => word.to_string(),
            TokenTree::Punct(sign) => sign.as_char().to_string(),
            TokenTree::Literal(_) => "\"\"".to_owned(),
            TokenTree::Group(group) => {
                let [open, close] = match group.delimiter() {
                    Delimiter::Brace => ["{", "}"],
                    Delimiter::Bracket => ["[", "]"],
                    Delimiter::Parenthesis => ["(", ")"],
                    Delimiter::None => ["", ""],
                };
                found.push(open.to_owned());
                flatten(group.stream(), found);
                close.to_owned()
            }
        };
        // Two signs of a path separator.
        let second = colon && text == ":";
        colon = text == ":" && !second;
        if second {
            found.pop();
            found.push("::".to_owned());
        } else {
            found.push(text);
        }
    }
}

#[test]
fn the_lexer_sees_words_and_not_literals() {
    let found = tokens(r#"let a = 'x'; let b = '\''; let c = "a\"b"; d::e('\u{1F600}', "é")"#);
    let count = |word: &str| found.iter().filter(|token| *token == word).count();
    assert_eq!([count("let"), count("::"), count("x"), count("b"), count("e")], [3, 1, 0, 1, 1]);
}
