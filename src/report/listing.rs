//! A list that is no report: one table with a title, for what somebody has on screen.

use super::document::{Block, Column as Heading, Document, Section, Table as TextTable, Text};
use super::tables::{Cell, Column, Table};
use super::words::clean;
use super::{Unwritable, csv, number, xlsx};

/// A table of texts and figures with a title.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// What is listed: "Search results".
    pub kind: &'static str,
    /// The list's own title: what was asked for.
    pub title: String,
    /// In a sentence, where it comes from.
    pub lede: String,
    /// Name and width of each column, the width in characters.
    pub columns: Vec<(&'static str, u8)>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

/// A cell of a [`Listing`].
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Words; may be empty.
    Text(String),
    /// A number of things.
    Count(usize),
    /// An estimated count.
    Estimate(f64),
    /// From 0 to 1, shown as per cent.
    Probability(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Listing {
    /// As CSV, headings first.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        csv::render(&self.table())
    }

    /// As an Excel workbook of one sheet and an overview.
    ///
    /// # Errors
    /// If it does not fit a workbook.
    pub fn xlsx(&self) -> Result<Vec<u8>, Unwritable> {
        let written = xlsx::render(&self.document(), &[self.table()]);
        written.map_err(|error| Unwritable(error.to_string()))
    }

    /// As a document, for the writers of Word, Markdown and HTML.
    #[must_use]
    pub fn document(&self) -> Document {
        let is_number = |at: usize| {
            let mut cells = self.rows.iter().map(|row| &row[at]);
            !self.rows.is_empty() && cells.all(|cell| !matches!(cell, Value::Text(_)))
        };
        let column = |(at, &(name, width)): (usize, &(&'static str, u8))| Heading {
            name,
            is_number: is_number(at),
            width: width.into(),
        };
        let table = TextTable {
            caption: None,
            columns: self.columns.iter().enumerate().map(column).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(Value::in_words).collect()).collect(),
        };
        Document {
            kind: self.kind,
            title: clean(&self.title),
            lede: clean(&self.lede),
            head: Vec::new(),
            sections: vec![Section::new("list", self.kind, vec![Block::Table(table)])],
            agencies: Vec::new(),
            imprint: format!("Made with Concord {}.", env!("CARGO_PKG_VERSION")),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    fn table(&self) -> Table {
        let column = |&(name, width): &(&'static str, u8)| Column {
            name: name.to_owned(),
            width,
            upright: false,
        };
        Table {
            name: "List",
            columns: self.columns.iter().map(column).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(Value::cell).collect()).collect(),
            frozen: 1,
            printed: self.columns.len(),
        }
    }
}

impl Value {
    fn cell(&self) -> Cell {
        match self {
            Self::Text(text) => Cell::text(clean(text)),
            Self::Count(n) => Cell::Count(*n),
            Self::Estimate(x) => Cell::Estimate(*x),
            Self::Probability(x) => Cell::Probability(*x),
        }
    }

    fn in_words(&self) -> Text {
        match self {
            Self::Text(text) => Text::foreign(clean(text)),
            Self::Count(n) => number::whole(*n).into(),
            Self::Estimate(x) => number::estimate(*x).into(),
            Self::Probability(x) => number::probability(*x).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{docx, markdown};

    fn listing() -> Listing {
        Listing {
            kind: "Search results",
            title: "cost\nof remittances".to_owned(),
            lede: "From a corpus.".to_owned(),
            columns: vec![("Id", 10), ("Text", 60), ("Probability", 12)],
            rows: vec![vec!["=A1".into(), "Cut <b>fees</b>.".into(), Value::Probability(0.5)]],
        }
    }

    #[test]
    fn a_list_is_written_in_every_format_and_formulas_are_disarmed() {
        let csv = String::from_utf8(listing().csv()).unwrap();
        assert_eq!(csv, "Id,Text,Probability\n'=A1,Cut <b>fees</b>.,0.5\n");
        let text = markdown(&listing().document());
        assert!(text.contains("50%") && text.contains(r"\<b>fees"), "{text}");
        assert!(listing().xlsx().unwrap().starts_with(b"PK"));
        assert!(docx(&listing().document()).unwrap().starts_with(b"PK"));
    }

    #[test]
    fn an_empty_list_is_written_too() {
        let empty = Listing { rows: Vec::new(), ..listing() };
        assert_eq!(empty.csv(), b"Id,Text,Probability\n");
        assert!(empty.xlsx().is_ok() && docx(&empty.document()).is_ok());
    }
}
