//! Who may ask. Other sites open in the same browser, and other machines, are kept out.
//!
//! - The `Host` must be this server's own: a name that somebody points at this machine is refused (DNS
//!   rebinding).
//! - A request that changes something must not come from another origin, and a form carries a token that only
//!   pages of this server know ([`Sent`](super::sent::Sent) checks it).
//! - Where other machines can reach the server, every request carries a second token, from the printed address.
//! - The content security policy allows nothing from elsewhere and no script in a page.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::app::App;
use super::refused::Refused;

/// Largest body of a request: 64 MiB, as large as a long report with pictures.
pub(super) const UPLOAD_BYTES: usize = 64 << 20;

/// Name of the cookie with the token of the address, and of the parameter that sets it.
const COOKIE: &str = "concord";
const PARAMETER: &str = "token";

/// What a page may load: this server's own files.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of the report, a page with scripts of its own: it runs apart from this server's pages.
pub(super) const SANDBOX: &str = "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; \
                                  script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                                  frame-ancestors 'none'";

/// The address of the server and its tokens.
pub(super) struct Access {
    address: SocketAddr,
    /// In every form.
    pub(super) form_token: String,
    /// In the printed address; `None` if only this machine can reach the server.
    address_token: Option<String>,
}

impl Access {
    /// Tokens for a server at `address`; `None` if the system gives no random bytes.
    pub(super) fn new(address: SocketAddr) -> Option<Self> {
        let address_token = if address.ip().is_loopback() { None } else { Some(token()?) };
        Some(Self { address, form_token: token()?, address_token })
    }

    pub(super) fn url(&self) -> String {
        let Self { address, address_token, .. } = self;
        match address_token {
            Some(token) => format!("http://{address}/?{PARAMETER}={token}"),
            None => format!("http://{address}/"),
        }
    }

    /// Whether `host` is a name of this server. Bound to every address of the machine, it has names that it
    /// does not know; the token of the address then keeps strangers out.
    fn is_own_host(&self, host: &str) -> bool {
        if self.address.ip().is_unspecified() {
            return true;
        }
        let port = self.address.port();
        let names = match self.address.ip() {
            ip if ip.is_loopback() => {
                vec![
                    format!("localhost:{port}"),
                    format!("127.0.0.1:{port}"),
                    format!("[::1]:{port}"),
                ]
            }
            IpAddr::V4(ip) => vec![format!("{ip}:{port}")],
            IpAddr::V6(ip) => vec![format!("[{ip}]:{port}")],
        };
        // A browser leaves port 80 out.
        let bare = (port == 80).then(|| format!("{host}:80"));
        names.iter().any(|name| host.eq_ignore_ascii_case(name) || bare.as_ref() == Some(name))
    }

    /// Whether a request carries the token of the address, as a cookie or as a bearer.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.address_token else { return true };
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let bearer = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        let cookies = text(header::COOKIE).unwrap_or_default().split(';');
        let cookie = cookies
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find_map(|(name, value)| (name == COOKIE).then_some(value));
        bearer.into_iter().chain(cookie).any(|given| same(given, token))
    }
}

/// Compares in a time that does not depend on how much of it is right.
pub(super) fn same(given: &str, wanted: &str) -> bool {
    given.len() == wanted.len()
        && given.bytes().zip(wanted.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// 32 random hex digits.
fn token() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(format!("{:032x}", u128::from_ne_bytes(bytes)))
}

/// Refuses strangers, and adds the headers that every answer carries.
pub(super) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let answer = match admit(&app.access, &request) {
        Ok(None) => next.run(request).await,
        Ok(Some(redirect)) => redirect,
        Err(refused) if is_api => refused.as_problem(),
        Err(refused) => refused.into_response(),
    };
    with_headers(answer)
}

/// Whether the request may go on; a redirect for one that brings the token of the address for the first time.
fn admit(access: &Access, request: &Request) -> Result<Option<Response>, Refused> {
    let headers = request.headers();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).or_else(|| request.uri().host()).unwrap_or_default();
    if !access.is_own_host(host) {
        return Err(Refused::new(
            StatusCode::FORBIDDEN,
            format!("this server does not answer to the name `{host}`"),
        )
        .with_remedy("open the address that `concord serve` printed"));
    }
    if !access.is_known(headers) {
        return token_from_address(access, request).map(Some);
    }
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let origin = text(header::ORIGIN).map(|origin| origin == format!("http://{host}"));
    let site = text(header::HeaderName::from_static("sec-fetch-site"))
        .map(|site| matches!(site, "same-origin" | "none"));
    if !is_reading && origin.or(site) == Some(false) {
        return Err(Refused::new(
            StatusCode::FORBIDDEN,
            "this request comes from another site".to_owned(),
        )
        .with_remedy("use the pages of this server"));
    }
    Ok(None)
}

/// Sets the cookie for a request with the right token, and takes the token out of the address.
fn token_from_address(access: &Access, request: &Request) -> Result<Response, Refused> {
    let query = request.uri().query().unwrap_or_default();
    let given = query.split('&').find_map(|pair| pair.strip_prefix("token="));
    let is_right = |given: &&str| access.address_token.as_deref().is_some_and(|t| same(given, t));
    let Some(token) = given.filter(is_right) else {
        return Err(Refused::new(
            StatusCode::UNAUTHORIZED,
            "this server needs the token of its address".to_owned(),
        )
        .with_remedy(
            "open the whole address that `concord serve` printed, or send `Authorization: Bearer TOKEN`",
        ));
    };
    let cookie = format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/");
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(request.uri().path())).into_response())
}

fn with_headers(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set("content-security-policy", POLICY);
    set("x-content-type-options", "nosniff");
    // Without any referrer, browsers would call the origin of a form `null`.
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("cache-control", "no-cache");
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(address: &str) -> Access {
        Access::new(address.parse().unwrap()).unwrap()
    }

    #[test]
    fn only_own_names_are_answered() {
        let local = access("127.0.0.1:8484");
        assert!(local.is_own_host("localhost:8484") && local.is_own_host("127.0.0.1:8484"));
        assert!(!local.is_own_host("evil.example:8484") && !local.is_own_host("localhost:80"));
        assert!(!local.is_own_host("") && !local.is_own_host("127.0.0.1"));
        assert!(access("127.0.0.1:80").is_own_host("127.0.0.1"));
        assert!(access("192.0.2.7:8484").is_own_host("192.0.2.7:8484"));
        assert!(!access("192.0.2.7:8484").is_own_host("localhost:8484"));
    }

    #[test]
    fn a_server_for_other_machines_wants_its_token() {
        let open = access("0.0.0.0:8484");
        let token = open.address_token.clone().unwrap();
        assert!(open.url().ends_with(&format!("/?token={token}")));
        let with = |name, value: String| HeaderMap::from_iter([(name, value.parse().unwrap())]);
        assert!(open.is_known(&with(header::AUTHORIZATION, format!("Bearer {token}"))));
        assert!(open.is_known(&with(header::COOKIE, format!("a=b; concord={token}"))));
        assert!(!open.is_known(&with(header::COOKIE, format!("concord={}", &token[1..]))));
        assert!(!open.is_known(&HeaderMap::new()));
        assert!(access("[::1]:1").address_token.is_none());
    }

    #[test]
    fn tokens_are_compared_whole() {
        assert!(same("ab", "ab") && !same("ab", "ac") && !same("a", "ab") && !same("", "a"));
    }
}
