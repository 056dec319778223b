//! The cues that mark a recommendation in each language, read from the data files in `cues/`.

mod patterns;

use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use serde::Deserialize;

use self::patterns::Script;
use super::{
    fold::{fold, key},
    sentences::sentences,
};
use crate::domain::Language;
use crate::text::{detect, is_stop_word, phrase_words};

/// What a section heading says about the contents of its section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Role {
    /// Nothing in particular.
    #[default]
    Body,
    /// Recommendations of the publishing body.
    Recommendations,
    /// Challenges that the body met.
    Challenges,
    /// Gaps that the body sees.
    Gaps,
    /// Earlier recommendations, or those of other bodies.
    Background,
    /// Apparatus of the document: references, agenda, annexes.
    Aside,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    headings: Headings,
    mask: Patterns,
    ask: Vec<Signal>,
    doubt: Vec<Signal>,
    imperatives: Imperatives,
    lead: Lead,
    problem: Problems,
    reported: Patterns,
    denial: Denial,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Headings {
    recommendations: Vec<String>,
    challenges: Vec<String>,
    gaps: Vec<String>,
    background: Vec<String>,
    aside: Vec<String>,
    mixed: Vec<String>,
    announced: Vec<String>,
    bold: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Patterns {
    patterns: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Denial {
    patterns: Vec<String>,
    /// Set phrases that ask for nothing, whatever their words.
    #[serde(default)]
    never: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Problems {
    patterns: Vec<String>,
    /// Set phrases of forms, which state no problem of their own.
    #[serde(default)]
    set: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signal {
    name: String,
    weight: f64,
    #[serde(default)]
    past: bool,
    #[serde(default)]
    raw: bool,
    #[serde(default)]
    rule: bool,
    pattern: String,
}

#[derive(Debug, Deserialize)]
struct Imperatives {
    verbs: Vec<String>,
    openers: Vec<String>,
    /// What a demand looks like whose verb is not listed, if the language shows it by form.
    #[serde(default)]
    bare: Option<String>,
    /// What looks like one and is none.
    #[serde(default)]
    not_bare: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Lead {
    asks: Vec<String>,
    denies: Vec<String>,
    answers: Vec<String>,
    /// Lead-ins that leave what to do to their items, by how they end.
    #[serde(default)]
    bare: Option<String>,
    answered: Vec<String>,
    #[serde(default)]
    rejects: Vec<String>,
    /// How an answer says whether it accepts a recommendation.
    #[serde(default)]
    positions: Vec<String>,
    /// How the body that asks begins to speak.
    #[serde(default)]
    own_voice: Vec<String>,
}

/// A pattern that speaks for or against an ask.
#[derive(Debug)]
pub(crate) struct Cue {
    /// The phrase shown to the reader.
    pub(crate) name: String,
    /// Weight in log-odds.
    pub(crate) weight: f64,
    /// Whether it is matched before masked phrases are blanked out.
    pub(crate) raw: bool,
    /// For an ask: it reports an earlier ask. For a doubt: it counts only against such reports.
    pub(crate) past: bool,
    /// For an ask: it states a rule in force as often as it asks for something.
    pub(crate) rule: bool,
}

/// The cues of one language.
#[derive(Debug)]
pub(crate) struct Cues {
    /// Look-alikes of an ask, such as "it should be noted"; blanked out first.
    pub(crate) mask: Regex,
    pub(crate) asks: Vec<Cue>,
    pub(crate) ask_set: RegexSet,
    pub(crate) doubts: Vec<Cue>,
    pub(crate) doubt_set: RegexSet,
    /// A verb form that opens a request, at the start of a sentence.
    pub(crate) imperative: Regex,
    /// A demand by its form alone: "Verify each alarm", "Die Zahlen veröffentlichen".
    bare_demand: Option<Regex>,
    no_bare_demand: Option<Regex>,
    /// The language that the cues are of.
    pub(crate) language: Language,
    pub(crate) lead_asks: Regex,
    pub(crate) lead_denies: Regex,
    /// A lead-in that leaves what to do to its items, by how it ends.
    pub(crate) lead_bare: Option<Regex>,
    /// A lead-in to what those who were asked have answered.
    pub(crate) lead_answers: Regex,
    /// A sentence that tells what those who were asked have answered.
    answered: Regex,
    /// A sentence by which the author rejects the one before it.
    rejects: Option<Regex>,
    /// The beginning of an answer that says whether a recommendation is accepted.
    positions: Option<Regex>,
    /// How the body that asks begins to speak; `None` where no such words are known.
    own_voice: Option<Regex>,
    /// A stated lack, obstacle or need.
    pub(crate) problem: Regex,
    /// A set phrase of a form, which states no problem of its own.
    pub(crate) set_phrase: Option<Regex>,
    /// Patterns for reported asks; the group `who` captures the body that asks.
    pub(crate) reported: Vec<Regex>,
    /// What says that nothing is asked: "No further action", where a recommendation could stand.
    pub(crate) denial: Regex,
    /// What asks for nothing, whatever its words: "Recommendations shall in no case create a presumption of blame".
    pub(crate) never: Option<Regex>,
    /// What says that recommendations are printed in bold.
    pub(crate) in_bold: Regex,
    mixed: Regex,
    announced: Regex,
    roles: [(Role, Regex, bool); 5],
}

/// The languages of [`LANGUAGES`], in the same order; the first wins a tie.
const CODED: [Language; 8] = [
    Language::English,
    Language::French,
    Language::Spanish,
    Language::German,
    Language::Portuguese,
    Language::Russian,
    Language::Arabic,
    Language::Chinese,
];

/// The cues of every supported language.
pub(crate) static LANGUAGES: LazyLock<[Cues; CODED.len()]> = LazyLock::new(|| {
    let files = [
        include_str!("cues/en.toml"),
        include_str!("cues/fr.toml"),
        include_str!("cues/es.toml"),
        include_str!("cues/de.toml"),
        include_str!("cues/pt.toml"),
        include_str!("cues/ru.toml"),
        include_str!("cues/ar.toml"),
        include_str!("cues/zh.toml"),
    ];
    std::array::from_fn(|at| Cues::parse(files[at], CODED[at]))
});

impl Cues {
    fn parse(text: &str, language: Language) -> Self {
        let file: File =
            toml::from_str(text).expect("the cue files are part of the program, and tested");
        let headings = file.headings;
        let script = Script::of(language);
        let (asks, ask_set) = signals(file.ask, script);
        let (doubts, doubt_set) = signals(file.doubt, script);
        // "finalize" is "finalise" for half of those who write English.
        let verbs: Vec<String> = file.imperatives.verbs.iter().map(|v| both_spellings(v)).collect();
        let verbs = verbs.join("|");
        let openers = file.imperatives.openers.join("|");
        Self {
            mask: script.any(&file.mask.patterns),
            asks,
            ask_set,
            doubts,
            doubt_set,
            imperative: script.compiled(&format!(
                "^(?:to )?(?:(?:{openers}){})?(?:{verbs}){}",
                script.blank(),
                script.end()
            )),
            bare_demand: file.imperatives.bare.map(|pattern| script.compiled(&pattern)),
            no_bare_demand: file.imperatives.not_bare.map(|pattern| script.compiled(&pattern)),
            language,
            lead_asks: script.any(&file.lead.asks),
            lead_denies: script.any(&file.lead.denies),
            lead_bare: file.lead.bare.map(|pattern| script.any(&[pattern])),
            lead_answers: script.any(&file.lead.answers),
            answered: script.any(&file.lead.answered),
            rejects: (!file.lead.rejects.is_empty()).then(|| script.any(&file.lead.rejects)),
            own_voice: (!file.lead.own_voice.is_empty()).then(|| script.any(&file.lead.own_voice)),
            positions: (!file.lead.positions.is_empty()).then(|| script.any(&file.lead.positions)),
            problem: script.any(&file.problem.patterns),
            set_phrase: (!file.problem.set.is_empty()).then(|| script.any(&file.problem.set)),
            reported: file
                .reported
                .patterns
                .iter()
                .map(|pattern| script.compiled(pattern))
                .collect(),
            denial: script.any(&file.denial.patterns),
            never: (!file.denial.never.is_empty()).then(|| script.any(&file.denial.never)),
            in_bold: script.any(&headings.bold),
            mixed: script.any(&headings.mixed),
            announced: script.any(&headings.announced),
            roles: [
                (Role::Background, script.whole(&headings.background), true),
                (Role::Aside, script.whole(&headings.aside), true),
                (Role::Recommendations, script.any(&headings.recommendations), false),
                (Role::Challenges, script.any(&headings.challenges), false),
                (Role::Gaps, script.any(&headings.gaps), false),
            ],
        }
    }
}

impl Cues {
    /// Whether a sentence tells what those who were asked have answered: "In its reply, the Ministry ...".
    pub(crate) fn tells_answer(&self, sentence: &str) -> bool {
        self.answered.is_match(&fold(sentence))
    }

    /// Whether a sentence rejects the one before it: "We do not share that view."
    pub(crate) fn rejects(&self, sentence: &str) -> bool {
        self.rejects.as_ref().is_some_and(|rejects| rejects.is_match(&fold(sentence)))
    }

    /// Whether a text begins as an answer that says whether a recommendation is accepted: "The Government accepts ...".
    pub(crate) fn takes_position(&self, text: &str) -> bool {
        self.positions.as_ref().is_some_and(|positions| positions.is_match(&fold(text)))
    }

    /// Whether a text begins as the answer of somebody else than the body that asks: "The Ministry accepts ...", but not
    /// "The Committee accepts ...".
    pub(crate) fn answers_from_outside(&self, text: &str) -> bool {
        let folded = fold(text);
        let own = self.own_voice.as_ref().is_none_or(|own| own.is_match(&folded));
        !own && self.positions.as_ref().is_some_and(|positions| positions.is_match(&folded))
    }

    /// Whether folded text opens with a request verb that no conjunction such as "and" precedes.
    pub(crate) fn opens_request(&self, folded: &str) -> bool {
        let joined = ["and ", "et ", "y ", "e "].iter().any(|word| folded.starts_with(word));
        !joined && self.imperative.is_match(folded)
    }

    /// Whether folded text has the form of a demand, whatever its verb. That is enough among others of
    /// its kind under a heading of recommendations, and too little elsewhere: some nouns look like verbs.
    pub(crate) fn has_form_of_demand(&self, folded: &str) -> bool {
        let is = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|p| p.is_match(folded));
        let first = folded.split(' ').next().unwrap_or("");
        let is_small = || {
            is_stop_word(first, Some(self.language))
                || phrase_words(self.language).function.contains(first)
        };
        // Where the first word is the verb, there is a pattern for other words.
        let other = self.no_bare_demand.is_some() && (is(&self.no_bare_demand) || is_small());
        self.imperative.is_match(folded) || is(&self.bare_demand) && !other
    }
}

fn both_spellings(verb: &str) -> String {
    verb.strip_suffix("ize").map_or_else(|| verb.to_owned(), |stem| format!("{stem}i[sz]e"))
}

fn signals(signals: Vec<Signal>, script: Script) -> (Vec<Cue>, RegexSet) {
    let set = script.set(signals.iter().map(|signal| signal.pattern.as_str()));
    let cues = signals.into_iter().map(|s| Cue {
        name: s.name,
        weight: s.weight,
        past: s.past,
        raw: s.raw,
        rule: s.rule,
    });
    (cues.collect(), set)
}

/// How many texts are checked for their language. The first ones decide; more would only take time.
pub(crate) const SAMPLE: usize = 400;

/// The cues of the document's main language; English if no language can be detected.
pub(crate) fn language_of<'a>(texts: impl Iterator<Item = &'a str>) -> &'static Cues {
    let mut bytes = [0_usize; CODED.len()];
    for text in texts.take(SAMPLE) {
        if let Some(at) = detect(text).and_then(|found| CODED.iter().position(|l| *l == found)) {
            bytes[at] += text.len();
        }
    }
    let best = (0..CODED.len()).rev().max_by_key(|&at| bytes[at]).unwrap_or(0);
    &LANGUAGES[best]
}

/// Whether recommendations are recognized in `language`.
pub(crate) fn is_read(language: Language) -> bool {
    CODED.contains(&language)
}

/// The languages in which recommendations are recognized: "English, French, Spanish and German".
pub(crate) fn names_of_languages() -> String {
    let names = CODED.map(|language| format!("{language:?}"));
    let (last, others) = names.split_last().expect("there are several");
    format!("{} and {last}", others.join(", "))
}

/// What names an annex, folded: "annex 4", "appendix B".
static ANNEX: LazyLock<Regex> = LazyLock::new(|| {
    Script::Latin.compiled(
        r"^(?:annexe?|appendix|anexo|apendice|anhang|anlage)(?: (?:[a-z]|[ivx]+|[0-9]+))?(?: |$)",
    )
});

/// The number of a heading, folded: "iv", "3 2", "b". A heading that is nothing else keeps it.
static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| Script::Latin.compiled("^(?:[0-9]+(?: [0-9]+)*|[ivx]+|[a-h]) (?:[a-z]\\b )?"));

/// Whether a heading opens an annex.
pub(crate) fn is_annex(heading: &str) -> bool {
    ANNEX.is_match(&key(heading))
}

/// The role of a heading, in any of the languages; `None` if it has none. "Appendix 4: List of
/// recommendations" has that of its title.
pub(crate) fn role_of(heading: &str) -> Option<Role> {
    let text = fold(heading.trim_matches(|c: char| !c.is_alphanumeric()));
    let bare = key(&text);
    let bare = NUMBERED.replace(&bare, "").into_owned();
    let role = |bare: &str, text: &str| {
        LANGUAGES.iter().find_map(|cues| {
            cues.roles.iter().find_map(|(role, pattern, whole)| {
                let found = pattern.is_match(bare) || !*whole && pattern.is_match(text);
                found.then_some(*role)
            })
        })
    };
    let title = ANNEX.find(&bare).map(|annex| &bare[annex.end()..]);
    title.and_then(|title| role(title, title)).or_else(|| role(&bare, &text))
}

/// Whether a sentence announces recommendations ("makes the following calls to action").
pub(crate) fn announces(text: &str) -> bool {
    let text = fold(text);
    LANGUAGES.iter().any(|cues| cues.announced.is_match(&text))
}

/// Whether a text ends in a lead-in to requests ("The review recommends three lines of work:").
pub(crate) fn leads(text: &str) -> bool {
    let last = sentences(text).pop().unwrap_or(0..text.len());
    let folded = fold(&text[last]);
    LANGUAGES.iter().any(|c| c.lead_asks.is_match(&folded) && !c.lead_denies.is_match(&folded))
}

/// Titles of documents in which a body gives an account of its own work and plans, folded.
static ACCOUNT: LazyLock<Regex> = LazyLock::new(|| {
    let titles = "(?:progress|annual|activity|implementation|status) report|year in review|(?:strategic|action|work|business|corporate) plan|strategy 20[0-9]{2}|rapport (?:annuel|d'activite|d'avancement)|plan (?:strategique|d'action)|(?:memoria|informe) (?:anual|de progreso|de gestion)|plan (?:estrategico|de accion)|(?:jahres|fortschritts|tatigkeits)bericht|relatorio (?:anual|de gestao|de progresso)";
    Script::Latin.any(&[titles.to_owned()])
});

/// Whether a title is that of an account of its author's own work: "Progress report 2025".
pub(crate) fn is_account(title: &str) -> bool {
    ACCOUNT.is_match(&fold(title))
}

/// Titles of the record of a meeting and of a newsletter, folded.
static RECORD: LazyLock<Regex> = LazyLock::new(|| {
    let titles = "^(?:draft |confirmed |unconfirmed )?minutes(?: (?:of|for) .*)?$|summary records? (?:of|for)|proces-verbal|^actas? (?:de la|n).*|niederschrift|sitzungsprotokoll|^ata (?:da|n).*|newsletter|(?:programme|program|project|office|quarterly|progress) update\\b.*";
    Script::Latin.any(&[titles.to_owned()])
});

/// Whether a title is that of the record of a meeting or of a newsletter, which tell what others ask for.
pub(crate) fn is_record(title: &str) -> bool {
    RECORD.is_match(&fold(title))
}

/// A reference to where the same stands in the text: "(Paragraph 12)", "(Tz. 3)".
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    let names = "paragraphs?|paras?\\.?|pages?|pp?\\.|sections?|tz\\.?|textziffern?|rn\\.?|punkte?|ziffern?|kapitel|abschnitte?|nr\\.?|seiten?|paragraphes?|parrafos?|apartados?|paginas?";
    Script::Latin.compiled(&format!(
        "[(\\[](?:see |siehe |s\\. ?|vgl\\. ?|voir |vease )?(?:{names}) ?[0-9][0-9., -]*(?:and |und |et |y )?[0-9]*[)\\]]\\.?$"
    ))
});

/// Whether a text ends in a reference to where the same stands in the document.
pub(crate) fn refers_back(text: &str) -> bool {
    REFERENCE.is_match(&fold(text))
}

/// The bytes of a text before such a reference at its end; all of it if there is none.
pub(crate) fn before_reference(text: &str) -> usize {
    let start = text.rfind(['(', '[']).filter(|_| refers_back(text));
    start.map_or(text.len(), |at| text[..at].trim_end().len())
}

/// Whether a heading of recommendations also covers conclusions or findings.
pub(crate) fn is_mixed(heading: &str) -> bool {
    let text = fold(heading);
    LANGUAGES.iter().any(|cues| cues.mixed.is_match(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_tell_their_role() {
        let cases = [
            ("Recommendations for the summit", Some(Role::Recommendations)),
            ("Recommandations", Some(Role::Recommendations)),
            ("Conclusiones y recomendaciones", Some(Role::Recommendations)),
            ("Challenges met in our work", Some(Role::Challenges)),
            ("List of acronyms", Some(Role::Aside)),
            ("Status of previous recommendations", Some(Role::Background)),
            ("Handlungsempfehlungen für den Bund", Some(Role::Recommendations)),
            ("5 CORONER'S CONCERNS", Some(Role::Challenges)),
            ("Required responses", Some(Role::Aside)),
            ("Appendix 4: List of recommendations made", Some(Role::Recommendations)),
            ("Annex II Maps", Some(Role::Aside)),
            ("Replies of the Commission", Some(Role::Background)),
            ("5. Calls", Some(Role::Recommendations)),
            ("What we ask for", Some(Role::Recommendations)),
            ("Annex: What became of the recommendations of 2018", Some(Role::Background)),
            ("Nachprüfung früherer Empfehlungen (PA 19218)", Some(Role::Background)),
            ("Agreed action", Some(Role::Recommendations)),
            ("Good practices", None),
        ];
        for (heading, role) in cases {
            assert_eq!(role_of(heading), role, "{heading}");
        }
        assert!(is_mixed("Conclusiones y recomendaciones") && !is_mixed("Recomendaciones"));
    }

    #[test]
    fn a_reference_to_the_text_is_known() {
        for text in [
            "Act now. (Paragraph 12)",
            "Act. (paras 3 and 4)",
            "Handeln. (Tz. 3.2)",
            "Agir. (paragraphes 3-5).",
        ] {
            assert!(refers_back(text), "{text}");
        }
        assert!(!refers_back("Act now. (Spain)") && !refers_back("See paragraph 12."));
    }

    #[test]
    fn a_demand_is_known_by_its_form() {
        let cases = [
            (0, "verify each alarm once a month.", true),
            (0, "standardise the forms.", true),
            (0, "ships that are old sail on.", false),
            (0, "during the visit nobody spoke.", false),
            (0, "checking the logs took a year.", false),
            (3, "die fehlerquote jedes jahr veroffentlichen.", true),
            (3, "die reedereien haben gute logbucher.", false),
        ];
        for (language, text, is_demand) in cases {
            assert_eq!(LANGUAGES[language].has_form_of_demand(text), is_demand, "{text}");
        }
    }

    #[test]
    fn the_language_is_read_from_its_common_words() {
        let names = [
            "the aim of the plan is to",
            "le but de la loi est dans les",
            "el fin de las leyes y los",
            "das ziel der gesetze ist es, die",
        ];
        for (at, text) in names.iter().enumerate() {
            let found = language_of([*text].into_iter());
            assert!(std::ptr::eq(found, &raw const LANGUAGES[at]), "{text}");
        }
    }
}
