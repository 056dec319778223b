//! Differences, and look-alikes that are not differences.

use super::{contrary, differences as of_passages, specifics};
use crate::domain::DifferenceKind::{
    self, Action, Addressee, Deadline, Direction, Instrument, Number, Object, Population, Scope,
};
use crate::domain::{Difference, Likeness, Reader, Relation};
use crate::text::passage;

/// Two texts about the same thing; `contrary` is the cross-encoder's word, `None` without a judge.
fn alike(contrary: Option<f64>) -> Likeness {
    Likeness {
        cosine: 0.9,
        probability: 0.9,
        duplicate: 0.1,
        relation: Relation::Overlap,
        contrary,
        read_by: if contrary.is_some() { Reader::Judge } else { Reader::Encoder },
    }
}

fn differences(draft: &str, existing: &str) -> Vec<Difference> {
    of_passages(&passage(draft), &passage(existing), &alike(None))
}

fn kinds(draft: &str, existing: &str) -> Vec<DifferenceKind> {
    differences(draft, existing).into_iter().map(|difference| difference.kind).collect()
}

fn both(draft: &str, existing: &str, kind: DifferenceKind) -> (String, String) {
    let found = differences(draft, existing);
    let one = found.iter().find(|difference| difference.kind == kind);
    let one = one.unwrap_or_else(|| panic!("no {kind:?} in {found:?}"));
    (one.draft.clone(), one.existing.clone())
}

#[test]
fn another_deadline_and_another_number_are_seen() {
    let (draft, existing) = (
        "Bring the cost of fees below 3 per cent by 2030.",
        "The cost of fees should fall to 5% by the end of 2025.",
    );
    assert_eq!(both(draft, existing, Deadline), ("by 2030".into(), "by the end of 2025".into()));
    assert_eq!(both(draft, existing, Number), ("3 per cent".into(), "5%".into()));
}

#[test]
fn all_against_some_is_seen_and_names_and_idioms_are_not() {
    let existing = "Countries should make pensions portable across borders.";
    let wider = "Countries should make all pensions portable across borders.";
    assert_eq!(
        both(wider, existing, Scope),
        ("all pensions portable across".into(), String::new())
    );
    assert_eq!(both(existing, wider, Scope).1, "all pensions portable across");
    assert_eq!(kinds(wider, "Countries should make every pension portable across borders."), []);
    let to_all = "All Member States should make pensions portable across borders.";
    assert_eq!(kinds(to_all, "States should make pensions portable across borders."), []);
    let migrants = "All migrants should have access to schools.";
    assert_eq!(kinds(migrants, "Migrants should have access to schools."), [Scope]);
    let name =
        "Ratify the Convention on the Elimination of All Forms of Discrimination against Women.";
    for same in [name, "Above all, countries should make pensions portable across borders."] {
        assert!(
            !kinds(same, &same.replace("All Forms of ", "").replace("Above all, c", "C"))
                .contains(&Scope)
        );
    }
    let (tous, des) = (
        "Rendre tous les régimes de pension transférables.",
        "Rendre les régimes de pension transférables.",
    );
    assert_eq!(kinds(tous, des), [Scope]);
    let (todas, las) = (
        "Hacer que todas las pensiones sean transferibles.",
        "Hacer que las pensiones sean transferibles.",
    );
    assert_eq!(kinds(todas, las), [Scope]);
    let often = [
        (
            "Open cooling rooms every day of a heat warning.",
            "Open cooling rooms in a heat warning.",
        ),
        ("Inspecter les ponts tous les deux ans.", "Inspecter les ponts."),
        ("Inspeccionar los puentes cada año.", "Inspeccionar los puentes."),
    ];
    for (how_often, plain) in often {
        assert!(!kinds(how_often, plain).contains(&Scope), "{how_often}");
    }
}

#[test]
fn what_comes_out_of_something_is_not_outside_it() {
    let draft = "Concrete results should come out of the High-level Dialogue.";
    assert_eq!(kinds(draft, "Agree on key messages ahead of the High-level Dialogue."), []);
}

#[test]
fn the_same_in_other_words_is_no_difference() {
    for (draft, existing) in [
        ("Cut fees to 3 %.", "Cut fees to three per cent."),
        ("Cut fees by 2030.", "Cut fees before 2030."),
        ("Protect migrant women.", "Protect women migrants."),
        ("States should share data.", "Governments should share data."),
        ("Train guards within two years.", "Train guards within 2 years."),
        ("Ratify the UN Convention on Migrant Workers.", "Ratify the ICRMW."),
        ("Stop restricting access to schools.", "Expand access to schools."),
        ("Combat trafficking in persons.", "Address trafficking in persons."),
        ("Reduce barriers to labour migration.", "Promote labour migration."),
        ("Do not treat migrants as criminals.", "Migrants should not be treated as criminals."),
        ("Not only States should report on data.", "States should report on data."),
    ] {
        assert_eq!(kinds(draft, existing), [], "{draft} | {existing}");
    }
}

#[test]
fn the_contrary_is_seen_however_it_is_said() {
    for (draft, existing) in [
        ("Restrict access to health care.", "Expand access to health care."),
        (
            "Withdraw from the Convention on Migrant Workers.",
            "Ratify the Convention on Migrant Workers.",
        ),
        ("States should not ratify the convention.", "States should ratify the convention."),
        ("Refrain from issuing visas to nurses.", "Issue visas to nurses."),
        (
            "Access to schools should depend on status.",
            "Access to schools should not depend on status.",
        ),
        ("The secretariat should be abolished.", "Establish a secretariat."),
        ("Raise the cost of sending remittances.", "Reduce the cost of sending remittances."),
        ("Return should be compulsory.", "Return should be voluntary."),
        ("Maintain restrictions on entry.", "Lift all restrictions on entry."),
        ("Stop considering family unification.", "Consider family unification."),
    ] {
        assert!(kinds(draft, existing).contains(&Direction), "{draft} | {existing}");
        assert!(kinds(existing, draft).contains(&Direction), "{existing} | {draft}");
    }
}

#[test]
fn another_addressee_population_or_instrument_is_seen() {
    let (draft, existing) = ("Agencies should train women.", "States should train children.");
    assert_eq!(kinds(draft, existing), [Addressee, Population]);
    assert_eq!(both(draft, existing, Addressee), ("Agencies".into(), "States".into()));
    assert_eq!(both(draft, existing, Population), ("women".into(), "children".into()));
    let (draft, existing) =
        ("Ratify the Convention on Domestic Workers.", "Ratify the Convention against Torture.");
    assert_eq!(kinds(draft, existing)[0], Instrument);
}

#[test]
fn another_act_or_object_is_seen() {
    let (draft, existing) = ("Study the fees of banks.", "Tax the fees of banks.");
    assert_eq!(
        both(draft, existing, Action),
        ("Study the fees of banks".into(), "Tax the fees of banks".into())
    );
    let (draft, existing) = ("Reduce the cost of recruitment.", "Reduce the cost of remittances.");
    assert_eq!(kinds(draft, existing), [Object]);
    assert_eq!(kinds("Publish a full report.", "Publish a complete report."), []);
}

#[test]
fn any_text_is_taken() {
    for text in [
        "",
        " ",
        "…",
        "1",
        "não",
        "不 可",
        "should",
        "to to to",
        "and,, not",
        "Convention",
        "by 2030",
    ] {
        for other in ["", "States should not act by 2030.", text] {
            let _ = (differences(text, other), differences(other, text));
        }
        assert_eq!(kinds(text, text), [], "{text}");
    }
}

#[test]
fn french_and_spanish_are_read_too() {
    for (draft, existing) in [
        (
            "Restreindre l'accès des migrants aux soins de santé.",
            "Élargir l'accès des migrants aux soins de santé.",
        ),
        (
            "Les États ne devraient pas ratifier la Convention sur les travailleurs migrants.",
            "Les États devraient ratifier la Convention sur les travailleurs migrants.",
        ),
        (
            "Los Estados deberían restringir el acceso a la educación.",
            "Los Estados deberían ampliar el acceso a la educación.",
        ),
        (
            "Los Estados no deberían ratificar la Convención sobre los trabajadores migratorios.",
            "Los Estados deberían ratificar la Convención sobre los trabajadores migratorios.",
        ),
    ] {
        assert_eq!(kinds(draft, existing), [Direction], "{draft} | {existing}");
        assert_eq!(kinds(existing, existing), [], "{existing}");
    }
    let (draft, existing) = (
        "Les entreprises devraient former les femmes d'ici 2030.",
        "Les États devraient former les enfants d'ici 2025.",
    );
    assert_eq!(kinds(draft, existing), [Addressee, Deadline, Population]);
    let (draft, existing) = (
        "Las ciudades deberían reducir el costo al 3 por ciento.",
        "Los Estados deberían reducir el costo al 5%.",
    );
    assert_eq!(kinds(draft, existing), [Addressee, Number]);
    assert_eq!(
        kinds("Ban detention of children.", "Il faut autoriser la détention des enfants."),
        []
    );
}

#[test]
fn cheaper_services_are_not_the_contrary_of_a_lower_cost() {
    let cut = "Cut the cost of remittances, which weighs most on the poorest, through international public-private \
               partnerships that widen access to transfer services, make those services interoperable and promote \
               financial inclusion.";
    let cheaper = "Pursue efficient policies for developing the financial sector, as these may make remittance \
                   services cheaper and more transparent.";
    assert!(kinds(cut, cheaper).iter().all(|kind| *kind != Direction));
}

#[test]
fn the_judge_joins_in_where_words_share_little() {
    let phrases = |draft: &str, existing: &str, likeness: &Likeness| {
        contrary(&passage(draft), &passage(existing), likeness)
    };
    // One sentence but for its direction: nothing counts against the words.
    let (keep, stop) = ("Keep funding rural health clinics.", "Stop funding rural health clinics.");
    let found = phrases(keep, stop, &alike(Some(0.01)));
    assert_eq!(found, Some(("Keep funding rural".into(), "Stop funding rural".into())));
    // Unless there is a condition, which can turn a direction.
    let all =
        "Daily supervised toothbrushing should be provided in all nurseries in deprived areas.";
    let none = "No nursery in a deprived area should be without daily supervised toothbrushing.";
    assert_eq!(phrases(all, none, &alike(Some(0.01))), None);
    // Sure in words: only a clear no of the cross-encoder counts.
    let (keep, stop) = ("Keep funding rural clinics.", "Stop funding rural clinics.");
    assert!(phrases(keep, stop, &alike(Some(0.2))).is_some());
    assert!(phrases(keep, stop, &alike(None)).is_some());
    assert_eq!(phrases(keep, stop, &alike(Some(0.01))), None);
    // One word in common: it must agree.
    let (keep, stop) = ("Keep clinics open.", "Stop the clinics that charge patients.");
    assert_eq!(phrases(keep, stop, &alike(Some(0.2))), None);
    assert!(phrases(keep, stop, &alike(Some(0.5))).is_some());
    assert!(phrases(keep, stop, &alike(None)).is_some(), "there is nothing else to ask");
    let unread = Likeness { read_by: Reader::Judge, ..alike(None) };
    assert_eq!(phrases(keep, stop, &unread), None);
    // Sure by itself: the phrases are the asks.
    let (free, cap) = ("Owners should choose their rents.", "Councils should set rents.");
    assert_eq!(phrases(free, cap, &alike(Some(0.5))), None);
    let apart = Likeness { probability: 0.2, ..alike(Some(0.99)) };
    assert!(phrases(free, cap, &apart).is_some(), "however little else they share");
    let found = phrases(free, cap, &alike(Some(0.99)));
    assert_eq!(found, Some(("choose their rents".into(), "set rents".into())));
    // Hardly about the same thing, and no word of the cross-encoder: nothing is contrary.
    let apart = Likeness { probability: 0.2, ..alike(None) };
    assert_eq!(phrases("Keep funding clinics.", "Stop funding clinics.", &apart), None);
}

#[test]
fn agreement_in_other_words_is_not_the_contrary() {
    for (draft, existing) in [
        ("Stop detaining children.", "Keep children out of detention."),
        ("Remittance costs.", "Cut the cost of remittances."),
        ("Lower remittance costs.", "Cut the cost of remittances."),
        ("Forty members have not acceded to the treaty.", "Accede to the treaty."),
        ("Circulars that bar wives ought to be withdrawn.", "Revoke the circular on wives."),
        ("Ships should slow to ten knots.", "Hold no more than ten meetings on ships."),
        (
            "Before the meeting, draw up a limited number of thematic recommendations on ferries and ports.",
            "The meeting should agree an agenda on ferries and ports, built on the thematic recommendations.",
        ),
    ] {
        for (a, b) in [(draft, existing), (existing, draft)] {
            assert!(!kinds(a, b).contains(&Direction), "{a} | {b}: {:?}", differences(a, b));
        }
    }
}

#[test]
fn refusing_the_act_is_the_contrary_whatever_else_agrees() {
    for (draft, existing) in [
        (
            "Irregular entry should be punished as a crime.",
            "Irregular entry must never be a crime.",
        ),
        (
            "Leave the recommendations of the commission in the archives and do not revisit them.",
            "Revisit the recommendations of the commission.",
        ),
        (
            "Cities should give up promoting multicultural societies.",
            "Underscore the benefits of promoting multicultural societies.",
        ),
    ] {
        assert!(kinds(draft, existing).contains(&Direction), "{draft} | {existing}");
        assert!(kinds(existing, draft).contains(&Direction), "{existing} | {draft}");
    }
}

#[test]
fn what_makes_an_ask_specific_is_named() {
    let of = |text: &str| {
        specifics(&passage(text))
            .map(|found| found.named().map(|(_, what)| what.unwrap_or_default().to_owned()))
    };
    assert_eq!(
        of("States should publish the fees of all banks by 2030, at most 3 per cent."),
        Some(
            ["States", "publish the fees of all banks", "by 2030", "3 per cent"].map(str::to_owned)
        )
    );
    assert_eq!(of("Promote the welfare of migrants."), Some([""; 4].map(str::to_owned)));
    assert_eq!(
        of("Consider ratifying the treaty.").map(|found| found[1].clone()),
        Some(String::new())
    );
    let french = of("Les États devraient publier les frais d'ici 2030.").unwrap_or_default();
    assert_eq!(french[0], "États");
    assert!(french[1].starts_with("publier les frais"), "{french:?}");
}
