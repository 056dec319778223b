//! Little memory, and no more threads: the right answer, or one line of error and exit code 2.

use std::process::{Command, Output};

use crate::workspace::{
    Answer, TWELVE, Workspace, assert_same_files, has_strace, program, with_default_model,
};

const KB_PER_MB: u32 = 1024;

/// Runs `concord` with so much address space.
fn within_mb(workspace: &Workspace, mb: u32, arguments: &[&str]) -> Answer {
    let limited = format!("ulimit -v {} && exec \"$0\" \"$@\"", mb * KB_PER_MB);
    let mut shell = Command::new("sh");
    shell.args(["-c", &limited, program()]).args(arguments).current_dir(workspace.path(""));
    shell.env_remove("CONCORD_INDEX").env("RUST_BACKTRACE", "1");
    let output = shell.output().expect("the shell starts");
    // What a signal ends prints what the system likes.
    Answer::new(format!("{mb} MB, concord {arguments:?}"), &output)
}

/// The least address space with which the program starts at all; with less, the system ends it.
fn least_mb(workspace: &Workspace) -> u32 {
    let (mut too_little, mut enough) = (1, 4096);
    while enough - too_little > 1 {
        let middle = u32::midpoint(too_little, enough);
        match within_mb(workspace, middle, &["--version"]).code {
            Some(0) => enough = middle,
            _ => too_little = middle,
        }
    }
    enough
}

#[test]
fn a_lack_of_memory_is_one_error_and_neither_a_panic_nor_a_signal() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    with_default_model();
    let least = least_mb(&workspace);
    let similar = ["similar", "cost of remittances", "--index", "idx"];
    let expected = workspace.concord(&similar).succeeds().stdout;
    let mut refused = 0;
    for more in (0..12).chain([15, 20, 30, 50, 100]) {
        let answer = within_mb(&workspace, least + more, &similar);
        if let Some(0) = answer.code {
            assert_eq!(answer.stdout, expected, "{answer:?}");
        } else {
            assert_eq!(answer.code, Some(2), "{answer:?}");
            assert_eq!(answer.stderr.lines().count(), 2, "{answer:?}");
            let [error, hint] = ["error: ", "\nhint: "].map(|start| answer.stderr.find(start));
            assert!(error == Some(0) && hint.is_some(), "{answer:?}");
            refused += usize::from(answer.stderr.contains("there is not enough memory"));
        }
    }
    assert!(refused > 0, "no limit was low enough");
    workspace.write("one.jsonl", &*TWELVE);
    let model = ["index", "one.jsonl", "--index", "deep"];
    let answer = within_mb(&workspace, least + 200, &model);
    let error =
        "error: there is not enough memory for model `concord/MiniLM-L6-asks`, which needs ";
    assert!(answer.code == Some(2) && answer.stderr.starts_with(error), "{answer:?}");
    assert!(answer.stderr.contains("\nhint: close other programs"), "{answer:?}");
    assert!(!workspace.path("deep").exists());
}

/// Runs `concord` where the system starts no thread from number `first` on.
fn without_threads(workspace: &Workspace, first: u32, arguments: &[&str]) -> Output {
    let inject = format!("inject=clone,clone3:error=EAGAIN:when={first}+");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=clone,clone3", "-e", &inject]);
    strace.arg(program()).args(arguments).current_dir(workspace.path(""));
    strace.env_remove("CONCORD_INDEX").output().expect("strace starts")
}

#[test]
fn a_lack_of_threads_makes_no_other_answer_and_no_panic() {
    if !has_strace() {
        return;
    }
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    with_default_model();
    let deep = ["index", "idx.jsonl", "--index", "deep"];
    workspace.concord(&deep).succeeds();
    let sound = workspace.files("deep");
    let (mut done, mut refused) = (0, 0);
    for first in 1..=8 {
        for more in [&[][..], &["--threads", "3"], &["--threads", "65535"]] {
            let arguments = [&deep[..], more].concat();
            let output = without_threads(&workspace, first, &arguments);
            let answer = Answer::new(format!("{first}, concord {arguments:?}"), &output);
            if let Some(0) = answer.code {
                done += 1;
            } else {
                let error = "error: the system lets this program start no thread\nhint: ";
                let is_told = answer.code == Some(2) && answer.stderr.starts_with(error);
                assert!(is_told && answer.stderr.lines().count() == 2, "{answer:?}");
                refused += 1;
            }
            assert_same_files(&sound, &workspace.files("deep"), &format!("{first}, {more:?}"));
        }
    }
    assert!(done > 0 && refused > 0, "{done} done, {refused} refused");
}

#[test]
fn a_workbook_without_a_thread_for_its_sheets_is_refused_or_whole() {
    if !has_strace() {
        return;
    }
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    let report = ["report", "--index", "idx", "-o", "out", "--format", "xlsx", "--threads", "1"];
    // The first thread waits for signals, the second is the pool's.
    let output = without_threads(&workspace, 3, &report);
    let answer = Answer::new("without a third thread".to_owned(), &output);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    let error = "error: cannot write the report as xlsx: perhaps the system starts no more threads";
    assert!(answer.stderr.starts_with(error), "{answer:?}");
    assert!(answer.stderr.contains("\nhint: write another format"), "{answer:?}");
    assert!(!workspace.path("out").exists());
    let html = ["report", "--index", "idx", "-o", "out", "--threads", "1"];
    assert!(without_threads(&workspace, 3, &html).status.success());
}
