//! Nothing leaves the machine, and nothing is written where no command was told to write: every command runs
//! under `strace`, which sees each socket and each file.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace::{HASHING, TWELVE, Workspace, has_strace, program, with_default_model};

/// System calls that change what lies on the disk, besides opening for writing.
const WRITES: [&str; 14] = [
    "creat",
    "mkdir",
    "mkdirat",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "unlink",
    "unlinkat",
    "truncate",
    "mknod",
];

/// Flags of `open` with which a file can be changed.
const OPENED_TO_WRITE: [&str; 4] = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"];

/// Stands for the id of a theme of the index.
const THEME: &str = "THEME";

/// The command lines, in an order in which each finds what it needs.
const COMMANDS: &[&[&str]] = &[
    &["--help"],
    &["models"],
    &["completions", "bash"],
    &["man", "-o", "man"],
    &["start", "--sample"],
    &["extract", "draft.md", "--agency", "Alpha", "-o", "extracted.jsonl"],
    &["index", "records.jsonl", "--index", "old"],
    &["index", "records.jsonl", "--index", "idx"],
    &["similar", "cut the cost of remittances", "--index", "idx"],
    &["similar", "--id", "A-1", "--index", "idx", "--format", "json"],
    &["pairs", "--index", "idx", "--format", "jsonl"],
    &["themes", "--index", "idx", "--format", "json"],
    &["themes", "accept", THEME, "--index", "idx"],
    &["gaps", "--index", "idx"],
    &["diff", "old", "idx"],
    &["report", "--index", "idx", "-o", "report", "--format", "html,md,xlsx,docx,csv,json"],
    &["check", "draft.md", "--index", "idx"],
    &["check", "draft.md", "--index", "idx", "--format", "docx", "-o", "draft.docx"],
    &["eval", "pairs", "--gold", "pairs.jsonl", "--index", "idx"],
    &["eval", "themes", "--gold", "groups.jsonl", "--index", "idx"],
    &["calibrate", "--gold", "pairs.jsonl", "--index", "idx", "-o", "mine.toml"],
    &["mcp", "--index", "idx"],
    &["doctor", "--index", "idx"],
];

#[test]
fn no_command_opens_a_socket_or_writes_outside_its_folders() {
    if !has_strace() {
        return;
    }
    with_default_model();
    let workspace = Workspace::new();
    workspace.write("records.jsonl", &*TWELVE).write("draft.md", DRAFT);
    workspace.write("pairs.jsonl", PAIRS).write("groups.jsonl", GROUPS);
    fs::create_dir_all(workspace.path("tmp")).unwrap();
    let cache = user_cache();
    for arguments in COMMANDS {
        let theme = arguments.contains(&THEME).then(|| first_theme(&workspace));
        let arguments: Vec<&str> = arguments
            .iter()
            .map(|&one| if one == THEME { theme.as_deref().unwrap() } else { one })
            .collect();
        let trace = workspace.path("trace");
        let mut strace = Command::new("strace");
        strace.args(["-f", "-y", "-s", "4096", "-e", "trace=%network,%file", "-o"]).arg(&trace);
        strace.arg(program()).args(&arguments).current_dir(workspace.path(""));
        strace.env_remove("CONCORD_INDEX").env("CONCORD_CACHE_DIR", cache.join("concord"));
        strace.env("HOME", workspace.path("home")).env("XDG_CACHE_HOME", workspace.path("home"));
        strace.env("TMPDIR", workspace.path("tmp")).stdin(Stdio::null());
        let output = strace.output().expect("strace starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "concord {arguments:?}: {} {said}",
            output.status
        );
        let trace = fs::read_to_string(&trace).expect("strace writes text");
        assert!(trace.contains("execve("), "an empty trace shows nothing");
        let wrong = forbidden(&trace, &fs::canonicalize(workspace.path("")).unwrap());
        assert!(wrong.is_empty(), "concord {arguments:?}:\n{}", wrong.join("\n"));
    }
    assert!(!workspace.path("home").exists(), "something was written to the user's home");
    assert_eq!(fs::read_dir(workspace.path("tmp")).unwrap().count(), 0, "temporary files are left");
}

#[test]
fn a_server_listens_on_the_loopback_address_and_asks_nobody() {
    if !has_strace() {
        return;
    }
    let workspace = Workspace::new();
    workspace.indexed("idx", &TWELVE);
    let trace = workspace.path("trace");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-s", "4096", "-e", "trace=%network,%file", "-o"]).arg(&trace);
    strace.arg(program()).args(["serve", "--port", "0", "--index", "idx", "--model", HASHING]);
    strace.current_dir(workspace.path("")).env_remove("CONCORD_INDEX").stdin(Stdio::null());
    let mut strace = strace.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(strace.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/');
    for path in ["/?q=remittances", "/themes", "/gaps", "/report/html"] {
        let mut socket = TcpStream::connect(address).expect("the server listens");
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    let so_far = fs::read_to_string(&trace).unwrap();
    let pid = so_far.split_whitespace().next().expect("strace names the process");
    assert!(Command::new("kill").arg(pid).status().unwrap().success());
    strace.wait().unwrap();
    let trace = fs::read_to_string(&trace).unwrap();
    assert!(trace.contains("bind("), "an empty trace shows nothing");
    let wrong = forbidden(&trace, &fs::canonicalize(workspace.path("")).unwrap());
    // Its own socket is bound to the loopback address, as `bind` shows.
    let wrong: Vec<String> =
        wrong.into_iter().filter(|line| !line.contains("socket(AF_INET, SOCK_STREAM")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn first_theme(workspace: &Workspace) -> String {
    let themes = workspace.concord(&["themes", "--index", "idx", "--format", "json"]).succeeds();
    themes.json()["themes"][0]["id"].as_str().expect("the twelve have a theme").to_owned()
}

#[test]
fn a_trace_with_a_look_up_or_a_write_elsewhere_is_found_out() {
    let bad = [
        "7 socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP) = 5",
        "7 connect(5<UDP:[9]>, {sa_family=AF_INET, sin_addr=inet_addr(\"10.0.0.2\")}, 16) = 0",
        "7 openat(AT_FDCWD</w>, \"/home/u/.cache/Microsoft/id\", O_WRONLY|O_CREAT, 0600) = 5",
        "7 mkdir(\"/home/u/.cache/Microsoft\", 0777) = 0",
        "7 unlinkat(9</etc>, \"passwd\", 0) = 0",
        "7 rename(\"a\", \"../b\") = 0",
    ];
    for line in bad {
        assert_eq!(forbidden(line, Path::new("/w")).len(), 1, "{line}");
    }
    let good = [
        "7 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 5",
        "7 connect(5<TCP:[9]>, {sa_family=AF_INET, sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0",
        "7 openat(AT_FDCWD</w>, \"/etc/passwd\", O_RDONLY|O_CLOEXEC) = 5",
        "7 openat(AT_FDCWD</w>, \"/dev/tty\", O_RDWR) = 5",
        "7 openat(AT_FDCWD</w>, \"idx/manifest.json\", O_WRONLY|O_CREAT, 0666) = 5",
        "7 unlinkat(9</w/idx>, \"x\", AT_REMOVEDIR) = 0",
        "7 <... rename resumed>) = 0",
    ];
    for line in good {
        assert_eq!(forbidden(line, Path::new("/w")), Vec::<String>::new(), "{line}");
    }
}

/// The lines of a trace that open a socket to elsewhere, or change a file outside `folder`.
fn forbidden(trace: &str, folder: &Path) -> Vec<String> {
    trace
        .lines()
        .filter(|line| is_socket_to_elsewhere(line) || is_write_outside(line, folder))
        .map(str::to_owned)
        .collect()
}

/// The name of the system call that `line` begins, and its arguments.
fn call(line: &str) -> Option<(&str, &str)> {
    let (before, arguments) = line.split_once('(')?;
    let name = before.rsplit(' ').next()?;
    (!line.contains("<... ")).then_some((name, arguments))
}

fn is_socket_to_elsewhere(line: &str) -> bool {
    let Some((name, arguments)) = call(line) else { return false };
    match name {
        // A socket that is bound or connected to the loopback address is seen by `connect` and `bind`.
        "socket" => !arguments.starts_with("AF_UNIX"),
        "connect" | "bind" | "sendto" | "sendmsg" => {
            let inside = ["AF_UNIX", "127.0.0.1", "\"::1\""];
            arguments.contains("sa_family=") && !inside.iter().any(|one| arguments.contains(one))
        }
        _ => false,
    }
}

fn is_write_outside(line: &str, folder: &Path) -> bool {
    let Some((name, arguments)) = call(line) else { return false };
    let opens = matches!(name, "open" | "openat" | "openat2")
        && OPENED_TO_WRITE.iter().any(|flag| arguments.contains(flag));
    (opens || WRITES.contains(&name))
        && paths(arguments, folder).iter().any(|path| {
            !path.starts_with(folder) && !path.starts_with("/dev") && !path.starts_with("/proc")
        })
}

/// The paths among the arguments of a call, made absolute. `-y` prints the folder that a descriptor stands
/// for in angle brackets before the path that is relative to it.
fn paths(arguments: &str, folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut base = folder.to_owned();
    let mut rest = arguments;
    while let Some(at) = rest.find(['<', '"']) {
        let close = if rest[at..].starts_with('<') { '>' } else { '"' };
        let Some(length) = rest[at + 1..].find(close) else { break };
        let text = &rest[at + 1..at + 1 + length];
        if close == '>' {
            base = PathBuf::from(text);
        } else {
            found.push(normal(&base.join(text)));
        }
        rest = &rest[at + length + 2..];
    }
    found
}

/// `path` without `.` and `..`; the files it names may be gone.
fn normal(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut whole, part| {
        match part {
            Component::ParentDir => drop(whole.pop()),
            Component::CurDir => {}
            other => whole.push(other),
        }
        whole
    })
}

/// The folder of the user's caches, as the program finds it.
fn user_cache() -> PathBuf {
    directories::BaseDirs::new().expect("the user has a home").cache_dir().to_owned()
}

const DRAFT: &str = "# Recommendations\n\nStates should reduce the cost of remittances.\n\n\
                     1. Ratify the convention on the rights of migrant workers.\n";

/// Graded pairs of the twelve.
pub(crate) const PAIRS: &str = "{\"a\":\"A-1\",\"b\":\"B-1\",\"grade\":3}\n{\"a\":\"A-1\",\"b\":\"B-2\",\"grade\":0}\n\
                     {\"a\":\"A-2\",\"b\":\"C-2\",\"grade\":3}\n{\"a\":\"A-3\",\"b\":\"B-2\",\"grade\":0}\n";

const GROUPS: &str = "{\"id\":\"A-1\",\"themes\":[\"cost\"]}\n{\"id\":\"B-1\",\"themes\":[\"cost\"]}\n\
                      {\"id\":\"A-3\",\"themes\":[\"deaths\"]}\n";
