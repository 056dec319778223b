//! Near-duplicates and gaps.

use crate::report::{
    view::{AgendaView, ChallengeView, Near, PassageView, SingleVoiceView, View},
    words::{capitalized, count, number, percent, shorten},
};

use super::{MOST_DUPLICATES, Writer, block, inline, said};

pub(super) fn duplicates(out: &mut Writer, view: &View) {
    out.heading(2, "Near-duplicates");
    out.paragraph(&format!(
        "{} The chance is that a careful analyst would find the same action asked of the same \
         object; pairs below {} are not listed. Cosine, from -1 to 1, is the likeness of wording \
         that it rests on.",
        view.summary.duplicates,
        percent(view.method.duplicate_threshold),
    ));
    for pair in view.duplicates.iter().take(MOST_DUPLICATES) {
        let within = if pair.within_one_agency() { ", within one agency" } else { "" };
        let likely = &pair.probability;
        out.item(0, &format!("**{likely} likely the same**{within} (cosine {})", pair.cosine));
        out.item(1, &said(pair.a));
        out.item(1, &said(pair.b));
    }
    out.gap();
    if view.duplicates.len() > MOST_DUPLICATES {
        out.paragraph(&format!(
            "The {MOST_DUPLICATES} most likely of {} pairs are shown. The report in JSON has them \
             all.",
            number(view.duplicates.len()),
        ));
    }
}

pub(super) fn gaps(out: &mut Writer, view: &View) {
    out.heading(2, "Gaps");
    out.paragraph(&format!(
        "The per cent before a recommendation is the chance that a careful analyst would see a \
         shared request. From {} it counts as shared; from {} as taking up an agenda item, which \
         is short and general.",
        percent(view.method.overlap_threshold),
        percent(view.method.takes_up_threshold),
    ));
    agenda(out, view);
    challenges(out, view);
    silent(out, view);
    out.heading(3, "Single voices");
    out.paragraph(&view.summary.single_voices);
    if !view.single_voices.is_empty() {
        out.paragraph(
            "The most isolated come first, each with the nearest that another agency said.",
        );
    }
    view.single_voices.iter().for_each(|single| single_voice(out, single));
    out.gap();
}

fn agenda(out: &mut Writer, view: &View) {
    out.heading(3, "Agenda items that nobody takes up");
    let (Some(agenda), Some(unanswered)) = (&view.agenda, &view.summary.unanswered) else {
        out.paragraph(
            "The corpus has no agenda to hold the recommendations against. Put an `agenda.toml` \
             beside it to see which of its items nobody takes up.",
        );
        return;
    };
    out.paragraph(&unanswered.sentence);
    agenda.unanswered.iter().for_each(|item| agenda_item(out, item));
    out.gap();
    if !agenda.answered.is_empty() {
        let n = count(agenda.answered.len(), "agenda item");
        out.heading(3, &format!("{} taken up, and by whom", capitalized(&n)));
        agenda.answered.iter().for_each(|item| agenda_item(out, item));
        out.gap();
    }
}

fn agenda_item(out: &mut Writer, item: &AgendaView) {
    out.item(0, &format!("**{}.** {}", inline(&item.name), inline(&item.text)));
    if !item.agencies.is_empty() {
        let by = count(item.agencies.len(), "agency");
        out.item(1, &format!("Taken up by {by}: {}", inline(&item.agencies.join(", "))));
    }
    if item.nearest.is_empty() {
        out.item(1, "Nothing near it was found.");
    }
    item.nearest.iter().for_each(|n| out.item(1, &near(n)));
}

fn challenges(out: &mut Writer, view: &View) {
    let (Some(found), Some(sentence)) = (&view.challenges, &view.summary.challenges) else {
        return;
    };
    out.heading(3, "Challenges that nobody takes up");
    out.paragraph(&format!(
        "{sentence} From {} a challenge counts as taken up.",
        percent(view.method.takes_up_threshold)
    ));
    found.unanswered.iter().for_each(|item| challenge(out, item));
    out.gap();
    if !found.answered.is_empty() {
        let n = count(found.answered.len(), "challenge");
        out.heading(3, &format!("{} taken up, and by whom", capitalized(&n)));
        found.answered.iter().for_each(|item| challenge(out, item));
        out.gap();
    }
}

fn challenge(out: &mut Writer, item: &ChallengeView) {
    out.item(0, &passage(&item.passage));
    if !item.agencies.is_empty() {
        let by = count(item.agencies.len(), "agency");
        out.item(1, &format!("Taken up by {by}: {}", inline(&item.agencies.join(", "))));
    }
    item.nearest.iter().for_each(|n| out.item(1, &near(n)));
}

fn passage(passage: &PassageView) -> String {
    let (agency, text) = (inline(&passage.agency), inline(&passage.text));
    format!("**{agency}**: {text} ({}; {})", inline(&passage.id), inline(&passage.place))
}

fn silent(out: &mut Writer, view: &View) {
    let (Some(found), Some(sentence)) = (&view.silent, &view.summary.silent) else {
        return;
    };
    out.heading(3, "Silent agencies");
    out.paragraph(&inline(sentence));
    for silent in found {
        let (number, label) = &silent.theme;
        out.item(
            0,
            &format!("**{}** on theme {number}, {}", inline(&silent.agency), inline(label)),
        );
        out.item(1, &format!("It writes: {}", passage(&silent.passage)));
        out.item(1, &format!("Others: {}", near(&silent.of_others)));
        match &silent.own {
            Some(n) => out.item(1, &format!("Itself: {}", near(n))),
            None => out.item(1, "It recommends nothing near it."),
        }
    }
    out.gap();
}

fn single_voice(out: &mut Writer, single: &SingleVoiceView) {
    out.item(0, &said(single.entry));
    match &single.nearest {
        Some(n) => out.item(1, &format!("Nearest of another agency: {}", near(n))),
        None => out.item(1, "No other agency said anything near it."),
    }
}

fn near(near: &Near) -> String {
    let text = block(&shorten(&near.entry.text, 150));
    let (agency, id) = (inline(&near.entry.agency), inline(&near.entry.id));
    format!("{} {agency}: {text} ({id})", near.probability)
}
