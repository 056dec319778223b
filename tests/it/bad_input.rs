//! Bad input: one line that names the file, the line and what to do; exit 2; nothing half-written.

use std::fmt::Write as _;
use std::process::Stdio;

use concord::internals::store::{FORMAT_VERSION, Lock};

use crate::workspace::{
    Answer, HASHING, TWELVE, Workspace, assert_same_files, program, repository,
};

/// A workspace with an index `idx` of twelve recommendations.
fn with_index() -> Workspace {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    workspace
}

/// `concord index NAME` refuses a corpus file with this content.
fn index_refuses(name: &str, content: impl AsRef<[u8]>, parts: &[&str]) {
    let workspace = Workspace::new();
    workspace.write(name, content);
    workspace.refuses(&["index", name, "--index", "idx", "--model", HASHING], parts);
}

#[test]
fn a_missing_file_is_named() {
    let workspace = with_index();
    let missing = ["error: cannot read gone.txt: No such file"];
    workspace.refuses(&["extract", "gone.txt"], &missing);
    workspace.refuses(&["check", "gone.txt", "--index", "idx"], &missing);
    workspace.refuses(&["similar", "--file", "gone.txt", "--index", "idx"], &missing);
    workspace.refuses(&["similar", "--batch", "gone.txt", "--index", "idx"], &missing);
    workspace.refuses(&["index", "gone.txt", "--index", "new", "--model", HASHING], &missing);
}

#[test]
fn a_missing_index_says_how_to_build_it() {
    let parts =
        ["error: there is no index at none", "hint: build it: `concord index CORPUS --index"];
    for command in [&["similar", "a word"][..], &["themes"], &["report"], &["pairs"]] {
        Workspace::new().refuses(&[command, &["--index", "none"]].concat(), &parts);
    }
}

#[test]
fn a_query_that_is_not_utf8_is_refused_with_its_line() {
    let workspace = with_index();
    workspace.write("bad.txt", b"States should act.\nStates should \xff act.\n");
    let parts = ["error: bad.txt:2: not valid UTF-8; convert the file to UTF-8"];
    workspace.refuses(&["similar", "--file", "bad.txt", "--index", "idx"], &parts);
    workspace.refuses(&["similar", "--batch", "bad.txt", "--index", "idx"], &parts);
}

#[test]
fn a_document_in_an_older_character_set_is_read_with_its_letters() {
    let workspace = Workspace::new();
    let latin =
        b"Recommandations\n\nLe Comit\xe9 recommande \xe0 l'\xc9tat partie d'\xe9tablir un \
                  registre des d\xe9c\xe8s en mer et d'y consacrer des moyens.\n";
    workspace.write("latin.txt", latin);
    let found = workspace.concord(&["extract", "latin.txt", "--agency", "Comité"]).succeeds();
    let expected = "recommande à l'État partie d'établir un registre des décès en mer";
    assert!(found.stdout.contains(expected), "{found:?}");
}

#[test]
fn a_document_that_is_no_text_is_refused() {
    let workspace = with_index();
    workspace.write("noise.txt", (0..200_u8).cycle().take(4000).collect::<Vec<u8>>());
    let parts = [
        "error: noise.txt: the file is not text, and not HTML, PDF, DOCX, ODT, RTF or EPUB either;",
    ];
    workspace.refuses(&["extract", "noise.txt"], &parts);
    workspace.refuses(&["check", "noise.txt", "--index", "idx"], &parts);
}

#[test]
fn records_that_are_not_utf8_are_refused_with_their_line() {
    let mut bytes = TWELVE.clone().into_bytes();
    bytes.extend(b"{\"id\": \"x\", \"agency\": \"\xff\", \"text\": \"t\"}\n");
    index_refuses("bad.jsonl", bytes, &["error: bad.jsonl:13: not valid UTF-8; convert"]);
}

#[test]
fn an_empty_document_is_refused() {
    let workspace = with_index();
    for content in ["", " \n\n\t\n"] {
        workspace.write("empty.txt", content);
        let parts = ["error: empty.txt: the document is empty"];
        workspace.refuses(&["extract", "empty.txt"], &parts);
        workspace.refuses(&["check", "empty.txt", "--index", "idx"], &parts);
    }
    workspace.concord(&["extract", "-"]).stdin("").refused(&["error: stdin: the document is"]);
}

#[test]
fn a_draft_without_a_statement_is_refused() {
    let workspace = with_index();
    workspace.write("draft.md", "# Title\n\n---\n");
    let parts = ["error: draft.md: this draft has no statement to check"];
    workspace.refuses(&["check", "draft.md", "--index", "idx", "--all"], &parts);
}

#[test]
fn empty_records_are_refused() {
    let parts = ["empty.jsonl:1: there are no recommendations in this file"];
    index_refuses("empty.jsonl", "", &parts);
    index_refuses("empty.jsonl", "\n\n", &parts);
    index_refuses("empty.csv", "id,agency,text\n", &["empty.csv:1: there are no recommendations"]);
    let workspace = Workspace::new();
    let run = workspace.concord(&["index", "-", "--index", "idx", "--model", HASHING]).stdin("");
    run.refused(&["error: stdin:1: there are no recommendations"]);
    assert!(workspace.files("").is_empty());
}

#[test]
fn a_record_without_a_required_field_is_refused_with_its_line() {
    let good = "{\"id\":\"a\",\"agency\":\"X\",\"text\":\"Do it.\"}\n";
    for (field, line) in [
        ("id", "{\"agency\":\"X\",\"text\":\"Do it.\"}"),
        ("agency", "{\"id\":\"b\",\"text\":\"Do it.\"}"),
        ("text", "{\"id\":\"b\",\"agency\":\"X\"}"),
    ] {
        let expected = format!("error: bad.jsonl:3: missing field `{field}`; a record needs `id`");
        index_refuses("bad.jsonl", format!("{good}\n{line}\n"), &[&expected]);
    }
}

#[test]
fn a_record_that_is_no_record_is_refused_with_its_line() {
    let good = "{\"id\":\"a\",\"agency\":\"X\",\"text\":\"Do it.\"}\n";
    for (line, why) in [
        ("{\"id\":\"b\",\"agency\":\"X\",\"text\":\"Do it.\"", "EOF"),
        ("[1, 2]", "invalid type"),
        ("{\"id\":\"b\",\"agency\":\"X\",\"text\":7}", "invalid type: integer `7`"),
        ("{\"id\":\"b\",\"agency\":\" \",\"text\":\"t\"}", "may not be empty"),
        ("{\"id\":\"b\",\"agency\":\"X\",\"text\":\" \"}", "`text` of `b` is empty"),
    ] {
        index_refuses("bad.jsonl", format!("{good}{line}\n"), &["error: bad.jsonl:2: ", why]);
    }
}

#[test]
fn a_duplicate_id_is_refused_with_both_lines() {
    let line = "{\"id\":\"a\",\"agency\":\"X\",\"text\":\"Do it.\"}\n";
    let expected = "error: twice.jsonl:3: id `a` is already on line 1; ids must be distinct";
    index_refuses("twice.jsonl", format!("{line}\n{line}"), &[expected]);
}

#[test]
fn a_table_without_the_needed_columns_lists_those_it_has() {
    let parts =
        ["error: t.csv:1: there is no column `text`; the columns are `id`, `agency`, `Ask`"];
    index_refuses("t.csv", "id,agency,Ask\n1,X,Do it\n", &parts);
    let workspace = Workspace::new();
    workspace.write("t.csv", "id,agency,Ask\n1,X,Do it\n");
    let map = ["index", "t.csv", "--index", "idx", "--model", HASHING, "--map"];
    let parts =
        ["error: t.csv:1: there is no column `Wish`; the columns are `id`, `agency`, `Ask`"];
    workspace.refuses(&[&map[..], &["text=Wish"]].concat(), &parts);
    workspace.refuses(&[&map[..], &["text"]].concat(), &["error: ", "expected NAME=HEADING"]);
}

#[test]
fn a_corpus_of_no_known_kind_is_refused() {
    index_refuses(
        "corpus.doc",
        "x",
        &["error: corpus.doc: expected a corpus folder, or a file of"],
    );
    let workspace = Workspace::new();
    workspace.write("corpus/readme.txt", "x");
    let parts = ["error: corpus holds neither `recommendations.jsonl` nor `recommendations.csv`"];
    workspace.refuses(&["index", "corpus", "--index", "idx", "--model", HASHING], &parts);
}

#[test]
fn a_bad_agenda_is_refused_with_its_line() {
    let workspace = Workspace::new();
    workspace.write("corpus/recommendations.jsonl", &*TWELVE);
    workspace.write("corpus/agenda.toml", "title = \"Goals\"\n[[items]]\nid = 7\n");
    let parts = ["error: corpus/agenda.toml:3: "];
    workspace.refuses(&["index", "corpus", "--index", "idx", "--model", HASHING], &parts);
}

#[test]
fn an_index_of_another_model_is_refused() {
    let parts = [
        "error: ",
        "idx was built with model `concord/hashing`, but `concord/MiniLM-L6-asks (",
        "is loaded",
        "hint: omit --model, or rebuild the index with that model: `concord index",
    ];
    let model = ["--index", "idx", "--model", "concord/MiniLM-L6-asks"];
    let workspace = with_index();
    workspace.write("draft.txt", "States should reduce the cost of remittances.\n");
    workspace.refuses(&[&["similar", "cost of remittances"], &model[..]].concat(), &parts);
    workspace.refuses(&[&["check", "draft.txt"], &model[..]].concat(), &parts);
}

#[test]
fn an_unknown_model_is_refused() {
    let parts = ["error: there is no model `no/such`: ", "hint: `concord models` lists the names"];
    with_index().refuses(&["similar", "x", "--index", "idx", "--model", "no/such"], &parts);
}

/// Names of the files of an index, but for the manifest.
fn parts_of(index: &Workspace) -> Vec<String> {
    let names = index.files("idx").into_keys().map(|name| name.display().to_string());
    names.filter(|name| name != "manifest.json").collect()
}

#[test]
fn a_changed_byte_in_any_file_of_the_index_is_noticed() {
    let workspace = with_index();
    let names = parts_of(&workspace);
    for expected in ["graph.hnsw.graph", "graph.hnsw.data", "vectors.npy", "themes.json"] {
        assert!(names.iter().any(|name| name == expected), "{expected} is not among {names:?}");
    }
    for name in names {
        let path = format!("idx/{name}");
        let sound = workspace.bytes(&path);
        workspace.change(&path, |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        });
        let error = format!("error: idx/{name} is damaged: its BLAKE3 is ");
        workspace.refuses(&["similar", "cost", "--index", "idx"], &[&error, "hint: rebuild it"]);
        workspace.write(&path, sound);
    }
    workspace.concord(&["similar", "cost", "--index", "idx"]).succeeds();
}

#[test]
fn a_cut_file_of_the_index_is_noticed() {
    let workspace = with_index();
    for name in parts_of(&workspace) {
        let path = format!("idx/{name}");
        let sound = workspace.bytes(&path);
        workspace.change(&path, |bytes| bytes.truncate(bytes.len() - 1));
        let error =
            format!("error: idx/{name} is damaged: it has {} bytes, but the", sound.len() - 1);
        workspace.refuses(&["report", "--index", "idx"], &[&error, "hint: rebuild it"]);
        workspace.write(&path, sound);
    }
}

#[test]
fn a_missing_file_of_the_index_is_noticed() {
    let workspace = with_index();
    std::fs::remove_file(workspace.path("idx/vectors.npy")).unwrap();
    let parts = ["error: cannot read idx/vectors.npy: No such file"];
    workspace.refuses(&["themes", "--index", "idx"], &parts);
}

#[test]
fn a_damaged_manifest_is_refused() {
    let workspace = with_index();
    let sound = workspace.bytes("idx/manifest.json");
    let only_version = format!("{{\"format_version\": {FORMAT_VERSION}}}");
    let cases: [(&[u8], &str); 3] = [
        (&sound[..sound.len() / 2], "EOF"),
        (b"", "EOF"),
        (only_version.as_bytes(), "missing field"),
    ];
    for (content, why) in cases {
        workspace.write("idx/manifest.json", content);
        let parts = ["error: idx/manifest.json is damaged: ", why, "hint: rebuild it: "];
        workspace.refuses(&["similar", "cost", "--index", "idx"], &parts);
    }
}

#[test]
fn a_damaged_index_is_mended_by_the_command_that_the_hint_names() {
    let workspace = with_index();
    let sound = workspace.files("idx");
    workspace.change("idx/vectors.npy", |bytes| bytes.truncate(100));
    let answer = workspace.concord(&["themes", "--index", "idx"]).refused(&["damaged"]);
    let (_, rest) = answer.stderr.split_once("`concord ").expect("the hint names a command");
    let (command, _) = rest.split_once('`').expect("the command ends");
    let command: Vec<&str> = command.split(' ').chain(["--model", HASHING]).collect();
    workspace.concord(&command).succeeds();
    assert_same_files(&sound, &workspace.files("idx"), "the index after mending");
}

#[test]
fn an_index_of_another_format_is_refused() {
    let workspace = with_index();
    workspace.change("idx/manifest.json", |bytes| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        let [old, new] = [FORMAT_VERSION, 99].map(|n| format!("\"format_version\": {n},"));
        *bytes = text.replace(&old, &new).into_bytes();
    });
    let expected = format!("has index format 99, but this program reads format {FORMAT_VERSION}");
    let parts = [
        &format!("error: idx/manifest.json {expected}"),
        "hint: rebuild it: `concord index idx/recommendations.jsonl --index idx`",
    ];
    workspace.refuses(&["similar", "cost", "--index", "idx"], &parts);
}

#[test]
fn numbers_out_of_range_are_refused() {
    let workspace = with_index();
    let similar = ["similar", "cost", "--index", "idx"];
    let refuses = |flag: &str, value: &str, why: &str| {
        let flag = format!("{flag}={value}");
        workspace.refuses(&[&similar[..], &[&flag]].concat(), &["error: invalid value", why]);
    };
    refuses("--k", "0", "'0' for '--k <K>'");
    refuses("--k", "4294967296", "'4294967296' for '--k <K>'");
    for value in ["2", "-0.1", "NaN", "much"] {
        refuses("--min-probability", value, "expected a number from 0 to 1");
    }
    refuses("--threads", "0", "'0' for '--threads <N>'");
}

#[test]
fn an_unknown_id_is_refused_with_ids_near_it() {
    let expected = "error: the index has no recommendation `B-9`; similar ids: `B-1`, `B-2`, `B-3`";
    with_index().refuses(&["similar", "--id", "B-9", "--index", "idx"], &[expected]);
}

#[test]
fn an_unknown_agency_is_refused_with_the_known_ones() {
    let parts = [
        "error: the index has no agency `Omega`",
        "hint: its agencies are Alpha, Beta, Delta, Epsilon, Gamma",
    ];
    for flag in ["--agency", "--not-agency"] {
        with_index().refuses(&["similar", "cost", flag, "Omega", "--index", "idx"], &parts);
    }
}

#[test]
fn an_empty_query_is_refused() {
    let workspace = with_index();
    let parts = [
        "error: the query is empty\nhint: give a text, `--id ID`, `--file FILE`, or `-` for stdin",
    ];
    for text in ["", "  ", "… ?"] {
        workspace.refuses(&["similar", text, "--index", "idx"], &parts);
    }
    workspace.refuses(&["similar", "--index", "idx"], &parts);
    workspace.concord(&["similar", "-", "--index", "idx"]).stdin("\n").refused(&parts);
}

#[test]
fn a_bad_line_of_a_batch_is_named() {
    let workspace = with_index();
    for (line, why) in [
        ("{\"id\": 7}", "invalid type"),
        ("nothing", "expected ident"),
        ("{}", "the line needs `id` or `text`"),
        ("{\"id\": \"q\", \"text\": \" \"}", "`text` has no word in it"),
        ("{\"id\": \"B-9\"}", "the index has no recommendation `B-9`"),
    ] {
        workspace.write("q.jsonl", format!("{{\"text\": \"cost\"}}\n\n{line}\n"));
        let batch = ["similar", "--batch", "q.jsonl", "--index", "idx"];
        workspace.refuses(&batch, &["error: q.jsonl:3: ", why]);
    }
}

#[test]
fn flags_that_exclude_each_other_are_refused() {
    let workspace = with_index();
    let parts = ["error: the argument", "cannot be used with", "hint: usage: concord similar"];
    workspace.refuses(&["similar", "cost", "--id", "A-1", "--index", "idx"], &parts);
    workspace.refuses(&["similar", "--pairs", "--id", "A-1", "--index", "idx"], &parts);
    let parts = ["error: stdout takes only one format", "hint: choose one"];
    workspace.refuses(&["report", "-o", "-", "--index", "idx"], &parts);
}

#[test]
fn an_index_folder_that_cannot_be_written_is_named() {
    let workspace = Workspace::new();
    workspace.write("records.jsonl", &*TWELVE).write("file", "not a folder");
    let into = |target| ["index", "records.jsonl", "--model", HASHING, "--index", target];
    workspace.refuses(&into("file/idx"), &["error: cannot write ", "/file: "]);
    if cfg!(target_os = "linux") {
        workspace.refuses(&into("/proc/concord/idx"), &["error: cannot write /proc/concord: "]);
    }
}

#[test]
fn a_report_that_cannot_be_written_is_named() {
    let workspace = with_index();
    workspace.write("file", "not a folder");
    let parts = ["error: cannot write file/concord-report.html: "];
    workspace.refuses(&["report", "--index", "idx", "-o", "file"], &parts);
}

#[test]
fn a_folder_of_somebodys_files_is_never_replaced() {
    let workspace = Workspace::new();
    workspace.write("records.jsonl", &*TWELVE).write("mine/notes.txt", "keep me");
    let into = ["index", "records.jsonl", "--model", HASHING, "--index", "mine"];
    let parts = ["mine is not an index, and it is not empty; use an empty or a new folder"];
    workspace.refuses(&into, &parts);
    // Many programs keep a manifest.json of their own.
    workspace.write("mine/manifest.json", "{\"name\": \"an extension\", \"version\": \"1\"}");
    workspace.refuses(&into, &parts);
}

#[test]
fn what_a_killed_build_left_behind_is_swept_away() {
    let workspace = with_index();
    let sound = workspace.files("idx");
    workspace.write(".idx.new/vectors.npy", "half a file");
    workspace.concord(&["themes", "--index", "idx"]).succeeds();
    workspace.concord(&["index", "idx.jsonl", "--index", "idx", "--model", HASHING]).succeeds();
    assert!(!workspace.path(".idx.new").exists());
    assert_same_files(&sound, &workspace.files("idx"), "the index built over the remains");
}

#[test]
fn an_index_moved_aside_by_a_killed_build_is_put_back() {
    let workspace = with_index();
    let sound = workspace.files("idx");
    std::fs::rename(workspace.path("idx"), workspace.path(".idx.old")).unwrap();
    workspace.write(".idx.new/vectors.npy", "half a file");
    workspace.concord(&["similar", "cost", "--index", "idx"]).succeeds();
    assert_same_files(&sound, &workspace.files("idx"), "the index that was put back");
    assert!(!workspace.path(".idx.old").exists());
}

#[test]
fn an_old_index_that_a_killed_build_did_not_sweep_away_is_swept_by_the_next() {
    let workspace = with_index();
    workspace.copy(&workspace.path("idx"), ".idx.old");
    workspace.concord(&["index", "idx.jsonl", "--index", "idx", "--model", HASHING]).succeeds();
    assert!(!workspace.path(".idx.old").exists());
}

#[test]
fn a_second_writer_is_told_of_the_first() {
    let workspace = with_index();
    let lock = Lock::take(workspace.path("idx")).expect("nobody else writes");
    let again = ["index", "idx.jsonl", "--index", "idx", "--model", HASHING];
    workspace.refuses(
        &again,
        &[
            "error: another process is writing ",
            "idx; wait for it to finish, or use another folder",
        ],
    );
    workspace.concord(&["similar", "cost", "--index", "idx"]).succeeds();
    drop(lock);
    workspace.concord(&again).succeeds();
}

#[test]
fn of_two_writers_at_once_none_spoils_the_index() {
    let workspace = with_index();
    let sound = workspace.files("idx");
    let started: Vec<_> = (0..4)
        .map(|_| {
            std::process::Command::new(program())
                .current_dir(workspace.path(""))
                .args(["index", "idx.jsonl", "--index", "idx", "--model", HASHING])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the program starts")
        })
        .collect();
    let mut done = 0;
    for process in started {
        let output = process.wait_with_output().unwrap();
        let answer = Answer::new("concord index, one of four".to_owned(), &output);
        match answer.code {
            Some(0) => done += 1,
            _ => assert!(answer.stderr.contains("another process is writing"), "{answer:?}"),
        }
    }
    assert!(done >= 1, "no writer got through");
    assert_same_files(&sound, &workspace.files("idx"), "the index after four writers");
}

/// Commands that print on stdout, in a workspace with the index `idx`.
const PRINTING: [&[&str]; 10] = [
    &["pairs"],
    &["pairs", "--format", "csv"],
    &["similar", "cost", "--format", "json"],
    &["themes"],
    &["themes", "--format", "csv"],
    &["report", "-o", "-", "--format", "html"],
    &["models"],
    &["completions", "bash"],
    &["--help"],
    &["similar", "--help"],
];

/// Starts `concord ARGUMENTS` in a workspace with the index `idx`.
fn start(workspace: &Workspace, arguments: &[&str], stdout: Stdio) -> std::process::Child {
    std::process::Command::new(program())
        .current_dir(workspace.path(""))
        .args(arguments)
        .env("CONCORD_INDEX", "idx")
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

#[test]
fn a_closed_pipe_is_no_error() {
    let workspace = with_index();
    for arguments in PRINTING {
        let mut process = start(&workspace, arguments, Stdio::piped());
        // The reader goes away before the first byte is written.
        drop(process.stdout.take());
        let output = process.wait_with_output().unwrap();
        let answer = Answer::new(format!("concord {}", arguments.join(" ")), &output);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{answer:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let workspace = with_index();
    for arguments in PRINTING.iter().chain(&[&["--version"][..]]) {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = start(&workspace, arguments, full.into()).wait_with_output().unwrap();
        let answer = Answer::new(format!("concord {}", arguments.join(" ")), &output);
        let error = "error: cannot write stdout: No space left on device";
        assert!(answer.code == Some(2) && answer.stderr.starts_with(error), "{answer:?}");
        assert!(answer.stderr.contains("hint: free some space"), "{answer:?}");
    }
}

#[test]
fn what_cannot_be_read_or_written_is_named_with_a_remedy() {
    let workspace = with_index();
    workspace.write("folder/draft.md", "States should act.\n");
    let check = ["check", "folder/draft.md", "--index", "idx", "--format", "md", "-o"];
    let into = |target| [&check[..], &[target]].concat();
    let a_folder = "hint: this is a folder; name a file";
    workspace.refuses(&into("folder"), &["error: cannot write folder: ", a_folder]);
    let a_file = "hint: a part of this path is a file";
    workspace.refuses(&into("idx.jsonl/x"), &["error: cannot write idx.jsonl/x: ", a_file]);
    let extract = ["extract", "-q", "folder/draft.md", "--agency", "X", "-o", "folder"];
    workspace.refuses(&extract, &["error: cannot read folder: ", a_folder]);
    workspace.refuses(&["extract", "folder"], &["error: cannot read folder: ", a_folder]);
}

#[test]
fn json_of_another_type_is_refused_with_its_place_and_a_remedy() {
    let workspace = with_index();
    workspace.write("wrong.jsonl", "\n{\"id\": 7}\n");
    let place = "error: wrong.jsonl:2: invalid type: integer `7`, expected a string, at column 8";
    let batch = ["similar", "--batch", "wrong.jsonl", "--index", "idx"];
    workspace.refuses(&batch, &[place, "hint: each line is one JSON object with `text`, `id`"]);
    let themes = ["eval", "themes", "--gold", "wrong.jsonl", "--index", "idx"];
    workspace.refuses(&themes, &["error: wrong.jsonl:2: ", "hint: each line is one JSON object"]);
    let record = "{\"id\":\"a\",\"agency\":\"X\",\"text\":\"Do it.\",\"year\":\"2013\"}";
    let parts = ["error: y.jsonl:1: invalid type: string \"2013\"", "`year` is a number"];
    index_refuses("y.jsonl", record, &parts);
}

#[test]
fn a_runtime_that_is_no_library_is_named() {
    let workspace = Workspace::new();
    workspace.write("records.jsonl", &*TWELVE).write("library.so", "not a library");
    let path = workspace.path("library.so");
    let run = workspace.concord(&["index", "records.jsonl", "--index", "idx"]);
    run.env("ORT_DYLIB_PATH", &path).refused(&[
        &format!("error: `ORT_DYLIB_PATH` names {}, which cannot be loaded: ", path.display()),
        "hint: install it with `python3 -m pip install onnxruntime==",
    ]);
    assert!(!workspace.path("idx").exists());
}

#[test]
fn without_runtime_and_without_python_one_message_says_what_to_do() {
    let workspace = Workspace::new();
    workspace.write("records.jsonl", &*TWELVE);
    let bare = |arguments: &[&str]| {
        let run = workspace.concord(arguments).env("PATH", "").without_env("ORT_DYLIB_PATH");
        run.env("CONCORD_CACHE_DIR", workspace.path("cache"))
    };
    let doctor = bare(&["doctor"]).run();
    if doctor.stdout.contains("installed on the system") {
        println!("skipped: this system has ONNX Runtime in a library folder of its own");
        return;
    }
    assert!(doctor.stdout.contains("not found; it is downloaded on first use"), "{doctor:?}");
    bare(&["index", "records.jsonl", "--index", "idx"]).refused(&[
        "error: ONNX Runtime is not on this machine and cannot be fetched: no Python was found",
        "hint: install it with `python3 -m pip install onnxruntime==",
        "or set ORT_DYLIB_PATH to the library",
    ]);
    assert!(!workspace.path("idx").exists());
}

#[test]
fn an_agenda_without_items_is_as_none() {
    let workspace = Workspace::new();
    workspace.write("corpus/recommendations.jsonl", &*TWELVE);
    workspace.write("corpus/agenda.toml", "title = \"Goals to come\"\n");
    workspace.concord(&["index", "corpus", "--index", "idx", "--model", HASHING]).succeeds();
    workspace.concord(&["report", "--index", "idx"]).succeeds();
}

#[test]
fn a_reader_never_meets_half_an_index() {
    let workspace = with_index();
    workspace.write("other.jsonl", TWELVE.replace("remittances", "passports"));
    let expected = ["idx.jsonl", "other.jsonl"].map(|records| {
        let index = ["index", records, "--index", "idx", "--model", HASHING];
        workspace.concord(&index).succeeds();
        workspace.concord(&["pairs", "--index", "idx"]).succeeds().stdout
    });
    assert_ne!(expected[0], expected[1]);
    let writing = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut n = 0;
                    while writing.load(std::sync::atomic::Ordering::Relaxed) {
                        let read = workspace.concord(&["pairs", "--index", "idx"]);
                        let answer = read.run();
                        let one = expected.contains(&answer.stdout);
                        assert!(one && answer.code == Some(0), "while it was written: {answer:?}");
                        n += 1;
                    }
                    n
                })
            })
            .collect();
        let written = std::panic::catch_unwind(|| {
            for round in 0..40 {
                let records = ["idx.jsonl", "other.jsonl"][round % 2];
                let index = ["index", records, "--index", "idx", "--model", HASHING];
                workspace.concord(&index).succeeds();
            }
        });
        writing.store(false, std::sync::atomic::Ordering::Relaxed);
        let n: usize = readers.into_iter().map(|reader| reader.join().expect("a reader")).sum();
        assert!(written.is_ok(), "a writer was disturbed");
        assert!(n > 10, "only {n} reads between the writes");
    });
}

/// A library panics on some of these; what a user reads is one line of ours, or the text that could be read.
#[test]
fn a_damaged_pdf_never_shows_a_panic() {
    let workspace = Workspace::new();
    let whole = std::fs::read(repository().join("tests/data/extract/audit.pdf")).unwrap();
    // A linear congruential generator (Knuth, MMIX): every run damages the same bytes.
    let mut state = 1_u64;
    let mut draw = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut refused = 0;
    for variant in 0..60 {
        let mut bytes = whole.clone();
        for _ in 0..[1, 5, 20, 80][variant % 4] {
            let at = draw(bytes.len());
            bytes[at] = u8::try_from(draw(256)).unwrap();
        }
        workspace.write("damaged.pdf", bytes);
        let answer = workspace.concord(&["extract", "damaged.pdf", "--agency", "X"]).run();
        assert!(matches!(answer.code, Some(0 | 2)), "variant {variant}: {answer:?}");
        for sign in ["panicked", "internal error", "RUST_BACKTRACE"] {
            assert!(!answer.stderr.contains(sign), "variant {variant}: {answer:?}");
        }
        refused += u32::from(answer.code == Some(2));
    }
    assert!(refused > 0, "no variant was damaged enough");
}

/// The library below follows a form into itself until the stack is full, which no program survives.
#[test]
fn a_pdf_that_cannot_be_followed_is_refused() {
    let workspace = Workspace::new();
    let pdf = |form: &str, page: &str| {
        let body = "BT /F1 12 Tf 50 700 Td (States should act.) Tj ET /X1 Do";
        let stream = |more: &str, text: &str| {
            format!("<< {more} /Length {} >> stream\n{text}\nendstream", text.len())
        };
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            format!("<< /Type /Page /Contents 4 0 R {page} >>"),
            stream("", body),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
            stream("/Subtype /Form /BBox [0 0 9 9]", form),
        ];
        let mut file = "%PDF-1.4\n".to_owned();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (number, object) in (1..).zip(&objects) {
            let _ = writeln!(table, "{:010} 00000 n ", file.len());
            let _ = write!(file, "{number} 0 obj\n{object}\nendobj\n");
        }
        let start = file.len();
        let end = format!("trailer << /Size 7 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF");
        file + &table + &end
    };
    let page = "/Parent 2 0 R /MediaBox [0 0 600 800] \
                /Resources << /Font << /F1 5 0 R >> /XObject << /X1 6 0 R >> >>";
    let extract = ["extract", "made.pdf", "--agency", "X"];
    workspace.write("made.pdf", pdf("q Q", page));
    assert_eq!(workspace.concord(&extract).succeeds().json()["text"], "States should act.");
    let damaged = "error: made.pdf: the PDF file is damaged: page 1 cannot be read: ";
    workspace.write("made.pdf", pdf("/X1 Do", page));
    workspace.refuses(&extract, &[damaged, "a form on it draws itself"]);
    workspace.write("made.pdf", pdf("q Q", "/Parent 3 0 R"));
    workspace.refuses(&extract, &[damaged, "the tree of pages has no top"]);
}

/// Texts, ids, agencies and names of files may hold the sequences that steer a terminal.
#[test]
fn no_control_character_of_the_input_reaches_a_table_or_a_message() {
    let workspace = Workspace::new();
    let row = |id: &str, agency: &str, text: &str| {
        serde_json::json!({ "id": id, "agency": agency, "text": text }).to_string()
    };
    let rows = [
        row("a\u{1b}[31m", "Al\u{7}pha", "Cut the \u{1b}]0;title\u{7} cost of fees."),
        row("b", "Beta\u{202e}", "Cut the cost \u{9b}2J of fees."),
    ];
    workspace.indexed("idx", &rows.join("\n"));
    let steering = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    for arguments in [
        &["similar", "cost of fees", "--index", "idx"][..],
        &["pairs", "--index", "idx", "--format", "table"],
        &["themes", "--index", "idx"],
        &["gaps", "--index", "idx"],
    ] {
        let answer = workspace.concord(arguments).succeeds();
        assert!(!answer.stdout.contains(steering), "{answer:?}");
    }
    let table = workspace.concord(&["similar", "cost of fees", "--index", "idx"]).succeeds();
    assert!(table.stdout.contains("\\u001b"), "{table:?}");
    let refused = workspace.concord(&["extract", "gone\u{1b}[2J.txt"]).ends_with(2);
    assert!(refused.stderr.contains("gone\\u001b[2J.txt"), "{refused:?}");
}

/// What a user puts into the folder of an index outlives every new build of it.
#[test]
fn files_of_others_in_an_index_folder_are_carried_over() {
    let workspace = with_index();
    workspace.write("idx/notes/thesis.docx", "mine").write("idx/reading.txt", "mine too");
    let theirs = |workspace: &Workspace| {
        (workspace.bytes("idx/notes/thesis.docx"), workspace.bytes("idx/reading.txt"))
    };
    let before = theirs(&workspace);
    workspace.concord(&["report", "--index", "idx", "-o", "idx"]).succeeds();
    let report = workspace.bytes("idx/concord-report.html");
    workspace.indexed("idx", &TWELVE);
    let themes = workspace.concord(&["themes", "--index", "idx", "--format", "json"]).succeeds();
    let theme = themes.json()["themes"][0]["id"].as_str().unwrap().to_owned();
    workspace.concord(&["themes", "accept", &theme, "--index", "idx"]).succeeds();
    assert_eq!(theirs(&workspace), before);
    assert_eq!(workspace.bytes("idx/concord-report.html"), report);
    // The damaged manifest of an index does not make its other files somebody else's.
    workspace.change("idx/manifest.json", |bytes| bytes.truncate(20));
    workspace.indexed("idx", &TWELVE);
    assert_eq!(theirs(&workspace), before);
    workspace.concord(&["similar", "cost of fees", "--index", "idx"]).succeeds();
}

/// Other programs have a `manifest.json` too, some with a format version.
#[test]
fn a_folder_with_the_manifest_of_another_program_is_refused() {
    let workspace = Workspace::new();
    workspace.write("pack/manifest.json", "{\"format_version\": 2, \"header\": {}}");
    workspace.write("pack/thesis.docx", "mine").write("x.jsonl", &*TWELVE);
    let parts = ["pack is not an index, and it is not empty"];
    workspace.refuses(&["index", "x.jsonl", "--index", "pack", "--model", HASHING], &parts);
}

#[test]
fn a_checked_draft_is_not_written_over_the_draft() {
    let workspace = with_index();
    workspace.write("draft.md", "# Recommendations\n\nStates should cut the cost of fees.\n");
    let arguments = ["check", "draft.md", "--index", "idx", "--format", "md", "-o", "./draft.md"];
    workspace.refuses(&arguments, &["draft.md is the draft itself", "hint: "]);
}

/// A file of the user's with a name that the next build needs is neither replaced nor taken for the index's own.
#[test]
fn a_file_of_others_under_a_name_that_the_index_needs_is_refused() {
    let workspace = with_index();
    let corpus = repository().join("corpus/hld-2013");
    workspace.copy(&corpus, "corpus").write("idx/agenda.json", "mine");
    let arguments = ["index", "corpus", "--index", "idx", "--model", HASHING];
    let parts = ["idx/agenda.json", "the new index needs this name", "move it away"];
    let answer = workspace.concord(&arguments).ends_with(2);
    for part in parts {
        assert!(answer.stderr.contains(part), "expected {part:?} in {answer:?}");
    }
    assert_eq!(workspace.bytes("idx/agenda.json"), b"mine");
    workspace.concord(&["similar", "cost of fees", "--index", "idx"]).succeeds();
}
