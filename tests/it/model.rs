//! The plain model gives the vectors that its authors' weights give; the default one keeps what the
//! plain one can.

use concord::internals::domain::{Embedding, dot};
use concord::{DEFAULT_MODEL, Embedder, ModelOptions, PLAIN_MODEL, Silent};
use serde::Deserialize;

use crate::workspace::{repository, shared};

/// Least cosine with the reference, which was computed in double precision from the weights before they were
/// stored as int8.
const LEAST_COSINE: f32 = 0.999;

fn open(id: &str, threads: usize) -> Box<dyn Embedder> {
    let named = std::env::var_os("CONCORD_CACHE_DIR").filter(|path| !path.is_empty());
    let usual = || Some(directories::ProjectDirs::from("", "", "concord")?.cache_dir().to_owned());
    let places = ModelOptions { cache: named.map(Into::into).or_else(usual), threads };
    concord::open_model(id, &places, &Silent).expect("ONNX Runtime is there or can be fetched")
}

#[derive(Deserialize)]
struct Reference {
    text: String,
    vector: Vec<f32>,
}

#[test]
fn vectors_are_those_of_an_independent_forward_pass() {
    let path = repository().join("tests/data/reference-vectors.json");
    let references: Vec<Reference> =
        serde_json::from_slice(&std::fs::read(path).unwrap()).expect("the references are valid");
    assert_eq!(references.len(), 8);
    let texts: Vec<&str> = references.iter().map(|reference| reference.text.as_str()).collect();
    let found = open(PLAIN_MODEL, 1).embed(&texts, &Silent).unwrap();
    for (reference, embedding) in references.iter().zip(&found) {
        assert_eq!(reference.vector.len(), embedding.as_slice().len());
        let cosine = dot(&reference.vector, embedding.as_slice());
        assert!(cosine > LEAST_COSINE, "cosine {cosine} for {:?}", reference.text);
    }
}

#[test]
fn tokens_make_up_the_vector() {
    let text = "Bring the price of sending money home below three per cent by 2030.";
    for id in [DEFAULT_MODEL, PLAIN_MODEL, "concord/hashing"] {
        let mut model = open(id, 1);
        let vector = model.embed(&[text], &Silent).unwrap().remove(0);
        let parts =
            model.token_parts(&[text], &Silent).unwrap().expect("a sum over tokens").remove(0);
        for (at, expected) in vector.as_slice().iter().enumerate() {
            let sum: f32 = parts.iter().map(|token| token.part[at]).sum();
            assert!((sum - expected).abs() < 1e-5, "{id}, component {at}: {sum} is not {expected}");
        }
        let words: Vec<&str> = parts.iter().map(|t| &text[t.span.start..t.span.end]).collect();
        assert!(words.contains(&"sending") && words.contains(&"cent"), "{words:?}");
    }
}

#[test]
fn a_vector_depends_neither_on_other_texts_nor_on_threads() {
    // Enough texts for a second session, of very different lengths.
    let texts: Vec<String> = (0..96)
        .map(|n| format!("Agency {n} should report. {}", "It should do so soon. ".repeat(n % 7)))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let bits = |embedding: &Embedding| -> Vec<u32> {
        embedding.as_slice().iter().map(|x| x.to_bits()).collect()
    };
    let (mut one, mut two) = (open(DEFAULT_MODEL, 1), open(DEFAULT_MODEL, 2));
    let together = two.embed(&texts, &Silent).unwrap();
    let by_one = one.embed(&texts, &Silent).unwrap();
    for number in 0..texts.len() {
        assert!(bits(&together[number]) == bits(&by_one[number]), "text {number}, by threads");
    }
    for number in [0, 5, 40, 95] {
        let alone = two.embed(&[texts[number]], &Silent).unwrap();
        assert!(bits(&alone[0]) == bits(&together[number]), "text {number}, alone");
    }
}

#[test]
fn sts_benchmark_scores_are_the_published_ones() {
    let Some(path) = shared("gold/stsb-en-dev.csv") else { return };
    let mut table = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    let rows: Vec<(String, String, f64)> = table.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 1500);
    let found = spearman(PLAIN_MODEL, &rows);
    println!("Spearman on STS Benchmark dev: {found:.4}");
    assert!((found - 0.867).abs() <= 0.001, "Spearman is {found:.4}, expected 0.867 ± 0.001");
    // Its training has seen most of these, so this says only that nothing was lost.
    let adapted = spearman(DEFAULT_MODEL, &rows);
    println!("the default model: {adapted:.4}");
    assert!(adapted > 0.86, "Spearman of the default model is {adapted:.4}");
}

fn spearman(model: &str, rows: &[(String, String, f64)]) -> f64 {
    let texts: Vec<&str> = rows.iter().flat_map(|(a, b, _)| [a.as_str(), b]).collect();
    let vectors = open(model, 2).embed(&texts, &Silent).unwrap();
    let cosine = |pair: &[Embedding]| f64::from(dot(pair[0].as_slice(), pair[1].as_slice()));
    let cosines: Vec<f64> = vectors.chunks(2).map(cosine).collect();
    let scores: Vec<f64> = rows.iter().map(|(_, _, score)| *score).collect();
    correlation(&ranks(&cosines), &ranks(&scores))
}

/// Ranks from 0; equal values share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    for equal in order.chunk_by(|&a, &b| values[a].total_cmp(&values[b]).is_eq()) {
        let first = order.partition_point(|&at| values[at] < values[equal[0]]);
        for &at in equal {
            ranks[at] = first as f64 + (equal.len() - 1) as f64 / 2.0;
        }
    }
    ranks
}

fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mx, my) = (mean(x), mean(y));
    let sum = |f: &dyn Fn(f64, f64) -> f64| x.iter().zip(y).map(|(a, b)| f(a - mx, b - my)).sum();
    let (xy, xx, yy): (f64, f64, f64) =
        (sum(&|a, b| a * b), sum(&|a, _| a * a), sum(&|_, b| b * b));
    xy / (xx * yy).sqrt()
}

#[test]
fn equal_values_share_their_rank() {
    assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [2.5, 0.0, 2.5, 1.0]);
    assert!((correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]) - 1.0).abs() < 1e-12);
    assert!((correlation(&[1.0, 2.0, 3.0], &[6.0, 4.0, 2.0]) + 1.0).abs() < 1e-12);
}

#[test]
fn a_model_that_is_kept_ready_says_the_same_of_every_pair() {
    let texts = [
        "Bring the price of sending money home below three per cent by 2030.",
        "Cap the fees for remittances at five per cent of what is sent.",
        "States should close the gaps in data on domestic workers.",
    ];
    let pairs = [(0, 1), (0, 2), (1, 2)];
    let in_words: Vec<(&str, &str)> = pairs.iter().map(|&(a, b)| (texts[a], texts[b])).collect();
    let mut model = open(DEFAULT_MODEL, 2);
    let mut ask = |is_ready: bool| {
        if is_ready {
            model.keep_ready();
        }
        let first = model.judge(&texts, &pairs, &Silent).unwrap().expect("it has a judge");
        let close =
            model.read_closely(&in_words, &Silent).unwrap().expect("it has a cross-encoder");
        (first, close)
    };
    let before = ask(false);
    // The second time from what it has kept.
    assert!(before == ask(true) && before == ask(true));
}
