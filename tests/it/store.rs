//! The folder of an index and what lies beside it: links, locks, seals, left-overs, signals.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use concord::internals::store::{Lock, Opened};

use crate::workspace::{Answer, HASHING, TWELVE, Workspace, assert_same_files, program};

/// The arguments that build the index of `with_index` again.
const AGAIN: [&str; 6] = ["index", "idx.jsonl", "--index", "idx", "--model", HASHING];

/// A workspace with an index `idx` of twelve recommendations.
fn with_index() -> Workspace {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    workspace
}

/// What a process killed between the two renames of a swap leaves behind.
fn moved_aside(workspace: &Workspace) {
    fs::rename(workspace.path("idx"), workspace.path(".idx.old")).unwrap();
    workspace.write(".idx.new/manifest.json", "{}");
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_symlink())
}

#[test]
fn two_names_of_an_index_lead_to_one_lock_and_a_link_stays_a_link() {
    let workspace = with_index();
    fs::create_dir(workspace.path("links")).unwrap();
    symlink("../idx", workspace.path("links/here")).unwrap();
    let by_link = ["index", "idx.jsonl", "--index", "links/here", "--model", HASHING];
    let lock = Lock::take(workspace.path("idx")).expect("nobody else writes");
    workspace.refuses(&by_link, &["error: another process is writing "]);
    drop(lock);
    let sound = workspace.files("idx");
    workspace.concord(&by_link).succeeds();
    assert!(is_link(&workspace.path("links/here")));
    assert_same_files(&sound, &workspace.files("idx"), "the index written through a link");
    assert_eq!(fs::read_dir(workspace.path("links")).unwrap().count(), 1, "nothing beside it");
}

#[test]
fn an_index_is_built_where_a_dangling_link_leads() {
    let workspace = with_index();
    symlink("far/away", workspace.path("link")).unwrap();
    workspace.concord(&["index", "idx.jsonl", "--index", "link", "--model", HASHING]).succeeds();
    assert!(is_link(&workspace.path("link")));
    assert_same_files(&workspace.files("idx"), &workspace.files("far/away"), "the new index");
}

#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let workspace = with_index();
    workspace.write("thesis.docx", "mine");
    fs::remove_file(workspace.path(".idx.lock")).unwrap();
    symlink("thesis.docx", workspace.path(".idx.lock")).unwrap();
    let parts = ["/.idx.lock: the lock must be a regular file; remove what lies there"];
    workspace.refuses(&AGAIN, &parts);
}

#[test]
fn two_indexes_whose_names_are_not_utf8_have_two_locks() {
    let workspace = Workspace::new();
    let [a, b] = [b"\xfe", b"\xff"].map(|name| workspace.path(std::ffi::OsStr::from_bytes(name)));
    let _first = Lock::take(&a).expect("nobody else writes");
    Lock::take(&b).expect("this is another index");
}

#[test]
fn the_folder_that_a_command_runs_in_is_read_and_not_replaced() {
    let workspace = with_index();
    let within = |arguments: &[&str]| workspace.concord(arguments).within(workspace.path("idx"));
    within(&["similar", "cost", "--index", "."]).succeeds();
    let parts = ["a command that runs inside its folder; run it from another folder"];
    within(&["index", "../idx.jsonl", "--index", ".", "--model", HASHING]).refused(&parts);
}

#[test]
fn a_file_is_never_taken_for_the_folder_of_an_index() {
    let workspace = with_index();
    let into = ["index", "idx.jsonl", "--index", "idx.jsonl", "--model", HASHING];
    workspace.refuses(&into, &["error: cannot write ", "/idx.jsonl: Not a directory"]);
}

#[test]
fn a_pipe_in_place_of_the_manifest_is_refused() {
    let workspace = with_index();
    let manifest = workspace.path("idx/manifest.json");
    fs::remove_file(&manifest).unwrap();
    assert!(Command::new("mkfifo").arg(&manifest).status().unwrap().success());
    let parts = ["error: cannot read idx/manifest.json: not a regular file"];
    workspace.concord(&["similar", "cost", "--index", "idx"]).refused(&parts);
    workspace.concord(&AGAIN).refused(&["idx is not an index"]);
}

#[test]
fn a_flipped_bit_anywhere_in_the_manifest_is_noticed() {
    let workspace = with_index();
    let path = workspace.path("idx");
    let sound = workspace.bytes("idx/manifest.json");
    for at in 0..sound.len() {
        workspace.change("idx/manifest.json", |bytes| bytes[at] ^= 1 << (at % 8));
        assert!(Opened::open(&path).is_err(), "bit {} of byte {at}", at % 8);
        workspace.write("idx/manifest.json", &sound);
    }
    Opened::open(&path).expect("the index is sound again");

    let text = String::from_utf8(sound).unwrap();
    let other = text.replace("\"recommendations\": 12", "\"recommendations\": 13");
    assert_ne!(text, other);
    workspace.write("idx/manifest.json", other);
    let parts = [
        "error: idx/manifest.json is damaged: its content does not match its seal",
        "hint: rebuild it: `concord index idx/recommendations.jsonl --index idx`",
    ];
    workspace.refuses(&["similar", "cost", "--index", "idx"], &parts);
}

#[test]
fn whoever_takes_the_lock_sweeps_what_killed_builds_left() {
    let workspace = with_index();
    let themes = workspace.concord(&["themes", "--index", "idx", "--format", "json"]).succeeds();
    let theme = themes.json()["themes"][0]["id"].as_str().unwrap().to_owned();
    workspace.write(".idx.new/vectors.npy", "half a file").copy(&workspace.path("idx"), ".idx.old");
    // This command is refused only after it has taken the lock.
    workspace.concord(&["themes", "undo", "--index", "idx"]).refused(&["there is no decision"]);
    assert!(!workspace.path(".idx.new").exists() && !workspace.path(".idx.old").exists());
    moved_aside(&workspace);
    workspace.concord(&["themes", "accept", &theme, "--index", "idx"]).succeeds();
    assert!(!workspace.path(".idx.new").exists() && !workspace.path(".idx.old").exists());
}

#[test]
fn a_superseded_index_never_comes_back() {
    let workspace = with_index();
    fs::rename(workspace.path("idx"), workspace.path(".idx.old")).unwrap();
    let parts = ["error: there is no index at idx"];
    workspace.refuses(&["similar", "cost", "--index", "idx"], &parts);
    workspace.concord(&AGAIN).succeeds();
    assert!(!workspace.path(".idx.old").exists());
}

#[test]
fn who_may_not_put_an_index_back_reads_it_where_it_lies() {
    let workspace = with_index();
    let similar = ["similar", "cost", "--index", "idx"];
    let expected = workspace.concord(&similar).succeeds().stdout;
    moved_aside(&workspace);
    // Nobody can take this lock, like that of a folder without the right to write.
    fs::remove_file(workspace.path(".idx.lock")).unwrap();
    fs::create_dir(workspace.path(".idx.lock")).unwrap();
    assert_eq!(workspace.concord(&similar).succeeds().stdout, expected);
    assert!(workspace.path(".idx.old").exists());
}

#[test]
fn an_interrupted_build_leaves_nothing_behind() {
    let workspace = with_index();
    // To carry them over takes longer than a signal to arrive.
    for n in 0..10_000 {
        workspace.write(format!("idx/mine/{n}"), "");
    }
    let sound = workspace.files("");
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut command = Command::new(program());
        command.current_dir(workspace.path("")).args(AGAIN);
        let mut process = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        while !workspace.path(".idx.new").exists() {
            assert!(process.try_wait().unwrap().is_none(), "the build ended before the signal");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let kill = format!("kill -s {signal} {}", process.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        let output = process.wait_with_output().unwrap();
        let answer = Answer::new(kill, &output);
        assert_eq!(answer.code, Some(code), "{answer:?}");
        assert_same_files(&sound, &workspace.files(""), "after the signal");
    }
}

#[test]
fn another_model_for_an_index_is_pointed_out() {
    let workspace = with_index();
    let said = |workspace: &Workspace| workspace.concord(&AGAIN).succeeds().stderr;
    assert!(!said(&workspace).contains("the model of"));
    workspace.change("idx/manifest.json", |bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        *bytes = text.replace(HASHING, "concord/other").into_bytes();
    });
    let expected = "the model of idx changes from `concord/other` to `concord/hashing`; every text";
    assert!(said(&workspace).contains(expected));
}
