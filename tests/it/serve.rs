//! `concord serve`: a real server on the loopback address, asked as browsers and programs ask.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::workspace::{HASHING, Workspace, program, records};

/// No answer takes this long; one that does hangs.
const LIMIT: Duration = Duration::from_mins(2);

/// A server that runs until this is dropped.
struct Served {
    child: Child,
    /// "127.0.0.1:4711".
    address: String,
    url: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a server answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    fn location(&self) -> &str {
        self.headers.get("location").map_or("", String::as_str)
    }
}

impl Served {
    fn start(workspace: &Workspace, arguments: &[&str]) -> Self {
        let mut command = Command::new(program());
        command.args(["serve", "--port", "0", "--model", HASHING]).args(arguments);
        command.current_dir(workspace.path("")).env_remove("CONCORD_INDEX");
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().to_owned();
        let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("no address: {url:?}"));
        let address = rest.split('/').next().unwrap().to_owned();
        Self { child, address, url }
    }

    /// Sends a request as it stands, with `Host` and `Connection` unless `head` has a host.
    fn send(&self, line: &str, head: &[(&str, &str)], body: &[u8]) -> Answer {
        let port = self.address.rsplit(':').next().unwrap();
        let mut socket = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        socket.set_read_timeout(Some(LIMIT)).unwrap();
        let mut request = format!("{line} HTTP/1.1\r\nConnection: close\r\n");
        if !head.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            let _ = write!(request, "Host: {}\r\n", self.address);
        }
        for (name, value) in head {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        if !body.is_empty() && !head.iter().any(|(name, _)| *name == "Content-Length") {
            let _ = write!(request, "Content-Length: {}\r\n", body.len());
        }
        request += "\r\n";
        socket.write_all(request.as_bytes()).unwrap();
        // A server that refuses a body early closes before all of it was sent.
        let _ = socket.write_all(body);
        let mut bytes = Vec::new();
        let _ = socket.read_to_end(&mut bytes);
        parsed(&bytes)
    }

    fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], &[])
    }

    fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    fn api(&self, path: &str) -> Value {
        let answer = self.get(&format!("/api/v1{path}"));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// The token that forms carry.
    fn token(&self) -> String {
        let page = self.page("/decisions");
        let page = if page.contains("form_token") { page } else { self.page("/documents") };
        let after = page.split("name=\"form_token\" value=\"").nth(1).expect("a form has a token");
        after.split('"').next().unwrap().to_owned()
    }

    /// Sends a form as a page of the server does.
    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token();
        let mut fields = fields.to_vec();
        fields.push(("form_token", &token));
        self.send_form(path, &fields, &[("Origin", &format!("http://{}", self.address))])
    }

    fn send_form(&self, path: &str, fields: &[(&str, &str)], head: &[(&str, &str)]) -> Answer {
        let pair = |(name, value): &(&str, &str)| format!("{name}={}", encoded(value));
        let body = fields.iter().map(pair).collect::<Vec<_>>().join("&");
        let mut head = head.to_vec();
        head.push(("Content-Type", "application/x-www-form-urlencoded"));
        self.send(&format!("POST {path}"), &head, body.as_bytes())
    }

    /// Sends a form with files.
    fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let token = self.token();
        let mut body = Vec::new();
        for (name, value) in fields.iter().chain(&[("form_token", token.as_str())]) {
            body.extend(
                format!(
                    "--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .bytes(),
            );
        }
        for (name, bytes) in files {
            body.extend(format!("--XX\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--XX--\r\n");
        self.send(
            &format!("POST {path}"),
            &[("Content-Type", "multipart/form-data; boundary=XX")],
            &body,
        )
    }

    /// Waits until the build that was begun is over, and returns what the page says of it.
    fn built(&self) -> String {
        let begun = Instant::now();
        loop {
            let page = self.page("/documents/progress");
            if !page.contains("hx-get") {
                return page;
            }
            assert!(begun.elapsed() < LIMIT, "the build hangs: {page}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }
        })
        .collect()
}

fn parsed(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("an answer has a head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        (name.to_lowercase(), value.to_owned())
    };
    let headers: BTreeMap<String, String> = lines.map(header).collect();
    let mut body = bytes[end + 4..].to_vec();
    if headers.get("transfer-encoding").is_some_and(|value| value == "chunked") {
        body = unchunked(&body);
    }
    Answer { status, headers, body }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = bytes.windows(2).position(|w| w == b"\r\n") {
        let n = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        whole.extend(&bytes[end + 2..end + 2 + n]);
        bytes = &bytes[(end + 4 + n).min(bytes.len())..];
    }
    whole
}

/// Eight recommendations of three agencies; those on remittances are a theme also for the model that compares
/// words.
const EIGHT: [(&str, &str, &str); 8] = [
    ("A-1", "Alpha", "States should reduce the cost of remittances."),
    ("A-2", "Alpha", "Train border guards in the rights of children."),
    ("A-3", "Alpha", "Publish yearly figures on deaths at sea."),
    ("B-1", "Beta", "Governments should reduce the cost of remittances."),
    ("B-2", "Beta", "Border guards should be trained in the rights of children."),
    ("B-3", "Beta", "=SUM(A1) is how a cell may begin; recognise skills and qualifications."),
    ("C-1", "Gamma", "Reduce the cost of sending remittances."),
    ("C-2", "Gamma", "Keep a register of vaccination for people who move with seasons."),
];

/// A server over the eight recommendations.
fn eight() -> (Workspace, Served) {
    let workspace = Workspace::new();
    workspace.indexed("idx", &records(&EIGHT));
    let served = Served::start(&workspace, &["--index", "idx"]);
    (workspace, served)
}

/// The id and the label of the theme on remittances.
fn remittances(served: &Served) -> (String, Vec<String>) {
    let themes = served.api("/themes");
    let has = |theme: &&Value| {
        let members = theme["members"].as_array().unwrap();
        members.iter().any(|member| member["id"] == "A-1")
    };
    let theme = themes["themes"].as_array().unwrap().iter().find(has).expect("they share an ask");
    let ids =
        theme["members"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap().to_owned());
    (theme["id"].as_str().unwrap().to_owned(), ids.collect())
}

#[test]
fn every_page_is_there_and_allows_nothing_from_elsewhere() {
    let (_workspace, served) = eight();
    let theme = format!("/themes/{}", remittances(&served).0);
    let pages = [
        "/",
        "/?q=remittances",
        "/recommendations/A-1",
        "/themes",
        &theme,
        "/pairs",
        "/pairs?order=uncertain",
        "/pair?a=A-1&b=B-1&at=0",
        "/gaps",
        "/gaps?kind=single_voice",
        "/matrix",
        "/map",
        "/map?area=-9,-9;4009,-9;4009,4009;-9,4009",
        "/recommendations?agency=Alpha",
        "/documents",
        "/draft",
        "/decisions",
    ];
    for path in pages {
        let answer = served.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let policy = &answer.headers["content-security-policy"];
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        // With `no-referrer`, a browser sends forms with the origin `null`, which is refused.
        assert_eq!(answer.headers["referrer-policy"], "same-origin");
        let page = answer.text();
        assert!(page.contains("<h1"), "{path} has no heading");
        assert!(
            !page.contains("style=\"") && !page.contains("onclick"),
            "{path} breaks the policy"
        );
        let outside = page.matches("src=\"http").count() + page.matches("href=\"http").count();
        assert_eq!(outside, 0, "{path} loads from elsewhere");
    }
    for name in [
        "report.css",
        "draft.css",
        "app.css",
        "app.js",
        "map.js",
        "charts.js",
        "echarts.js",
        "htmx.js",
        "icon.svg",
    ] {
        let answer = served.get(&format!("/assets/{name}"));
        assert!(answer.status == 200 && answer.body.len() > 100, "{name}");
    }
    assert_eq!(served.get("/nothing").status, 404);
    assert_eq!(served.get("/assets/../Cargo.toml").status, 404);
}

#[test]
fn a_theme_says_who_asks_for_it_as_the_report_does() {
    let (_workspace, served) = eight();
    let id = remittances(&served).0;
    let theme = served.api(&format!("/themes/{id}"));
    let asking = theme["asking"].as_array().unwrap();
    assert!(asking.len() > 1, "{theme}");
    let said = format!("<b>{} agencies ask for this</b>", asking.len());
    let page = served.page(&format!("/themes/{id}"));
    assert!(page.contains(&said) && served.page("/themes").contains(&said), "{page}");
    assert_eq!(page.matches(">asks for this, ").count(), asking.len(), "{page}");
}

#[test]
fn search_finds_marks_filters_and_counts() {
    let (_workspace, served) = eight();
    let page = served.page("/?q=reduce+the+cost+of+remittances");
    let (a, b) = (page.find("A-1").unwrap(), page.find("C-2").unwrap_or(usize::MAX));
    assert!(a < b, "the likeliest comes first");
    assert!(
        page.contains("<mark>remittances</mark>") && page.contains("<mark>cost</mark>"),
        "{page}"
    );
    let only = served.page("/?q=reduce+the+cost+of+remittances&agency=Beta");
    assert!(only.contains("B-1") && !only.contains(">A-1<"), "the filter is in the address");
    assert!(only.contains("value=\"Beta\" checked"), "the filter is ticked");
    let refused = served.get("/?q=x&agency=Nobody");
    assert!(refused.status == 400 && refused.text().contains("no agency `Nobody`"));
    let misspelt = served.page("/?q=remittancs");
    assert!(misspelt.contains("Did you mean"), "{misspelt}");
}

#[test]
fn the_api_gives_what_the_commands_print() {
    let (workspace, served) = eight();
    let printed = |arguments: &[&str]| {
        let run = [arguments, &["--index", "idx", "--format", "json"]].concat();
        workspace.concord(&run).succeeds().json()
    };
    let query = "cut the cost of remittances";
    let same = served.api(&format!("/similar?q={}", encoded(query)));
    assert_eq!(same, printed(&["similar", query]));
    assert_eq!(served.api("/similar?id=A-1"), printed(&["similar", "--id", "A-1"]));
    let themes = served.api("/themes");
    assert_eq!(themes["themes"], printed(&["themes"])["themes"]);
    assert_eq!(themes["single"], printed(&["themes"])["single"]);
    assert_eq!(served.api("/gaps"), printed(&["gaps"]));
    assert_eq!(served.api("/pairs")["pairs"], printed(&["pairs"]));
    let likely = served.api("/pairs?min_probability=0.5&cross_agency=1");
    assert_eq!(likely["pairs"], printed(&["pairs", "--min-probability", "0.5", "--cross-agency"]));
    let draft = b"States should reduce the cost of remittances by 2030.\n";
    workspace.write("draft.txt", draft);
    let checked = served.send(
        "POST /api/v1/check?name=draft.txt",
        &[("Content-Type", "application/octet-stream")],
        draft,
    );
    assert_eq!(checked.json(), printed(&["check", "draft.txt"]));
}

#[test]
fn lists_come_in_pages() {
    let (_workspace, served) = eight();
    let first = served.api("/recommendations?limit=5");
    assert_eq!((first["total"].as_u64(), first["next_offset"].as_u64()), (Some(8), Some(5)));
    let last = served.api("/recommendations?limit=5&offset=5");
    assert_eq!(last["recommendations"].as_array().unwrap().len(), 3);
    assert!(last["next_offset"].is_null());
    let only = served.api("/recommendations?agency=Alpha");
    assert_eq!(only["total"], 3);
}

#[test]
fn errors_of_the_api_are_problems_with_a_remedy() {
    let (_workspace, served) = eight();
    let cases = [
        ("GET /api/v1/similar", 400, "either `q`"),
        ("GET /api/v1/similar?id=A-9", 404, "no recommendation `A-9`"),
        ("GET /api/v1/similar?q=x&k=0", 400, "`k` must be a number"),
        ("GET /api/v1/themes/none", 404, "no theme `none`"),
        ("GET /api/v1/gaps?kind=x", 400, "the kinds are"),
        ("GET /api/v1/none", 404, "no page"),
        ("DELETE /api/v1/themes", 405, "does not take this method"),
        ("POST /api/v1/decisions", 415, "application/json"),
        ("POST /api/v1/check?name=a.txt", 415, "application/octet-stream"),
    ];
    for (line, status, part) in cases {
        let answer = served.send(line, &[], &[]);
        assert_eq!(answer.status, status, "{line}: {}", answer.text());
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{line}");
        let problem = answer.json();
        assert_eq!(problem["status"], status);
        assert!(problem["detail"].as_str().unwrap().contains(part), "{line}: {problem}");
    }
}

#[test]
fn answers_fit_the_description_of_the_api() {
    let (_workspace, served) = eight();
    let api = served.api("/openapi.json");
    let theme = remittances(&served).0;
    let mut described = Vec::new();
    let mut check = |path: &str, method: &str, answer: &Answer| {
        described.push(format!("{method} {path}"));
        let kind = if answer.status == 200 { "200" } else { "4XX" };
        let content = &api["paths"][path][method]["responses"][kind]["content"];
        let schema =
            content.as_object().unwrap_or_else(|| panic!("{method} {path}")).values().next();
        let mut wrong = Vec::new();
        misfits(&answer.json(), &schema.unwrap()["schema"], &api, path, &mut wrong);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    };
    for (path, address) in [
        ("/similar", "/similar?q=remittances"),
        ("/similar", "/similar?q="),
        ("/pairs", "/pairs?order=uncertain"),
        ("/themes", "/themes?state=open"),
        ("/themes/{id}", &format!("/themes/{theme}")),
        ("/gaps", "/gaps"),
        ("/recommendations", "/recommendations"),
        ("/recommendations/{id}", "/recommendations/A-1"),
        ("/decisions", "/decisions"),
    ] {
        check(path, "get", &served.get(&format!("/api/v1{address}")));
    }
    let file = [("Content-Type", "application/octet-stream")];
    let text = b"Recommendations\n\n1. States should reduce the cost of remittances.\n";
    for path in ["/check", "/extract"] {
        let line = format!("POST /api/v1{path}?name=draft.txt");
        check(path, "post", &served.send(&line, &file, text));
    }
    let edit = format!("{{\"act\":\"accept\",\"themes\":[\"{theme}\"]}}");
    let json = [("Content-Type", "application/json")];
    check("/decisions", "post", &served.send("POST /api/v1/decisions", &json, edit.as_bytes()));
    for (path, methods) in api["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            assert!(described.contains(&format!("{method} {path}")), "{method} {path} is untested");
        }
    }
}

/// Where `value` does not fit `schema`, as far as the description of the API uses JSON Schema.
fn misfits(value: &Value, schema: &Value, api: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        let named = &api["components"]["schemas"][name];
        assert!(named.is_object(), "{name} is not described");
        return misfits(value, named, api, at, wrong);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        misfits(value, part, api, at, wrong);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let fits = |schema: &Value| {
            let mut wrong = Vec::new();
            misfits(value, schema, api, at, &mut wrong);
            wrong.is_empty()
        };
        if !any.iter().any(fits) {
            wrong.push(format!("{at}: {value} fits none of {schema}"));
        }
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_number = kind == "integer" && kinds.contains(&"number");
    if !kinds.is_empty() && !kinds.contains(&kind) && !is_number {
        wrong.push(format!("{at}: {value} is no {}", kinds.join(" or ")));
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        wrong.push(format!("{at}: {value} is none of {}", schema["enum"]));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            wrong.push(format!("{at}: `{name}` is missing"));
        }
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            misfits(value, schema, api, &format!("{at}.{name}"), wrong);
        }
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        if schema["items"].is_object() {
            misfits(item, &schema["items"], api, &format!("{at}[{n}]"), wrong);
        }
    }
}

#[test]
fn other_sites_and_other_names_are_refused() {
    let (_workspace, served) = eight();
    let foreign = served.send("GET /", &[("Host", "evil.example")], &[]);
    assert!(foreign.status == 403 && !foreign.text().contains("form_token"), "{foreign:?}");
    let rebound = served.send("GET /api/v1/themes", &[("Host", "evil.example:80")], &[]);
    assert_eq!(rebound.status, 403);
    let port = served.address.rsplit(':').next().unwrap();
    let named = served.send("GET /", &[("Host", &format!("localhost:{port}"))], &[]);
    assert_eq!(named.status, 200);
    let theme = remittances(&served).0;
    let path = format!("/themes/{theme}/accept");
    let token = served.token();
    let with_token = [("form_token", token.as_str())];
    let origin = [("Origin", "http://evil.example")];
    assert_eq!(served.send_form(&path, &with_token, &origin).status, 403, "another origin");
    let site = [("Sec-Fetch-Site", "cross-site")];
    assert_eq!(served.send_form(&path, &with_token, &site).status, 403, "another site");
    assert_eq!(served.send_form(&path, &[], &[]).status, 403, "no token");
    assert_eq!(served.send_form(&path, &[("form_token", "0")], &[]).status, 403, "a wrong token");
    let json = [("Content-Type", "text/plain")];
    let edit = br#"{"act":"undo"}"#;
    assert_eq!(served.send("POST /api/v1/decisions", &json, edit).status, 415, "a simple request");
    assert_eq!(served.api("/decisions")["decisions"].as_array().unwrap().len(), 0);
    assert_eq!(served.send_form(&path, &with_token, &[]).status, 303, "the page itself may");
}

#[test]
fn other_machines_need_the_token_of_the_address() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &records(&EIGHT));
    let served = Served::start(&workspace, &["--index", "idx", "--address", "0.0.0.0"]);
    let token = served.url.split("token=").nth(1).expect("the address carries a token").to_owned();
    assert_eq!(served.get("/").status, 401);
    assert_eq!(served.get("/?token=0").status, 401);
    let entered = served.get(&format!("/?token={token}"));
    assert_eq!((entered.status, entered.location()), (303, "/"));
    let cookie = &entered.headers["set-cookie"];
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(served.send("GET /", &[("Cookie", cookie)], &[]).status, 200);
    let bearer = format!("Bearer {token}");
    let program = served.send("GET /api/v1/themes", &[("Authorization", &bearer)], &[]);
    assert_eq!(program.status, 200);
}

#[test]
fn a_decision_in_the_browser_is_a_decision() {
    let (workspace, served) = eight();
    let (theme, members) = remittances(&served);
    let renamed =
        served.post(&format!("/themes/{theme}/rename"), &[("name", "Cheap <b>transfers</b>")]);
    assert_eq!(renamed.status, 303);
    let page = served.page(renamed.location());
    assert!(page.contains("Cheap &#60;b&#62;transfers") && page.contains("Renamed."), "{page}");
    let decisions = String::from_utf8(workspace.bytes("idx/decisions.json")).unwrap();
    assert!(decisions.contains("Cheap <b>transfers</b>"), "{decisions}");
    let fields = [("member", members[0].as_str())];
    let asked = served.post(&format!("/themes/{theme}/out"), &fields);
    assert!(asked.status == 200 && asked.text().contains("Nothing is changed yet"), "{asked:?}");
    assert!(remittances_members(&served, &theme).contains(&members[0]), "it was only a question");
    let confirmed = [("member", members[0].as_str()), ("confirmed", "1")];
    let out = served.post(&format!("/themes/{theme}/out"), &confirmed);
    assert_eq!(out.status, 303);
    assert!(!remittances_members(&served, &theme).contains(&members[0]));
    served.post(&format!("/themes/{theme}/accept"), &[]);
    assert!(served.page("/themes").contains("1 of "), "signed off is counted");
    let undone = served.post("/decisions/undo", &[]);
    assert!(served.page(undone.location()).contains("Undone."));
    assert_eq!(served.api("/decisions")["decisions"].as_array().unwrap().len(), 2);
    let nothing = served.post(&format!("/themes/{theme}/out"), &[]);
    assert!(nothing.status == 400 && nothing.text().contains("What to do"), "{nothing:?}");
}

fn remittances_members(served: &Served, theme: &str) -> Vec<String> {
    let found = served.api(&format!("/themes/{theme}"));
    let members = found["members"].as_array().unwrap().iter();
    members.map(|member| member["id"].as_str().unwrap().to_owned()).collect()
}

/// Waits until themes follow the decisions that were made.
fn settled(served: &Served) {
    let begun = Instant::now();
    while served.page("/decisions").contains("Themes follow in a moment") {
        assert!(begun.elapsed() < LIMIT, "themes never follow");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_word_on_a_pair_is_kept_leads_on_and_is_seen_everywhere() {
    let (workspace, served) = eight();
    let queue = served.page("/pairs?order=uncertain");
    let first = queue.split("class=\"open two\" href=\"").nth(1).expect("a pair waits");
    let first = first.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let value = |name: &str| {
        let after = first.split(&format!("{name}=")).nth(1).unwrap();
        after.split('&').next().unwrap().to_owned()
    };
    let (a, b) = (value("a"), value("b"));
    let fields = [
        ("a", a.as_str()),
        ("b", b.as_str()),
        ("said", "not_same"),
        ("at", "0"),
        ("order", "uncertain"),
    ];
    let decided = served.post("/pair", &fields);
    assert_eq!(decided.status, 303, "{}", decided.text());
    let decisions = String::from_utf8(workspace.bytes("idx/decisions.json")).unwrap();
    assert!(decisions.contains("not_same"), "it is on the disk at once: {decisions}");
    let next = decided.location();
    assert!(next.starts_with("/pair?") && !next.contains(&format!("a={a}&b={b}")), "{next}");
    assert!(served.page(next).contains("do not ask for the same"), "it is said, with an undo");
    assert!(!served.page("/pairs?order=uncertain").contains(&format!("a={a}&#38;b={b}")));
    let pair = format!("/pair?a={a}&b={b}");
    for place in ["before", "after"] {
        let page = served.page(&pair);
        assert!(page.contains("decided by a person"), "{place} themes follow: {page}");
        let page = served.page(&format!("/recommendations/{a}"));
        assert!(page.contains("not the same as"), "{place} themes follow: {page}");
        settled(&served);
    }
    let pairs = served.api("/pairs");
    let pairs = pairs["pairs"].as_array().unwrap();
    let found = pairs.iter().find(|pair| pair["a"] == *a && pair["b"] == *b).unwrap();
    assert_eq!((&found["decided"], &found["relation"]), (&"not_same".into(), &"none".into()));
    // A person can say otherwise, and take it back.
    assert_eq!(
        served
            .post("/pair", &[("a", &a), ("b", &b), ("said", "same")])
            .location()
            .split("&done")
            .next(),
        Some(pair.as_str())
    );
    settled(&served);
    let themes = served.api("/themes").to_string();
    assert!(themes.contains(&format!("\"id\":\"{a}\"")), "{themes}");
    let undone = served.post("/decisions/undo", &[("back", &pair)]);
    assert!(undone.location().starts_with(&pair), "{}", undone.location());
    assert!(served.page(&pair).contains("Not the same"), "the earlier word holds again");
    let wrong = served.post("/pair", &[("a", "A-1"), ("b", "A-1"), ("said", "same")]);
    assert!(wrong.status == 400 && wrong.text().contains("two different"), "{}", wrong.text());
}

#[test]
fn any_decision_can_be_undone_and_the_others_stay() {
    let (_workspace, served) = eight();
    let (theme, _) = remittances(&served);
    served.post(&format!("/themes/{theme}/rename"), &[("name", "First")]);
    served.post(&format!("/themes/{theme}/accept"), &[]);
    served.post("/pair", &[("a", "A-3"), ("b", "C-2"), ("said", "not_same")]);
    settled(&served);
    let stale = served.post("/decisions/undo", &[("number", "1"), ("of", "2")]);
    assert!(stale.status == 400 && stale.text().contains("meanwhile"), "{}", stale.text());
    let fields = [("number", "1"), ("of", "3"), ("back", "//evil.example")];
    let undone = served.post("/decisions/undo", &fields);
    assert!(undone.location().starts_with("/themes?done="), "{}", undone.location());
    let left = served.api("/decisions");
    let acts: Vec<&Value> =
        left["decisions"].as_array().unwrap().iter().map(|made| &made["act"]).collect();
    assert_eq!(acts, ["accept", "pair"]);
    assert!(!served.page("/themes").contains("First"));
}

#[test]
fn a_dry_run_changes_nothing() {
    let (workspace, served) = eight();
    let (theme, _) = remittances(&served);
    let edit = format!("{{\"act\":\"reject\",\"themes\":[\"{theme}\"]}}");
    let json = [("Content-Type", "application/json")];
    let dry = served.send("POST /api/v1/decisions?dry_run=1", &json, edit.as_bytes()).json();
    assert_eq!(dry["changes"]["themes"][0]["change"], "gone", "{dry}");
    assert!(!workspace.path("idx/decisions.json").exists());
    let made = served.send("POST /api/v1/decisions", &json, edit.as_bytes()).json();
    assert_eq!(made["changes"], dry["changes"], "what was announced is what happens");
}

#[test]
fn recommendations_are_listed_by_theme_agency_and_area() {
    let (_workspace, served) = eight();
    let (theme, _) = remittances(&served);
    let page = served.page(&format!("/recommendations?theme={theme}&agency=Alpha"));
    assert!(page.contains("1 recommendation.") && page.contains("A-1") && !page.contains("B-1"));
    assert!(served.page("/matrix").contains(&format!("/recommendations?theme={theme}&")));
    let all = "/map?area=-9,-9;4009,-9;4009,4009;-9,4009";
    assert!(served.page(all).contains("8 recommendations in the area"));
    let none = served.page("/map?area=-9,-9;-8,-9;-8,-8");
    assert!(none.contains("0 recommendations in the area"));
    assert_eq!(served.get("/map?area=1,2;3").status, 400);
    let csv =
        served.get("/export/recommendations/csv?area=-9,-9;4009,-9;4009,4009;-9,4009&agency=Beta");
    assert_eq!(csv.text().lines().filter(|line| line.contains("Beta")).count(), 3);
}

#[test]
fn filters_are_there_also_where_nothing_asks_for_the_same() {
    let (_workspace, served) = eight();
    let page = served.page("/?q=lighthouse+keepers+play+chess");
    assert!(page.contains("No recommendation asks for this"), "{page}");
    assert!(page.contains("name=\"agency\"") && page.contains("Counts are of the"), "{page}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let (workspace, served) = eight();
    let port = served.address.rsplit(':').next().unwrap();
    let arguments = ["serve", "--index", "idx", "--port", port];
    workspace.concord(&arguments).refused(&["cannot listen on", port, "--port 0"]);
}

#[test]
fn a_damaged_index_is_reported_and_the_old_one_stays() {
    let (workspace, served) = eight();
    let themes = served.api("/themes");
    let label = themes["themes"][0]["label"].as_str().expect("a label");
    let begun = Instant::now();
    workspace.change("idx/manifest.json", |bytes| bytes[40] ^= 1);
    loop {
        let page = served.page("/themes");
        assert!(page.contains(label), "the old index is shown");
        if page.contains("cannot be read") {
            break;
        }
        assert!(begun.elapsed() < LIMIT, "nothing is said");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_reader_sees_the_index_that_another_program_builds() {
    let (workspace, served) = eight();
    assert_eq!(served.api("/recommendations")["total"], 8);
    let mut more = records(&EIGHT);
    more += &records(&[("F-1", "Zeta", "Build more libraries in small towns.")]);
    workspace.indexed("idx", &more);
    let begun = Instant::now();
    while served.api("/recommendations")["total"] != 9 {
        assert!(begun.elapsed() < LIMIT, "the new index is never seen");
        std::thread::sleep(Duration::from_millis(20));
    }
    let page = served.page("/?q=libraries+in+towns");
    assert!(page.contains("F-1"), "{page}");
}

#[test]
fn texts_of_documents_stay_texts() {
    let workspace = Workspace::new();
    let hostile = "<script>alert(1)</script> Reduce the cost of remittances {{7*7}}.";
    let other = "</textarea><img src=x onerror=alert(2)> Reduce what remittances cost.";
    workspace.indexed(
        "idx",
        &records(&[("h/1\"<b>", "<i>Agency</i>\"'", hostile), ("h 2&x=1#y", "Other <u>", other)]),
    );
    let served = Served::start(&workspace, &["--index", "idx"]);
    let id = encoded("h/1\"<b>");
    let pages = [
        "/?q=%3Cscript%3Eremittances".to_owned(),
        format!("/recommendations/{id}"),
        "/themes".to_owned(),
        "/pairs?order=uncertain".to_owned(),
        format!("/pair?a={id}&b={}", encoded("h 2&x=1#y")),
        "/gaps?kind=single_voice".to_owned(),
        "/matrix".to_owned(),
        "/draft".to_owned(),
    ];
    for path in pages {
        let page = served.page(&path);
        for part in ["<script>alert", "<img src=x", "<i>Agency", "<u>", "<script>remit"] {
            assert!(!page.contains(part), "{path}: {part}");
        }
    }
    let csv = served.get("/export/search/csv?q=remittances");
    assert!(csv.headers["content-disposition"].contains("concord-search.csv"));
}

#[test]
fn the_source_of_an_index_made_from_files_opens_at_its_lines() {
    let workspace = Workspace::new();
    let report = "# Report of the Water Board\n\nRain fell.\n\n## Recommendations\n\n\
        1. Cities should mend leaking pipes within two years.\n\
        2. Schools should teach children to swim before they are ten.\n";
    workspace.write("papers/water.md", report);
    workspace.write("secret.txt", "Nobody should read this file of passwords in a browser.");
    let extract = ["extract", "papers/water.md", "--agency", "Water Board", "-o", "found.jsonl"];
    workspace.concord(&extract).succeeds();
    // An index may come from somebody else, and name any file.
    let found = std::fs::read_to_string(workspace.path("found.jsonl")).unwrap();
    let first = found.lines().next().unwrap();
    let mut foreign: Value = serde_json::from_str(first).unwrap();
    foreign["id"] = "X-1".into();
    foreign["source"]["path"] = "secret.txt".into();
    foreign["source"]["line_start"] = 1.into();
    foreign["source"]["line_end"] = 1.into();
    workspace.write("found.jsonl", format!("{found}{foreign}\n"));
    let index = ["index", "found.jsonl", "--index", "idx", "--model", HASHING];
    workspace.concord(&index).succeeds();
    let served = Served::start(&workspace, &["--index", "idx"]);
    let rows = served.api("/recommendations")["recommendations"].clone();
    let rows = rows.as_array().unwrap();
    let swim = rows.iter().find(|row| row["text"].as_str().unwrap().contains("swim")).unwrap();
    let recommendation = format!("/recommendations/{}", swim["id"].as_str().unwrap());
    let address = format!("{recommendation}/source");
    let page = served.page(&recommendation);
    assert!(page.contains(&format!("{address}#l8")), "{page}");
    let source = served.page(&address);
    assert!(source.contains("Rain fell.") && source.contains("papers/water.md"), "{source}");
    let line = source.lines().find(|line| line.contains("teach children")).unwrap();
    assert!(line.contains("id=\"l8\"") && line.contains("taken"), "{line}");
    let foreign = served.get("/recommendations/X-1/source");
    assert_eq!(foreign.status, 404);
    assert!(!foreign.text().contains("passwords"), "{}", foreign.text());
    workspace.write("papers/water.md", "# Another report\n\nSun shone.\n");
    let changed = served.get(&address);
    assert_eq!(changed.status, 404);
    assert!(changed.text().contains("concord extract"), "{}", changed.text());
    std::fs::remove_file(workspace.path("papers/water.md")).unwrap();
    let page = served.page(&recommendation);
    assert!(!page.contains(&address), "no link that leads nowhere");
    assert_eq!(served.get(&address).status, 404);
}

#[test]
fn documents_become_an_index_without_a_terminal() {
    let workspace = Workspace::new();
    let served = Served::start(&workspace, &["--index", "new"]);
    assert_eq!(served.get("/").location(), "/documents", "without an index, documents come first");
    assert!(served.get("/themes").text().contains("What to do"));
    let one = b"Recommendations\n\n1. States should reduce the cost of remittances.\n\
                2. States should train border guards in the rights of children.\n";
    let two = "Recommendations\n\n1. Governments should cut the cost of remittances.\n\n\
               A closing line that asks for libraries.\n";
    let added = served.upload("/documents", &[("agency", "Alpha")], &[("one <x>.txt", one)]);
    assert_eq!((added.status, added.location()), (303, "/documents/one%20%3Cx%3E"));
    let page = served.page(added.location());
    assert!(page.contains("reduce the cost of remittances") && page.contains("lines"), "{page}");
    assert!(!page.contains("one <x>"), "the name is escaped");
    // The second is untaken, the first corrected.
    let corrected = served.post(
        added.location(),
        &[
            ("row-0", "1"),
            ("keep", "0"),
            ("text-0", "States should halve the cost of remittances."),
            ("agency-0", "Alpha"),
            ("row-1", "1"),
        ],
    );
    assert_eq!(corrected.status, 303);
    let added = served.upload("/documents", &[("agency", "Beta")], &[("two.txt", two.as_bytes())]);
    assert_eq!(added.status, 303);
    let lines = served.post("/documents/two/add", &[("from", "5"), ("agency", "Beta")]);
    assert_eq!(lines.location(), "/documents/two#l5", "{}", lines.text());
    assert_eq!(served.post("/documents/index", &[]).status, 303);
    let said = served.built();
    assert!(said.contains("3 recommendations by 2 agencies"), "{said}");
    let texts = served.api("/recommendations").to_string();
    assert!(texts.contains("halve the cost") && !texts.contains("border guards"), "{texts}");
    assert!(texts.contains("asks for libraries"), "{texts}");
    let source = served.page("/?q=remittances");
    assert!(source.contains("Read in the source"), "{source}");
    // Removing one leaves the other.
    served.post("/documents/two/drop", &[]);
    let said = served.built();
    assert!(said.contains("1 recommendation by 1 agency"), "{said}");
    // What was confirmed is there for the next server.
    drop(served);
    let again = Served::start(&workspace, &["--index", "new"]);
    assert!(again.page("/documents").contains("in the index"));
}

#[test]
fn bad_and_oversize_uploads_are_refused_with_words() {
    let (workspace, served) = eight();
    let bad = served.upload("/documents", &[], &[("x.pdf", b"%PDF-1.7 broken")]);
    assert_eq!(bad.status, 303);
    let page = served.page(bad.location());
    assert!(page.contains("x.pdf: ") && page.contains("role=\"alert\""), "{page}");
    let none = served.upload("/documents", &[], &[]);
    assert!(none.status == 400 && none.text().contains("no file was chosen"));
    let large = vec![b'a'; (64 << 20) + 1];
    let kind = [("Content-Type", "application/octet-stream")];
    let refused = served.send("POST /api/v1/extract?name=a.txt", &kind, &large);
    assert_eq!(refused.status, 413, "{}", refused.text());
    let refused = served.upload("/documents", &[], &[("large.txt", &large)]);
    assert_eq!(refused.status, 413, "{}", refused.text());
    assert!(!workspace.path("idx.documents").exists(), "nothing was kept");
}

#[test]
fn a_draft_is_checked_shown_and_downloaded_with_comments() {
    let (_workspace, served) = eight();
    let text =
        "States should reduce the cost of remittances by 2030.\n\nPaint <b>bridges</b> green.";
    let checked = served.upload("/draft", &[("text", text), ("all", "1")], &[]);
    assert_eq!(checked.location(), "/draft/1", "{}", checked.text());
    let page = served.page("/draft/1");
    assert!(page.contains("class=\"remark") && page.contains("A-1"), "{page}");
    assert!(!page.contains("<b>bridges"), "the draft is escaped");
    let word = served.get("/draft/1/docx");
    assert!(word.body.starts_with(b"PK"), "a Word document is a zip file");
    assert!(word.headers["content-disposition"].contains("pasted-checked.docx"));
    // What is dismissed is left out of what is taken along, and comes back.
    let markdown = || served.get("/draft/1/md").text();
    let before = markdown();
    assert!(before.contains("### 1."), "{before}");
    let dismissed = served.post("/draft/1/notes", &[("dismiss", "1")]);
    assert_eq!(dismissed.location(), "/draft/1#n2", "the next note that waits");
    let page = served.page("/draft/1");
    assert!(page.contains("1 dismissed") && page.contains("name=\"reopen\" value=\"1\""), "{page}");
    assert!(!markdown().contains("### 1.") && markdown().contains("### 2."), "{}", markdown());
    served.post("/draft/1/notes", &[("reopen", "1")]);
    assert_eq!(markdown(), before);
    served.post("/draft/1/notes", &[("accept", "1")]);
    assert!(served.page("/draft/1").contains("1 accepted"));
    assert_eq!(served.post("/draft/1/notes", &[("accept", "9")]).status, 400);
    // An author's own Word file comes back with the comments in it.
    let again = served.upload("/draft", &[], &[("mine.docx", &word.body)]);
    assert_eq!(again.location(), "/draft/2", "{}", again.text());
    assert!(served.get("/draft/2/docx").body.starts_with(b"PK"));
    assert_eq!(served.get("/draft/3").status, 404);
    let empty = served.upload("/draft", &[("text", " ")], &[]);
    assert!(empty.status == 400 && empty.text().contains("no draft"));
}

#[test]
fn what_is_on_screen_can_be_taken_along() {
    let (_workspace, served) = eight();
    let what_is_shown = [
        ("search", "q=remittances"),
        ("themes", ""),
        ("pairs", ""),
        ("gaps", ""),
        ("recommendations", "agency=Alpha"),
        ("near", "id=A-1"),
        ("pair", "a=A-1&b=B-1"),
        ("matrix", ""),
        ("decisions", ""),
    ];
    for (what, asked) in what_is_shown {
        for (format, start) in
            [("csv", ""), ("xlsx", "PK"), ("docx", "PK"), ("md", ""), ("json", "{")]
        {
            let answer = served.get(&format!("/export/{what}/{format}?{asked}"));
            assert_eq!(answer.status, 200, "{what} as {format}: {}", answer.text());
            assert!(answer.body.starts_with(start.as_bytes()), "{what} as {format}");
        }
    }
    let csv = served.get("/export/search/csv?q=remittances&agency=Beta").text();
    assert!(csv.contains("B-1") && !csv.contains("A-1"), "the filter holds for the file: {csv}");
    for format in ["docx", "xlsx", "md", "json"] {
        assert_eq!(served.get(&format!("/report/{format}")).status, 200, "{format}");
    }
    let report = served.get("/report/html");
    assert!(report.headers["content-security-policy"].starts_with("sandbox "), "it runs apart");
    assert_eq!(served.get("/export/search/exe?q=x").status, 404);
}

/// Ends a process at once, as a loss of power would.
#[cfg(unix)]
fn kill(child: &Child) {
    let done = Command::new("kill").args(["-9", &child.id().to_string()]).status();
    assert!(done.expect("`kill` is there").success());
}

/// The status of the answer to a form, if an answer came.
#[cfg(unix)]
fn answered(address: &str, path: &str, body: &str) -> Option<u16> {
    let mut socket = TcpStream::connect(address).ok()?;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    let _ = socket.read_to_string(&mut answer);
    answer.split(' ').nth(1)?.parse().ok()
}

#[test]
#[cfg(unix)]
fn a_server_killed_while_people_decide_loses_nothing_that_it_confirmed() {
    let workspace = Workspace::new();
    workspace.indexed("idx", &records(&EIGHT));
    let mut confirmed = Vec::new();
    for (round, wait) in [35, 90, 160, 240].into_iter().enumerate() {
        let served = Served::start(&workspace, &["--index", "idx"]);
        let (theme, _) = remittances(&served);
        let token = served.token();
        let (address, child) = (served.address.clone(), &served.child);
        let n_kept = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            let decides = scope.spawn(|| {
                let mut kept = Vec::new();
                for n in 0.. {
                    // Names of themes and words on pairs in turn: stored with the themes, and ahead of them.
                    let name = format!("Round {round} number {n}");
                    let said = if n % 4 == 1 { "same" } else { "not_same" };
                    let (path, body, part) = if n % 2 == 0 {
                        let body = format!("name={}&form_token={token}", encoded(&name));
                        (format!("/themes/{theme}/rename"), body, name)
                    } else {
                        let body = format!("a=A-3&b=C-2&said={said}&form_token={token}");
                        ("/pair".to_owned(), body, said.to_owned())
                    };
                    match answered(&address, &path, &body) {
                        Some(303) => {
                            kept.push(part);
                            n_kept.fetch_add(1, Ordering::Release);
                        }
                        Some(other) => panic!("{path}: {other}"),
                        None => return kept,
                    }
                }
                kept
            });
            // A slow machine has confirmed something too.
            let begun = Instant::now();
            while n_kept.load(Ordering::Acquire) == 0 && begun.elapsed() < LIMIT {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(wait));
            kill(child);
            confirmed.extend(decides.join().unwrap());
        });
        drop(served);
    }
    assert!(!confirmed.is_empty(), "something was decided before the server was killed");
    // A command opens the index, whatever the last kill left behind, and finds all decisions in their order.
    workspace.concord(&["themes", "--index", "idx", "--format", "json"]).succeeds();
    let served = Served::start(&workspace, &["--index", "idx"]);
    settled(&served);
    let list = served.api("/decisions");
    let mut found = list["decisions"].as_array().unwrap().iter().map(|made| {
        let text = |name: &str| made[name].as_str().map(str::to_owned);
        text("name").or_else(|| text("said")).expect("a name or a word")
    });
    for part in &confirmed {
        assert!(found.any(|made| made == *part), "{part} is lost: {confirmed:?}\n{list}");
    }
}

#[test]
#[cfg(unix)]
fn a_server_killed_while_it_builds_loses_no_document_and_no_index() {
    let workspace = Workspace::new();
    let text = |n: usize| {
        let ask = |at: usize| format!("{at}. States should build {n} bridges of kind {at}.\n");
        format!("Recommendations\n\n{}", (1..=20).map(ask).collect::<String>())
    };
    let mut n_documents = 0;
    for wait in [0, 30, 80, 150] {
        let served = Served::start(&workspace, &["--index", "new"]);
        n_documents += 1;
        let name = format!("report-{n_documents}.txt");
        let added = served.upload(
            "/documents",
            &[("agency", "Alpha")],
            &[(&name, text(n_documents).as_bytes())],
        );
        assert_eq!(added.status, 303, "{}", added.text());
        assert_eq!(served.post("/documents/index", &[]).status, 303);
        std::thread::sleep(Duration::from_millis(wait));
        kill(&served.child);
    }
    let served = Served::start(&workspace, &["--index", "new"]);
    let page = served.page("/documents");
    for n in 1..=n_documents {
        assert!(page.contains(&format!("report-{n}")), "document {n} is there: {page}");
    }
    // Perhaps the last build came to its end before it was killed.
    if page.contains("not in the index yet") {
        assert_eq!(served.post("/documents/index", &[]).status, 303);
        let said = served.built();
        assert!(said.contains("80 recommendations by 1 agency"), "{said}");
    }
    assert_eq!(served.api("/recommendations")["total"], 80);
}
