//! A connection to the server, and what its errors mean to a person.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postgres::config::{SslMode, TargetSessionAttrs};
use postgres::error::SqlState;
use postgres::{Client, Config, NoTls};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, Server, Session, Tls};
use crate::store::StoreError;

/// Seconds until a server that does not answer is given up, where the address says nothing.
const TIMEOUT_S: u64 = 10;

/// After so long without traffic, the system asks whether the other side is still there: a long build leaves
/// its connection idle, and routers forget such connections.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// Opens a connection whose names are looked up in the schema of `address`.
pub(super) fn connect(address: &Address) -> Result<Client, StoreError> {
    let failed =
        |why: String| StoreError::Database { place: address.to_string(), why, remedy: None };
    let server = address.server.clone().complete().map_err(failed)?;
    let mut client = open(&server).map_err(|error| error.told(address))?;
    let path = format!("SET search_path = {}", names_of(&mut client, address)?);
    client.batch_execute(&path).map_err(|error| told(address, &error))?;
    Ok(client)
}

/// The schema of the index, and that of pgvector where it is another.
fn names_of(client: &mut Client, address: &Address) -> Result<String, StoreError> {
    let find = "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
                WHERE e.extname = 'vector'";
    let found = client.query_opt(find, &[]).map_err(|error| told(address, &error))?;
    let own = quoted(&address.schema);
    let of_vector = found.map_or("public".to_owned(), |row| row.get::<_, String>(0));
    Ok(format!("{own}, {}", quoted(&of_vector)))
}

/// `name` as SQL takes it, whatever signs it has.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Why no connection was made.
enum Failed {
    Certificates(String),
    Server(postgres::Error),
}

impl Failed {
    fn told(self, address: &Address) -> StoreError {
        match self {
            Self::Server(error) => told(address, &error),
            Self::Certificates(why) => StoreError::Database {
                place: address.to_string(),
                why,
                remedy: Some("name a file of trusted certificates with `sslrootcert`".to_owned()),
            },
        }
    }
}

fn open(server: &Server) -> Result<Client, Failed> {
    let with = |session: TargetSessionAttrs| {
        let mut config = config(server);
        config.target_session_attrs(session);
        match tls(server).map_err(Failed::Certificates)? {
            Some(tls) => config.ssl_mode(SslMode::Require).connect(tls),
            None => config.ssl_mode(SslMode::Disable).connect(NoTls),
        }
        .map_err(Failed::Server)
    };
    match server.session {
        Session::Any => with(TargetSessionAttrs::Any),
        Session::Primary => with(TargetSessionAttrs::ReadWrite),
        Session::Standby => with(TargetSessionAttrs::ReadOnly),
        Session::PreferStandby => {
            with(TargetSessionAttrs::ReadOnly).or_else(|_| with(TargetSessionAttrs::Any))
        }
    }
}

fn config(server: &Server) -> Config {
    let mut config = Config::new();
    config.application_name("concord");
    config.connect_timeout(Duration::from_secs(server.timeout_s.unwrap_or(TIMEOUT_S)));
    config.keepalives_idle(KEEPALIVE);
    for (host, port) in &server.hosts {
        // One that begins with `/` is taken for the folder of a socket.
        config.host(host).port(*port);
    }
    if let Some(user) = &server.user {
        config.user(user);
    }
    if let Some(database) = &server.database {
        config.dbname(database);
    }
    if let Some(password) = &server.password {
        config.password(&password.0);
    }
    config
}

/// What verifies the server; `None` for a connection that is not encrypted. Within one machine there is
/// nobody who could listen.
fn tls(server: &Server) -> Result<Option<MakeRustlsConnect>, String> {
    let usual = if server.is_local() { Tls::Off } else { Tls::Verified };
    if server.tls.unwrap_or(usual) == Tls::Off {
        return Ok(None);
    }
    let mut roots = RootCertStore::empty();
    match server.roots.as_deref().filter(|name| *name != "system") {
        Some(path) => {
            for certificate in certificates(Path::new(path))? {
                roots.add(certificate).map_err(|error| format!("{path}: {error}"))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err("no trusted certificate was found to verify the server by".to_owned());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Some(MakeRustlsConnect::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let told = |error: rustls::pki_types::pem::Error| format!("{}: {error}", path.display());
    CertificateDer::pem_file_iter(path).map_err(told)?.collect::<Result<_, _>>().map_err(told)
}

/// What `error` means to a person, and what mends it.
pub(super) fn told(address: &Address, error: &postgres::Error) -> StoreError {
    let mut why = match error.as_db_error() {
        Some(found) => found.message().to_owned(),
        None => error.to_string(),
    };
    let mut cause = std::error::Error::source(error).filter(|_| error.as_db_error().is_none());
    while let Some(found) = cause {
        let text = found.to_string();
        if !why.contains(&text) {
            why = format!("{why}: {text}");
        }
        cause = found.source();
    }
    let remedy =
        error.code().map_or_else(|| remedy_without_code(&why), |code| remedy(code, &why, address));
    StoreError::Database { place: address.to_string(), why, remedy }
}

fn remedy(code: &SqlState, why: &str, address: &Address) -> Option<String> {
    let schema = quoted(&address.schema);
    Some(if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        missing_grant(why, &schema)
    } else if *code == SqlState::INVALID_PASSWORD
        || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
    {
        PASSWORDS.to_owned()
    } else if *code == SqlState::INVALID_CATALOG_NAME {
        "create the database first: `createdb NAME`".to_owned()
    } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        STANDBY.to_owned()
    } else if *code == SqlState::DISK_FULL {
        "free some space on the server".to_owned()
    } else if why.contains("vector") {
        PGVECTOR.to_owned()
    } else {
        return None;
    })
}

/// Where a password comes from.
const PASSWORDS: &str = "check the user and the password; Concord takes the password from PGPASSWORD, from \
                         the file that PGPASSFILE names (~/.pgpass), or from a service file";

const STANDBY: &str =
    "this server is a standby; write to the primary: `target_session_attrs=primary`";

/// Checks before any work is done that this role may write the index, if there is one: every table when
/// `rebuilds`, or else decisions alone.
pub(super) fn check_rights(
    client: &mut Client,
    address: &Address,
    rebuilds: bool,
) -> Result<(), StoreError> {
    let refused = |why: &str, remedy: String| StoreError::Database {
        place: address.to_string(),
        why: why.to_owned(),
        remedy: Some(remedy),
    };
    let is_standby = client.query_one("SELECT pg_is_in_recovery()", &[]);
    if is_standby.map_err(|error| told(address, &error))?.get(0) {
        return Err(refused("the server is read-only", STANDBY.to_owned()));
    }
    let find = "SELECT pg_has_role(c.relowner, 'MEMBER'), has_table_privilege(c.oid, 'INSERT') AND \
                has_table_privilege(c.oid, 'DELETE') FROM pg_class c JOIN pg_namespace n \
                ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'file'";
    let found =
        client.query_opt(find, &[&address.schema]).map_err(|error| told(address, &error))?;
    // A schema without tables is about to get some.
    let [owns, decides] = found.map_or([true; 2], |row| [row.get(0), row.get(1)]);
    let schema = quoted(&address.schema);
    if rebuilds && !owns {
        let remedy = format!(
            "the role lacks a right; only the owner of the tables in schema {schema} builds the index; \
             docs/engine.md lists what each command needs"
        );
        return Err(refused("this role may not replace the index", remedy));
    }
    if !decides {
        let grant = format!("GRANT INSERT, DELETE ON {schema}.file TO ROLE");
        return Err(refused("this role may read the index and not change it", lacks(&grant)));
    }
    Ok(())
}

fn lacks(grant: &str) -> String {
    format!(
        "the role lacks a right; let the owner run `{grant}`; docs/engine.md lists what each command needs"
    )
}

/// How to get the extension.
pub(super) const PGVECTOR: &str = "install pgvector 0.8 or later on the server (Debian: \
                                   postgresql-NN-pgvector), then let its administrator run `CREATE EXTENSION vector`";

/// The grant that a message of the server asks for: "permission denied for table x".
fn missing_grant(why: &str, schema: &str) -> String {
    let grant = if why.contains("for schema") {
        format!("GRANT USAGE ON SCHEMA {schema} TO ROLE")
    } else if why.contains("for database") {
        format!(
            "GRANT CREATE ON DATABASE NAME TO ROLE, or CREATE SCHEMA {schema} AUTHORIZATION ROLE"
        )
    } else if why.contains("extension") {
        return PGVECTOR.to_owned();
    } else if why.contains("must be owner") {
        return format!("only the owner of schema {schema} builds an index in it");
    } else {
        format!("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO ROLE")
    };
    lacks(&grant)
}

fn remedy_without_code(why: &str) -> Option<String> {
    Some(if why.contains("password missing") {
        PASSWORDS.to_owned()
    } else if why.contains("not valid for name") {
        "name the host as its certificate does".to_owned()
    } else if why.contains("certificate") {
        "name the file of the certificate that signed the server's with `sslrootcert`".to_owned()
    } else if why.contains("does not support TLS") {
        "switch TLS on in the server (`ssl = on`), or say `sslmode=disable` on a network that you trust"
            .to_owned()
    } else if why.contains("connect") {
        "check the host and the port, and that the server is running".to_owned()
    } else {
        return None;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_grant_that_is_missing() {
        let grant = |why: &str| missing_grant(why, "\"s\"");
        assert!(grant("permission denied for schema s").contains("USAGE ON SCHEMA \"s\""));
        assert!(grant("permission denied for table file").contains("SELECT ON ALL TABLES"));
        assert!(grant("permission denied for database d").contains("CREATE ON DATABASE"));
        assert!(grant("permission denied to create extension \"vector\"").contains("pgvector"));
    }

    #[test]
    fn encryption_is_left_out_within_one_machine_only() {
        let server = |text: &str| Address::parse(text).unwrap().server;
        assert!(tls(&server("postgres://localhost/d")).unwrap().is_none());
        assert!(tls(&server("postgres://db.example.org/d?sslmode=disable")).unwrap().is_none());
        let missing = tls(&server("postgres://db.example.org/d?sslrootcert=/no/such/file"));
        assert!(missing.err().unwrap().contains("/no/such/file"));
    }
}
