#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    missing_docs
)]
#[test]
fn show_blocks() {
    let Ok(path) = std::env::var("DOC") else { return };
    let bytes = std::fs::read(&path).unwrap();
    let id = crate::domain::DocumentId::try_from("d".to_owned()).unwrap();
    let f = crate::ingest::Format::of(&path, &bytes);
    let d = crate::ingest::read_document(id, path, &bytes, f).unwrap();
    let layout = super::layout::Layout::of(&d);
    println!("width {:?}", layout.width);
    let blocks = super::blocks::blocks(&d, &layout);
    let toc = super::toc::find(&d);
    println!("toc {:?} {}", toc.lines, toc.entries.len());
    let o = super::outline::outline(&d, &blocks, &toc);
    for (b, p) in blocks.iter().zip(&o.places) {
        let k = match &b.kind {
            super::blocks::Kind::Item(m) => format!("Item {}", m.printed),
            k => format!("{k:?}"),
        };
        let t: String = b.text().chars().take(110).collect();
        println!("{:5} {:?} {} [{}] {}", b.first + 1, p.role, k, b.text().len(), t);
    }
}
