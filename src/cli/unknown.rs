//! What a user should know of the words of a query that the index does not have.

use concord::pipeline::Index;

use super::context::Context;

/// Words of a text up to which it is taken for typed rather than copied.
const TYPED: usize = 40;

/// Words named at most.
const NAMED: usize = 3;

/// Fewest unknown words to say that the query is strange to the index.
const STRANGE: usize = 3;

/// Says which words of `query` may be slips, and where the index knows hardly any of them.
pub(super) fn note(context: &Context, index: &Index, query: &str) {
    if query.split_whitespace().count() > TYPED {
        return;
    }
    let unknown = index.unknown_words(query);
    let slips = unknown.words.iter().filter_map(|word| Some((&word.text, word.like.as_ref()?)));
    for (typed, meant) in slips.take(NAMED) {
        context
            .say(format_args!("note: no recommendation says `{typed}`; did you mean `{meant}`?"));
    }
    let n_strange = unknown.words.iter().filter(|word| word.like.is_none()).count();
    if n_strange >= STRANGE && 3 * n_strange >= 2 * unknown.of {
        context.say(format_args!(
            "note: {n_strange} of the {} words of this query are in no recommendation; results rest on its \
             meaning alone, and one in another language than the index finds little",
            unknown.of
        ));
    }
}
