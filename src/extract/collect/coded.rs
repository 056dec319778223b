//! Recommendations known by a code behind them or by whom they ask before them, as safety boards print them.

use std::ops::Range;

use super::{Taken, details::Details, walk::Walk};
use crate::extract::{
    cues::Role,
    fold::fold,
    score::judge,
    weights::{self, chance},
};
use crate::text::codes::{addressed, is_code};
use crate::text::columns::Column;

impl Walk<'_, '_> {
    /// Takes a paragraph under a heading of recommendations that names whom it asks before it ("To the Port
    /// Authority: Inspect ...") or ends in its code ("... once a year. [M-24-1]"); `false` for any other.
    pub(super) fn coded(&mut self, at: usize) -> bool {
        let context = self.context;
        let flow = &context.blocks[at].flow;
        let text = flow.text();
        let code = code_at_end(text);
        let named = addressed(text);
        let own = self.role() == Role::Recommendations && !self.section.mixed;
        if !own || code.is_none() && named.is_none() {
            return false;
        }
        let start = named.map_or(0, |(_, colon)| colon + 1);
        let end = code.as_ref().map_or(text.len(), |code| code.start);
        let start = start + text[start..end].len() - text[start..end].trim_start().len();
        let asked = flow.cut(start..end);
        let folded = fold(asked.text());
        let judged = judge(asked.text(), context.cues);
        let asks = judged.as_ref().is_some_and(|j| j.score > 0.0);
        // A code says enough of what has no words for or against it: "Staff the line at night. (R-24-26)"
        let plain = code.is_some() && judged.is_none();
        if !asks && !plain && !context.cues.has_form_of_demand(&folded) {
            return false;
        }
        let mut details = Details::default();
        if let Some((name, _)) = named {
            details.add(Column::Owner, name);
        }
        let marker = code.map(|code| text[code].trim_matches(CODE_SIGNS).to_owned());
        let place = context.outline.places[at];
        let cue = "numbered or addressed as a recommendation";
        let taken = Taken::new(asked, place, "item", chance(weights::LABELLED), cue);
        self.taken.push(Taken { marker, details, ..taken });
        true
    }
}

/// What stands around a code at the end of a recommendation.
const CODE_SIGNS: &[char] = &['(', ')', '[', ']', '.', ' '];

/// Where a text ends in a code in brackets: "[M-24-1]", "(021/24).".
fn code_at_end(text: &str) -> Option<Range<usize>> {
    let body = text.trim_end_matches('.');
    let start = body.rfind(['(', '['])?;
    let code = body[start + 1..].strip_suffix([')', ']'])?;
    is_code(code).then_some(start..text.len())
}
