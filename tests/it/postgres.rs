//! An index in a PostgreSQL database: the same answers as from a folder, rights, passwords, and what a kill
//! leaves.
//!
//! `tests/postgres/run` starts the servers and names them in `CONCORD_TEST_POSTGRES` and its like. Without them
//! every test here is skipped and says so.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use concord::internals::store::{Lock, Opened};
use concord::{Agency, Filter, Place};
use postgres::{Client, NoTls};
use serde_json::{Value, json};

use crate::workspace::{Answer, HASHING, TWELVE, Workspace, program, records, shipped_by_hashing};

/// What `variable` says of the servers; `None` skips a test.
fn server(variable: &str) -> Option<String> {
    let found = std::env::var(variable).ok();
    if found.is_none() {
        println!("skipped: {variable} is not set; tests/postgres/run starts a server and sets it");
    }
    found
}

/// A schema of one test's own in the database that is written to, removed when it is dropped.
struct Schema {
    address: String,
    name: &'static str,
}

impl Schema {
    /// `None` skips a test.
    fn new(name: &'static str) -> Option<Self> {
        let schema = Self { address: server("CONCORD_TEST_POSTGRES")?, name };
        schema.remove();
        Some(schema)
    }

    fn remove(&self) {
        self.run(&format!("DROP SCHEMA IF EXISTS {} CASCADE", self.name));
    }

    fn client(&self) -> Client {
        Client::connect(&self.address, NoTls).expect("the server of the tests answers")
    }

    /// Has the owner of the database run `sql`.
    fn run(&self, sql: &str) {
        self.client().batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    fn count(&self, of: &str) -> i64 {
        let from = format!("SELECT count(*) FROM {of}");
        self.client().query_one(&from, &[]).unwrap_or_else(|e| panic!("{from}: {e:?}")).get(0)
    }

    /// The schema at another address of the same server.
    fn at(&self, address: &str) -> String {
        let sign = if address.contains('?') { '&' } else { '?' };
        format!("{address}{sign}schema={}", self.name)
    }

    fn index(&self) -> String {
        self.at(&self.address)
    }

    /// The index as another role reaches it; without a password where there is none.
    fn of_role(&self, role: &str) -> String {
        let (_, host) = self.address.rsplit_once('@').unwrap();
        self.at(&format!("postgres://{role}@{host}"))
    }

    /// Builds the index of `records`.
    fn indexed(&self, workspace: &Workspace, records: &str) -> Answer {
        workspace.write("records.jsonl", records);
        let index = self.index();
        let build = ["index", "records.jsonl", "--index", &index, "--model", HASHING];
        workspace.concord(&build).succeeds()
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        // A failing test has said enough.
        if !std::thread::panicking() {
            self.remove();
        }
    }
}

/// What a run prints, with the index and its password taken out.
fn told(workspace: &Workspace, arguments: &[&str], index: &str) -> String {
    let run = [arguments, &["--index", index]].concat();
    let answer = workspace.concord(&run).run();
    assert!(!answer.stderr.contains("s3cret") && !answer.stdout.contains("s3cret"), "{answer:?}");
    let shown = match Place::parse(index.into()).unwrap() {
        Place::Folder(path) => path.display().to_string(),
        Place::Database(address) => address.to_string(),
    };
    let Answer { code, stdout, stderr, .. } = answer;
    format!("{code:?}\n{stdout}\n{stderr}").replace(&shown, "INDEX")
}

/// Asserts that each command says the same of both indexes.
fn assert_same(workspace: &Workspace, commands: &[&[&str]], folder: &str, database: &str) {
    for arguments in commands {
        let [a, b] = [folder, database].map(|index| told(workspace, arguments, index));
        assert!(a.starts_with("Some(0)") || a.starts_with("Some(1)"), "{arguments:?}: {a}");
        if a != b {
            let differing = a.lines().zip(b.lines()).find(|(a, b)| a != b);
            panic!("concord {}: {differing:#?}", arguments.join(" "));
        }
    }
}

const DRAFT: &str = "# Draft\n\n1. States should reduce the cost of remittances.\n\
                     2. Train border guards, and publish figures on deaths at sea every year.\n\
                     3. Plant trees along all railways.\n";

#[test]
fn every_command_says_of_a_database_what_it_says_of_a_folder() {
    let Some(schema) = Schema::new("same") else { return };
    let workspace = Workspace::new();
    workspace.write("draft.md", DRAFT);
    let folder = shipped_by_hashing();
    let database = schema.index();
    workspace.concord(&["index", "--index", &database, "--model", HASHING]).succeeds();
    let first = workspace.concord(&["similar", "x", "--index", folder, "--format", "json"]);
    let first = first.succeeds().json()["results"][0]["id"].as_str().unwrap().to_owned();
    assert_same(
        &workspace,
        &[
            &["similar", "reduce the cost of remittances", "--format", "json"],
            &["similar", "reduce the cost of remitances for famlies"],
            &["similar", "Reducir el costo de las remesas de los trabajadores migrantes"],
            &["similar", "--id", &first, "--format", "json", "-k", "30"],
            &["similar", "--id", &first, "--no-why", "--cross-agency"],
            &["similar", "train guards", "--year", "2000-2020", "--metadata", "--format", "csv"],
            &["pairs", "--format", "jsonl", "--min-probability", "0"],
            &["themes", "--format", "json"],
            &["themes"],
            &["gaps"],
            &["gaps", "--kind", "contradictions", "--format", "json"],
            &["report", "-o", "-", "--format", "json"],
            &["report", "-o", "-", "--format", "md"],
            &["report", "-o", "-", "--format", "html"],
            &["check", "draft.md", "--format", "json"],
            &["check", "draft.md", "--fail-on", "overlap"],
        ],
        folder,
        &database,
    );
    let same = workspace.concord(&["diff", folder, &database]).succeeds();
    assert_eq!(same.stdout, "no differences\n");
}

#[test]
fn texts_with_unusual_signs_come_back_as_they_were() {
    let Some(schema) = Schema::new("odd") else { return };
    let workspace = Workspace::new();
    let record = |id: &str, text: &str| {
        let tags = ["a\u{0}b", "\"quoted\"", "\\"];
        json!({ "id": id, "agency": "Ä\u{0}gency '\"", "text": text, "document": "d\\1", "tags": tags,
                "status": "Offen\u{0}", "year": 2013, "section": "Ünder \u{1F600}" })
    };
    let odd = [
        record("a'; DROP TABLE file; --", "States should\u{0} reduce fees."),
        record("b\u{0}", "Etats: réduire les frais \\N \t of \u{1F600}; reduce fees."),
        record("c", "States should reduce fees."),
        record("d", "States should reduce fees."),
        json!({ "id": "e", "agency": "Other", "text": "Count the boats.", "extra": { "x": [1, null] } }),
    ];
    let odd: String = odd.iter().map(|record| record.to_string() + "\n").collect();
    schema.indexed(&workspace, &odd);
    workspace.indexed("idx", &odd);
    assert_same(
        &workspace,
        &[
            &["similar", "reduce fees", "--format", "json"],
            &["similar", "reduce fees", "--tag", "\\", "--format", "json"],
            &["similar", "reduce fees", "--section", "ünder \u{1F600}", "--format", "json"],
            &["similar", "reduce fees", "--document", "d\\1", "--year", "2013", "--format", "json"],
            &["similar", "--id", "a'; DROP TABLE file; --", "--format", "json"],
            &["similar", "--id", "c", "--format", "json"],
            &["similar", "reduce fees", "--where", "status=offen\u{fffd}"],
            &["pairs", "--format", "jsonl"],
            &["themes", "--format", "json"],
        ],
        "idx",
        &schema.index(),
    );
}

#[test]
fn many_queries_are_answered_as_from_a_folder_and_an_unknown_id_is_named() {
    let Some(schema) = Schema::new("batch") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &TWELVE);
    workspace.indexed("idx", &TWELVE);
    let batch = "{\"id\":\"A-1\"}\n{\"id\":\"q\",\"text\":\"train guards\"}\n{\"id\":\"E-2\"}\n";
    workspace
        .write("batch.jsonl", batch)
        .write("wrong.jsonl", "{\"id\":\"A-1\"}\n{\"id\":\"a-9\"}\n");
    let asked: [&[&str]; 2] = [
        &["similar", "--batch", "batch.jsonl"],
        &["similar", "--batch", "batch.jsonl", "--format", "csv"],
    ];
    assert_same(&workspace, &asked, "idx", &schema.index());
    let many: String = (0..210)
        .map(|n| json!({ "id": n.to_string(), "text": format!("fee {n}") }).to_string() + "\n")
        .collect();
    workspace.write("many.jsonl", many);
    assert_same(
        &workspace,
        &[&["similar", "--batch", "many.jsonl", "--no-why"]],
        "idx",
        &schema.index(),
    );
    for place in ["idx", &schema.index()] {
        let wrong = ["similar", "--batch", "wrong.jsonl", "--index", place];
        let parts = ["wrong.jsonl:2: the index has no recommendation `a-9`; similar ids: `A-1`"];
        workspace.concord(&wrong).refused(&parts);
    }
}

#[test]
fn decisions_shape_the_themes_and_nothing_is_stored_again() {
    let Some(schema) = Schema::new("decided") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &TWELVE);
    workspace.indexed("idx", &TWELVE);
    let data = |schema: &Schema| {
        schema.count("decided.recommendation WHERE data = (SELECT data FROM decided.state)")
    };
    let before =
        schema.client().query_one("SELECT data FROM decided.state", &[]).unwrap().get::<_, i64>(0);
    let database = schema.index();
    let decide = |arguments: &[&str]| {
        assert_same(&workspace, &[arguments], "idx", &database);
    };
    decide(&["pairs", "decide", "E-2", "A-3", "same"]);
    decide(&["pairs", "decide", "A-1", "C-1", "not-the-same"]);
    let id = workspace.concord(&["themes", "--index", "idx", "--format", "json"]).succeeds().json();
    let id = id["themes"][0]["id"].as_str().unwrap().to_owned();
    decide(&["themes", "rename", &id, "Money sent home"]);
    assert_same(
        &workspace,
        &[
            &["themes", "--format", "json"],
            &["pairs", "--format", "jsonl", "--min-probability", "0"],
            &["similar", "--id", "E-2", "--format", "json"],
            &["similar", "--id", "A-1", "--format", "json"],
        ],
        "idx",
        &database,
    );
    let after =
        schema.client().query_one("SELECT data FROM decided.state", &[]).unwrap().get::<_, i64>(0);
    assert_eq!((before, data(&schema)), (after, 12), "the rows are those of the build");
    let again = schema.indexed(&workspace, &TWELVE);
    assert!(again.stderr.contains("0 texts embedded"), "{again:?}");
    assert!(again.stderr.contains("kept 3 decisions by people"), "{again:?}");
    assert_eq!(schema.count("decided.recommendation"), 12, "the old partition is gone");
}

#[test]
fn one_writer_at_a_time_and_a_schema_of_others_is_left_alone() {
    let Some(schema) = Schema::new("locked") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &TWELVE);
    let build = ["index", "records.jsonl", "--index", &schema.index(), "--model", HASHING];
    let place = Place::parse(schema.index().into()).unwrap();
    let lock = Lock::take(&place).expect("nobody else writes");
    workspace.concord(&build).refused(&["another process is writing postgres://owner@"]);
    drop(lock);
    workspace.concord(&build).succeeds();
    let Some(other) = Schema::new("of_others") else { return };
    other.run("CREATE SCHEMA of_others CREATE TABLE file (x integer)");
    let build = ["index", "records.jsonl", "--index", &other.index(), "--model", HASHING];
    workspace.concord(&build).refused(&["holds tables that are not of an index", "?schema=NAME"]);
    assert_eq!(other.count("of_others.file"), 0);
    let missing = ["themes", "--index", &other.index()];
    workspace.concord(&missing).refused(&["there is no index at postgres://", "build it:"]);
    schema.run("INSERT INTO locked.concord_version VALUES (99)");
    let later = ["themes", "--index", &schema.index()];
    workspace.concord(&later).refused(&["version 99", "use the version of concord"]);
}

#[test]
fn a_role_that_may_read_does_all_but_build_and_decide() {
    let Some(schema) = Schema::new("shared_out") else { return };
    let workspace = Workspace::new();
    workspace.write("draft.md", DRAFT);
    schema.indexed(&workspace, &TWELVE);
    schema.run(
        "DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD 'reader-s3cret'; \
                EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    );
    let index = schema.of_role("reader");
    let run = |arguments: &[&str]| {
        let all = [arguments, &["--index", &index]].concat();
        workspace.concord(&all).env("PGPASSWORD", "reader-s3cret")
    };
    let no_schema = ["permission denied for schema shared_out", "GRANT USAGE ON SCHEMA"];
    run(&["themes"]).refused(&no_schema);
    schema.run("GRANT USAGE ON SCHEMA shared_out TO reader");
    run(&["themes"])
        .refused(&["permission denied for table", "GRANT SELECT ON ALL TABLES IN SCHEMA"]);
    schema.run("GRANT SELECT ON ALL TABLES IN SCHEMA shared_out TO reader");
    let read: [&[&str]; 8] = [
        &["similar", "reduce fees"],
        &["similar", "--id", "A-1"],
        &["pairs"],
        &["themes"],
        &["gaps"],
        &["report", "-o", "-", "--format", "md"],
        &["check", "draft.md"],
        &["doctor"],
    ];
    for arguments in read {
        let answer = run(arguments).run();
        assert!(answer.code.is_some_and(|code| code < 2), "{answer:?}");
    }
    // The partitions of a later build need no new grant.
    schema.indexed(&workspace, &TWELVE);
    run(&["similar", "reduce fees"]).succeeds();
    let parts = ["hint: the role lacks a right", "docs/engine.md"];
    run(&["index", "records.jsonl", "--model", HASHING]).refused(&parts);
    let decide = ["pairs", "decide", "A-1", "E-2", "same"];
    run(&decide).refused(&["may read the index and not change it", "GRANT INSERT, DELETE ON"]);
    assert_eq!(schema.count("shared_out.file WHERE name = 'decisions.json'"), 0);
    schema.run("GRANT INSERT, DELETE ON shared_out.file TO reader");
    run(&decide).succeeds();
}

#[test]
fn a_password_comes_from_its_usual_places_and_is_never_told() {
    let Some(schema) = Schema::new("passwords") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &TWELVE);
    let (_, host) = schema.address.rsplit_once('@').unwrap();
    let (server, _) = host.split_once('/').unwrap();
    let (name, port) = server.split_once(':').unwrap();
    let index = schema.of_role("owner");
    let ask = |index: &str| {
        workspace.concord(&["themes", "--index", index]).env("HOME", workspace.path(""))
    };
    let where_from = ["password", "PGPASSFILE"];
    ask(&index).refused(&where_from);
    let wrong = schema.at(&format!("postgres://owner:wr0ng@{host}"));
    for run in [ask(&wrong), ask(&index).env("PGPASSWORD", "wr0ng")] {
        let refused = run.refused(&where_from);
        assert!(!refused.stderr.contains("wr0ng"), "{refused:?}");
    }
    let slip = ask(&format!("{wrong}&shema=x")).refused(&["`shema` is no parameter"]);
    assert!(!slip.stderr.contains("wr0ng"), "{slip:?}");
    ask(&index).env("PGPASSWORD", "owner-s3cret").succeeds();

    workspace.write("pass", format!("*:{port}:*:owner:owner-s3cret\n"));
    let passfile = workspace.path("pass");
    set_mode(&passfile, 0o644);
    ask(&index).env("PGPASSFILE", &passfile).refused(&["other users may read", "chmod 600"]);
    set_mode(&passfile, 0o600);
    ask(&index).env("PGPASSFILE", &passfile).succeeds();

    let service = format!(
        "[concord]\nhost={name}\nport={port}\nuser=owner\npassword=owner-s3cret\ndbname=concord\n"
    );
    workspace.write("services", service);
    let by_service = schema.at("postgres:///?service=concord");
    ask(&by_service).env("PGSERVICEFILE", workspace.path("services")).succeeds();
    ask(&by_service)
        .env("PGSERVICEFILE", workspace.path("pass"))
        .refused(&["has no service `concord`"]);
    // Help names the variable of the index and not its value.
    let help =
        workspace.concord(&["similar", "--help"]).env("CONCORD_INDEX", schema.index()).succeeds();
    assert!(!help.stdout.contains("s3cret"), "{help:?}");
}

fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_encrypted_server_is_verified() {
    let Some(schema) = Schema::new("encrypted") else { return };
    let Some(encrypted) = server("CONCORD_TEST_POSTGRES_TLS") else { return };
    let Some(root) = server("CONCORD_TEST_POSTGRES_ROOT") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &TWELVE);
    let ask = |address: &str| workspace.concord(&["themes", "--index", &schema.at(address)]);
    let full = format!("{encrypted}?sslmode=verify-full");
    ask(&full).refused(&["certificate", "sslrootcert"]);
    ask(&format!("{encrypted}?sslmode=require")).refused(&["certificate", "sslrootcert"]);
    ask(&format!("{full}&sslrootcert={root}")).succeeds();
    // The certificate is for `localhost`.
    let elsewhere = full.replace("@localhost:", "@127.0.0.1:");
    ask(&format!("{elsewhere}&sslrootcert={root}")).refused(&["certificate"]);
    ask(&format!("{full}&sslrootcert=/no/such/file")).refused(&["/no/such/file"]);
    let plain = format!("{}?sslmode=verify-full&sslrootcert={root}", schema.address);
    ask(&plain).refused(&["does not support TLS"]);
}

#[test]
fn a_standby_answers_and_refuses_to_be_written() {
    let Some(schema) = Schema::new("replicated") else { return };
    let Some(standby) = server("CONCORD_TEST_POSTGRES_STANDBY") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &TWELVE);
    let index = schema.at(&standby);
    // What was committed arrives in a moment.
    let arrives = || workspace.concord(&["themes", "--index", &index]).run().code == Some(0);
    assert!((0..50).any(|_| arrives() || {
        std::thread::sleep(Duration::from_millis(200));
        false
    }));
    let asked: [&[&str]; 2] =
        [&["themes", "--format", "json"], &["similar", "fees", "--format", "json"]];
    assert_same(&workspace, &asked, &schema.index(), &index);
    let doctor = workspace.concord(&["doctor", "--index", &index, "--format", "json"]).run();
    assert!(doctor.stdout.contains("a standby, "), "{doctor:?}");
    let build = ["index", "records.jsonl", "--index", &index, "--model", HASHING];
    workspace.concord(&build).refused(&["read-only", "this server is a standby"]);
    let both = format!("{},{}", host_of(&standby), host_of(&schema.address));
    let address = |wanted: &str| {
        let (login, _) = schema.address.rsplit_once('@').unwrap();
        schema.at(&format!("{login}@{both}/concord?target_session_attrs={wanted}"))
    };
    workspace.concord(&["themes", "--index", &address("prefer-standby")]).succeeds();
    let primary = ["index", "records.jsonl", "--index", &address("primary"), "--model", HASHING];
    workspace.concord(&primary).succeeds();
}

/// `host:port` of an address.
fn host_of(address: &str) -> &str {
    let (_, rest) = address.rsplit_once('@').unwrap();
    rest.split('/').next().unwrap()
}

/// Recommendations of which `number` more build another index.
fn made_up(number: usize) -> String {
    let rows: Vec<(String, String, String)> = (0..number)
        .map(|n| {
            let what = ["bridges", "schools", "banks", "guards", "ports", "fees", "laws"][n % 7];
            let place = ["in cities", "at sea", "near borders", "abroad"][n / 7 % 4];
            (
                format!("R-{n:05}"),
                format!("Agency {}", n % 5),
                format!("Inspect {what} {place} in year {n}."),
            )
        })
        .collect();
    let rows: Vec<(&str, &str, &str)> =
        rows.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
    records(&rows)
}

#[test]
fn a_build_that_is_killed_at_any_moment_leaves_the_old_index() {
    let Some(schema) = Schema::new("killed") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &made_up(300));
    let index = schema.index();
    let themes =
        || workspace.concord(&["themes", "--index", &index, "--format", "json"]).succeeds().stdout;
    let old = themes();
    workspace.write("more.jsonl", made_up(900));
    let build = ["index", "more.jsonl", "--index", &index, "--model", HASHING, "--quiet"];
    let start = || {
        let mut command = Command::new(program());
        command.current_dir(workspace.path("")).args(build).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    };
    let begun = std::time::Instant::now();
    assert!(start().wait().unwrap().success());
    let whole = begun.elapsed();
    schema.indexed(&workspace, &made_up(300));
    let moments = 8;
    let mut killed = 0;
    for moment in 0..moments {
        let mut building = start();
        std::thread::sleep(whole * moment / moments);
        building.kill().unwrap();
        killed += usize::from(!building.wait().unwrap().success());
        // The server notices in a moment that the other side is gone.
        let done = || themes() != old;
        assert!(!done() || moment + 2 >= moments, "killed after {moment} of {moments} of its time");
    }
    assert!(killed >= 6, "only {killed} builds were killed");
    let mut tries = 0..50;
    while !start().wait().unwrap().success() {
        assert!(tries.next().is_some(), "the lock of a killed build stays");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(schema.count("killed.recommendation"), 900);
    let left = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE n.nspname = 'killed' AND c.relkind = 'r' AND c.relname LIKE 'recommendation\\_%'";
    assert_eq!(schema.count(left), 1, "no table of a killed build is left");
}

/// Unit vectors of a fixed seed in twenty clouds, as text that PostgreSQL reads.
fn vectors(number: usize, dim: usize) -> Vec<Vec<f32>> {
    let mut state = 18_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    let centers: Vec<Vec<f32>> = (0..20).map(|_| (0..dim).map(|_| next()).collect()).collect();
    let vector = |at: usize| {
        let near: Vec<f32> = centers[at % 20].iter().map(|x| x + next()).collect();
        let length = near.iter().map(|x| x * x).sum::<f32>().sqrt();
        near.into_iter().map(|x| x / length).collect()
    };
    (0..number).map(vector).collect()
}

#[test]
fn above_twenty_thousand_rows_the_graph_finds_what_a_look_at_each_finds() {
    let Some(schema) = Schema::new("graph") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &TWELVE);
    let mut client = schema.client();
    let state = client.query_one("SELECT data, dim FROM graph.state", &[]).unwrap();
    let (data, dim): (i64, i32) = (state.get(0), state.get(1));
    let made = vectors(20_600, dim as usize);
    // The table of the index, with other rows and the same graph, built at once.
    let find = "SELECT indexdef, indexname::text FROM pg_indexes WHERE schemaname = 'graph' AND indexdef LIKE '%hnsw%'";
    let graph = client.query_one(find, &[]).unwrap();
    let (definition, name): (String, String) = (graph.get(0), graph.get(1));
    client.batch_execute(&format!("SET search_path = graph, public; DROP INDEX {name}")).unwrap();
    let copy = format!(
        "COPY recommendation_{data} (row_number, first_copy, id, agency, tags, fields, record, vector, statements, \
         lengths) FROM STDIN"
    );
    let mut rows = client.copy_in(&copy).unwrap();
    for (row, vector) in (100..).zip(&made) {
        let agency = if row % 100 == 0 { "Rare" } else { "Common" };
        writeln!(rows, "{row}\t{row}\tM-{row}\t{agency}\t{{}}\t{{}}\tx\t{vector:?}\t\t").unwrap();
    }
    rows.finish().unwrap();
    client
        .batch_execute(&format!("SET maintenance_work_mem = '256MB'; {definition}; ANALYZE"))
        .unwrap();

    let opened = Opened::open(Place::parse(schema.index().into()).unwrap()).unwrap();
    let rows = opened.rows().expect("a database has rows");
    let look = format!(
        "SELECT row_number FROM recommendation_{data} WHERE agency <> ALL($1) \
         ORDER BY vector <#> $2::real[]::vector, row_number LIMIT $3"
    );
    let mut exact = |query: &Vec<f32>, not: &[&str], n: i64| -> Vec<usize> {
        let found = client.query(&look, &[&not, query, &n]).unwrap();
        found.iter().map(|row| row.get::<_, i32>(0) as usize).collect()
    };
    let named = |name: &str| Agency::try_from(name.to_owned()).unwrap();
    let without = Filter { not_agencies: vec![named("Rare")], ..Filter::default() };
    let rare = Filter { agencies: vec![named("Rare")], ..Filter::default() };
    let mut found = [0, 0];
    for query in made.iter().step_by(500) {
        for (at, (filter, not)) in
            [(&Filter::default(), &[][..]), (&without, &["Rare"][..])].into_iter().enumerate()
        {
            let near = rows.nearest(query, 400, filter, None).unwrap();
            assert_eq!(near.len(), 400);
            found[at] += exact(query, not, 10).iter().filter(|row| near.contains(row)).count();
        }
        let few = rows.nearest(query, 10, &rare, None).unwrap();
        let others = ["Common", "Alpha", "Beta", "Gamma", "Delta", "Epsilon"];
        assert_eq!(few, exact(query, &others, 10), "206 rows are looked at one by one");
    }
    println!("of 420 of the ten nearest, the graph finds {found:?}");
    assert!(found.iter().all(|&found| found >= 412), "{found:?} of 420");
}

#[test]
fn an_assistant_asks_a_database() {
    let Some(schema) = Schema::new("assisted") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &TWELVE);
    workspace.indexed("idx", &TWELVE);
    let call = |id: u32, tool: &str, arguments: Value| {
        json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call",
                "params": { "name": tool, "arguments": arguments } })
    };
    let messages = [
        call(1, "find_similar", json!({ "text": "cut the cost of remittances", "k": 3 })),
        call(2, "list_themes", json!({})),
        call(3, "list_gaps", json!({ "kind": "single_voice" })),
    ];
    let lines: String = messages.iter().map(|message| message.to_string() + "\n").collect();
    let [a, b] = ["idx", &schema.index()].map(|index| {
        let run = ["mcp", "--index", index, "--model", HASHING];
        workspace.concord(&run).stdin(lines.clone()).succeeds().json_lines()
    });
    assert_eq!(a, b);
}

#[test]
fn a_server_that_was_killed_serves_the_same_index_again() {
    let Some(schema) = Schema::new("restarted") else { return };
    // Other tests talk to the server: this one runs when it is alone.
    if std::env::var("CONCORD_TEST_POSTGRES_ALONE").is_err() {
        println!("skipped: tests/postgres/run runs this one by itself");
        return;
    }
    let Some(restart) = server("CONCORD_TEST_POSTGRES_RESTART") else { return };
    let workspace = Workspace::new();
    schema.indexed(&workspace, &made_up(300));
    let index = schema.index();
    let themes =
        || workspace.concord(&["themes", "--index", &index, "--format", "json"]).succeeds().stdout;
    let old = themes();
    workspace.write("more.jsonl", made_up(900));
    let build = ["index", "more.jsonl", "--index", &index, "--model", HASHING, "--quiet"];
    for pause_ms in [50, 400, 900] {
        let mut command = Command::new(program());
        command.current_dir(workspace.path("")).args(build).stderr(Stdio::piped());
        let building = command.spawn().expect("the program starts");
        std::thread::sleep(Duration::from_millis(pause_ms));
        assert!(Command::new(&restart).status().unwrap().success());
        let ended = building.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        let is_old = themes() == old;
        assert_eq!(ended.status.success(), !is_old, "{pause_ms} ms: {said}");
        assert!(ended.status.success() || said.starts_with("error: postgres://owner@"), "{said}");
        if !is_old {
            schema.indexed(&workspace, &made_up(300));
        }
    }
    workspace.concord(&build).succeeds();
    assert_eq!(schema.count("restarted.recommendation"), 900);
}
