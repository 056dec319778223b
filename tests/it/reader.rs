//! The second reader: a server on this machine answers as llama.cpp's does, in form and headers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use concord::{BuildConfig, ModelOptions, ReaderOptions, Silent, Tools};
use serde_json::{Value, json};

use crate::workspace::{Answer, HASHING, Run, TWELVE, Workspace, assert_same_files, records};

/// A question as it arrived.
#[derive(Debug, Clone)]
struct Request {
    /// First line and headers, in lower case.
    head: String,
    body: Value,
}

impl Request {
    fn question(&self) -> &str {
        self.body["messages"][0]["content"].as_str().expect("a question is text")
    }

    /// Whether both texts hold `word`.
    fn both_hold(&self, word: &str) -> bool {
        let texts = self.question().lines().find(|line| line.starts_with("{\"a\""));
        let texts: Value = serde_json::from_str(texts.expect("the texts are one line")).unwrap();
        ["a", "b"].iter().all(|key| texts[key].as_str().unwrap().contains(word))
    }
}

/// A server in a thread, which lives as long as the test.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers the question of number n, from 0, with `answer`: a status and a body.
    fn start(answer: impl Fn(usize, &Request) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read_request(&stream);
                let number = kept.lock().unwrap().len();
                let (status, body) = answer(number, &request);
                kept.lock().unwrap().push(request);
                let length = body.len();
                let place = if status == 302 { "Location: /elsewhere\r\n" } else { "" };
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\nKeep-Alive: timeout=5, max=100\r\nServer: llama.cpp\r\n\
                     Access-Control-Allow-Origin: \r\nContent-Length: {length}\r\n\
                     Content-Type: application/json; charset=utf-8\r\n{place}\r\n{body}"
                );
            }
        });
        Self { url, requests }
    }

    /// Grades remittances as duplicates and everything else as none.
    fn on_remittances() -> Self {
        Self::start(|_, request| {
            let both = request.both_hold("remittances");
            let (relation, reason) = if both {
                ("duplicate", "Both ask to lower what remittances cost.")
            } else {
                ("none", "They ask for different things.")
            };
            (200, completion(&json!({ "reason": reason, "relation": relation }).to_string()))
        })
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// A build of the twelve by `model` of this server.
    fn builds(&self, workspace: &Workspace, index: &str, model: &str, more: &[&str]) -> Run {
        workspace.write("twelve.jsonl", &*TWELVE);
        let arguments = ["index", "twelve.jsonl", "--index", index, "--model", HASHING];
        let reader = ["--reader", &self.url, "--reader-model", model];
        let run = workspace.concord(&[&arguments, &reader[..], more].concat());
        run.env("CONCORD_CACHE_DIR", workspace.path("cache")).without_env("CONCORD_READER_KEY")
    }
}

fn read_request(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while reader.read_line(&mut head).unwrap() > 2 {}
    let head = head.to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    Request { head, body: serde_json::from_slice(&body).unwrap() }
}

/// The body of an answer of llama.cpp's server.
fn completion(content: &str) -> String {
    json!({
        "choices": [{
            "finish_reason": "stop",
            "index": 0,
            "message": { "role": "assistant", "content": content },
        }],
        "created": 1_764_357_600,
        "model": "qwen2.5-7b-instruct-q4_k_m.gguf",
        "system_fingerprint": "b7172-00dc805",
        "object": "chat.completion",
        "usage": { "completion_tokens": 31, "prompt_tokens": 402, "total_tokens": 433 },
        "id": "chatcmpl-Zk3m1cVb0bqVt5gQ7mJm2v1QJ0n8rT4s",
        "timings": { "prompt_n": 402, "prompt_ms": 812.4, "predicted_n": 31, "predicted_ms": 1204.9 },
    })
    .to_string()
}

/// Every pair of an index.
fn pairs(workspace: &Workspace, index: &str) -> Vec<Value> {
    let arguments = ["pairs", "--index", index, "--format", "jsonl"];
    workspace.concord(&arguments).succeeds().json_lines()
}

fn read_by(pair: &Value) -> &str {
    pair["read_by"].as_str().expect("every pair says who read it")
}

#[test]
fn grades_of_a_second_reader_become_probabilities_that_say_so() {
    let (workspace, server) = (Workspace::new(), Server::on_remittances());
    let build = server.builds(&workspace, "idx", "qwen", &["--judge", "off"]);
    // A proxy of the environment is passed by: nobody else sees the texts.
    let answer = build.env("HTTP_PROXY", "http://127.0.0.1:9").succeeds();
    let pairs = pairs(&workspace, "idx");
    assert!(answer.stderr.contains(&format!("qwen graded {} pairs", pairs.len())), "{answer:?}");
    assert!(!answer.stderr.contains("sent to"), "loopback is this machine: {answer:?}");
    let found = pairs.iter().find(|pair| pair["a"] == "A-1" && pair["b"] == "C-1").unwrap();
    assert_eq!((&found["probability"], &found["relation"]), (&json!(0.95), &json!("duplicate")));
    assert!(pairs.iter().all(|pair| read_by(pair) == "reader"), "the budget is 200");

    let manifest: Value = serde_json::from_slice(&workspace.bytes("idx/manifest.json")).unwrap();
    assert_eq!(manifest["reader"], "qwen");
    let readings = String::from_utf8(workspace.bytes("idx/readings.jsonl")).unwrap();
    let line = "{\"a\":\"A-1\",\"b\":\"C-1\",\"relation\":\"duplicate\",\
                \"reason\":\"Both ask to lower what remittances cost.\"}\n";
    assert!(readings.contains(line), "{readings}");

    let similar = ["similar", "--id", "A-1", "--index", "idx", "--format", "json"];
    let results = workspace.concord(&similar).succeeds().json()["results"].clone();
    assert_eq!((read_by(&results[0]), &results[0]["probability"]), ("reader", &json!(0.95)));

    workspace.indexed("idx", &TWELVE);
    let files = workspace.files("idx");
    assert!(!files.keys().any(|name| name.ends_with("readings.jsonl")), "{:?}", files.keys());
    assert!(!String::from_utf8_lossy(&workspace.bytes("idx/manifest.json")).contains("qwen"));
}

#[test]
fn a_question_demands_json_and_carries_no_key_unless_there_is_one() {
    let (workspace, server) = (Workspace::new(), Server::on_remittances());
    server.builds(&workspace, "idx", "qwen", &["--reader-budget", "1"]).succeeds();
    let with_key = server.builds(&workspace, "idx", "other", &["--reader-budget", "1"]);
    with_key.env("CONCORD_READER_KEY", "sk-secret").succeeds();
    let [plain, keyed] = &server.requests()[..] else { panic!("one request each") };
    assert!(plain.head.starts_with("post /v1/chat/completions http/1.1\r\n"), "{}", plain.head);
    assert!(!plain.head.contains("authorization"), "{}", plain.head);
    assert!(keyed.head.contains("authorization: bearer sk-secret\r\n"), "{}", keyed.head);
    let body = &plain.body;
    assert_eq!((&body["model"], &body["temperature"]), (&json!("qwen"), &json!(0)));
    assert_eq!((&body["seed"], &body["stream"]), (&json!(1), &json!(false)));
    assert_eq!(body["response_format"]["type"], "json_schema");
}

#[test]
fn the_same_build_asks_nothing_again_and_gives_the_same_bytes() {
    let (workspace, server) = (Workspace::new(), Server::on_remittances());
    server.builds(&workspace, "one", "qwen", &[]).succeeds();
    let asked = server.requests().len();
    assert!(asked > 10, "{asked}");
    server.builds(&workspace, "two", "qwen", &[]).succeeds();
    server.builds(&workspace, "one", "qwen", &[]).succeeds();
    assert_eq!(server.requests().len(), asked, "answers are kept");
    assert_same_files(&workspace.files("one"), &workspace.files("two"), "from the cache");

    // A file that was cut, by hand or by a full disk, is asked for again.
    let cut = workspace.files("cache/reader").into_keys().next().unwrap();
    workspace.write(workspace.path("cache/reader").join(cut), "{\"reas");
    server.builds(&workspace, "two", "qwen", &[]).succeeds();
    assert_eq!(server.requests().len(), asked + 1);
    assert_same_files(&workspace.files("one"), &workspace.files("two"), "asked again");
    server.builds(&workspace, "two", "another", &[]).succeeds();
    assert_eq!(server.requests().len(), 2 * asked + 1, "another model has answers of its own");
}

#[test]
fn the_order_of_two_texts_does_not_matter() {
    let (workspace, server) = (Workspace::new(), Server::on_remittances());
    let texts = ["Cut the cost of remittances.", "Lower the fees on remittances."];
    for (name, [a, b]) in [("one", texts), ("two", [texts[1], texts[0]])] {
        let file = format!("{name}.jsonl");
        workspace.write(&file, records(&[("1", "X", a), ("2", "Y", b)]));
        let reader = ["--reader", &server.url, "--reader-model", "qwen"];
        let arguments = [&["index", &file, "--index", name, "--model", HASHING], &reader[..]];
        let run = workspace.concord(&arguments.concat());
        run.env("CONCORD_CACHE_DIR", workspace.path("cache")).succeeds();
        assert_eq!(read_by(&pairs(&workspace, name)[0]), "reader");
    }
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn the_budget_goes_to_the_most_uncertain_pairs() {
    let (workspace, server) = (Workspace::new(), Server::on_remittances());
    workspace.indexed("plain", &TWELVE);
    server.builds(&workspace, "idx", "qwen", &["--reader-budget", "5"]).succeeds();
    assert_eq!(server.requests().len(), 5);
    let graded = pairs(&workspace, "idx");
    let is_graded = |pair: &Value| {
        let same = |other: &&Value| other["a"] == pair["a"] && other["b"] == pair["b"];
        read_by(graded.iter().find(same).unwrap()) == "reader"
    };
    let (mut chosen, mut others) = (Vec::new(), Vec::new());
    for pair in pairs(&workspace, "plain") {
        let distance = (pair["probability"].as_f64().unwrap() - 0.5).abs();
        if is_graded(&pair) { chosen.push(distance) } else { others.push(distance) }
    }
    let farthest = chosen.iter().copied().fold(0.0, f64::max);
    let nearest = others.iter().copied().fold(1.0, f64::min);
    assert_eq!(chosen.len(), 5);
    // JSON rounds to four decimals.
    assert!(farthest <= nearest + 1e-4, "{farthest} {nearest}");
}

#[test]
fn an_answer_that_is_not_understood_is_asked_for_again_once_and_then_counted() {
    let workspace = Workspace::new();
    let good = json!({ "reason": "They differ.", "relation": "none" }).to_string();
    let server = Server::start(move |_, request| {
        let is_second = request.question().contains("no code fence");
        match (request.both_hold("remittances"), is_second) {
            (true, _) => (200, "<html>not a completion".to_owned()),
            (false, false) => (200, completion("Sure! They are unrelated.")),
            (false, true) => (200, completion(&good)),
        }
    });
    workspace.indexed("plain", &TWELVE);
    let answer = server.builds(&workspace, "idx", "qwen", &[]).succeeds();
    let (before, after) = (pairs(&workspace, "plain"), pairs(&workspace, "idx"));
    let unclear: Vec<&Value> = after.iter().filter(|pair| read_by(pair) != "reader").collect();
    assert_eq!(unclear.len(), 3, "three pairs are on remittances: {unclear:?}");
    for pair in unclear {
        assert!(before.contains(pair), "it keeps what the encoder said: {pair}");
    }
    assert_eq!(server.requests().len(), 2 * after.len(), "each was asked twice");
    let said = "3 answers could not be understood; these pairs keep their probability";
    assert!(answer.stderr.contains(said), "{answer:?}");
}

/// Builds an index without a reader and then one with; the second must be refused, and the first stay.
fn refused(workspace: &Workspace, with: Run, parts: &[&str]) -> Answer {
    workspace.indexed("idx", &TWELVE);
    let before = workspace.files("idx");
    let answer = with.refused(parts);
    assert_same_files(&before, &workspace.files("idx"), "the old index");
    answer
}

#[test]
fn a_dead_endpoint_is_refused_with_a_remedy_and_the_old_index_stays() {
    let workspace = Workspace::new();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{address}/v1");
    let server = Server { url: url.clone(), requests: Arc::default() };
    let build = server.builds(&workspace, "idx", "qwen", &[]);
    let parts = ["cannot reach the reader at ", &url, "refused", "hint: start the server"];
    refused(&workspace, build, &parts);
}

#[test]
fn a_server_that_refuses_is_quoted_without_the_key() {
    let workspace = Workspace::new();
    let said = json!({ "error": { "code": 401, "message": "Invalid API Key: sk-secret" } });
    let server = Server::start(move |_, _| (401, said.to_string()));
    let build = server.builds(&workspace, "idx", "qwen", &[]);
    let parts = [&server.url, "status 401: Invalid API Key: …", "hint: set CONCORD_READER_KEY"];
    let answer = refused(&workspace, build.env("CONCORD_READER_KEY", "sk-secret"), &parts);
    assert!(!answer.stderr.contains("secret"), "{answer:?}");
}

#[test]
fn a_redirect_is_not_followed() {
    let workspace = Workspace::new();
    let server = Server::start(|_, _| (302, String::new()));
    let build = server.builds(&workspace, "idx", "qwen", &[]);
    refused(&workspace, build, &["status 302: no reason given"]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_build_that_broke_off_goes_on_where_it_was() {
    let workspace = Workspace::new();
    let good = completion(&json!({ "reason": "They differ.", "relation": "none" }).to_string());
    let server = Server::start(move |number, _| {
        let loading = json!({ "error": { "code": 503, "message": "Loading model" } });
        if number == 2 { (503, loading.to_string()) } else { (200, good.clone()) }
    });
    let build = server.builds(&workspace, "idx", "qwen", &["--reader-budget", "6"]);
    refused(&workspace, build, &["status 503: Loading model", "only for missing answers"]);
    server.builds(&workspace, "idx", "qwen", &["--reader-budget", "6"]).succeeds();
    assert_eq!(server.requests().len(), 3 + 4);
}

#[test]
fn a_server_that_keeps_silent_is_given_up() {
    let workspace = Workspace::new();
    let server = Server::start(|_, _| {
        std::thread::sleep(Duration::from_mins(5));
        (200, String::new())
    });
    let mut model = concord::open_model(HASHING, &ModelOptions::default(), &Silent).unwrap();
    let mut tools = Tools { embedder: model.as_mut(), on: &Silent };
    let usual = ReaderOptions::new(server.url.parse().unwrap(), "qwen".to_owned());
    let reader = Some(ReaderOptions { timeout: Duration::from_secs(1), ..usual });
    let corpus = concord::shipped_corpus();
    let config = BuildConfig { reader, ..BuildConfig::default() };
    let error = concord::build(&corpus, workspace.path("idx"), &mut tools, &config).unwrap_err();
    let said = format!("the reader at {}/chat/completions gave no answer in 1 s", server.url);
    assert_eq!(error.to_string(), said);
}

#[test]
fn an_address_elsewhere_is_named_before_texts_are_sent_there() {
    let workspace = Workspace::new();
    let server = Server { url: "http://192.0.2.1/v1".to_owned(), requests: Arc::default() };
    // With a budget of 0, nothing is sent.
    let answer = server.builds(&workspace, "idx", "qwen", &["--reader-budget", "0"]).succeeds();
    let said = "the texts of up to 0 pairs are sent to http://192.0.2.1/v1\n";
    assert!(answer.stderr.contains(said), "{answer:?}");
}

#[test]
fn a_reader_needs_an_address_and_a_model() {
    let workspace = Workspace::new();
    let cases: [(&[&str], &str); 4] = [
        (&["--reader", "http://127.0.0.1:1/v1"], "--reader-model"),
        (&["--reader-model", "qwen"], "--reader <URL>"),
        (&["--reader", "127.0.0.1:1", "--reader-model", "qwen"], "expected an address such as"),
        (&["--reader", "http://me:x@h/v1", "--reader-model", "qwen"], "no name or password"),
    ];
    for (arguments, part) in cases {
        workspace.concord(&[&["index"], arguments].concat()).refused(&[part]);
    }
}
