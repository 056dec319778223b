//! `concord themes merge|split|move|rename|accept|reject|undo`

use clap::Subcommand;
use concord::pipeline::{self, Wish};

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, diff, out, table};

/// A theme is named by its id, or by its label.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum Command {
    /// Make one theme of several
    Merge {
        /// Ids or labels of the themes
        #[arg(required = true, num_args = 2.., value_name = "THEME")]
        themes: Vec<String>,
    },
    /// Make some recommendations of a theme one of their own
    Split {
        /// Id or label of the theme
        #[arg(value_name = "THEME")]
        theme: String,
        /// Ids of the recommendations that leave
        #[arg(required = true, value_name = "ID")]
        off: Vec<String>,
    },
    /// Move recommendations to another theme, or to none
    Move {
        /// Their ids
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Id or label of the theme that they join
        #[arg(long, value_name = "THEME", required_unless_present = "single")]
        to: Option<String>,
        /// Let them stand alone
        #[arg(long, conflicts_with = "to")]
        single: bool,
    },
    /// Give a theme a name
    Rename {
        /// Id or label of the theme
        #[arg(value_name = "THEME")]
        theme: String,
        /// Its new name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Hold themes for right: their members stay together
    Accept {
        /// Ids or labels of the themes
        #[arg(required = true, value_name = "THEME")]
        themes: Vec<String>,
    },
    /// Hold themes for wrong: no two of their members stay together
    Reject {
        /// Ids or labels of the themes
        #[arg(required = true, value_name = "THEME")]
        themes: Vec<String>,
    },
    /// Take the last decision back
    Undo,
}

impl Command {
    fn wish(&self) -> Wish {
        match self.clone() {
            Self::Merge { themes } => Wish::Merge(themes),
            Self::Split { theme, off } => Wish::Split { theme, off },
            Self::Move { ids, to, single: _ } => Wish::Move { ids, to },
            Self::Rename { theme, name } => Wish::Rename { theme, name },
            Self::Accept { themes } => Wish::Accept(themes),
            Self::Reject { themes } => Wish::Reject(themes),
            Self::Undo => Wish::Undo,
        }
    }
}

pub(super) fn run(context: &Context, command: &Command) -> Result<Outcome, Failure> {
    let path = context.existing_index()?;
    let decided = pipeline::decide(&path, &command.wish())?;
    out::text(&diff::as_text(&decided.changes))?;
    let shaped = decided.themes.themes.iter().filter(|theme| !theme.decided.is_empty()).count();
    context.say(format_args!(
        "{} in {}; {} shaped by people",
        table::counted(decided.decisions, "decision", "decisions"),
        path.join("decisions.json").display(),
        table::counted(shaped, "theme", "themes"),
    ));
    Ok(Outcome::Done)
}
