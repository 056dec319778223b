//! The letters of a page -> lines, in whichever direction the text runs, and the rules drawn on it.

use pdf_extract::{ColorSpace, MediaBox, OutputDev, OutputError, Path, PathOp, Transform};

use super::geometry;

/// Where a text runs on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Direction {
    /// As usual.
    #[default]
    Right,
    /// Bottom to top, as on a landscape page in a portrait report.
    Up,
    /// Top to bottom.
    Down,
    /// Upside down.
    Left,
    /// Aslant: a watermark or a stamp.
    Slanted,
}

impl Direction {
    fn of(matrix: &Transform) -> Self {
        let (along, across) = (matrix.m11, matrix.m12);
        let straight = |major: f64, minor: f64| minor.abs() <= major.abs() * geometry::SLANT;
        if straight(along, across) {
            if along >= 0.0 { Self::Right } else { Self::Left }
        } else if straight(across, along) {
            if across >= 0.0 { Self::Up } else { Self::Down }
        } else {
            Self::Slanted
        }
    }
}

/// A run of text with no wide gap in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    /// Byte of the line at which it starts.
    pub(super) at: usize,
    /// Where it starts and ends along its line, in points.
    pub(super) start: f64,
    pub(super) end: f64,
}

/// A line of text on a page.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) text: String,
    /// Distance from the top of the text as it is read, in points.
    pub(super) y: f64,
    pub(super) size: f64,
    pub(super) direction: Direction,
    /// Its text between wide gaps, such as the columns of a table; at least one.
    pub(super) pieces: Vec<Piece>,
    /// The blanks set for a gap between letters: byte and width.
    gaps: Vec<(usize, f64)>,
}

impl Line {
    pub(super) fn half_points(&self) -> i64 {
        (self.size * geometry::SIZES_PER_POINT).round() as i64
    }

    pub(super) fn may_be_heading(&self) -> bool {
        self.text.len() <= geometry::MAX_HEADING_BYTES
    }

    /// Puts the letters of a tracked-out line together: "R E P O R T". Only gaps much wider than the
    /// usual one separate its words.
    fn respaced(mut self) -> Self {
        let letters = self.text.split(' ').filter(|part| part.chars().count() == 1).count();
        let parts = self.text.split(' ').count();
        if parts < geometry::LEAST_SPACED || letters != parts || self.gaps.len() + 1 != parts {
            return self;
        }
        let mut widths: Vec<f64> = self.gaps.iter().map(|(_, width)| *width).collect();
        widths.sort_by(f64::total_cmp);
        let usual = widths[widths.len() / 2];
        let keep: Vec<usize> = (self.gaps.iter())
            .filter(|(_, width)| *width > usual * geometry::WORD_OF_SPACED)
            .map(|(at, _)| *at)
            .collect();
        let kept = |at: &usize| keep.contains(at);
        self.text = (self.text.char_indices())
            .filter(|(at, c)| *c != ' ' || kept(at))
            .map(|(_, c)| c)
            .collect();
        if let (Some(first), Some(last)) = (self.pieces.first(), self.pieces.last()) {
            self.pieces = vec![Piece { at: 0, start: first.start, end: last.end }];
        }
        self
    }
}

/// A straight rule on a page, as it is read: level or upright.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule {
    pub(super) from: (f64, f64),
    pub(super) to: (f64, f64),
}

/// The text of a page, collected letter by letter.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) number: u32,
    /// Its height as it is read: the width of a page whose text runs upwards.
    pub(super) height: f64,
    pub(super) lines: Vec<Line>,
    /// Letters that the file gives no character for.
    pub(super) unread: usize,
    /// The sides of the page: left, bottom, width, height.
    sides: (f64, f64, f64, f64),
    strokes: Vec<((f64, f64), (f64, f64))>,
    open: Option<Line>,
    /// Where the last character ended.
    end: f64,
    /// Letter spacing after the last character, in points.
    track: f64,
    /// Whether the next character opens a word.
    word: bool,
}

impl Page {
    pub(super) fn new(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    fn end_line_of_text(&mut self) {
        let line = self.open.take().filter(|line| !line.text.trim().is_empty());
        self.lines.extend(line.map(Line::respaced));
    }

    /// Ends the page. The lines that run as most of its text does come first.
    pub(super) fn close(&mut self) {
        self.end_line_of_text();
        let main = self.direction();
        self.lines.sort_by_key(|line| line.direction != main);
        let (_, _, width, height) = self.sides;
        self.height = match main {
            Direction::Up | Direction::Down => width,
            Direction::Right | Direction::Left | Direction::Slanted => height,
        };
    }

    /// Height of its upper edge, in the units of the file.
    pub(super) fn top(&self) -> f64 {
        self.sides.1 + self.sides.3
    }

    /// Puts texts that stand apart at their places: each comes with its distance from the top.
    pub(super) fn insert(&mut self, texts: Vec<(f64, String)>) {
        let size = self.lines.first().map_or(geometry::FIELD_SIZE, |line| line.size);
        for (y, text) in texts {
            let pieces = vec![Piece { at: 0, start: 0.0, end: 0.0 }];
            let line = Line { text, y, size, pieces, ..Line::default() };
            let at = self.lines.iter().position(|other| other.y > y).unwrap_or(self.lines.len());
            self.lines.insert(at, line);
        }
    }

    /// The direction of most of its text.
    pub(super) fn direction(&self) -> Direction {
        let all = [Direction::Right, Direction::Up, Direction::Down, Direction::Left];
        let size = |direction: Direction| {
            let lines = self.lines.iter().filter(|line| line.direction == direction);
            lines.map(|line| line.text.len()).sum::<usize>()
        };
        all.into_iter().rev().max_by_key(|direction| size(*direction)).unwrap_or_default()
    }

    /// The rules of the page, level or upright as its text runs.
    pub(super) fn rules(&self) -> Vec<Rule> {
        let main = self.direction();
        let place = |(x, y): (f64, f64)| self.as_read(main, x, y);
        let rules =
            self.strokes.iter().map(|&(from, to)| Rule { from: place(from), to: place(to) });
        rules.collect()
    }

    /// A point of the page as it is read: along the line, and down from the top.
    fn as_read(&self, direction: Direction, x: f64, y: f64) -> (f64, f64) {
        let (left, base, width, height) = self.sides;
        match direction {
            Direction::Right | Direction::Slanted => (x, height + base - y),
            Direction::Up => (y - base, x - left),
            Direction::Down => (height + base - y, width + left - x),
            Direction::Left => (width + left - x, y - base),
        }
    }

    fn put(&mut self, (x, y): (f64, f64), size: f64, direction: Direction, text: &str) {
        let word = self.word;
        if let Some(line) = self.open.as_mut().filter(|line| line.direction == direction) {
            let tracked = if word { 0.0 } else { self.track };
            let (dy, gap) = ((y - line.y).abs(), x - self.end - tracked);
            let raised =
                size < line.size * geometry::MARK_SIZE && dy < line.size * geometry::MARK_RISE;
            if raised && text.chars().all(|c| c.is_ascii_digit()) && gap < line.size {
                // Drop the footnote mark.
                return;
            }
            if dy < line.size.max(size) * geometry::SAME_LINE
                && gap > -line.size * geometry::STEP_BACK
            {
                let least = if word { geometry::GAP_OF_NEW_STRING } else { geometry::WORD_GAP };
                if gap > size * least {
                    line.gaps.push((line.text.len(), gap));
                    line.text.push(' ');
                }
                let far =
                    line.pieces.last().is_some_and(|p| x - p.end > size * geometry::COLUMN_GAP);
                if far && !text.trim().is_empty() {
                    line.pieces.push(Piece { at: line.text.len(), start: x, end: x });
                }
                push(&mut line.text, text);
                line.size = line.size.max(size);
                return;
            }
        }
        self.end_line_of_text();
        let pieces = vec![Piece { at: 0, start: x, end: x }];
        let mut line = Line { y, size, direction, pieces, ..Line::default() };
        push(&mut line.text, text);
        self.open = Some(line);
    }

    fn stroke_between(&mut self, matrix: &Transform, from: (f64, f64), to: (f64, f64)) {
        let place = |(x, y): (f64, f64)| {
            (
                x * matrix.m11 + y * matrix.m21 + matrix.m31,
                x * matrix.m12 + y * matrix.m22 + matrix.m32,
            )
        };
        let (from, to) = (place(from), place(to));
        let finite = [from.0, from.1, to.0, to.1].iter().all(|v| v.is_finite());
        let (dx, dy) = ((from.0 - to.0).abs(), (from.1 - to.1).abs());
        let straight = dx.min(dy) < geometry::RULE_WIDTH && dx.max(dy) > geometry::RULE_WIDTH;
        if finite && straight && self.strokes.len() < geometry::MAX_RULES {
            self.strokes.push((from, to));
        }
    }
}

/// Appends `text`, with ligatures as the letters they stand for and without control characters.
fn push(line: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            'ﬀ' => line.push_str("ff"),
            'ﬁ' => line.push_str("fi"),
            'ﬂ' => line.push_str("fl"),
            'ﬃ' => line.push_str("ffi"),
            'ﬄ' => line.push_str("ffl"),
            _ if c.is_control() => {}
            _ => line.push(c),
        }
    }
}

impl OutputDev for Page {
    fn begin_page(
        &mut self,
        _: u32,
        media: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.sides = (media.llx, media.lly, media.urx - media.llx, media.ury - media.lly);
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        trm: &Transform,
        width: f64,
        spacing: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        // The side of the square with the area of the scaled letter; this holds for rotated text too.
        let scale = (trm.m11 * trm.m22 - trm.m12 * trm.m21).abs().sqrt();
        let size = scale * font_size.abs();
        let direction = Direction::of(trm);
        let (x, y) = self.as_read(direction, trm.m31, trm.m32);
        if [x, y, size, width, spacing].iter().all(|v| v.is_finite()) {
            self.unread += text.chars().filter(|c| matches!(c, '\0' | '\u{fffd}')).count();
            self.put((x, y), size, direction, text);
            self.end = x + width * size;
            let blank = text.trim().is_empty();
            if let Some(piece) = self.open.as_mut().and_then(|line| line.pieces.last_mut())
                && !blank
            {
                piece.end = self.end;
            }
            self.track = if blank { 0.0 } else { (spacing * scale).max(0.0) };
            self.word = false;
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.word = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn stroke(
        &mut self,
        matrix: &Transform,
        _: &ColorSpace,
        _: &[f64],
        path: &Path,
    ) -> Result<(), OutputError> {
        let (mut at, mut first) = ((0.0, 0.0), (0.0, 0.0));
        for step in &path.ops {
            match *step {
                PathOp::MoveTo(x, y) => (at, first) = ((x, y), (x, y)),
                PathOp::LineTo(x, y) => {
                    self.stroke_between(matrix, at, (x, y));
                    at = (x, y);
                }
                PathOp::CurveTo(.., x, y) => at = (x, y),
                PathOp::Rect(x, y, width, height) => {
                    let (right, top) = (x + width, y + height);
                    let corners = [(x, y), (right, y), (right, top), (x, top), (x, y)];
                    for side in corners.windows(2) {
                        self.stroke_between(matrix, side[0], side[1]);
                    }
                }
                PathOp::Close => self.stroke_between(matrix, at, first),
            }
        }
        Ok(())
    }

    fn fill(
        &mut self,
        matrix: &Transform,
        _: &ColorSpace,
        _: &[f64],
        path: &Path,
    ) -> Result<(), OutputError> {
        // Word draws a rule as a thin filled box.
        for step in &path.ops {
            let PathOp::Rect(x, y, width, height) = *step else { continue };
            let (middle, centre) = (y + height / 2.0, x + width / 2.0);
            if height.abs() < geometry::RULE_WIDTH && width.abs() > height.abs() {
                self.stroke_between(matrix, (x, middle), (x + width, middle));
            } else if width.abs() < geometry::RULE_WIDTH {
                self.stroke_between(matrix, (centre, y), (centre, y + height));
            }
        }
        Ok(())
    }
}
