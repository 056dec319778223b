//! What a word can be in a noun phrase of French or Spanish, and which of the known languages a text
//! is in. Lists of general words; no word of any subject.

use std::collections::HashSet;
use std::sync::LazyLock;

use rust_stemmers::Algorithm;

use super::lexicon::{Part, Seen};

/// A language whose noun phrases are known. Any other is read as if it were English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    French,
    Spanish,
}

const ENGLISH: &str = "the of and to in for on with that by should be is are at from as their this";
const FRENCH: &str =
    "le la les des du et une un dans pour sur par que qui est aux au en leur ces avec";
const SPANISH: &str =
    "el la los las del de y una un en para por que con es al se sus su como entre sobre";

/// Words that no noun phrase runs across.
const FRENCH_FUNCTION: &str = "\
à afin ainsi alors après aucun aussi autre autres avant avec avoir car ce ceci cela celle celles \
celui ces cet cette ceux chacun chaque ci comme comment dans davantage depuis dès doit doivent donc \
dont elle elles encore est et étant état-elle être eux faire fait ici il ils je jusque leur leurs \
lors lorsque lui mais même mêmes mieux moins ne ni non notamment nos notre nous on ont ou où par \
parmi pas pendant peu peut peuvent plus plusieurs possible pourquoi puis quand que quel quelle qu \
quelles quels qui quoi sa sans se selon ses si soit sont sous telle telles tels tel tous tout toute \
toutes très trop un une vers via vos votre vous y devrait devraient faut grand grande grands grandes \
nouveau nouvelle nouveaux nouvelles meilleur meilleure meilleurs meilleures bon bonne certains \
certaines divers diverses";
const SPANISH_FUNCTION: &str = "\
además ahora al algo alguno algunos ante antes así aún aunque bajo bien cada casi como cómo cual \
cuales cuando cuanto debe deben debería deberían desde después donde durante e él ella ellas ello \
ellos entonces era es esa esas ese eso esos esta está están estas este esto estos fue fueron ha han \
hacer hacia haya hasta la lo más me mediante menos mi mientras mismo misma mismos mucho muchos muy \
nada ni no nos nosotros o os otra otras otro otros pero poco porque posible puede pueden pues que \
qué quien quienes según se sea sean ser si sí sido sin sino son su sus tal tales también tan tanto \
te tiene tienen toda todas todo todos tras u un una unas uno unos usted varios ya yo gran grandes \
nuevo nueva nuevos nuevas mejor mejores bueno buena ciertos ciertas diversos diversas";

const FRENCH_JOIN: &str = "de du des d à au aux en pour sur entre";
const SPANISH_JOIN: &str = "de del a al en para por sobre con entre";

/// Nouns that say nothing alone.
const EMPTY: &str = "\
état états pays gouvernement gouvernements mesure mesures personne personnes question questions \
manière façon cadre autorité autorités organisation organisations partie parties acteurs niveau \
estado estados país países gobierno gobiernos medida medidas persona personas cuestión cuestiones \
manera forma marco autoridad autoridades organización organizaciones parte partes actores nivel";

/// Nouns that end like infinitives.
const LIKE_INFINITIVES: &str = "\
papier métier chantier foyer atelier loyer danger dossier cahier chantiers hiver mer ouvrier \
financier frontière hogar lugar mujer poder taller deber bienestar familiar militar";

type Words = LazyLock<HashSet<&'static str>>;

fn set(list: &'static str) -> HashSet<&'static str> {
    list.split_whitespace().collect()
}

static ENGLISH_SET: Words = LazyLock::new(|| set(ENGLISH));
static FRENCH_SET: Words = LazyLock::new(|| set(FRENCH));
static SPANISH_SET: Words = LazyLock::new(|| set(SPANISH));
static FRENCH_FUNCTION_SET: Words = LazyLock::new(|| set(FRENCH_FUNCTION));
static SPANISH_FUNCTION_SET: Words = LazyLock::new(|| set(SPANISH_FUNCTION));
static FRENCH_JOIN_SET: Words = LazyLock::new(|| set(FRENCH_JOIN));
static SPANISH_JOIN_SET: Words = LazyLock::new(|| set(SPANISH_JOIN));
static EMPTY_SET: Words = LazyLock::new(|| set(EMPTY));
static LIKE_INFINITIVE: Words = LazyLock::new(|| set(LIKE_INFINITIVES));

impl Language {
    /// The language with the most of its commonest words in `text`; English where none leads.
    pub(super) fn of(text: &str) -> Self {
        let lower = text.to_lowercase();
        let words = || lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let count = |set: &HashSet<&str>| words().filter(|word| set.contains(word)).count();
        let english = count(&ENGLISH_SET);
        let (french, spanish) = (count(&FRENCH_SET), count(&SPANISH_SET));
        match (french, spanish) {
            _ if french.max(spanish) <= english.max(1) => Self::English,
            _ if spanish > french => Self::Spanish,
            _ => Self::French,
        }
    }

    pub(super) fn stemmer(self) -> Algorithm {
        match self {
            Self::English => Algorithm::English,
            Self::French => Algorithm::French,
            Self::Spanish => Algorithm::Spanish,
        }
    }

    pub(super) fn part(self, seen: Seen) -> Part {
        match self {
            Self::English => seen.part(),
            Self::French => part(seen, self, &FRENCH_FUNCTION_SET, &FRENCH_JOIN_SET),
            Self::Spanish => part(seen, self, &SPANISH_FUNCTION_SET, &SPANISH_JOIN_SET),
        }
    }
}

/// Adjectives follow their noun here, so that every content word may end a phrase.
fn part(seen: Seen, language: Language, function: &HashSet<&str>, join: &HashSet<&str>) -> Part {
    let word = seen.word;
    match word {
        "et" | "y" | "e" => return Part::And,
        _ if is_article(word) => return Part::Article,
        _ if join.contains(word) => return Part::Join,
        _ => {}
    }
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 3 || function.contains(word) || is_adverb(seen) || is_verb(seen, language) {
        return Part::Break;
    }
    Part::Noun
}

/// Whether a word (lower case) is an article that may follow a preposition.
pub(super) fn is_article(word: &str) -> bool {
    matches!(word, "le" | "la" | "les" | "l" | "el" | "los" | "las")
}

fn after_article(seen: Seen) -> bool {
    let articles = ["le", "la", "les", "l", "un", "une", "du", "des", "au", "aux", "el", "los"];
    seen.before.is_some_and(|before| {
        articles.contains(&before) || ["las", "una", "del", "al"].contains(&before)
    })
}

fn is_adverb(seen: Seen) -> bool {
    let word = seen.word;
    word.ends_with("amente")
        || word.ends_with("emente")
        || word.ends_with("almente")
        || (word.ends_with("ement")
            && seen.before.is_some()
            && !after_article(seen)
            && !seen.before.is_some_and(|b| FRENCH_JOIN_SET.contains(b)))
}

/// Infinitives, and what opens a statement: it asks.
fn is_verb(seen: Seen, language: Language) -> bool {
    let endings: &[&str] = match language {
        Language::Spanish => &["ar", "er", "ir", "arse", "erse", "irse", "ando", "iendo"],
        Language::French | Language::English => &["er", "ir", "oir", "indre", "ettre", "ant"],
    };
    let infinitive = endings.iter().any(|ending| seen.word.ends_with(ending))
        && !LIKE_INFINITIVE.contains(seen.word)
        && !after_article(seen);
    let free = seen.before.is_none_or(|before| {
        matches!(
            before,
            "de" | "d" | "à" | "pour" | "a" | "para" | "por" | "et" | "y" | "se" | "en"
        ) || FRENCH_FUNCTION_SET.contains(before)
            || SPANISH_FUNCTION_SET.contains(before)
    });
    let asks = seen.opens && seen.after.is_some() && seen.word.ends_with("re");
    infinitive && free || asks && language == Language::French
}

/// Whether a noun (lower case) says nothing alone.
pub(super) fn is_empty_noun(word: &str) -> bool {
    EMPTY_SET.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_their_commonest_words() {
        let french = "Réduire le coût des transferts de fonds pour les familles.";
        let spanish = "Reducir el costo de las remesas para las familias de los migrantes.";
        let english = "Reduce the cost of remittances for the families of migrants.";
        assert_eq!(Language::of(french), Language::French);
        assert_eq!(Language::of(spanish), Language::Spanish);
        assert_eq!(Language::of(english), Language::English);
        assert_eq!(Language::of("移民 データ"), Language::English);
        assert_eq!(Language::of(""), Language::English);
    }
}
