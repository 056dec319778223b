//! What columns and labels beside a recommendation say of it: owner, deadline, status, response.

use crate::domain::Recommendation;
use crate::extract::sentences::{COLONS, sentences};
use crate::text::columns::Column;

/// The details of one recommendation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Details {
    pub(crate) owner: Option<String>,
    pub(crate) deadline: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) response: Option<String>,
}

/// Between the values of one detail that several rows give, such as two owners.
const SEPARATOR: &str = "; ";

impl Details {
    fn of(&mut self, column: Column) -> Option<&mut Option<String>> {
        match column {
            Column::Owner => Some(&mut self.owner),
            Column::Deadline => Some(&mut self.deadline),
            Column::Status => Some(&mut self.status),
            Column::Response => Some(&mut self.response),
            Column::Number | Column::Agency | Column::Recommendation | Column::Finding => None,
        }
    }

    /// Adds a value, unless the same is there already.
    pub(super) fn add(&mut self, column: Column, text: &str) {
        self.join(column, text, SEPARATOR);
    }

    /// Adds the next paragraph, or the rest of a cell that a page break cut.
    pub(super) fn go_on(&mut self, column: Column, text: &str) {
        self.join(column, text, " ");
    }

    fn join(&mut self, column: Column, text: &str, separator: &str) {
        let text = text.trim();
        let text = if column == Column::Owner { without_fields(text) } else { text };
        let Some(value) = self.of(column).filter(|_| text.chars().any(char::is_alphanumeric))
        else {
            return;
        };
        match value {
            None => *value = Some(text.to_owned()),
            Some(known) if known.split(SEPARATOR).any(|one| one == text) => {}
            Some(known) => {
                known.push_str(separator);
                known.push_str(text);
            }
        }
    }

    /// Writes the details into the record of the recommendation.
    pub(crate) fn give_to(&self, record: &mut Recommendation) {
        record.owner.clone_from(&self.owner);
        record.deadline.clone_from(&self.deadline);
        record.status.clone_from(&self.status);
        record.response.clone_from(&self.response);
    }

    /// Adds every value of another row of the same recommendation.
    pub(crate) fn merge(&mut self, other: &Self) {
        let all = [
            (Column::Owner, &other.owner),
            (Column::Deadline, &other.deadline),
            (Column::Status, &other.status),
            (Column::Response, &other.response),
        ];
        for (column, value) in all {
            if let Some(value) = value {
                self.add(column, value);
            }
        }
    }
}

/// The name that an owner begins with, where other fields follow it on the line: "Port Authority. Issued: 14 May".
fn without_fields(owner: &str) -> &str {
    let all = sentences(owner);
    let fields = all.iter().skip(1).any(|range| owner[range.clone()].contains(COLONS));
    let name = all.first().filter(|_| fields).map(|range| &owner[range.clone()]);
    name.map_or(owner, |name| name.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_a_name_without_the_fields_behind_it() {
        let cases = [
            ("Port Authority. Issued: 14 May 2024.", "Port Authority"),
            ("Dr. Weber, ports: north", "Dr. Weber, ports: north"),
            ("Port Authority. North and south.", "Port Authority. North and south."),
        ];
        for (printed, owner) in cases {
            assert_eq!(without_fields(printed), owner);
        }
    }
}
