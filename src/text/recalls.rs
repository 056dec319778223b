//! Whether a recommendation says itself that it was made before: "We repeat our recommendation of 2019 that ...".

use std::sync::LazyLock;

use regex::Regex;

use super::fold::fold;

/// Where such a text says so, in bytes of the folded text.
const OPENING: usize = 260;

/// Bytes behind the words in which the year may stand.
const BEHIND: usize = 80;

/// What a recommendation says of an earlier one that it makes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recalled {
    /// The year of the earlier one, if it is said.
    pub year: Option<i32>,
}

/// What `text` says of an earlier recommendation that it makes again, in English, French, Spanish, German or
/// Portuguese.
#[must_use]
pub fn recalls(text: &str) -> Option<Recalled> {
    static AGAIN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"\b(?:repeat|repeats|repeating|reiterate|reiterates|reiterating|renew|renews|restate|restates|reaffirm|reaffirms) (?:[\w'-]+ ){1,4}recommendations?\b",
            // What is recalled may also be what others recommend.
            r"|\b(?:recall|recalls|recalling) (?:its|our|my|his|her|their) (?:[\w'-]+ ){0,3}recommendations?\b",
            r"|\b(?:as|again,? as) (?:we|i|it|the \w+) (?:already |previously )?recommended\b",
            r"|\b(?:as )?(?:already|previously) recommended (?:in|by us|by the)\b",
            r"|\b(?:reiter|renouvel|reaffirm)(?:e|ent|ons|ant|le|lent) (?:[\w'-]+ ){1,4}recommandations?\b",
            r"|\brappel(?:le|lent|ons|ant) (?:sa|ses|notre|nos|leur|leurs) (?:[\w'-]+ ){0,3}recommandations?\b",
            r"|\b(?:reiter|renuev|reafirm)(?:a|an|amos|ando) (?:[\w'-]+ ){1,4}recomendacion(?:es)?\b",
            r"|\b(?:record|recuerd)(?:a|an|amos|ando) (?:su|sus|nuestra|nuestras) (?:[\w'-]+ ){0,3}recomendacion(?:es)?\b",
            r"|\b(?:reiter|renov|reafirm)(?:a|am|amos|ando) (?:[\w'-]+ ){1,4}recomendac(?:ao|oes)\b",
            r"|\b(?:record|relembr)(?:a|am|amos|ando) (?:as? )?(?:suas?|nossas?) (?:[\w'-]+ ){0,3}recomendac(?:ao|oes)\b",
            r"|\b(?:wiederhol|erneuer|bekraftig)(?:t|en|te|ten) (?:[\w'-]+ ){1,4}empfehlung(?:en)?\b",
            r"|\bempfehlung(?:en)? (?:[\w'-]+ ){1,8}(?:wiederhol|erneuer|bekraftig)(?:t|en|te|ten)\b",
        ))
        .expect("a constant, and tested")
    });
    static GENERAL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\bgeneral (?:recommendation|comment)|\b(?:recommandation|recomendacion|recomendacao)(?:e?s)? (?:general|geral)")
            .expect("a constant, and tested")
    });
    static YEAR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(?:19[89]|20[0-4])[0-9]\b").expect("a constant, and tested")
    });
    let folded = fold(text);
    let found = AGAIN.find(&folded).filter(|found| found.start() < OPENING)?;
    let end = (found.end() + BEHIND).min(folded.len());
    let end = (end..=folded.len()).find(|&at| folded.is_char_boundary(at)).unwrap_or(folded.len());
    let behind = folded[found.start()..end].split(['.', ';']).next().unwrap_or_default();
    // "Recalling its general recommendation No. 33 (2015)": what it says to all States, and no request made again.
    if GENERAL.is_match(behind) {
        return None;
    }
    Some(Recalled { year: YEAR.find(behind).and_then(|year| year.as_str().parse().ok()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_before_is_said_in_five_languages() {
        let year = |text: &str| recalls(text).map(|recalled| recalled.year);
        for (text, expected) in [
            (
                "We repeat our recommendation of 2019 that the Ministry let councils bill banks.",
                Some(Some(2019)),
            ),
            (
                "The Committee reiterates its previous recommendation (para. 12) that the State party act.",
                Some(None),
            ),
            (
                "As we recommended in our 2016 report, councils should publish prices.",
                Some(Some(2016)),
            ),
            (
                "Recalling its previous recommendations of 2011 and 2018, the Board asks for a plan.",
                Some(Some(2011)),
            ),
            ("La Cour réitère sa recommandation de 2021 de publier les comptes.", Some(Some(2021))),
            ("El Comité reitera su recomendación anterior de ratificar el Convenio.", Some(None)),
            ("O Tribunal reitera a recomendação de 2020 ao Ministério.", Some(Some(2020))),
            ("Der Rechnungshof bekräftigt seine Empfehlung aus dem Jahr 2017.", Some(Some(2017))),
            ("Die Empfehlung aus dem Jahr 2017 wird wiederholt.", Some(Some(2017))),
            ("The Ministry should repeat the survey in 2026 and publish recommendations.", None),
            ("Recall the product. The recommendations of 2019 stand.", None),
            ("Publish the recommendations of 2019.", None),
            (
                "Recalling its general recommendation No. 33 (2015), the Committee recommends a law.",
                None,
            ),
            (
                "Rappelant sa recommandation générale no 33 (2015), le Comité recommande une loi.",
                None,
            ),
            (
                "Recalling the recommendation of the Human Rights Committee, Canada asks for a law.",
                None,
            ),
            ("", None),
        ] {
            assert_eq!(year(text), expected, "{text}");
        }
    }
}
