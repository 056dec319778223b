//! Time to extract from plain text, without a model: 100, 200 and 400 pages of 3,000 characters.
//!
//! The text is made here: chapters with prose, footnotes and lists, every tenth page a list of
//! recommendations. Left out: reading PDF and DOCX, and the first use, which compiles the cues.
//! Then texts that once took the square of their length: a list of 40,000 equal items, 100,000 asterisks in a
//! sentence, 50,000 hyphens in a word.
//! `cargo bench --bench extract` prints the best of five runs and fails above 0.2 s for 100 pages
//! or when twice the text takes more than three times as long.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use concord::internals::domain::{Document, DocumentId};
use concord::internals::extract::{ExtractConfig, from_document};

const PAGE_CHARS: usize = 3000;

fn text(pages: usize) -> String {
    let mut out = String::new();
    for page in 0..pages {
        let until = (page + 1) * PAGE_CHARS;
        if page % 10 == 9 {
            let _ = write!(
                out,
                "\n{}. Recommendations\n\nThe Board recommends that Members:\n\n",
                page / 10 + 1
            );
            for item in 0..20_u8 {
                let letter = char::from(b'a' + item);
                let _ = writeln!(
                    out,
                    "- ({letter}) Repair bridge {item} before the next winter, and report on its state;"
                );
            }
        }
        let mut sentence = 0;
        while out.len() < until {
            sentence += 1;
            let _ = write!(
                out,
                "The road of section {page} was closed for {sentence} days, as in other winters. "
            );
            if sentence % 7 == 0 {
                out.push_str("Members should keep a store of salt near each bridge.\n\n");
            }
        }
        let _ =
            write!(out, "\n\n{} See the report of the road office, p. {page}.\n\n", page % 90 + 1);
    }
    out
}

/// A text that takes long to read if its length enters by its square, `n` times its smallest.
type Hostile = fn(usize) -> String;

const HOSTILE: [(&str, Hostile); 3] = [
    ("equal items", |n| "(a) States should act.\n".repeat(20_000 * n)),
    ("asterisks", |n| format!("States should act {} now.\n", "*".repeat(50_000 * n))),
    ("hyphens", |n| format!("States should act.\n{}\n", "gov-".repeat(25_000 * n))),
];

fn time(text: &str) -> Duration {
    let id = DocumentId::try_from("bench".to_owned()).expect("not blank");
    let text = format!("Harbour Board\n\nRecommendations\n\n{text}");
    let document = Document::plain(id, "bench.txt".into(), text);
    let run = || {
        let start = Instant::now();
        let found = from_document(&document, &ExtractConfig::default());
        let time = start.elapsed();
        assert!(!found.recommendations.is_empty());
        time
    };
    (0..5).map(|_| run()).min().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn main() {
    // Compiles the cues.
    time(&text(1));
    for (name, hostile) in HOSTILE {
        let [one, two] = [1, 2].map(|n| time(&hostile(n)));
        println!("{name}: {:.1} ms, twice as many {:.1} ms", millis(one), millis(two));
        assert!(two < one * 3, "twice as many {name} take {two:?} after {one:?}");
    }
    let times = [100, 200, 400].map(|pages| (pages, time(&text(pages))));
    for (pages, time) in times {
        println!("{pages} pages: {:.1} ms", millis(time));
    }
    assert!(times[0].1 < Duration::from_millis(200), "100 pages take {:?}", times[0].1);
    for pair in times.windows(2) {
        assert!(
            pair[1].1 < pair[0].1 * 3,
            "twice the text takes {:?} after {:?}",
            pair[1].1,
            pair[0].1
        );
    }
}
