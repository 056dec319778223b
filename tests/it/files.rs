//! Files that commands write: whole or not at all, whatever kills the run; and what tells them apart.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::network::PAIRS;
use crate::workspace::{Answer, TWELVE, Workspace, assert_same_files, has_strace, program};

/// System calls that change what lies on the disk, or wait until it does.
const CHANGES: &str = "write,fsync,fchmod,?mkdir,?rename,renameat,renameat2,?unlink,unlinkat";
const RENAMES: &str = "?rename,renameat,renameat2";

/// What the user changed since the first extraction.
const OWN: &str = "{\"id\":\"own\",\"agency\":\"NRC\",\"text\":\"Hire drivers.\"}\n";

fn document(items: &[&str]) -> String {
    let items: Vec<String> = (1..).zip(items).map(|(n, item)| format!("{n}. {item}\n")).collect();
    let items = items.concat();
    format!("A report of the Northern Roads Commission\n\nRecommendations\n\n{items}")
}

const EXTRACT: [&str; 5] = ["extract", "roads.txt", "-q", "-o", "out/found.jsonl"];

/// A corrected file `out/found.jsonl`, and a newer document with one item less and one more.
fn corrected() -> Workspace {
    let workspace = Workspace::new();
    let items = ["Clear the roads of snow.", "Buy more salt.", "Close the pass in winter."];
    workspace.write("roads.txt", document(&items));
    workspace.concord(&EXTRACT).succeeds();
    workspace.change("out/found.jsonl", |bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text.replace("Clear the", "Clear all").into_bytes();
        bytes.extend(OWN.bytes());
    });
    let items =
        ["Clear the roads of snow.", "Close the pass in winter.", "Train drivers in first aid."];
    workspace.write("roads.txt", document(&items));
    workspace
}

/// Runs `concord` under strace with these flags; gives the trace too.
fn traced(workspace: &Workspace, flags: &[&str], arguments: &[&str]) -> (Output, String) {
    let elsewhere = Workspace::new();
    let trace = elsewhere.path("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-s", "4096", "-o"]).arg(&trace).args(flags).arg(program());
    strace.args(arguments).current_dir(workspace.path("")).env_remove("CONCORD_INDEX");
    let output = strace.output().expect("strace starts");
    (output, std::fs::read_to_string(&trace).expect("strace writes text"))
}

/// The lines of a file, sorted, without the one that holds `but`.
fn lines(files: &BTreeMap<PathBuf, Vec<u8>>, name: &str, but: &str) -> Vec<String> {
    let text = String::from_utf8(files[Path::new(name)].clone()).unwrap();
    let mut lines: Vec<String> =
        text.lines().filter(|line| !line.contains(but)).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// Puts the files of `out` back as they were.
fn restore(workspace: &Workspace, before: &BTreeMap<PathBuf, Vec<u8>>) {
    std::fs::remove_dir_all(workspace.path("out")).unwrap();
    for (name, bytes) in before {
        workspace.write(Path::new("out").join(name), bytes);
    }
}

/// Killed at each change in turn, then corrected once more by hand: the next run must know what was extracted
/// and what people did, and leave nothing behind.
#[test]
fn an_extraction_that_is_killed_at_any_change_neither_loses_nor_keeps_a_record() {
    if !has_strace() {
        return;
    }
    let workspace = corrected();
    let before = workspace.files("out");
    workspace.concord(&EXTRACT).succeeds();
    let expected = workspace.files("out");
    let late = "{\"id\":\"late\",\"agency\":\"NRC\",\"text\":\"Mark the road.\"}\n";
    let mut killed = 0;
    for call in CHANGES.split(',') {
        // strace counts the calls of each kind apart.
        for n in 1.. {
            restore(&workspace, &before);
            let kill = format!("inject={call}:signal=SIGKILL:when={n}");
            let (output, _) = traced(&workspace, &["-e", &kill], &EXTRACT);
            if output.status.success() {
                break;
            }
            killed += 1;
            workspace.change("out/found.jsonl", |bytes| bytes.extend(late.bytes()));
            workspace.concord(&EXTRACT).succeeds();
            let found = workspace.files("out");
            assert!(found.keys().eq(expected.keys()), "{kill}: {:?}", found.keys());
            for name in ["found.jsonl", "found.extracted.jsonl"] {
                let same = lines(&found, name, "late") == lines(&expected, name, "late");
                assert!(
                    same,
                    "{kill}: {name} is {}",
                    String::from_utf8_lossy(&found[Path::new(name)])
                );
            }
            assert!(found[Path::new("found.jsonl")].windows(4).any(|part| part == b"late"));
        }
    }
    assert!(killed >= 8, "killed only {killed} times");
}

#[test]
fn what_is_written_is_synced_before_it_takes_its_name_and_its_folder_after() {
    if !has_strace() {
        return;
    }
    let workspace = corrected();
    workspace.indexed("idx", &TWELVE).write("pairs.jsonl", PAIRS);
    workspace.write("draft.md", "States should cut the cost of remittances.\n");
    let cases: [(&[&str], &[&str]); 4] = [
        (&EXTRACT, &["found.jsonl", "found.extracted.jsonl"]),
        (&["report", "--index", "idx", "-o", "out"], &["concord-report.html", "concord-report.md"]),
        (
            &["check", "draft.md", "--index", "idx", "--format", "md", "-o", "out/check.md"],
            &["check.md"],
        ),
        (
            &["calibrate", "--gold", "pairs.jsonl", "--index", "idx", "-o", "out/mine.toml"],
            &["mine.toml"],
        ),
    ];
    for (arguments, names) in cases {
        let changes = format!("trace={CHANGES}");
        let (output, trace) = traced(&workspace, &["-e", &changes], arguments);
        let answer = Answer::new(format!("concord {arguments:?}"), &output);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let trace: Vec<&str> = trace.lines().collect();
        let is_synced = |lines: &[&str], path: &str| {
            lines.iter().any(|line| line.contains("fsync(") && line.contains(&format!("{path}>")))
        };
        for name in names {
            let target = format!("\"out/{name}\"");
            let renamed =
                trace.iter().position(|line| line.contains("rename") && line.contains(&target));
            let at = renamed.unwrap_or_else(|| panic!("no rename to {name}: {trace:#?}"));
            let new = format!("/out/.{name}.concord-new");
            assert!(is_synced(&trace[..at], &new), "{name} is synced first: {trace:#?}");
            assert!(is_synced(&trace[at..], "/out"), "its folder is synced then: {trace:#?}");
        }
    }
}

#[test]
fn a_full_disk_or_a_read_only_one_is_named_and_leaves_all_as_it_was() {
    if !has_strace() {
        return;
    }
    let workspace = corrected();
    workspace.indexed("idx", &TWELVE);
    let before = workspace.files("");
    let full = "inject=fsync:error=ENOSPC:when=1".to_owned();
    let read_only = format!("inject={RENAMES}:error=EROFS");
    let report = ["report", "--index", "idx", "-o", "out"];
    for (fault, arguments, file) in [
        (&full, &report[..], "out/concord-report.html"),
        (&read_only, &report, "out/concord-report.html"),
        (&full, &EXTRACT, "out/found.jsonl"),
        (&read_only, &EXTRACT, "out/found.jsonl"),
    ] {
        let (output, _) = traced(&workspace, &["-e", fault], arguments);
        let answer = Answer::new(format!("concord {arguments:?}, {fault}"), &output);
        let [why, hint] = if *fault == full {
            ["No space left on device", "hint: free some space"]
        } else {
            ["Read-only file system", "hint: change the permissions"]
        };
        let error = format!("error: cannot write {file}: {why}");
        assert!(answer.code == Some(2) && answer.stderr.contains(&error), "{answer:?}");
        assert!(answer.stderr.contains(hint), "{answer:?}");
        assert_same_files(&before, &workspace.files(""), &format!("{arguments:?}, {fault}"));
    }
}

#[cfg(unix)]
#[test]
fn two_documents_with_names_that_are_no_utf8_keep_their_records_apart() {
    use std::os::unix::ffi::OsStrExt;
    let workspace = Workspace::new();
    // The byte in which they differ is no UTF-8.
    for (name, item) in [(b"a\xe9.txt", "Close the pass."), (b"a\xe8.txt", "Buy more salt.")] {
        let name = OsStr::from_bytes(name);
        workspace.write(name, document(&[item]));
        let mut extract = Command::new(program());
        extract.current_dir(workspace.path("")).arg("extract").arg(name);
        let output = extract.args(["-o", "found.jsonl"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let found = String::from_utf8(workspace.bytes("found.jsonl")).unwrap();
    assert_eq!(found.lines().count(), 2, "{found}");
}

#[test]
fn files_that_differ_in_their_ending_have_memories_of_their_own() {
    let workspace = Workspace::new();
    workspace.write("roads.txt", document(&["Buy more salt."]));
    for name in ["found.2023", "found.2024"] {
        let arguments = ["extract", "roads.txt", "-o", name, "--format", "jsonl"];
        workspace.concord(&arguments).succeeds();
        assert!(workspace.path(format!("{name}.extracted.jsonl")).is_file());
    }
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions_when_it_is_replaced() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = corrected();
    let path = workspace.path("out/found.jsonl");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    workspace.concord(&EXTRACT).succeeds();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}
