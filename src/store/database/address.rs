//! `postgres://user@host/database?schema=name`, and where a password is found.

use std::fmt;
use std::path::PathBuf;

use super::services;

/// The schema of an address that names none.
const SCHEMA: &str = "concord";

/// The port of PostgreSQL.
const PORT: u16 = 5432;

/// Longest name that PostgreSQL keeps whole, in bytes.
const MAX_NAME_BYTES: usize = 63;

/// Parameters that an address may have after `?`.
const KNOWN: &str = "schema, user, password, host, port, dbname, sslmode, sslrootcert, \
                     target_session_attrs, connect_timeout, passfile, service";

/// Where an index lies in a PostgreSQL server. Printed without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address as it was given, without its password.
    shown: String,
    /// The schema that holds the index.
    pub(super) schema: String,
    pub(super) server: Server,
}

/// How to reach the server, as far as the address or a service file says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) user: Option<String>,
    pub(super) password: Option<Secret>,
    /// Tried in this order. A host that begins with `/` is the folder of a socket.
    pub(super) hosts: Vec<(String, u16)>,
    pub(super) database: Option<String>,
    pub(super) tls: Option<Tls>,
    /// File of the certificates that are trusted, or `system`.
    pub(super) roots: Option<String>,
    pub(super) session: Session,
    pub(super) timeout_s: Option<u64>,
    pub(super) passfile: Option<PathBuf>,
    pub(super) service: Option<String>,
}

/// A password. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

/// Whether the connection is encrypted. An encrypted one is always verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tls {
    Off,
    Verified,
}

/// Which of several servers is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Session {
    #[default]
    Any,
    Primary,
    Standby,
    PreferStandby,
}

/// Why a text is no address of a database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{shown}: {why}")]
pub struct AddressError {
    /// The address without its password.
    shown: String,
    why: String,
}

impl Address {
    /// Whether `text` begins as an address does.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        after_scheme(text).is_some()
    }

    /// The schema that holds the index.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// Reads an address. What it leaves open is taken from a service file and from the variables that libpq
    /// reads (`PGUSER`, `PGSERVICE`, ...) when a connection is made.
    ///
    /// # Errors
    /// [`AddressError`] for a parameter or a value that Concord does not know.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let shown = without_password(text);
        let wrong = |why: String| AddressError { shown: shown.clone(), why };
        let rest = after_scheme(text).ok_or_else(|| wrong("not a postgres:// address".into()))?;
        let (main, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = main.split_once('/').unwrap_or((main, ""));
        let (user_info, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
        let given = |text: &str| -> Result<Option<String>, AddressError> {
            let decoded = decoded(text).ok_or_else(|| wrong("a `%` escape is not valid".into()))?;
            Ok(Some(decoded).filter(|text| !text.is_empty()))
        };
        let mut server = Server {
            user: given(user)?,
            password: given(password)?.map(Secret),
            database: given(database)?,
            hosts: hosts_of(hosts).map_err(&wrong)?,
            ..Server::default()
        };
        let mut schema = SCHEMA.to_owned();
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let Some(value) = given(value)? else {
                return Err(wrong(format!("`{name}` has no value")));
            };
            if name == "schema" {
                schema = value;
            } else {
                server.set(name, &value).map_err(&wrong)?;
            }
        }
        if schema.len() > MAX_NAME_BYTES || schema.starts_with("pg_") || schema.contains('\0') {
            return Err(wrong(format!(
                "`schema` must be a name of at most {MAX_NAME_BYTES} bytes that does not begin with pg_"
            )));
        }
        Ok(Self { shown, schema, server })
    }
}

impl Server {
    /// Sets what a parameter of an address or a line of a service file says.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let number = |what: &str| {
            value.parse().map_err(|_| format!("`{what}` must be a number, not `{value}`"))
        };
        match name {
            "user" => self.user = Some(value.to_owned()),
            "password" => self.password = Some(Secret(value.to_owned())),
            "dbname" => self.database = Some(value.to_owned()),
            "host" => {
                let port = self.hosts.first().map_or(PORT, |(_, port)| *port);
                self.hosts = value.split(',').map(|host| (host.to_owned(), port)).collect();
            }
            "port" => {
                let port = number("port")?;
                let port = u16::try_from(port).map_err(|_| format!("there is no port {value}"))?;
                if self.hosts.is_empty() {
                    self.hosts.push(("localhost".to_owned(), port));
                }
                self.hosts.iter_mut().for_each(|host| host.1 = port);
            }
            "sslmode" => self.tls = Some(tls(value)?),
            "sslrootcert" => self.roots = Some(value.to_owned()),
            "target_session_attrs" => self.session = session(value)?,
            "connect_timeout" => self.timeout_s = Some(number("connect_timeout")?),
            "passfile" => self.passfile = Some(PathBuf::from(value)),
            "service" => self.service = Some(value.to_owned()),
            _ => return Err(format!("`{name}` is no parameter that Concord knows: {KNOWN}")),
        }
        Ok(())
    }

    /// This, with what it leaves open from `other`.
    pub(super) fn or(self, other: Self) -> Self {
        let session = if self.session == Session::Any { other.session } else { self.session };
        Self {
            user: self.user.or(other.user),
            password: self.password.or(other.password),
            hosts: if self.hosts.is_empty() { other.hosts } else { self.hosts },
            database: self.database.or(other.database),
            tls: self.tls.or(other.tls),
            roots: self.roots.or(other.roots),
            session,
            timeout_s: self.timeout_s.or(other.timeout_s),
            passfile: self.passfile.or(other.passfile),
            service: self.service.or(other.service),
        }
    }

    /// Whether no other machine is involved.
    pub(super) fn is_local(&self) -> bool {
        let is_here = |(host, _): &(String, u16)| {
            host.starts_with('/')
                || host == "localhost"
                || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        };
        self.hosts.iter().all(is_here)
    }

    /// Everything that is needed for a connection: what the address says, then the service, then the
    /// variables of libpq, then its defaults.
    pub(super) fn complete(self) -> Result<Self, String> {
        let from_environment = services::from_environment()?;
        let service = self.service.clone().or_else(|| from_environment.service.clone());
        let of_service = service.as_deref().map(services::service).transpose()?;
        let mut server = self.or(of_service.unwrap_or_default()).or(from_environment);
        if server.hosts.is_empty() {
            server.hosts.push(("localhost".to_owned(), PORT));
        }
        let user = server.user.take().or_else(services::user_of_system);
        let user = user.ok_or("it names no user: write postgres://USER@HOST/DATABASE")?;
        let database = server.database.take().unwrap_or_else(|| user.clone());
        if server.password.is_none() {
            let (host, port) = &server.hosts[0];
            let login = services::Login { host, port: *port, database: &database, user: &user };
            server.password = services::password(server.passfile.as_deref(), &login)?.map(Secret);
        }
        Ok(Self { user: Some(user), database: Some(database), ..server })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

fn after_scheme(text: &str) -> Option<&str> {
    text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))
}

/// libpq's modes. Those that encrypt without verification are stricter here: nobody is served by a connection
/// that anybody can listen to.
fn tls(mode: &str) -> Result<Tls, String> {
    match mode {
        "disable" => Ok(Tls::Off),
        "allow" | "prefer" | "require" | "verify-ca" | "verify-full" => Ok(Tls::Verified),
        _ => Err(format!("`sslmode` must be disable or verify-full, not `{mode}`")),
    }
}

fn session(wanted: &str) -> Result<Session, String> {
    Ok(match wanted {
        "any" => Session::Any,
        "read-write" | "primary" => Session::Primary,
        "read-only" | "standby" => Session::Standby,
        "prefer-standby" => Session::PreferStandby,
        _ => {
            return Err(format!(
                "`target_session_attrs` must be any, primary, standby or prefer-standby, not `{wanted}`"
            ));
        }
    })
}

/// `host`, `host:port`, `[v6]:port`, several separated by commas.
fn hosts_of(text: &str) -> Result<Vec<(String, u16)>, String> {
    let host = |text: &str| -> Result<(String, u16), String> {
        let (host, port) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let port = match port.filter(|port| !port.is_empty()) {
            // Not quoted: it may be the beginning of a password.
            Some(port) => port.parse().map_err(|_| {
                "a port is a number up to 65535; in a password, write `/` as %2F and `?` as %3F"
            })?,
            None => PORT,
        };
        let host = decoded(host).ok_or("a `%` escape is not valid")?;
        Ok((if host.is_empty() { "localhost".to_owned() } else { host }, port))
    };
    text.split(',').filter(|text| !text.is_empty()).map(host).collect()
}

/// `text` with its `%XX` escapes resolved; `None` if one is not valid.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let (digits, after) = after.split_first_chunk::<2>()?;
            let digits = std::str::from_utf8(digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The address without its password, wherever it stands.
fn without_password(text: &str) -> String {
    let Some(rest) = after_scheme(text) else { return "the address".to_owned() };
    let scheme = &text[..text.len() - rest.len()];
    // A password may hold any sign unescaped: all between the first `:` and the last `@` is taken for it.
    let rest = rest.rsplit_once('@').map_or_else(
        || rest.to_owned(),
        |(user_info, rest)| {
            let user = user_info.split(':').next().unwrap_or_default();
            format!("{user}@{rest}")
        },
    );
    let (main, parameters) = match rest.split_once('?') {
        Some((main, parameters)) => (main, Some(parameters)),
        None => (rest.as_str(), None),
    };
    let kept: Vec<&str> = parameters
        .into_iter()
        .flat_map(|parameters| parameters.split('&'))
        .filter(|parameter| !parameter.starts_with("password"))
        .collect();
    let parameters = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    format!("{scheme}{main}{parameters}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    #[test]
    fn an_address_is_read_with_what_it_leaves_open() {
        let found = parsed("postgres://ann@db.example.org/unep?schema=reports");
        assert_eq!((found.schema.as_str(), found.server.tls), ("reports", None));
        assert_eq!(found.server.hosts, [("db.example.org".to_owned(), 5432)]);
        assert_eq!(found.server.user.as_deref(), Some("ann"));
        let bare = parsed("postgresql:///");
        assert_eq!((bare.schema.as_str(), bare.server), ("concord", Server::default()));
        let socket = parsed("postgres://%2Fvar%2Frun:5433,[::1]/x");
        assert_eq!(socket.server.hosts, [("/var/run".to_owned(), 5433), ("::1".to_owned(), 5432)]);
        assert!(socket.server.is_local() && !found.server.is_local());
        let standby = parsed("postgres://a,b/x?target_session_attrs=prefer-standby&port=6000");
        assert_eq!(standby.server.session, Session::PreferStandby);
        assert_eq!(standby.server.hosts[1], ("b".to_owned(), 6000));
    }

    #[test]
    fn a_password_is_in_no_text_that_is_made_of_an_address() {
        let given = [
            "postgres://ann:s3cret@h/db?schema=x",
            "postgres://ann:s3cr%65t%2Fs3cret@h/db?sslmode=disable",
            "postgres://ann@h/db?schema=x&password=s3cret",
            "postgres://ann:s3cret@h/db?unknown=1",
            "postgres://ann:s3/s3cret@h:port/db",
            "postgres://ann:s3cret%@h/db",
            "postgres://ann:s3?s3=c&ret@h/db",
        ];
        for text in given {
            let said = match Address::parse(text) {
                Ok(found) => format!("{found} {found:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(!said.contains("s3"), "{said}");
            assert!(said.contains("ann@h"), "{said}");
        }
        assert_eq!(parsed(given[0]).server.password, Some(Secret("s3cret".to_owned())));
        assert_eq!(parsed(given[0]).to_string(), "postgres://ann@h/db?schema=x");
        assert_eq!(parsed(given[2]).to_string(), "postgres://ann@h/db?schema=x");
    }

    #[test]
    fn what_concord_does_not_know_is_refused_with_what_it_knows() {
        let refused = |text: &str| Address::parse(text).unwrap_err().to_string();
        assert!(refused("postgres://h/d?shema=x").contains("`shema` is no parameter"));
        assert!(refused("postgres://h/d?sslmode=maybe").contains("not `maybe`"));
        assert!(refused("postgres://h:99999/d").contains("a port is a number up to 65535"));
        assert!(refused("postgres://h/d?schema=pg_catalog").contains("pg_"));
        assert!(refused("postgres://h/d?schema=").contains("`schema` has no value"));
    }
}
