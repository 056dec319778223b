//! ONNX models through fastembed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fastembed::{
    EmbeddingModel, InitOptionsUserDefined, ModelTrait, Pooling, TextEmbedding, TextInitOptions,
    TokenizerFiles, UserDefinedEmbeddingModel,
};

use super::{
    EmbedError, Embedder, ModelEntry, ModelInfo, ModelOptions, TokenParts,
    bundled::ModelFiles,
    cross::{CrossEncoder, TokenPair},
    judge::{Judge, TokenVectors},
    known::Known,
    means::LanguageMeans,
    memory, runtime, workers,
};
use crate::domain::{Embedding, Opinion, Progress, Span, Stage, TokenPart};

/// Fewest texts that justify another session; loading one takes 0.1 s, as long as some ten texts.
const TEXTS_PER_SESSION: usize = 32;

/// Threads for which a process that is asked often keeps sessions open: each takes some 300 MB with those of the judge.
const READY_THREADS: usize = 2;

/// What the token vectors take that such a process keeps: those of some 500 recommendations.
const KNOWN_BYTES: usize = 32 << 20;

/// A model in ONNX Runtime: one session a thread, one text at a time in each.
///
/// One text at a time is as fast as small batches of equal length, since nothing is padded and a
/// paragraph fills the matrix units. It also keeps the vector of a text independent of its batch.
pub struct Onnx {
    info: ModelInfo,
    prefix: String,
    sessions: Vec<TextEmbedding>,
    judge: Option<Judge>,
    cross: Option<CrossEncoder>,
    means: Option<LanguageMeans>,
    /// Token vectors that are kept for the next question; `None` if there is no next.
    known: Option<Known>,
    threads: usize,
    make: Box<dyn Fn() -> Result<TextEmbedding, EmbedError> + Send>,
}

impl Onnx {
    pub(super) fn open(
        files: ModelFiles,
        threads: usize,
        on: &dyn Progress,
    ) -> Result<Self, EmbedError> {
        let id = files.info.id.clone();
        let pooling = match files.info.pooling.as_str() {
            "mean" => Pooling::Mean,
            "cls" => Pooling::Cls,
            other => {
                let why = format!("pooling `{other}` in model.toml is neither `mean` nor `cls`");
                return Err(EmbedError::Load { id, why });
            }
        };
        let tokenizer_files = TokenizerFiles {
            tokenizer_file: files.tokenizer,
            config_file: files.config,
            special_tokens_map_file: files.special_tokens_map,
            tokenizer_config_file: files.tokenizer_config,
        };
        let model =
            UserDefinedEmbeddingModel::new(files.onnx, tokenizer_files).with_pooling(pooling);
        let max_tokens = files.info.max_tokens;
        let make = move || {
            // Only the options for a named model accept an environment; the name is not used.
            let options = session_options(TextInitOptions::default()).with_max_length(max_tokens);
            let options = InitOptionsUserDefined::from(options);
            TextEmbedding::try_new_from_user_defined(model.clone(), options)
                .map_err(|error| EmbedError::Load { id: id.clone(), why: error.to_string() })
        };
        let mut model =
            Self::with_first_session(files.info, files.prefix, threads, Box::new(make), on)?;
        model.judge = files.judge.map(|onnx| Judge::new(onnx, threads));
        model.cross = files.cross.map(|onnx| CrossEncoder::new(onnx, threads));
        model.means = files.means;
        Ok(model)
    }

    fn with_first_session(
        info: ModelInfo,
        prefix: String,
        threads: usize,
        make: Box<dyn Fn() -> Result<TextEmbedding, EmbedError> + Send>,
        on: &dyn Progress,
    ) -> Result<Self, EmbedError> {
        on.begin(Stage::LoadModel, None);
        let first = make();
        on.end();
        let threads = threads.max(1);
        let (judge, cross, means) = (None, None, None);
        let sessions = vec![first?];
        let known = None;
        Ok(Self { info, prefix, sessions, judge, cross, means, known, threads, make })
    }

    /// The token vectors of each of `texts`, in their order.
    fn token_vectors(
        &mut self,
        texts: &[&str],
        on: &dyn Progress,
    ) -> Result<Vec<Arc<TokenVectors>>, EmbedError> {
        let known = |text: &&str| self.known.as_ref().and_then(|known| known.get(text));
        let mut all: Vec<Option<Arc<TokenVectors>>> = texts.iter().map(known).collect();
        let open: Vec<usize> = (0..texts.len()).filter(|&at| all[at].is_none()).collect();
        let asked: Vec<&str> = open.iter().map(|&at| texts[at]).collect();
        let read = self.run_each(Stage::Judge, &asked, on, |session, prefix, number, text| {
            let found = token_vectors(session, prefix, text);
            found.map_err(|error| EmbedError::run(open[number], text, error.as_ref()))
        })?;
        for (&at, vectors) in open.iter().zip(read) {
            let vectors = Arc::new(vectors);
            if let Some(known) = &mut self.known {
                known.add(texts[at], Arc::clone(&vectors));
            }
            all[at] = Some(vectors);
        }
        Ok(all.into_iter().map(|vectors| vectors.expect("each was known or read")).collect())
    }

    /// Opens as many sessions as `n_texts` justify and memory has room for, at most one a thread.
    fn grow(&mut self, n_texts: usize) -> Result<(), EmbedError> {
        let wanted = (n_texts / TEXTS_PER_SESSION).clamp(1, self.threads);
        while self.sessions.len() < wanted && memory::has_room(memory::SESSION_BYTES) {
            self.sessions.push((self.make)()?);
        }
        Ok(())
    }

    /// The results of `work` for each text, in the order of `texts`, or the first failure by number.
    ///
    /// `work` receives a session, the model's prefix, the number of the text and the text.
    fn run_each<T: Send>(
        &mut self,
        stage: Stage,
        texts: &[&str],
        on: &dyn Progress,
        work: impl Fn(&mut TextEmbedding, &str, usize, &str) -> Result<T, EmbedError> + Sync,
    ) -> Result<Vec<T>, EmbedError> {
        self.grow(texts.len())?;
        on.begin(stage, Some(texts.len() as u64));
        // Longest first, so that no thread is left with a long text at the end.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&number| (std::cmp::Reverse(texts[number].len()), number));
        let next = AtomicUsize::new(0);
        let (order, next, work, prefix) = (&order, &next, &work, self.prefix.as_str());
        let parts = workers::run(&mut self.sessions, |session| {
            let mut done = Vec::new();
            while let Some(&number) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                done.push((number, work(session, prefix, number, texts[number])));
                on.advance(1);
            }
            done
        });
        on.end();
        in_order(parts)
    }
}

impl Embedder for Onnx {
    fn model(&self) -> &ModelInfo {
        &self.info
    }

    fn keep_ready(&mut self) {
        let threads = self.threads.min(READY_THREADS);
        while self.sessions.len() < threads && memory::has_room(memory::SESSION_BYTES) {
            let Ok(session) = (self.make)() else { break };
            self.sessions.push(session);
        }
        if let Some(judge) = &mut self.judge {
            judge.keep_ready(threads);
        }
        if let Some(cross) = &mut self.cross {
            cross.keep_ready(threads);
        }
        self.known.get_or_insert_with(|| Known::new(KNOWN_BYTES));
    }

    fn embed(&mut self, texts: &[&str], on: &dyn Progress) -> Result<Vec<Embedding>, EmbedError> {
        let means = self.means.clone();
        let raw = self.run_each(Stage::Embed, texts, on, embed_one)?;
        let one = |(number, raw): (usize, Vec<f32>)| {
            let text = texts[number];
            let vector =
                means.as_ref().map_or_else(|| raw.clone(), |m| m.without(text, raw.clone()));
            // Nothing is left of a text that is the mean of its language: better its own vector.
            Embedding::normalize(vector)
                .or_else(|_| Embedding::normalize(raw))
                .map_err(|why| EmbedError::no_direction(number, text, why))
        };
        raw.into_iter().enumerate().map(one).collect()
    }

    fn token_parts(&mut self, texts: &[&str], on: &dyn Progress) -> Result<TokenParts, EmbedError> {
        if self.info.pooling != "mean" {
            return Ok(None);
        }
        let parts = self.run_each(Stage::Explain, texts, on, |session, prefix, number, text| {
            parts_of_tokens(session, prefix, text)
                .map_err(|error| EmbedError::run(number, text, error.as_ref()))
        })?;
        // If one text has no parts, the model gives none.
        Ok(parts.into_iter().collect())
    }

    fn judge(
        &mut self,
        texts: &[&str],
        pairs: &[(usize, usize)],
        on: &dyn Progress,
    ) -> Result<Option<Vec<Opinion>>, EmbedError> {
        if self.judge.is_none() {
            return Ok(None);
        }
        let vectors = self.token_vectors(texts, on)?;
        let judge = self.judge.as_mut().expect("checked above");
        let opinions = judge.opinions(&vectors, pairs, on);
        let id = &self.info.id;
        opinions
            .map(Some)
            .map_err(|error| EmbedError::Judge { id: id.clone(), why: error.to_string() })
    }

    fn read_closely(
        &mut self,
        pairs: &[(&str, &str)],
        on: &dyn Progress,
    ) -> Result<Option<Vec<Opinion>>, EmbedError> {
        let Some(cross) = &mut self.cross else { return Ok(None) };
        if pairs.is_empty() {
            return Ok(Some(Vec::new()));
        }
        if !cross.has_room() {
            return Err(EmbedError::Memory { id: self.info.id.clone() });
        }
        let failed = |why: String| EmbedError::Judge { id: self.info.id.clone(), why };
        let tokenizer = &self.sessions[0].tokenizer;
        let mut known: HashMap<&str, Vec<u32>> = HashMap::new();
        for text in pairs.iter().flat_map(|(a, b)| [*a, *b]) {
            if !known.contains_key(text) {
                let tokens =
                    tokenizer.encode(text, false).map_err(|why| failed(why.to_string()))?;
                known.insert(text, tokens.get_ids().to_vec());
            }
        }
        let special = tokenizer.encode("", true).map_err(|why| failed(why.to_string()))?;
        let &[opens, closes] = special.get_ids() else {
            return Err(failed("the tokenizer does not open and close a text".to_owned()));
        };
        let pairs: Vec<TokenPair> = pairs
            .iter()
            .map(|(a, b)| TokenPair::new([opens, closes], &known[a], &known[b]))
            .collect();
        cross.opinions(&pairs, on).map(Some).map_err(|why| failed(why.to_string()))
    }
}

/// Anything that goes wrong inside fastembed or ONNX Runtime.
type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// The output of the model for `text`, before pooling.
fn token_vectors(
    session: &mut TextEmbedding,
    prefix: &str,
    text: &str,
) -> Result<TokenVectors, AnyError> {
    let batches = session.transform([format!("{prefix}{text}")], Some(1))?.into_raw();
    let output = batches.first().and_then(|batch| batch.outputs.first());
    let (_, values) = output.ok_or("the model gave nothing")?;
    let (shape, values) = values.try_extract_tensor::<f32>()?;
    match shape[..] {
        [1, _, dim] if dim > 0 => Ok(TokenVectors::new(values, usize::try_from(dim)?)),
        _ => Err("the model does not give a vector for each token".into()),
    }
}

/// What each token contributes to the embedding of `text`: mean pooling in reverse.
///
/// Each token's vector is divided by the number of tokens and the length of their mean. `None` if the
/// model does not give a vector for each token.
fn parts_of_tokens(
    session: &mut TextEmbedding,
    prefix: &str,
    text: &str,
) -> Result<Option<Vec<TokenPart>>, AnyError> {
    let input = format!("{prefix}{text}");
    let encoding = session.tokenizer.encode(input.as_str(), true)?;
    let mut batches = session.transform([input], Some(1))?.into_raw();
    let Some(batch) = batches.pop() else { return Ok(None) };
    let Some((_, values)) = batch.outputs.first() else { return Ok(None) };
    let (shape, values) = values.try_extract_tensor::<f32>()?;
    let [_, n_tokens, dim] = shape[..] else { return Ok(None) };
    let (n_tokens, dim) = (usize::try_from(n_tokens)?, usize::try_from(dim)?);
    let spans = encoding.get_offsets();
    if spans.len() != n_tokens || dim == 0 {
        return Ok(None);
    }
    let mut sum = vec![0.0_f32; dim];
    for row in values.chunks_exact(dim) {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    let norm = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    let part = |(row, &(start, end)): (&[f32], &(usize, usize))| TokenPart {
        span: Span {
            start: start.saturating_sub(prefix.len()),
            end: end.saturating_sub(prefix.len()),
        },
        part: row.iter().map(|x| x / norm).collect(),
    };
    Ok(Some(values.chunks_exact(dim).zip(spans).map(part).collect()))
}

/// Results with the numbers of their texts.
type Numbered<T> = Vec<(usize, Result<T, EmbedError>)>;

/// Puts the results of all threads back in the order of the texts.
fn in_order<T>(parts: Vec<std::thread::Result<Numbered<T>>>) -> Result<Vec<T>, EmbedError> {
    let mut all = Vec::new();
    for part in parts {
        let part = part.map_err(|_| EmbedError::run(0, "", "a worker thread panicked"))?;
        all.extend(part);
    }
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, result)| result).collect()
}

fn embed_one(
    session: &mut TextEmbedding,
    prefix: &str,
    number: usize,
    text: &str,
) -> Result<Vec<f32>, EmbedError> {
    let input = if prefix.is_empty() { text.into() } else { format!("{prefix}{text}") };
    let mut rows =
        session.embed([input], Some(1)).map_err(|error| EmbedError::run(number, text, &error))?;
    rows.pop().ok_or_else(|| EmbedError::run(number, text, "no vector came back"))
}

/// `options` for a single-threaded session in the environment of this process.
fn session_options(options: TextInitOptions) -> TextInitOptions {
    let options = options.with_intra_threads(1);
    match runtime::environment() {
        Some(environment) => options.with_environment(environment),
        None => options,
    }
}

/// The model that fastembed knows as `id`, from its hub or an earlier download.
pub(super) fn from_hub(
    id: &str,
    options: &ModelOptions,
    on: &dyn Progress,
) -> Result<Onnx, EmbedError> {
    let known = TextEmbedding::list_supported_models();
    let known = known.into_iter().find(|model| model.model_code.eq_ignore_ascii_case(id));
    let known = known.ok_or_else(|| EmbedError::Unknown { id: id.to_owned() })?;
    let cache = options.cache.as_ref().map(|cache| cache.join("models"));
    let (name, code) = (known.model.clone(), known.model_code.clone());
    let make = move || {
        let mut options = session_options(TextInitOptions::new(name.clone()));
        options = options.with_show_download_progress(false);
        if let Some(cache) = &cache {
            options = options.with_cache_dir(cache.clone());
        }
        TextEmbedding::try_new(options)
            .map_err(|error| EmbedError::Hub { id: code.clone(), why: error.to_string() })
    };
    let info = ModelInfo {
        id: known.model_code.clone(),
        sha256: None,
        dim: known.dim,
        pooling: pooling_name(&known.model).to_owned(),
        max_tokens: 512,
        judge: None,
        cross: None,
        means: None,
    };
    Onnx::with_first_session(info, String::new(), options.threads, Box::new(make), on)
}

fn pooling_name(model: &EmbeddingModel) -> &'static str {
    match TextEmbedding::get_default_pooling_method(model) {
        Some(Pooling::Mean) => "mean",
        Some(_) => "cls",
        None => "none",
    }
}

/// The models that fastembed downloads by name.
pub(super) fn hub_models() -> impl Iterator<Item = ModelEntry> {
    let mut models = TextEmbedding::list_supported_models();
    models.retain(|model| {
        // Skip dynamically quantized models: the vector of a text would depend on its batch.
        EmbeddingModel::get_model_info(&model.model).is_some()
            && !matches!(
                TextEmbedding::get_quantization_mode(&model.model),
                fastembed::QuantizationMode::Dynamic
            )
    });
    models.sort_by(|a, b| a.model_code.cmp(&b.model_code));
    models.dedup_by(|a, b| a.model_code == b.model_code);
    models.into_iter().map(|model| ModelEntry {
        id: model.model_code,
        dim: model.dim,
        description: model.description,
        built_in: false,
    })
}
