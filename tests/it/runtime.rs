//! ONNX Runtime is fetched once, whoever asks for it first; `doctor` tells what there is.

use std::process::{Command, Stdio};

use crate::workspace::{Answer, HASHING, TWELVE, Workspace, program, with_default_model};

/// Whether pip can fetch from its registry, tried with a package of some kilobytes.
fn pip_works(workspace: &Workspace) -> bool {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir", "six", "--dest"]);
    pip.arg(workspace.path("probe")).stdout(Stdio::null()).stderr(Stdio::null());
    pip.status().is_ok_and(|status| status.success())
}

#[test]
fn two_processes_that_start_at_once_on_a_fresh_machine_fetch_one_library() {
    let workspace = Workspace::new();
    let must_run = std::env::var_os("CI").is_some_and(|value| value == "true");
    if !must_run && !pip_works(&workspace) {
        println!("skipped: pip cannot fetch packages here");
        return;
    }
    workspace.write("records.jsonl", &*TWELVE);
    // Hides an installed package: this one is found first and holds no library.
    workspace.write("python/onnxruntime/__init__.py", "");
    let environment = |command: &mut Command| {
        command
            .current_dir(workspace.path(""))
            .env_remove("ORT_DYLIB_PATH")
            .env("PYTHONPATH", workspace.path("python"))
            .env("CONCORD_CACHE_DIR", workspace.path("cache"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    };
    let mut doctor = Command::new(program());
    environment(doctor.arg("doctor"));
    let doctor = Answer::new("concord doctor".to_owned(), &doctor.output().unwrap());
    if doctor.stdout.contains("installed on the system") {
        println!("skipped: this system has ONNX Runtime in a library folder of its own");
        return;
    }
    assert_eq!(doctor.code, Some(1), "a doctor fetches nothing: {doctor:?}");
    assert!(doctor.stdout.contains("not found; it is downloaded on first use"), "{doctor:?}");

    let started = ["a", "b"].map(|index| {
        let mut command = Command::new(program());
        environment(command.args(["index", "records.jsonl", "--index", index]));
        command.spawn().expect("the program starts")
    });
    for process in started {
        let output = process.wait_with_output().unwrap();
        let answer = Answer::new("concord index, one of two".to_owned(), &output);
        assert_eq!(answer.code, Some(0), "{answer:?}");
    }
    let cached: Vec<String> = workspace
        .files("cache")
        .into_iter()
        .filter(|(name, bytes)| !(name.ends_with("lock") && bytes.is_empty()))
        .map(|(name, _)| name.display().to_string())
        .collect();
    let one_library = matches!(cached.as_slice(), [one] if one.contains("onnxruntime"));
    assert!(one_library, "one library and nothing temporary, but the cache holds {cached:?}");
    assert_eq!(workspace.files("a"), workspace.files("b"));

    // A library that was cut since is fetched again.
    let library = std::path::Path::new("cache").join(&cached[0]);
    let whole = workspace.bytes(&library);
    workspace.write(&library, &whole[..whole.len() / 2]);
    let mut again = Command::new(program());
    environment(again.args(["index", "records.jsonl", "--index", "c"]));
    let answer = Answer::new("concord index, again".to_owned(), &again.output().unwrap());
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(workspace.bytes(&library) == whole, "the library is whole again");
}

/// What `concord doctor` finds of `what`.
fn finding(doctor: &Answer, what: &str) -> (bool, String) {
    let findings = doctor.json();
    let found = findings.as_array().unwrap().iter().find(|found| found["what"] == what).unwrap();
    (found["ok"] == true, found["found"].as_str().unwrap().to_owned())
}

/// The system maps a library unread and ends the process with SIGBUS where a page is missing.
#[cfg(target_os = "linux")]
#[test]
fn a_damaged_library_is_named_and_never_loaded() {
    let workspace = Workspace::new();
    with_default_model();
    let doctor = ["doctor", "--format", "json"];
    let (ok, found) = finding(&workspace.concord(&doctor).run(), "ONNX Runtime");
    assert!(ok, "{found}");
    let whole = std::fs::read(found.lines().next().unwrap()).unwrap();
    let half = &whole[..whole.len() / 2];
    workspace.write("records.jsonl", &*TWELVE).write("half.so", half);
    let index = ["index", "records.jsonl", "--index", "idx"];
    let size = format!("it has {} bytes, expected ", half.len());
    let named = workspace.concord(&index).env("ORT_DYLIB_PATH", workspace.path("half.so"));
    named.refused(&["half.so, which cannot be loaded: ", &size]);

    let bare = |arguments: &[&str]| {
        let run = workspace.concord(arguments).env("PATH", "").without_env("ORT_DYLIB_PATH");
        run.env("CONCORD_CACHE_DIR", workspace.path("cache"))
    };
    let is_elsewhere = finding(&bare(&doctor).run(), "ONNX Runtime").0;
    let version = concord::internals::embed::runtime::PINNED_VERSION;
    let cached = format!("cache/onnxruntime-{version}/libonnxruntime.so");
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    for bytes in [half, &changed] {
        workspace.write(&cached, bytes);
        let answer = bare(&doctor).ends_with(1);
        let (ok, found) = finding(&answer, "ONNX Runtime");
        assert!(!ok && found.contains(" is damaged: it"), "{found}");
        assert!(found.contains("; delete it, and it is downloaded again"), "{found}");
        assert!(finding(&answer, "model").1.contains("needs ONNX Runtime"), "{answer:?}");
    }
    if is_elsewhere {
        println!("skipped: this system has ONNX Runtime in a library folder of its own");
        return;
    }
    workspace.write(&cached, half);
    let why = format!("but cannot be loaded: {size}");
    let parts = ["error: ONNX Runtime was found at ", &why, "; nor can it be fetched: no Python"];
    bare(&index).refused(&parts);
}

#[test]
fn doctor_says_whether_all_is_well() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    with_default_model();
    let doctor = |code| workspace.concord(&["doctor", "--index", "idx"]).ends_with(code);
    let well = doctor(0).stdout;
    for part in ["libonnxruntime", "MiniLM-L6-asks, 384 dimensions", "12 recommendations by 5"] {
        assert!(well.contains(part), "{well}");
    }
    assert!(!well.contains("wrong"), "{well}");
    workspace.change("idx/vectors.npy", |bytes| bytes.truncate(100));
    let ill = workspace.concord(&["doctor", "--index", "idx", "--format", "json"]).ends_with(1);
    let ill = ill.json();
    let wrong: Vec<&serde_json::Value> =
        ill.as_array().unwrap().iter().filter(|finding| finding["ok"] == false).collect();
    assert_eq!(wrong.len(), 1, "{ill}");
    assert_eq!(wrong[0]["what"], "index");
    let found = wrong[0]["found"].as_str().unwrap();
    assert!(found.starts_with("idx/vectors.npy is damaged: it has 100 bytes"), "{found}");
}

#[test]
fn an_index_by_hashing_needs_no_runtime() {
    let workspace = Workspace::new();
    workspace.write("records.jsonl", &*TWELVE);
    let bare = |arguments: &[&str]| {
        let run = workspace.concord(arguments).env("PATH", "").without_env("ORT_DYLIB_PATH");
        run.env("CONCORD_CACHE_DIR", workspace.path("cache")).succeeds()
    };
    bare(&["index", "records.jsonl", "--index", "idx", "--model", HASHING]);
    bare(&["similar", "cost of remittances", "--index", "idx"]);
    assert!(!workspace.path("cache").exists(), "nothing was fetched");
}
