//! Recommendations in no theme, and all recommendations.

use crate::report::document::{
    Anchor, Block, Fold, Inline, Item, Kind, ListStyle, Medium, Section, Text,
};
use crate::report::names::{Entry, Names};
use crate::report::words::{capitalized, count, noun, said, shorten};

pub(super) fn singles(names: &Names) -> Section {
    let single = &names.overlap.themes.single;
    let sentence = match single.len() {
        0 => "Every recommendation belongs to a theme.".to_owned(),
        n => said(n, "recommendation", "belongs to no theme.", "belong to no theme."),
    };
    let short = |entry: &Entry| {
        let text = Text::foreign(shorten(&entry.text, 180)).then(" ");
        Item::line(text.and(Inline::Source(entry.source.clone())))
            .found(Kind::Single, vec![entry.agency_number])
    };
    let groups = groups(names, single.iter().copied(), ListStyle::Bullets, short);
    let mut blocks = vec![Block::paragraph(sentence)];
    blocks.extend(groups.map(|(_, fold)| Block::Fold(fold)));
    Section::new("singles", "Recommendations in no theme", blocks).finds(Kind::Single)
}

pub(super) fn all(names: &Names) -> Section {
    let n = names.overlap.recommendations.len();
    let how = format!(
        "{}, by agency, each with its source and its themes.",
        capitalized(&count(n, "recommendation"))
    );
    let mut blocks = vec![Block::paragraph(how)];
    let groups = groups(names, 0..n, ListStyle::Full, full);
    blocks.extend(
        groups.map(|(agency, fold)| {
            Block::Fold(Fold { anchor: Some(Anchor::Agency(agency)), ..fold })
        }),
    );
    let part = Section::new("all", "All recommendations", blocks).finds(Kind::Recommendation);
    Section { medium: Medium::Ledger, ..part }
}

/// A fold for each agency, with the agency's number.
fn groups<'a>(
    names: &'a Names,
    rows: impl Iterator<Item = usize>,
    style: ListStyle,
    item: impl Fn(&Entry) -> Item + 'a,
) -> impl Iterator<Item = (usize, Fold)> + 'a {
    names.by_agency(rows).into_iter().map(move |entries| {
        let items: Vec<Item> = entries.iter().map(|entry| item(entry)).collect();
        let count = Some(items.len());
        let fold = Fold::new(&*entries[0].agency, vec![Block::list(style, items)]);
        (entries[0].agency_number, Fold { count, ..fold })
    })
}

fn full(entry: &Entry) -> Item {
    let lead_in = entry.lead_in.as_ref().map(|text| Inline::Soft(format!("{text} ")));
    let text = Text(lead_in.into_iter().collect()).and(Inline::Foreign(entry.text.clone()));
    let mut source = Text::strong(entry.source.id.clone())
        .then(format!(", {}, {}. ", entry.agency, entry.source.place));
    source = match entry.themes.as_slice() {
        [] => source.then("In no theme."),
        themes => themes
            .iter()
            .fold(source.then(capitalized(&noun(themes.len(), "theme"))), |text, &n| {
                text.then(" ").and(Inline::Link(n.to_string(), Anchor::Theme(n)))
            }),
    };
    let item = Item::new(vec![Block::Paragraph(text), Block::Note(source)]);
    let anchor = Some(Anchor::Recommendation(entry.number));
    Item { anchor, ..item }.found(Kind::Recommendation, vec![entry.agency_number])
}
