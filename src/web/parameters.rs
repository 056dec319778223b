//! The part of an address after the question mark.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use super::refused::Refused;
use crate::domain::{Agency, Filter};
use crate::pipeline::Index;

/// The parameters of an address, in their order; a name may come several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(pairs) = query.map_err(|error| Refused::wrong(error.body_text()))?;
        Ok(Self(pairs))
    }
}

impl Parameters {
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// The last value of `name` that is not blank.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// Every value of `name` that is not blank.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let values =
            self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim());
        values.filter(|value| !value.is_empty())
    }

    /// Every name and value that is not blank.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().filter(|(_, value)| !value.trim().is_empty()).cloned()
    }

    /// The value of `name` if it is an address of this server.
    pub(super) fn own_address(&self, name: &str) -> Option<&str> {
        // "//host" and "/\host" lead to another server.
        self.get(name)
            .filter(|address| address.starts_with('/') && !address[1..].starts_with(['/', '\\']))
    }

    /// The number `name`, or `default`.
    ///
    /// # Errors
    /// If it is there and is no number, or lies outside `range`.
    pub(super) fn number<T>(
        &self,
        name: &str,
        default: T,
        range: RangeInclusive<T>,
    ) -> Result<T, Refused>
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display,
    {
        let Some(text) = self.get(name) else { return Ok(default) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (from, to) = range.into_inner();
            Refused::wrong(format!("`{name}` must be a number from {from} to {to}, not `{text}`"))
        })
    }

    /// Whether `name` is switched on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| matches!(value, "1" | "true" | "on" | "yes"))
    }

    /// The same with `value` as the only value of `name`, as it stands in an address; without it for `None`.
    pub(super) fn with(&self, name: &str, value: Option<&str>) -> String {
        let others = self.0.iter().filter(|(key, value)| key != name && !value.trim().is_empty());
        let mut query = String::new();
        let pairs = others.map(|(key, value)| (key.as_str(), value.as_str()));
        for (key, value) in pairs.chain(value.map(|value| (name, value))) {
            let _ = write!(
                query,
                "{}{}={}",
                if query.is_empty() { "" } else { "&" },
                encoded(key),
                encoded(value)
            );
        }
        query
    }

    /// As it stands in an address.
    pub(super) fn query(&self) -> String {
        self.with("", None)
    }

    /// The filter that the parameters `agency`, `not_agency`, `document`, `from`, `to`, `section` and `tag` name.
    ///
    /// # Errors
    /// An agency or a document that the index does not have.
    pub(super) fn filter(&self, index: &Index) -> Result<Filter, Refused> {
        let known = index.agencies();
        let agency = |name: &str| -> Result<Agency, Refused> {
            let lower = name.to_lowercase();
            let same = known.iter().find(|agency| agency.as_str().to_lowercase() == lower);
            same.map(|agency| (*agency).clone())
                .ok_or_else(|| Refused::wrong(format!("the index has no agency `{name}`")))
        };
        let document = |id: &str| {
            let found = index.document(id).map(|found| found.id.clone());
            found.ok_or_else(|| Refused::wrong(format!("the index has no document `{id}`")))
        };
        let from = self.number("from", i32::MIN, i32::MIN..=i32::MAX)?;
        let to = self.number("to", i32::MAX, i32::MIN..=i32::MAX)?;
        let is_dated = self.get("from").is_some() || self.get("to").is_some();
        Ok(Filter {
            agencies: self.all("agency").map(agency).collect::<Result<_, _>>()?,
            not_agencies: self.all("not_agency").map(agency).collect::<Result<_, _>>()?,
            documents: self.all("document").map(document).collect::<Result<_, _>>()?,
            years: is_dated.then_some(from..=to),
            section: self.get("section").map(str::to_owned),
            tags: self.all("tag").map(str::to_owned).collect(),
            cross_agency: self.is_on("cross_agency"),
            ..Filter::default()
        })
    }
}

/// A text as part of an address: everything but letters, digits and `-._~` as `%41`.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The address of a recommendation.
pub(super) fn recommendation(id: &str) -> String {
    format!("/recommendations/{}", encoded(id))
}

/// The address of a theme.
pub(super) fn theme(id: &str) -> String {
    format!("/themes/{}", encoded(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        Parameters(pairs.iter().map(|&(key, value)| (key.into(), value.into())).collect())
    }

    #[test]
    fn an_address_says_again_what_it_said() {
        let asked = parameters(&[("q", "a & b=c"), ("agency", "é"), ("agency", "B"), ("to", " ")]);
        assert_eq!(asked.query(), "q=a%20%26%20b%3Dc&agency=%C3%A9&agency=B");
        assert_eq!(asked.with("agency", None), "q=a%20%26%20b%3Dc");
        assert_eq!(asked.with("k", Some("40")), "q=a%20%26%20b%3Dc&agency=%C3%A9&agency=B&k=40");
        assert_eq!(asked.all("agency").collect::<Vec<_>>(), ["é", "B"]);
    }

    #[test]
    fn only_addresses_of_this_server_are_own() {
        let own = |address: &str| parameters(&[("back", address)]).own_address("back").is_some();
        assert!(own("/") && own("/pair?a=1&b=2") && own("/themes/t-1#x"));
        assert!(!own("//evil.example") && !own("/\\evil.example") && !own("https://evil.example"));
    }

    #[test]
    fn a_number_out_of_range_is_refused() {
        let asked = parameters(&[("k", "0"), ("n", "x"), ("m", "7")]);
        assert!(asked.number("k", 10, 1..=200).is_err() && asked.number("n", 1, 0..=9).is_err());
        assert_eq!(asked.number("m", 1, 0..=9).ok(), Some(7));
        assert_eq!(asked.number("none", 5, 0..=9).ok(), Some(5));
    }
}
