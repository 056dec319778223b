//! Where libpq's programs find what an address leaves open: variables, the service file, the password file.

use std::path::{Path, PathBuf};

use super::address::{Secret, Server};
use crate::store::folder;

/// What the variables of libpq say.
pub(super) fn from_environment() -> Result<Server, String> {
    let mut server = Server::default();
    let variables = [
        ("PGHOST", "host"),
        ("PGPORT", "port"),
        ("PGUSER", "user"),
        ("PGDATABASE", "dbname"),
        ("PGSSLMODE", "sslmode"),
        ("PGSSLROOTCERT", "sslrootcert"),
        ("PGPASSFILE", "passfile"),
        ("PGSERVICE", "service"),
        ("PGTARGETSESSIONATTRS", "target_session_attrs"),
        ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ];
    for (variable, name) in variables {
        if let Some(value) = variable_of(variable) {
            server.set(name, &value).map_err(|why| format!("{variable}: {why}"))?;
        }
    }
    server.password = variable_of("PGPASSWORD").map(Secret);
    Ok(server)
}

/// The name of this user, as libpq takes it.
pub(super) fn user_of_system() -> Option<String> {
    variable_of("USER").or_else(|| variable_of("USERNAME"))
}

/// What the service file says of the service `name`.
pub(super) fn service(name: &str) -> Result<Server, String> {
    let path = variable_of("PGSERVICEFILE").map(PathBuf::from);
    let path = path.or_else(|| Some(home()?.join(".pg_service.conf")));
    let path = path.ok_or("there is no service file: set PGSERVICEFILE")?;
    let bytes = folder::read(&path).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&bytes);
    of_service(&text, name)
        .map_err(|why| format!("{}: {why}", path.display()))?
        .ok_or_else(|| format!("{} has no service `{name}`", path.display()))
}

fn of_service(text: &str, name: &str) -> Result<Option<Server>, String> {
    let header = format!("[{name}]");
    let mut lines = text.lines().zip(1..).skip_while(|(line, _)| line.trim() != header);
    if lines.next().is_none() {
        return Ok(None);
    }
    let mut server = Server::default();
    for (line, number) in lines.take_while(|(line, _)| !line.trim_start().starts_with('[')) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = line.split_once('=').ok_or(format!("line {number} has no `=`"))?;
        server.set(key.trim(), value.trim()).map_err(|why| format!("line {number}: {why}"))?;
    }
    Ok(Some(server))
}

/// Who logs in where.
pub(super) struct Login<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) database: &'a str,
    pub(super) user: &'a str,
}

/// The password that the password file has for `login`: the file `named`, or else `~/.pgpass`.
pub(super) fn password(named: Option<&Path>, login: &Login) -> Result<Option<String>, String> {
    let usual = || Some(home()?.join(".pgpass"));
    let Some(path) = named.map(Path::to_owned).or_else(usual) else { return Ok(None) };
    if !path.is_file() {
        return if named.is_some() {
            Err(format!("there is no file {}", path.display()))
        } else {
            Ok(None)
        };
    }
    if others_may_read(&path) {
        return Err(format!(
            "other users may read the password file {}: run `chmod 600` on it",
            path.display()
        ));
    }
    let bytes = folder::read(&path).map_err(|error| error.to_string())?;
    Ok(in_file(&String::from_utf8_lossy(&bytes), login))
}

/// The password of the first line that fits: `host:port:database:user:password`, `*` fits all, `\` escapes.
fn in_file(text: &str, login: &Login) -> Option<String> {
    let host = if login.host.starts_with('/') { "localhost" } else { login.host };
    let port = login.port.to_string();
    let wanted = [host, &port, login.database, login.user];
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let fits = |(field, wanted): (&String, &&str)| field == "*" || field == wanted;
        let password = fields.get(wanted.len())?;
        fields.iter().zip(&wanted).all(fits).then(|| password.clone())
    })
}

/// The five fields of a line; the last one takes the rest.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let last = fields.len() - 1;
        match character {
            '\\' => fields[last].extend(characters.next()),
            ':' if fields.len() < 5 => fields.push(String::new()),
            other => fields[last].push(other),
        }
    }
    fields
}

#[cfg(unix)]
fn others_may_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_: &Path) -> bool {
    false
}

fn home() -> Option<PathBuf> {
    variable_of("HOME").or_else(|| variable_of("USERPROFILE")).map(PathBuf::from)
}

#[expect(clippy::disallowed_methods, reason = "the variables by which programs reach PostgreSQL")]
fn variable_of(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let file = "# host:port:database:user:password\nother:*:*:ann:no\n\
                    db\\:1:5432:*:ann:a\\:b:c\\\\d\n*:*:concord:ann:s3cret\nlocalhost:*:*:*:socket\n";
        let login = |host| Login { host, port: 5432, database: "concord", user: "ann" };
        assert_eq!(in_file(file, &login("db:1")).as_deref(), Some("a:b:c\\d"));
        assert_eq!(in_file(file, &login("h")).as_deref(), Some("s3cret"));
        let elsewhere = Login { database: "x", ..login("h") };
        assert_eq!(in_file(file, &elsewhere), None);
        assert_eq!(
            in_file(file, &Login { user: "bob", ..login("/run") }).as_deref(),
            Some("socket")
        );
    }

    #[test]
    fn a_service_is_read_up_to_the_next() {
        let file = "[a]\nhost=one\n\n[unep]\n# ours\nhost = db.example.org\nport=6000\nuser=ann\n\
                    password=s3cret\n[b]\nhost=two\n";
        let found = of_service(file, "unep").unwrap().unwrap();
        assert_eq!(found.hosts, [("db.example.org".to_owned(), 6000)]);
        assert_eq!(found.password, Some(Secret("s3cret".to_owned())));
        assert_eq!(of_service(file, "c"), Ok(None));
        let wrong = of_service("[a]\nport=no\n", "a").unwrap_err();
        assert_eq!(wrong, "line 2: `port` must be a number, not `no`");
    }
}
