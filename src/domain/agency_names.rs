//! Other names of agencies.

use std::collections::BTreeMap;

use super::Agency;

/// Other names of agencies, each with the name to use instead: "World Bank Group" is "World Bank".
///
/// Case and the signs between words do not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgencyNames {
    names: BTreeMap<String, Agency>,
}

impl AgencyNames {
    /// Makes `other` a name of `agency`; returns the agency that had the name before, if it was
    /// another.
    pub fn insert(&mut self, other: &str, agency: &Agency) -> Option<Agency> {
        let before = self.names.insert(key(other), agency.clone())?;
        (before != *agency).then_some(before)
    }

    /// The agency that has `name` as another name.
    #[must_use]
    pub fn resolve(&self, name: &str) -> Option<&Agency> {
        if self.names.is_empty() { None } else { self.names.get(&key(name)) }
    }
}

/// The words of a name in lower case.
fn key(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_their_case_and_signs() {
        let agency = |name: &str| Agency::try_from(name.to_owned()).unwrap();
        let mut names = AgencyNames::default();
        assert_eq!(names.insert("World-Bank Group", &agency("World Bank")), None);
        assert_eq!(names.resolve("WORLD BANK GROUP"), Some(&agency("World Bank")));
        assert_eq!(names.resolve("World Bank"), None);
        assert_eq!(names.insert("world bank group", &agency("IMF")), Some(agency("World Bank")));
    }
}
