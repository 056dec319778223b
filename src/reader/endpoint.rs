//! The address of a second reader and the key to it, checked once.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ureq::http::Uri;

/// Base address of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: String,
    host: String,
}

/// Why a text is not the address of a reader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It has another form.
    #[error("expected an address such as http://127.0.0.1:11434/v1")]
    Malformed,
    /// It has a name or password in it.
    #[error("no name or password belongs in the address; the key is given apart from it")]
    Secret,
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let base = text.trim().trim_end_matches('/');
        let uri: Uri = base.parse().map_err(|_| EndpointError::Malformed)?;
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(EndpointError::Secret);
        }
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        let host = uri.host().filter(|host| !host.is_empty() && is_http);
        match host {
            Some(host) if !base.contains(['?', '#']) => {
                Ok(Self { base: base.to_owned(), host: host.trim_matches(['[', ']']).to_owned() })
            }
            _ => Err(EndpointError::Malformed),
        }
    }
}

impl Endpoint {
    pub(super) fn chat_completions(&self) -> String {
        format!("{}/chat/completions", self.base)
    }

    /// Whether it is on this machine, so that texts sent there do not leave it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let is_loopback_address = || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        self.host.eq_ignore_ascii_case("localhost") || is_loopback_address()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// An API key. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// A text that cannot be an API key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected visible ASCII characters only")]
pub struct KeyError;

impl TryFrom<String> for Key {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        let key = text.trim();
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        if is_key { Ok(Self(key.to_owned())) } else { Err(KeyError) }
    }
}

impl Key {
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// `text` without the key: a server may quote it in its refusal.
    pub(super) fn hide_in(&self, text: &str) -> String {
        text.replace(&self.0, "…")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_without_secrets_is_taken() {
        let parsed = |text: &str| text.parse::<Endpoint>();
        let local = parsed("http://localhost:8080/v1/").unwrap();
        assert_eq!(local.chat_completions(), "http://localhost:8080/v1/chat/completions");
        for bad in ["", "localhost:8080", "ftp://h/v1", "http://", "http://h/v1?key=1", "/v1"] {
            assert_eq!(parsed(bad), Err(EndpointError::Malformed), "{bad}");
        }
        assert_eq!(parsed("https://me:secret@h/v1"), Err(EndpointError::Secret));
    }

    #[test]
    fn loopback_is_this_machine_and_nothing_that_looks_like_it() {
        let is_loopback = |text: &str| text.parse::<Endpoint>().unwrap().is_loopback();
        for local in ["http://127.0.0.1:1/v1", "http://[::1]:1", "http://LOCALHOST"] {
            assert!(is_loopback(local), "{local}");
        }
        for remote in ["http://localhost.example/v1", "http://127.0.0.1.example", "http://10.0.0.2"]
        {
            assert!(!is_loopback(remote), "{remote}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = Key::try_from(" sk-1 \n".to_owned()).unwrap();
        assert_eq!((format!("{key:?}"), key.hide_in("no sk-1")), ("Key(…)".into(), "no …".into()));
        assert!(Key::try_from("a\nb".to_owned()).is_err());
    }
}
