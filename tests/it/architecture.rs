//! Reads `src/` and fails on a path that goes against the arrows of the architecture.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::repository;

/// Which paths below the crate a module may name, besides its own. `main` and `cli` are the binary,
/// which names the library as `concord::`. A module without a row may not exist.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    (
        "cli",
        &[
            "web",
            "report",
            "pipeline",
            "eval",
            "domain",
            // Opening a model, and what is said when it does not open.
            "embed",
            // Reading a corpus, and what is said of a bad one.
            "ingest",
            // Only to turn its error into a hint.
            "store::StoreError",
        ],
    ),
    ("lib", &[]),
    ("web", &["pipeline", "report", "domain"]),
    (
        "pipeline",
        &[
            "ingest", "extract", "embed", "index", "judge", "differ", "themes", "compare", "draw",
            "store", "domain", "text",
        ],
    ),
    ("report", &["domain", "text"]),
    ("eval", &["domain", "text"]),
    ("ingest", &["domain", "text"]),
    ("extract", &["domain", "text"]),
    ("embed", &["domain", "text"]),
    ("index", &["domain", "text"]),
    ("judge", &["domain", "text"]),
    ("differ", &["domain", "text"]),
    ("themes", &["domain", "text"]),
    ("compare", &["domain", "text"]),
    ("draw", &["domain", "text"]),
    ("store", &["domain", "text"]),
    ("text", &["domain"]),
    ("domain", &[]),
];

/// Libraries that only one module may name.
const LIBRARIES: &[(&str, &str)] = &[
    ("fastembed", "embed"),
    ("ort", "embed"),
    ("hnsw_rs", "index"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("indicatif", "cli"),
    ("comfy_table", "cli"),
    ("askama", "report"),
    ("rust_xlsxwriter", "report"),
    ("docx_rs", "report"),
    ("axum", "web"),
    ("tokio", "web"),
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
        ("cli/index.rs", "use concord::judge::Linker;"),
        ("cli/index.rs", "use concord::store::{StoreError, Lock};"),
        ("pipeline/build.rs", "use crate::report;"),
        ("report/mod.rs", "fn f(x: crate::pipeline::Index) {}"),
        ("report/mod.rs", "use crate::*;"),
        ("main.rs", "use concord::domain::Theme;"),
        ("judge/mod.rs", "use fastembed::TextEmbedding;"),
        ("pipeline/mod.rs", "fn f() { ::hnsw_rs::api::g() }"),
        ("report/mod.rs", "#[derive(clap::Args)] struct A;"),
        ("embed/runtime/mod.rs", "use indicatif as bars;"),
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
        ("cli/failure.rs", "use concord::store::StoreError; use super::out; use crate::cli::x;"),
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
    let root = repository().join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("src/ can be read") {
            let path = entry.expect("src/ can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("sources are UTF-8");
                found.push((path.strip_prefix(&root).expect("below src/").to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The module right below the crate that a file belongs to.
fn module_of(path: &Path) -> String {
    let first = path.iter().next().expect("a path has parts").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
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
        let fits = |allowed: &str| {
            allowed
                .split("::")
                .enumerate()
                .all(|(at, part)| named.get(at).is_some_and(|n| n == part))
        };
        if !own && !allowed.iter().any(|path| fits(path)) {
            wrong.push(format!(
                "{}: `{module}` may not name `{}`",
                path.display(),
                named.join("::")
            ));
        }
    }
    for (library, home) in LIBRARIES {
        if module != *home && names_library(&tokens, library) {
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
fn tokens(text: &str) -> Vec<String> {
    let mut rest = text;
    let mut found = Vec::new();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let hashes = rest[end..].bytes().take_while(|&byte| byte == b'#').count();
            if matches!(&rest[..end], "r" | "br") && rest[end + hashes..].starts_with('"') {
                raw_literal(rest, end, hashes)
            } else {
                found.push(rest[..end].to_owned());
                end
            }
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if first == '"' {
            literal(rest)
        } else if first == '\'' {
            character(rest)
        } else if rest.starts_with("::") {
            found.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                found.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

fn raw_literal(rest: &str, prefix: usize, hashes: usize) -> usize {
    let start = prefix + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn literal(rest: &str) -> usize {
    let mut escaped = false;
    for (at, sign) in rest.char_indices().skip(1) {
        match sign {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// A character literal whole, or only the sign before a lifetime's name.
fn character(rest: &str) -> usize {
    let mut signs = rest.char_indices().skip(1);
    match (signs.next(), signs.next()) {
        (Some((_, '\\')), _) => rest[2..].find('\'').map_or(rest.len(), |at| {
            // In '\'' the first quote is the one escaped.
            if at == 0 { 4 } else { at + 3 }
        }),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[test]
fn the_lexer_sees_words_and_not_literals() {
    let counts = tokens(r#"let a = 'x'; let b = '\''; let c = "a\"b"; d::e('\u{1F600}', "é")"#);
    let seen: BTreeMap<&str, usize> = counts.iter().fold(BTreeMap::new(), |mut seen, token| {
        *seen.entry(token.as_str()).or_default() += 1;
        seen
    });
    assert_eq!(seen.get("let"), Some(&3));
    assert_eq!((seen.get("::"), seen.get("x"), seen.get("a")), (Some(&1), None, Some(&1)));
    assert_eq!((seen.get("e"), seen.get("("), seen.get(")")), (Some(&1), Some(&1), Some(&1)));
}
