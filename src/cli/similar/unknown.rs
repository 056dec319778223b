//! Notes on the words of a query that the index does not have.

use concord::Unknown;

use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// Up to this many words, a text counts as typed rather than copied.
const TYPED: usize = 40;

/// Maximum number of words named.
const NAMED: usize = 3;

/// Minimum number of unknown words for the note that the index does not know the query.
const STRANGE: usize = 3;

/// Prints which words of `query` may be typing errors, and whether the index knows hardly any of them; `unknown`
/// finds the words that it does not know.
pub(super) fn note(
    context: &Context,
    query: &str,
    unknown: impl FnOnce() -> Result<Unknown, Failure>,
) -> Result<(), Failure> {
    if query.split_whitespace().count() > TYPED {
        return Ok(());
    }
    let unknown = unknown()?;
    let slips = unknown.words.iter().filter_map(|word| Some((&word.text, word.like.as_ref()?)));
    for (typed, meant) in slips.take(NAMED) {
        context.say(format_args!(
            "note: no recommendation contains `{typed}`; did you mean `{meant}`?"
        ));
    }
    let n_strange = unknown.words.iter().filter(|word| word.like.is_none()).count();
    if n_strange >= STRANGE && 3 * n_strange >= 2 * unknown.of {
        context.say(format_args!(
            "note: {n_strange} of the {} words of this query are in no recommendation, so the results rest \
             on its meaning alone; a query in another language than the index finds little",
            unknown.of
        ));
    }
    Ok(())
}
