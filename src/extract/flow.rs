//! Running text assembled from pieces of a document; each byte can be traced to its source.

use std::ops::Range;

use crate::domain::Span;

/// A run of characters copied unchanged from the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    /// Byte at which the run starts in [`Flow::text`].
    at: usize,
    /// Its span in the document.
    source: Span,
}

/// Clean running text; every character except the joining spaces stands in the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    text: String,
    runs: Vec<Run>,
    /// Whether the last piece appended ended in a blank.
    loose: bool,
}

impl Flow {
    /// The text: single spaces, no line breaks, no space at either end.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends `source[span]` with white space collapsed, and a space before it unless it comes first.
    pub(crate) fn push(&mut self, source: &str, span: Span) {
        self.append(source, span, true);
    }

    /// Appends without a space: the second half of a word cut by a hyphen or a mark.
    pub(crate) fn push_glued(&mut self, source: &str, span: Span) {
        let spaced = std::mem::take(&mut self.loose);
        self.append(source, span, spaced);
    }

    fn append(&mut self, source: &str, span: Span, spaced: bool) {
        let mut spaced = spaced;
        let slice = &source[span.start..span.end];
        self.loose = slice.ends_with(is_blank);
        let mut start = None;
        for (at, c) in slice.char_indices().chain([(slice.len(), ' ')]) {
            if is_blank(c) {
                if let Some(from) = start.take() {
                    self.take(
                        source,
                        Span { start: span.start + from, end: span.start + at },
                        spaced,
                    );
                }
                spaced |= at < slice.len();
            } else if start.is_none() {
                start = Some(at);
            }
        }
    }

    fn take(&mut self, source: &str, span: Span, spaced: bool) {
        if spaced && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.runs.push(Run { at: self.text.len(), source: span });
        self.text.push_str(&source[span.start..span.end]);
    }

    /// Removes the last character if `text` ends in it.
    pub(crate) fn pop(&mut self, last: char) -> bool {
        if !self.text.ends_with(last) {
            return false;
        }
        self.text.pop();
        self.loose = false;
        if let Some(run) = self.runs.last_mut() {
            run.source.end -= last.len_utf8();
            if run.source.start == run.source.end {
                self.runs.pop();
            }
        }
        self.text.truncate(self.text.trim_end().len());
        true
    }

    /// Appends another flow after a space.
    pub(crate) fn extend(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        let shift = self.text.len();
        self.text.push_str(&other.text);
        self.runs.extend(other.runs.iter().map(|run| Run { at: run.at + shift, ..*run }));
    }

    /// The part of the flow at `range` of [`text`](Self::text), trimmed.
    pub(crate) fn cut(&self, range: Range<usize>) -> Self {
        let slice = &self.text[range.clone()];
        let start = range.start + (slice.len() - slice.trim_start().len());
        let end = start + slice.trim().len();
        let first = self.runs.partition_point(|run| run.at + run.source.len() <= start);
        let runs = self.runs[first..].iter().take_while(|run| run.at < end).map(|run| {
            let skip = start.saturating_sub(run.at);
            let from = run.source.start + skip;
            let to = run.source.end.min(run.source.start + (end - run.at));
            Run { at: run.at + skip - start, source: Span { start: from, end: to } }
        });
        Self { runs: runs.collect(), text: self.text[start..end].to_owned(), loose: false }
    }

    /// Where the text stands in the document: the fewest spans that leave out white space only.
    pub(crate) fn spans(&self, source: &str) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for run in &self.runs {
            match spans.last_mut() {
                Some(last)
                    if last.end <= run.source.start
                        && run.source.start - last.end < 200
                        && source[last.end..run.source.start].chars().all(is_blank) =>
                {
                    last.end = run.source.end;
                }
                _ => spans.push(run.source),
            }
        }
        spans
    }
}

/// Whether `c` is white space, a zero-width character or NUL; soft hyphens are left to the caller.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    #[test]
    fn a_cut_leads_back_to_the_source() {
        let source = "The  plan.\n x \nAct  now, all.";
        let mut flow = Flow::default();
        flow.push(source, span(0, 10));
        flow.push(source, span(15, 29));
        assert_eq!(flow.text(), "The plan. Act now, all.");
        let cut = flow.cut(9..18);
        assert_eq!(cut.text(), "Act now,");
        assert_eq!(cut.spans(source), [span(15, 24)]);
        assert_eq!(flow.spans(source), [span(0, 10), span(15, 29)]);
    }

    #[test]
    fn halves_of_a_word_are_glued() {
        let source = "govern-\nment";
        let mut flow = Flow::default();
        flow.push(source, span(0, 7));
        assert!(flow.pop('-'));
        flow.push_glued(source, span(8, 12));
        assert_eq!(flow.text(), "government");
        assert_eq!(flow.spans(source), [span(0, 6), span(8, 12)]);
    }
}
