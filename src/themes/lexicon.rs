//! General English: what a word can be in a noun phrase. No word of any subject is listed here.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that no noun phrase runs across.
const FUNCTION_WORDS: &str = "\
thereof therein thereby forward ahead aside apart onwards behind beneath alongside beside \
whatever whichever whoever whomever wherever whenever amid besides a an the or but nor by as into over under about within through during against toward towards upon \
per via is are was were be been being am do does did done have has had having this that these those \
it its they them their theirs there he she his her we us our you your i me my such which who whom \
whose what when where why how not no nor none can could may might must shall should will would \
cannot also more most other others another any all each every either neither both some than then so \
too very if unless while whereas whether because since until before after above below once again \
ever never always often just only even still yet already out up down off away back around along \
together instead rather therefore thus hence however moreover otherwise else here now today etc e.g \
i.e well without beyond despite throughout like unlike following regarding concerning including \
according based due given related themselves itself himself herself ourselves oneself something \
someone anyone everyone nobody nothing anything everything people's";

/// Adjectives and numbers that say how much, which or how good, not what.
const EMPTY_MODIFIERS: &str = "\
accurate cheap cheaper easily faster inadequate insufficient moderate narrow narrower safer better-informed \
able additional adequate applicable appropriate available best better big bigger broad broader \
certain clear clearer close closer coming concerned concrete considerable consistent crucial current \
different due early easier easy effective efficient entire essential existing extra fair fairer few \
fewer first firm firmer five four full fuller further future general good great greater greatest \
growing half high higher highest important increased increasing individual key large larger largest \
last late later latest least less lesser likely little long longer low lower main major many meaningful \
mere minor much multiple necessary new newer next numerous old older one ongoing own particular \
persistent positive possible practical present previous prime principal proper properly quick ready \
real recent relevant remaining respective right same second secondary serious several sheer short \
shorter significant similar simple single six small smaller so-called sound special specific strong \
stronger sufficient suitable sure ten third three thorough timely total true twelve two ultimate \
underlying urgent useful usual valuable various vast vital weak well-being whole wide wider widest \
worse worst wrong";

/// Verbs of asking and doing that are no nouns, in their base form.
const VERBS: &str = "\
advocate galvanize galvanise underline underscore interact circulate dispel bridge articulate affirm entice \
revolve accelerate amplify assert await bind boil capitalise capitalize compel concede confer confront \
continue defend depart designate diminish diversify draft eradicate erode evolve exceed exclude exhort \
extract harbour hinder impede inhibit inspect intend intervene persist portray possess presume prevail \
promulgate rectify relieve replicate reproduce reshape resume solicit spur stimulate streamline substitute \
survive suspend synthesise synthesize testify trigger uncover unite unlock uphold verify weaken \
align broker collaborate concentrate cooperate crowd ease enlist mediate persuade reconsider redirect \
rethink reorient spell supplement weigh accept accompany achieve acknowledge acquire act adapt add adhere adjust adopt advise affect afford \
agree allow analyse analyze appear apply appoint arise arrange ask assess assign assist assume assure \
attach attain attract avoid base bear become begin believe belong better boost bring broaden build \
carry cause choose clarify collect combat combine come commit communicate compare complement complete \
comply comprise conclude conduct confirm connect consider consist constitute consult contain continue \
contribute convene convince coordinate cope create cut deal decide declare dedicate deepen define \
deliver demonstrate deny depend deploy derive describe deserve determine develop devise devote direct \
disclose discuss disseminate distinguish divide double draw earn elaborate eliminate embed embody \
emphasise emphasize employ empower enable enact encourage endorse enforce engage enhance enjoy \
enlarge enrich ensure enter equip establish evaluate examine expand expect explain explore expose \
express extend facilitate fail fall feed feel fill finalise finalize find follow foresee forge forget \
form formulate foster fulfil fulfill gain gather generate get give go govern grant grow guarantee \
guide happen harmonise harmonize harness hear hold host identify imagine implement imply improve \
include incorporate indicate inform initiate insist inspire install institute integrate intensify \
introduce invest investigate invite involve join keep know lack lay lead learn leave lend lessen let \
lie limit link listen live locate look lose lower maintain make manage maximise maximize mean meet \
minimise minimize mobilise mobilize monitor move need negotiate note notice observe obtain occur offer \
open operate oppose organise organize overcome participate pass pay perform permit pick place play \
post prepare prescribe preserve press prevent prioritise prioritize proceed produce prohibit prolong \
promote propose protect prove provide publish pursue put raise ratify reach react read reaffirm \
realise realize recall receive recognise recognize recommend reconcile reduce refer refine reflect \
refrain regard regulate reinforce reject relate rely remain remember remind remove render renew \
reopen repeal replace represent require resolve respond restore restrict retain reveal revise revisit \
run satisfy save say scale secure see seek seem send serve set settle shape shift show simplify \
sit solve speak specify speed spend spread stand start state stay stem step stop strengthen strive \
submit suffer suggest surround sustain tackle tailor take talk tap tell tend think tie treat try turn \
understand undermine undertake unify update uphold urge utilise utilize value vary want warn welcome \
widen wish withdraw yield";

/// Verbs whose base form and `-s` form are nouns as well: the words around them decide.
const NOUN_VERBS: &str = "\
access address advance aid aim answer approach attempt balance benefit call campaign care challenge \
change charge claim comment concern control cost counter cover damage debate delay demand design draft \
effort end exchange exercise face factor fear fight finance focus function fund gap group harm help hope \
human impact increase influence interest issue judge labour land launch level lift light list look mark \
market matter measure mention mind monitor name network number offer order output pace part partner pilot \
place plan point policy practice practise process profile programme progress project promise purchase \
question rate reach rebuild record reform register remedy report request rescue research resort resource \
respect rest result return review reward rise risk rule safeguard sample schedule scope score search \
sense service share shelter sign skill source staff stage stake standard start state step stop stress \
structure study subject supply support survey system target tax test tool top trace track trade train \
transfer transit transport travel trust use view visit voice vote wage watch wave way work worry";

/// Nouns that say nothing alone: ways, levels, terms, and those who act whatever is asked.
const EMPTY_NOUNS: &str = "\
actor agency authority body capacity challenge community country difficulty government institution matter \
member nation network organisation organization participant partner party people person problem role \
sector society stakeholder state status system account action advance advantage aim agenda answer area aspect attempt attention basis call case \
chance change choice circumstance commitment concern condition consideration context course degree \
dimension effect effort element end ensuring example extent fact factor field focus form framework gap \
goal ground group hand help idea importance increase instance issue item kind lack level light line link \
list look lot manner matter means measure mechanism mind moment month nature need number objective \
opportunity option order outcome part parts phase place plan point position possibility potential \
practice principle priority process purpose question range rate reason recommendation reference regard \
relation relevance request response rest result role round scope sense series set side situation sort \
stage stake start statement step strand subject support target task term theme thing time today tool top \
topic type use value view voice way week whole work world year";

/// Nouns that end like adjectives.
const NOUNS_LIKE_ADJECTIVES: &str = "\
academic alternative appraisal approval archive arrival basic beneficiary boundary burial capital \
captive category clinic collective commentary critic deal denial dictionary diary directive dismissal \
disposal documentary economic elective elementary epidemic executive factory festival fiscal goal \
hospital history incentive individual initiative interval inventory itinerary journal judiciary laboratory \
legislative library live logic material memory minimal music narrative native objective official \
pandemic panic perspective portal potential principal professional proposal public rational referral \
relative removal renewal rental representative republic retrieval revival rhetoric rival salary secretary \
signal statistic summary survival table territory terminal theory topic traffic tribunal trial \
variable vegetable victory vocabulary withdrawal";

/// Adjectives without an ending that shows it.
const ADJECTIVES: &str = "\
absent abroad aware basic coherent common competent complex constant convenient decent dependent \
diverse evident extreme false foreign formal free frequent human illicit immediate implicit inclusive \
independent inherent innocent intensive intermediate internal irregular joint legitimate literate \
mature modern mutual open overseas particular permanent poor popular private prominent prone public \
rapid regular remote resilient rich robust rural safe secure senior separate singular subsequent \
systemic transparent undocumented unskilled urban violent vulnerable young younger";

/// Nouns ending in -ing.
const ING_NOUNS: &str = "\
accounting banking briefing budgeting building ceiling clothing counselling crossing earning ending \
engineering farming feeding finding fishing funding gathering hearing housing learning lending \
licensing manufacturing marketing mainstreaming matching meaning meeting mining monitoring nursing \
offering outsourcing parenting planning policing policymaking pricing processing profiling programming \
publishing recruiting reporting saving schooling screening setting sharing shipping smuggling \
spending staffing standing suffering teaching trafficking training twinning understanding upbringing \
wellbeing well-being writing decision-making policy-making capacity-building peacebuilding";

/// Nouns and adjectives ending in -ly, which are no adverbs.
const LY_WORDS: &str = "ally anomaly assembly early elderly family friendly hourly monopoly monthly \
    orderly reply supply timely weekly yearly";

/// Participles without -ed.
const PARTICIPLES: &str = "\
become begun borne born bought bound brought built caught chosen come cut dealt done drawn driven fallen \
felt fought found given gone grown heard held kept known laid led left lent lost made meant met paid put \
read risen run said seen sent set shown sought spent spoken stood taken taught thought told torn understood \
undertaken undergone withdrawn won written";

/// Forms of verbs that are nouns without the ending: "emigration rises", "the economy matters".
const VERBS_WITH_S: &str = "aims answers attempts helps hopes matters promises reaches rises tries";

/// Prepositions that join the halves of a noun phrase.
const JOINS: &str = "of in for on with from between at to among across";

/// Words after which a verb follows.
const MODALS: &str = "should must can could may might will would shall cannot";

type Words = LazyLock<HashSet<&'static str>>;

fn set(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

static FUNCTION: Words = LazyLock::new(|| set(FUNCTION_WORDS));
static EMPTY_MODIFIER: Words = LazyLock::new(|| set(EMPTY_MODIFIERS));
static NOUN_VERB: Words = LazyLock::new(|| set(NOUN_VERBS));
static EMPTY_NOUN: Words = LazyLock::new(|| set(EMPTY_NOUNS));
static NOUN_LIKE_ADJECTIVE: Words = LazyLock::new(|| set(NOUNS_LIKE_ADJECTIVES));
static ADJECTIVE: Words = LazyLock::new(|| set(ADJECTIVES));
static ING_NOUN: Words = LazyLock::new(|| set(ING_NOUNS));
static PARTICIPLE: Words = LazyLock::new(|| set(PARTICIPLES));
static LY_WORD: Words = LazyLock::new(|| set(LY_WORDS));
static VERB_WITH_S: Words = LazyLock::new(|| set(VERBS_WITH_S));
static JOIN: Words = LazyLock::new(|| set(JOINS));
static MODAL: Words = LazyLock::new(|| set(MODALS));

/// Verbs with their endings.
static VERB_FORM: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let verbs = VERBS.split_whitespace().filter(|verb| !NOUN_VERB.contains(verb));
    let plain = verbs.flat_map(|verb| [verb.to_owned(), with_s(verb)]);
    let gerunds = VERBS.split_whitespace().chain(NOUN_VERBS.split_whitespace()).map(with_ing);
    plain.chain(gerunds).filter(|form| !ING_NOUN.contains(form.as_str())).collect()
});

fn with_s(verb: &str) -> String {
    match verb.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if verb.ends_with(['s', 'x', 'o']) || verb.ends_with("ch") || verb.ends_with("sh") => {
            format!("{verb}es")
        }
        _ => format!("{verb}s"),
    }
}

fn with_ing(verb: &str) -> String {
    match verb.strip_suffix('e') {
        Some(stem) if !stem.ends_with('e') => format!("{stem}ing"),
        _ if matches!(verb, "put" | "set" | "get" | "cut" | "run" | "stop" | "let" | "begin") => {
            format!("{verb}{}ing", &verb[verb.len() - 1..])
        }
        _ => format!("{verb}ing"),
    }
}

/// What a word can be in a noun phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// It may stand anywhere, and end the phrase.
    Noun,
    /// It may stand before a noun.
    Modifier,
    /// A preposition between the halves of a phrase.
    Join,
    /// "and".
    And,
    /// An article, which may follow a preposition.
    Article,
    /// No phrase runs across it.
    Break,
}

/// A word with the words around it, lower case; a neighbor beyond punctuation is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) word: &'a str,
    pub(super) before: Option<&'a str>,
    pub(super) after: Option<&'a str>,
    /// Whether it is the first of a statement.
    pub(super) opens: bool,
}

impl Seen<'_> {
    pub(super) fn part(self) -> Part {
        let word = self.word;
        match word {
            "and" => return Part::And,
            "the" => return Part::Article,
            _ if JOIN.contains(word) => return Part::Join,
            _ => {}
        }
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let empty = FUNCTION.contains(word) || EMPTY_MODIFIER.contains(word);
        if letters < 2
            || empty
            || VERB_FORM.contains(word)
            || PARTICIPLE.contains(word)
            || VERB_WITH_S.contains(word)
            || is_adverb(word)
        {
            return Part::Break;
        }
        if NOUN_VERB.contains(word) {
            return if self.asks() { Part::Break } else { Part::Noun };
        }
        if word.ends_with("ing") && !word.contains('-') && letters > 5 && !ING_NOUN.contains(word) {
            return Part::Break;
        }
        if word.ends_with("ed") && !word.contains('-') && letters > 4 && !word.ends_with("eed") {
            return self.participle();
        }
        if is_adjective(word) { Part::Modifier } else { Part::Noun }
    }

    /// Whether a word that can be a noun or a verb is a verb here: "to work on", "Support those who".
    fn asks(self) -> bool {
        let joins = |word: &str| JOIN.contains(word) || word == "and";
        let takes_object = self.after.is_some_and(|after| !joins(after));
        match self.before {
            Some("and") => takes_object,
            Some("to" | "not") => !self.after.is_some_and(joins),
            Some(before) if MODAL.contains(before) => true,
            _ => self.opens && takes_object,
        }
    }

    /// "displaced persons" after a function word is a phrase; "be granted", "States decided" are not.
    fn participle(self) -> Part {
        let passive =
            ["be", "been", "being", "is", "are", "was", "were", "has", "have", "had", "not"];
        let free = self.before.is_none_or(|before| {
            FUNCTION.contains(before)
                || JOIN.contains(before)
                || matches!(before, "and" | "the" | "a" | "an")
                || VERB_FORM.contains(before)
                || NOUN_VERB.contains(before)
        });
        if free && !self.before.is_some_and(|b| passive.contains(&b)) && self.after.is_some() {
            Part::Modifier
        } else {
            Part::Break
        }
    }
}

fn is_adverb(word: &str) -> bool {
    word.ends_with("ly") && !LY_WORD.contains(word)
}

fn is_adjective(word: &str) -> bool {
    let last = word.rsplit('-').next().unwrap_or(word);
    let hyphened = last.len() < word.len();
    let by_ending =
        ["al", "ive", "ous", "able", "ible", "ful", "less", "ic", "ary", "ish", "ent", "ant"];
    // "-ment", "-ent" and "-ant" end more nouns than adjectives.
    let is = |ending: &str| {
        last.ends_with(ending) && (!matches!(ending, "ent" | "ant") || is_ant_adjective(last))
    };
    ADJECTIVE.contains(last)
        || (hyphened
            && (last.ends_with("ed")
                || last == "led"
                || last.ends_with("ing") && !ING_NOUN.contains(word)))
        || (last.len() > 4
            && by_ending.iter().any(|ending| is(ending))
            && !NOUN_LIKE_ADJECTIVE.contains(last))
}

fn is_ant_adjective(word: &str) -> bool {
    ["sistent", "ficient", "cient", "rrent", "iant", "evant", "ortant", "icant"]
        .iter()
        .any(|ending| word.ends_with(ending))
}

/// Whether a noun (lower case) says nothing alone.
pub(super) fn is_empty_noun(word: &str) -> bool {
    let singular = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    EMPTY_NOUN.contains(word)
        || word.strip_suffix('s').is_some_and(|one| EMPTY_NOUN.contains(one))
        || singular.is_some_and(|one| EMPTY_NOUN.contains(one.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(before: Option<&str>, word: &str, after: Option<&str>) -> Part {
        Seen { word, before, after, opens: before.is_none() }.part()
    }

    #[test]
    fn the_words_around_decide_between_noun_and_verb() {
        assert_eq!(part(None, "support", Some("women")), Part::Break);
        assert_eq!(part(Some("legal"), "support", Some("for")), Part::Noun);
        assert_eq!(part(Some("to"), "work", Some("closely")), Part::Break);
        assert_eq!(part(Some("decent"), "work", None), Part::Noun);
    }

    #[test]
    fn endings_tell_what_no_list_holds() {
        assert_eq!(part(Some("the"), "granting", Some("visas")), Part::Break);
        assert_eq!(part(Some("the"), "trafficking", None), Part::Noun);
        assert_eq!(part(Some("the"), "regional", Some("body")), Part::Modifier);
        assert_eq!(part(Some("of"), "skilled", Some("workers")), Part::Modifier);
        assert_eq!(part(Some("be"), "skilled", Some("workers")), Part::Break);
        assert_eq!(part(Some("the"), "fully", Some("funded")), Part::Break);
        assert_eq!(part(Some("the"), "elderly", None), Part::Noun);
    }

    #[test]
    fn verbs_know_their_forms() {
        for form in ["ratify", "ratifies", "ratifying", "putting", "enhances", "enriches"] {
            assert!(VERB_FORM.contains(form), "{form}");
        }
    }

    #[test]
    fn empty_nouns_are_known_in_the_plural() {
        assert!(is_empty_noun("ways") && is_empty_noun("countries") && !is_empty_noun("costs"));
    }
}
