//! `concord themes merge|split|move|rename|accept|reject|undo`

use clap::Subcommand;
use concord::ThemeEdit;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{Outcome, diff, out, table};

/// A theme is named by its id or its label.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum Command {
    /// Merge themes into one
    Merge {
        /// Ids or labels of the themes
        #[arg(required = true, num_args = 2.., value_name = "THEME")]
        themes: Vec<String>,
    },
    /// Move some recommendations of a theme into a theme of their own
    Split {
        /// Id or label of the theme
        #[arg(value_name = "THEME")]
        theme: String,
        /// Ids of the recommendations that leave it
        #[arg(required = true, value_name = "ID")]
        off: Vec<String>,
    },
    /// Move recommendations to another theme, or out of all themes
    Move {
        /// Ids of the recommendations
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// Id or label of the theme that they join
        #[arg(long, value_name = "THEME", required_unless_present = "single")]
        to: Option<String>,
        /// Put them in no theme
        #[arg(long, conflicts_with = "to")]
        single: bool,
    },
    /// Rename a theme
    Rename {
        /// Id or label of the theme
        #[arg(value_name = "THEME")]
        theme: String,
        /// Its new name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Confirm themes: their members stay together
    Accept {
        /// Ids or labels of the themes
        #[arg(required = true, value_name = "THEME")]
        themes: Vec<String>,
    },
    /// Reject themes: no two of their members stay together
    Reject {
        /// Ids or labels of the themes
        #[arg(required = true, value_name = "THEME")]
        themes: Vec<String>,
    },
    /// Undo the last decision
    Undo,
}

impl Command {
    fn edit(&self) -> ThemeEdit {
        match self.clone() {
            Self::Merge { themes } => ThemeEdit::Merge(themes),
            Self::Split { theme, off } => ThemeEdit::Split { theme, off },
            Self::Move { ids, to, single: _ } => ThemeEdit::Move { ids, to },
            Self::Rename { theme, name } => ThemeEdit::Rename { theme, name },
            Self::Accept { themes } => ThemeEdit::Accept(themes),
            Self::Reject { themes } => ThemeEdit::Reject(themes),
            Self::Undo => ThemeEdit::Undo,
        }
    }
}

/// Flags of a list before the word for a decision.
pub(in crate::cli) fn no_list() -> Failure {
    Failure::with_hint(
        "a flag for the list stands before a decision",
        "leave it out, or list first and decide then",
    )
}

pub(super) fn run(context: &Context, command: &Command) -> Result<Outcome, Failure> {
    decide(context, &command.edit())
}

/// Records a decision and says what it changed.
pub(in crate::cli) fn decide(context: &Context, edit: &ThemeEdit) -> Result<Outcome, Failure> {
    let path = context.existing_index()?;
    let decided = concord::decide(&path, edit)?;
    out::text(&diff::as_text(&decided.changes))?;
    context.say_applied(&path, decided.decisions_edited);
    let shaped = decided.themes.themes.iter().filter(|theme| !theme.decided.is_empty()).count();
    context.say(format_args!(
        "{} in {}; {} edited by people",
        table::counted(decided.n_decisions, "decision", "decisions"),
        path.file("decisions.json").display(),
        table::counted(shaped, "theme", "themes"),
    ));
    Ok(Outcome::Done)
}
