//! The corpus folder of `concord start`: which documents can be read, and `corpus.toml` with who speaks in
//! each.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use concord::{Agency, CorpusDescription, ExtractOptions, FrontPage};

use super::speakers::{Named, ask_for, on_terminal};
use super::text;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{out, table};

/// Describes the documents of a corpus.
const DESCRIPTION: &str = "corpus.toml";

/// A document of the folder.
struct Found {
    path: PathBuf,
    /// File name.
    name: String,
    id: String,
    n: usize,
    /// The bodies that its recommendations name; empty if nothing says who speaks.
    agencies: BTreeSet<String>,
    /// The body that `--agency` names for it.
    voice: Option<Agency>,
    /// What its first page says.
    front: FrontPage,
}

/// Looks at the documents in `folder`, asks who speaks where it must, and writes `corpus.toml` to `output`.
/// Gives the paths of the documents that can be read.
pub(super) fn prepare(
    context: &Context,
    folder: &Path,
    output: &Path,
    named: &Named,
) -> Result<Vec<String>, Failure> {
    let (about, mut written) = description(folder, output)?;
    let found = look(context, folder, &about, named)?;
    if found.is_empty() {
        return Err(Failure::with_hint(
            format_args!("no document in {} can be read", folder.display()),
            "name a folder with reports in it: text, Markdown, HTML, Word, OpenDocument, EPUB or PDF",
        ));
    }
    for document in &found {
        refuse_if_listed(document, &about, &output.join(DESCRIPTION))?;
    }
    let unknown: Vec<&str> = found
        .iter()
        .filter(|document| document.n > 0 && document.agencies.is_empty())
        .map(|document| document.name.as_str())
        .collect();
    let answers =
        ask_for(&unknown, &mut on_terminal).map_err(|missing| unanswered(folder, &missing))?;
    for document in &found {
        if about.documents.iter().any(|known| known.id == document.id) {
            continue;
        }
        let voice = document.voice.as_ref().or_else(|| answers.get(&document.name));
        written.push_str(&entry(document, voice));
    }
    out::write(&output.join(DESCRIPTION), written.as_bytes())?;
    context.say(format_args!("{}", overview(&found, &answers)));
    found.iter().map(|document| text(&document.path)).collect()
}

/// What `corpus.toml` says of a document stays as it is. If it does not say who speaks, or says it otherwise
/// than `--agency`, a person must change it there.
fn refuse_if_listed(
    document: &Found,
    about: &CorpusDescription,
    path: &Path,
) -> Result<(), Failure> {
    let is_listed = about.documents.iter().any(|known| known.id == document.id);
    let voice = about.voices.get(&document.id);
    let is_unknown = document.n > 0 && document.agencies.is_empty();
    let differs = document.voice.is_some() && document.voice.as_ref() != voice;
    if !is_listed || !(is_unknown || differs) {
        return Ok(());
    }
    Err(Failure::with_hint(
        format_args!("{} lists `{}` with another `agency`, or none", path.display(), document.id),
        "write there who speaks: `agency = \"NAME\"`",
    ))
}

/// What is known of the documents, and the text that says it: the `corpus.toml` of an earlier run, or the one
/// among the documents, or a new one.
fn description(folder: &Path, output: &Path) -> Result<(CorpusDescription, String), Failure> {
    let earlier = [output, folder].map(|folder| folder.join(DESCRIPTION));
    if let Some(path) = earlier.iter().find(|path| path.is_file()) {
        let about = concord::read_description(path)?;
        let mut text = String::from_utf8_lossy(&out::read(path)?).into_owned();
        if !text.ends_with('\n') {
            text.push('\n');
        }
        return Ok((about, text));
    }
    let name = folder.file_name().map_or("documents".into(), |name| name.to_string_lossy());
    let title = quoted(&format!("Recommendations in {name}"));
    Ok((
        CorpusDescription::default(),
        format!(
            "# Who speaks in which document. Correct it here; `concord start` keeps what stands here.\n\
             title = {title}\n"
        ),
    ))
}

/// Reads every document of the folder. What cannot be read is said and left out.
fn look(
    context: &Context,
    folder: &Path,
    about: &CorpusDescription,
    named: &Named,
) -> Result<Vec<Found>, Failure> {
    let mut found: Vec<Found> = Vec::new();
    for path in files(context, folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let agency = named.of(&name).cloned();
        let mut options = ExtractOptions { corpus: about.clone(), ..ExtractOptions::default() };
        options.table.agency = agency.clone().or_else(|| named.rest().cloned());
        options.agency = agency;
        let extract = |bytes: Vec<u8>| Ok(concord::extract(&path, &bytes, &options)?);
        let extracted = match out::read(&path).and_then(extract) {
            Ok(extracted) => extracted,
            Err(failure) => {
                context.say(format_args!("left out: {}", failure.message()));
                continue;
            }
        };
        let id = concord::document_id(&path, &options).to_string();
        if let Some(first) = found.iter().find(|other| other.id == id) {
            context.say(format_args!(
                "left out: {}: {} has the same name and is read instead",
                path.display(),
                first.name
            ));
            continue;
        }
        let records = &extracted.recommendations;
        let mut agencies: BTreeSet<String> =
            records.iter().map(|r| r.agency.to_string()).filter(|agency| *agency != id).collect();
        let rest = || named.rest().filter(|_| agencies.is_empty()).cloned();
        let voice = options.agency.clone().or_else(rest);
        agencies.extend(voice.as_ref().map(ToString::to_string));
        let n = records.len();
        found.push(Found { path, name, id, n, agencies, voice, front: extracted.front });
    }
    Ok(found)
}

/// The files of the folder by name, without hidden ones. Folders in it are named as left out.
#[expect(clippy::disallowed_methods, reason = "reads the folder that the user named")]
fn files(context: &Context, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error| Failure::on_file("read", folder, &error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(['.', '~']) || name == DESCRIPTION {
            continue;
        }
        if path.is_file() {
            files.push(path);
        } else {
            context.say(format_args!("left out: {} is not a file", path.display()));
        }
    }
    files.sort();
    Ok(files)
}

/// A document as `corpus.toml` lists it.
fn entry(document: &Found, voice: Option<&Agency>) -> String {
    let title = document.front.title.clone().unwrap_or_else(|| title_of(&document.id));
    let mut text =
        format!("\n[[documents]]\nid = {}\ntitle = {}\n", quoted(&document.id), quoted(&title));
    if let Some(year) = document.front.year {
        let _ = writeln!(text, "year = {year}");
    }
    if let Some(agency) = voice {
        let _ = writeln!(text, "agency = {}", quoted(agency.as_str()));
    }
    let _ = writeln!(text, "source = {}", quoted(&document.path.display().to_string()));
    text
}

/// The id of a document as a title.
fn title_of(id: &str) -> String {
    let mut words = id.replace(['-', '_'], " ");
    if let Some(first) = words.get(..1) {
        let upper = first.to_uppercase();
        words.replace_range(..1, &upper);
    }
    words
}

/// `text` as a string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Each document with its number of recommendations and who speaks in it.
fn overview(found: &[Found], answers: &BTreeMap<String, Agency>) -> String {
    let mut lines = table::table(&["document", "recommendations", "who speaks"]);
    for document in found {
        let answer = answers.get(&document.name).map(ToString::to_string);
        let said = || document.agencies.iter().cloned().collect::<Vec<_>>().join(", ");
        let who = answer.unwrap_or_else(said);
        lines.add_row([document.name.clone(), document.n.to_string(), who]);
    }
    lines.to_string()
}

fn unanswered(folder: &Path, missing: &[String]) -> Failure {
    let example = missing.first().map_or("", String::as_str);
    Failure::with_hint(
        format_args!("nothing says who speaks in {}", missing.join(", ")),
        format_args!(
            "name the body: `concord start {} --agency \"{example}=NAME\"`",
            super::quoted(&folder.display().to_string())
        ),
    )
}
