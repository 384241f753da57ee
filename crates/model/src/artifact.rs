//! A model as bytes, and back: two files, checked before anything is believed.
//!
//! ```text
//! manifest.json   format, feature version, SHA-256 of the weights, corpus, parameters, figures
//! weights.bin     "LANGHALS" · format u32 · features n u32
//!                 usual familiarity f64
//!                 class, then priority: bias 3 × f64 · calibration 9 + 3 × f64 · scale 3 × f32
//!                 n × key u64, ascending · n × idf f32 · n × weights 3 + 3 × i16, times scale
//! ```
//! Little-endian throughout. No word of any mail is in it: features are hashes.

use domain::ModelId;
use sha2::{Digest, Sha256};

use crate::example::hex;
use crate::familiarity::Usual;
use crate::features;
use crate::head::Calibration;
use crate::lexicon::Lexicon;
use crate::manifest::Manifest;
use crate::model::{Head, Model};

/// Version of the format above.
pub(crate) const FORMAT: u32 = 2;

const MAGIC: &[u8; 8] = b"LANGHALS";

/// More features than any training allows: sizes beyond are nonsense.
const MOST_FEATURES: usize = 1_000_000;

/// A model's two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// `manifest.json`, for people and programs.
    pub manifest: Vec<u8>,
    /// `weights.bin`.
    pub weights: Vec<u8>,
}

/// Why bytes are no model that this program can use.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The manifest cannot be read.
    #[error(
        "manifest.json cannot be read as a model's manifest (line {line}, column {column}); train the model anew or restore the file"
    )]
    Manifest {
        /// Where reading ended.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// Written by a newer program.
    #[error(
        "the model has format {found}, this program reads format {FORMAT}; update langhals or train the model anew"
    )]
    NewerFormat {
        /// The format it has.
        found: u32,
    },
    /// Written by an older program.
    #[error("the model has format {found}, this program reads format {FORMAT}; train the model anew")]
    OlderFormat {
        /// The format it has.
        found: u32,
    },
    /// Learnt from other features.
    #[error(
        "the model was learnt with feature version {found}, this program computes version {}; train the model anew",
        features::VERSION
    )]
    OtherFeatures {
        /// The version it has.
        found: u32,
    },
    /// The weights are not those of the manifest.
    #[error(
        "weights.bin does not have the checksum that manifest.json names; one of them is damaged or from another model, restore both"
    )]
    Checksum,
    /// The weights are no weights.
    #[error("weights.bin is damaged: {0}; train the model anew or restore the file")]
    Weights(&'static str),
}

/// The weights before they are written.
pub(crate) struct Weights<'a> {
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) usual: Usual,
    pub(crate) class: HeadWeights,
    pub(crate) priority: HeadWeights,
}

/// One question's weights.
pub(crate) struct HeadWeights {
    pub(crate) bias: [f64; 3],
    pub(crate) calibration: Calibration,
    pub(crate) features: Vec<[f64; 3]>,
}

/// Writes `weights.bin`.
pub(crate) fn write(weights: &Weights<'_>) -> Vec<u8> {
    let heads = [&weights.class, &weights.priority];
    let scales = heads.map(|head| scales(&head.features));
    let mut bytes = Vec::with_capacity(400 + 24 * weights.lexicon.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.extend_from_slice(&(weights.lexicon.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&weights.usual.0.to_le_bytes());
    for (head, scale) in heads.into_iter().zip(&scales) {
        let calibration = head.calibration.matrix.as_flattened().iter().chain(&head.calibration.bias);
        head.bias.iter().chain(calibration).for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
        for step in scale {
            bytes.extend_from_slice(&step.to_le_bytes());
        }
    }
    weights.lexicon.keys().iter().for_each(|key| bytes.extend_from_slice(&key.to_le_bytes()));
    weights.lexicon.idf().iter().for_each(|idf| bytes.extend_from_slice(&idf.to_le_bytes()));
    for (class, priority) in weights.class.features.iter().zip(&weights.priority.features) {
        let steps = quantised(class, scales[0]).into_iter().chain(quantised(priority, scales[1]));
        steps.for_each(|step| bytes.extend_from_slice(&step.to_le_bytes()));
    }
    bytes
}

/// The step of each label's weights: the largest becomes 32767.
fn scales(features: &[[f64; 3]]) -> [f32; 3] {
    [0, 1, 2].map(|label| {
        let largest = features.iter().map(|weights| weights[label].abs()).fold(0.0, f64::max);
        (largest / f64::from(i16::MAX)).max(1e-12) as f32
    })
}

fn quantised(weights: &[f64; 3], scale: [f32; 3]) -> [i16; 3] {
    [0, 1, 2].map(|label| (weights[label] / f64::from(scale[label])).round() as i16)
}

/// Reads a model. `id` is the name of its folder.
///
/// # Errors
/// [`LoadError`], whose text says what is wrong and what to do; the model is not used.
pub fn load(id: &ModelId, manifest: &[u8], weights: &[u8]) -> Result<Model, LoadError> {
    let version: Versions = serde_json::from_slice(manifest).map_err(|error| unreadable(&error))?;
    if version.format > FORMAT {
        return Err(LoadError::NewerFormat { found: version.format });
    }
    if version.format < FORMAT {
        return Err(LoadError::OlderFormat { found: version.format });
    }
    if version.feature_version != features::VERSION {
        return Err(LoadError::OtherFeatures { found: version.feature_version });
    }
    let manifest: Manifest = serde_json::from_slice(manifest).map_err(|error| unreadable(&error))?;
    if !hex(&Sha256::digest(weights)).eq_ignore_ascii_case(&manifest.weights_sha256) {
        return Err(LoadError::Checksum);
    }
    let parts = read(weights).map_err(LoadError::Weights)?;
    if parts.lexicon.len() != manifest.features {
        return Err(LoadError::Weights("it has another number of features than manifest.json says"));
    }
    Ok(Model::new(id.clone(), manifest, parts))
}

/// Read first, so that a newer manifest is called newer and not unreadable.
#[derive(serde::Deserialize)]
struct Versions {
    format: u32,
    feature_version: u32,
}

fn unreadable(error: &serde_json::Error) -> LoadError {
    LoadError::Manifest { line: error.line(), column: error.column() }
}

/// What is in `weights.bin`.
pub(crate) struct Parts {
    pub(crate) lexicon: Lexicon,
    pub(crate) usual: Usual,
    pub(crate) class: Head,
    pub(crate) priority: Head,
    /// Class, then priority.
    pub(crate) weights: Vec<[[f32; 3]; 2]>,
}

fn read(bytes: &[u8]) -> Result<Parts, &'static str> {
    let mut bytes = Bytes(bytes);
    if bytes.take::<8>()? != *MAGIC {
        return Err("it does not begin like a model's weights");
    }
    if u32::from_le_bytes(bytes.take()?) != FORMAT {
        return Err("it has another format than manifest.json says");
    }
    let features = u32::from_le_bytes(bytes.take()?) as usize;
    if features > MOST_FEATURES {
        return Err("it claims more features than any model has");
    }
    let usual = Usual(finite(&mut bytes)?);
    if !(0.0..=1.0).contains(&usual.0) {
        return Err("its usual familiarity is no share");
    }
    let (class, class_scale) = head(&mut bytes)?;
    let (priority, priority_scale) = head(&mut bytes)?;
    if bytes.0.len() != features * 24 {
        return Err("its length does not fit the number of features");
    }
    let keys = keys(&mut bytes, features)?;
    let idf = (0..features).map(|_| finite32(&mut bytes)).collect::<Result<Vec<f32>, _>>()?;
    let mut row = || {
        let mut weights = [class_scale, priority_scale];
        for weight in weights.as_flattened_mut() {
            *weight *= f32::from(i16::from_le_bytes(bytes.take()?));
        }
        Ok(weights)
    };
    let weights = (0..features).map(|_| row()).collect::<Result<Vec<_>, &str>>()?;
    let (lexicon, weights) = frequent_first(keys, idf, weights);
    Ok(Parts { lexicon, usual, class, priority, weights })
}

/// In memory the features that most messages have stand together, so that they stay in the cache.
fn frequent_first(
    keys: Vec<u64>,
    idf: Vec<f32>,
    weights: Vec<[[f32; 3]; 2]>,
) -> (Lexicon, Vec<[[f32; 3]; 2]>) {
    let mut features: Vec<_> = idf.into_iter().zip(keys).zip(weights).collect();
    features.sort_unstable_by(|((a, left), _), ((b, right), _)| a.total_cmp(b).then(left.cmp(right)));
    let (known, weights): (Vec<_>, Vec<_>) = features.into_iter().unzip();
    let (idf, keys): (Vec<f32>, Vec<u64>) = known.into_iter().unzip();
    (Lexicon::new(keys, idf), weights)
}

fn head(bytes: &mut Bytes<'_>) -> Result<(Head, [f32; 3]), &'static str> {
    let mut triple =
        || -> Result<[f64; 3], &'static str> { Ok([finite(bytes)?, finite(bytes)?, finite(bytes)?]) };
    let bias = triple()?;
    let matrix = [triple()?, triple()?, triple()?];
    let calibration = Calibration { matrix, bias: triple()? };
    Ok((Head { bias, calibration }, [finite32(bytes)?, finite32(bytes)?, finite32(bytes)?]))
}

fn keys(bytes: &mut Bytes<'_>, features: usize) -> Result<Vec<u64>, &'static str> {
    let mut keys = Vec::with_capacity(features);
    let mut last = 0;
    for _ in 0..features {
        let key = u64::from_le_bytes(bytes.take()?);
        if key <= last {
            return Err("its features are not in ascending order");
        }
        keys.push(key);
        last = key;
    }
    Ok(keys)
}

/// Beyond this, a number is no weight: sums of it could not be told from infinity.
const LARGEST: f64 = 1e6;

fn finite(bytes: &mut Bytes<'_>) -> Result<f64, &'static str> {
    let number = f64::from_le_bytes(bytes.take()?);
    if number.abs() <= LARGEST { Ok(number) } else { Err("it contains a number that is none") }
}

fn finite32(bytes: &mut Bytes<'_>) -> Result<f32, &'static str> {
    let number = f32::from_le_bytes(bytes.take()?);
    if f64::from(number.abs()) <= LARGEST { Ok(number) } else { Err("it contains a number that is none") }
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], &'static str> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or("it ends too early")?;
        self.0 = rest;
        Ok(*head)
    }
}
