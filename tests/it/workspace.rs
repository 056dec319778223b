//! A temporary folder to run the program in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// The model that needs no runtime.
pub(crate) const HASHING: &str = "concord/hashing";

/// No run of a test takes this long; one that does hangs.
const LIMIT: Duration = Duration::from_mins(5);

/// A folder of one test's own, removed when it is dropped. Programs run in it.
pub(crate) struct Workspace(TempDir);

impl Workspace {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("the system has a temporary folder"))
    }

    /// Where `name` lies.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).unwrap();
        fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, name: impl AsRef<Path>) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Changes the bytes of a file.
    pub(crate) fn change(&self, name: impl AsRef<Path>, how: impl FnOnce(&mut Vec<u8>)) -> &Self {
        let mut bytes = self.bytes(&name);
        how(&mut bytes);
        self.write(name, bytes)
    }

    /// Copies a folder of files into the workspace.
    pub(crate) fn copy(&self, from: &Path, to: &str) -> &Self {
        for (name, bytes) in files_in(from) {
            self.write(Path::new(to).join(name), bytes);
        }
        self
    }

    /// Every file in the folder `name`, by its path in that folder.
    pub(crate) fn files(&self, name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        files_in(&self.path(name))
    }

    /// A run of the program in this folder, with `arguments`.
    pub(crate) fn concord(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(program());
        command
            .current_dir(self.0.path())
            .args(arguments)
            .env_remove("CONCORD_INDEX")
            .env_remove("COLUMNS")
            .timeout(LIMIT);
        Run { command, line: format!("concord {}", arguments.join(" ")) }
    }

    /// Builds the index `index` of `records` with the model that needs no runtime.
    pub(crate) fn indexed(&self, index: &str, records: &str) -> &Self {
        let name = format!("{index}.jsonl");
        self.write(&name, records);
        self.concord(&["index", &name, "--index", index, "--model", HASHING]).succeeds();
        self
    }

    /// Runs the program, which must refuse with an error that holds each of `parts`, and leave every
    /// file as it was.
    pub(crate) fn refuses(&self, arguments: &[&str], parts: &[&str]) {
        let before = self.files("");
        self.concord(arguments).refused(parts);
        assert_same_files(&before, &self.files(""), &format!("concord {}", arguments.join(" ")));
    }
}

/// The program under test.
pub(crate) fn program() -> &'static str {
    env!("CARGO_BIN_EXE_concord")
}

/// A run that has yet to start.
pub(crate) struct Run {
    command: Command,
    line: String,
}

impl Run {
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn within(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.command.write_stdin(bytes.into());
        self
    }

    /// Runs it, whatever comes of it.
    pub(crate) fn run(mut self) -> Answer {
        let output = self.command.output().expect("the program starts");
        Answer::new(self.line, &output)
    }

    /// Runs it; it must end with 0.
    pub(crate) fn succeeds(self) -> Answer {
        self.ends_with(0)
    }

    /// Runs it; it must end with `code`.
    pub(crate) fn ends_with(self, code: i32) -> Answer {
        let answer = self.run();
        assert_eq!(answer.code, Some(code), "{answer:?}");
        answer
    }

    /// Runs it; it must end with 2, nothing on stdout, and on stderr one line of error that holds
    /// each of `parts` with at most one line of hint.
    pub(crate) fn refused(self, parts: &[&str]) -> Answer {
        let answer = self.ends_with(2);
        assert_eq!(answer.stdout, "", "an error leaves stdout empty: {answer:?}");
        let lines: Vec<&str> = answer.stderr.lines().collect();
        let is_one_error = match lines.as_slice() {
            [error] => error.starts_with("error: "),
            [error, hint] => error.starts_with("error: ") && hint.starts_with("hint: "),
            _ => false,
        };
        assert!(is_one_error, "expected one line of error and perhaps a hint: {answer:?}");
        for part in parts {
            assert!(answer.stderr.contains(part), "expected {part:?} in {answer:?}");
        }
        answer
    }
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Answer {
    #[expect(dead_code, reason = "shown when an assertion fails")]
    line: String,
    /// Exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Answer {
    pub(crate) fn new(line: String, output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
        let code = output.status.code();
        Self { line, code, stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// stdout as one JSON value.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// stdout as one JSON value a line.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let value = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.stdout.lines().map(value).collect()
    }
}

/// The text of every file below `src/` that `wanted` takes, by its path there, in order.
pub(crate) fn sources(wanted: impl Fn(&Path) -> bool) -> Vec<(PathBuf, String)> {
    let files = files_in(&repository().join("src")).into_iter().filter(|(path, _)| wanted(path));
    let text = |bytes| String::from_utf8(bytes).expect("sources are UTF-8");
    files.map(|(path, bytes)| (path, text(bytes))).collect()
}

/// Files below `folder`, by their path in it.
fn files_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|e| panic!("{}: {e}", next.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it was found below").to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Asserts that two folders hold the same, and says which files differ rather than their bytes.
pub(crate) fn assert_same_files(
    a: &BTreeMap<PathBuf, Vec<u8>>,
    b: &BTreeMap<PathBuf, Vec<u8>>,
    what: &str,
) {
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(a), names(b), "{what}: other files");
    let differing: Vec<&PathBuf> = a.keys().filter(|name| a[*name] != b[*name]).collect();
    assert!(differing.is_empty(), "{what}: these files differ: {differing:?}");
}

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Records of a corpus as JSON lines.
pub(crate) fn records(rows: &[(&str, &str, &str)]) -> String {
    let line = |(id, agency, text): &(&str, &str, &str)| {
        format!("{}\n", serde_json::json!({ "id": id, "agency": agency, "text": text }))
    };
    rows.iter().map(line).collect()
}

/// Twelve recommendations of five agencies on four subjects.
pub(crate) static TWELVE: LazyLock<String> = LazyLock::new(|| {
    records(&[
        ("A-1", "Alpha", "States should reduce the cost of sending remittances to three per cent."),
        ("A-2", "Alpha", "Ratify the convention on the rights of migrant workers."),
        ("A-3", "Alpha", "Publish yearly figures on deaths at sea."),
        ("B-1", "Beta", "Governments should cut the cost of remittances for migrant families."),
        ("B-2", "Beta", "Train border guards in the rights of children."),
        ("B-3", "Beta", "=SUM(A1) is how a cell may begin; recognise skills and qualifications."),
        ("C-1", "Gamma", "Lower the cost of remittances by opening postal networks to them."),
        ("C-2", "Gamma", "All states should ratify the convention on migrant workers' rights."),
        ("D-1", "Delta", "Recognise the skills and qualifications of migrant nurses."),
        ("D-2", "Delta", "Border guards need training in the rights of children."),
        (
            "E-1",
            "Epsilon",
            "Skills and qualifications of migrants should be recognised by employers.",
        ),
        ("E-2", "Epsilon", "Keep a register of vaccination for people who move with seasons."),
    ])
});

/// The index of the shipped corpus, built once by the model that needs no runtime.
pub(crate) fn shipped_by_hashing() -> &'static str {
    static INDEX: LazyLock<String> = LazyLock::new(|| {
        let folder = fresh_folder("shipped-by-hashing");
        let mut command = Command::new(program());
        command.current_dir(&folder).args(["index", "--index", "idx", "--model", HASHING]);
        command.assert().success();
        folder.join("idx").display().to_string()
    });
    &INDEX
}

/// An empty folder that outlives the tests, below cargo's own.
fn fresh_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The index of the shipped corpus, built once by the default model, as `concord report` builds it
/// where there is none: in a folder with the report, as `index/hld-2013`.
pub(crate) fn shipped_by_default() -> &'static str {
    static INDEX: LazyLock<String> = LazyLock::new(|| {
        let folder = fresh_folder("shipped-by-default");
        let mut command = Command::new(program());
        command.current_dir(&folder).arg("report").env_remove("CONCORD_INDEX");
        command.assert().success();
        folder.join("index/hld-2013").display().to_string()
    });
    &INDEX
}

/// Whether strace is installed; without it a test is skipped, but not in CI.
pub(crate) fn has_strace() -> bool {
    let mut strace = std::process::Command::new("strace");
    if strace.arg("--version").stdout(std::process::Stdio::null()).status().is_ok() {
        return true;
    }
    let required = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!required, "strace is not installed, and this is CI");
    println!("skipped: strace is not installed");
    false
}

/// Sees to it that ONNX Runtime is on this machine.
pub(crate) fn with_default_model() {
    let workspace = Workspace::new();
    workspace.write("one.jsonl", records(&[("a", "X", "Do it.")]));
    workspace.concord(&["index", "one.jsonl", "--index", "idx"]).succeeds();
}

/// A file of labelled data that lies beside the repository; without it a test is skipped, unless
/// `CONCORD_REQUIRE_SHARED` is 1.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let folder = repository().join("../shared");
    if folder.is_dir() {
        return Some(folder.join(name));
    }
    let required = std::env::var_os("CONCORD_REQUIRE_SHARED").is_some_and(|value| value == "1");
    assert!(!required, "../shared is not there, and CONCORD_REQUIRE_SHARED is 1");
    println!("skipped: ../shared is not there");
    None
}
