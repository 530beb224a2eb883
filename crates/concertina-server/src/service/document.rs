//! What a request can say besides its examples, and the JSON that can have both.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, SeqAccess, Visitor};

use super::nested::Nested;
use super::problem::Problem;

/// What is asked, besides the examples: in the query, in a form's fields, or in JSON.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    /// Which model; not needed where there is one alone.
    pub(crate) model: Option<String>,
    /// The class of all examples, or of each, for a conditional model.
    #[serde(default, deserialize_with = "one_or_many")]
    pub(crate) label: Vec<String>,
    /// How many samples.
    pub(crate) n: Option<usize>,
    pub(crate) seed: Option<u64>,
    /// How many images an interpolation has, ends included.
    pub(crate) steps: Option<usize>,
    /// Of a model's held-out errors: what is larger is an outlier.
    pub(crate) quantile: Option<f64>,
    /// How images are written in JSON.
    pub(crate) format: Option<Format>,
}

/// How images are written in JSON.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// Lists of numbers, `[N, C, H, W]`.
    Values,
    /// A PNG of each, in base64.
    Png,
}

impl Document {
    /// What is asked, besides the examples.
    pub(crate) fn take_fields(&mut self) -> Fields {
        Fields {
            model: self.model.take(),
            label: std::mem::take(&mut self.label),
            n: self.n,
            seed: self.seed,
            steps: self.steps,
            quantile: self.quantile,
            format: self.format,
        }
    }
}

/// A request as JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) images: Option<Images>,
    pub(crate) codes: Option<Nested>,
    model: Option<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    label: Vec<String>,
    n: Option<usize>,
    seed: Option<u64>,
    steps: Option<usize>,
    quantile: Option<f64>,
    format: Option<Format>,
}

/// Images in JSON.
#[derive(Debug)]
pub(crate) enum Images {
    /// Values in 0..1, `[N, C, H, W]` or `[N, H, W]`.
    Numbers(Nested),
    /// Pictures' files in base64.
    Pictures(Vec<Vec<u8>>),
}

impl Fields {
    /// With what the body says, too.
    ///
    /// # Errors
    /// If both say the same.
    pub(crate) fn with(self, own: Self) -> Result<Self, Problem> {
        let twice = own.given().find(|field| self.given().any(|given| given == *field));
        if let Some(field) = twice {
            return Err(Problem::unfit(format!(
                "expected `{field}` in the address or in the body, found it in both"
            )));
        }
        Ok(Self {
            model: self.model.or(own.model),
            label: [self.label, own.label].concat(),
            n: self.n.or(own.n),
            seed: self.seed.or(own.seed),
            steps: self.steps.or(own.steps),
            quantile: self.quantile.or(own.quantile),
            format: self.format.or(own.format),
        })
    }

    /// Adds a field of a form.
    ///
    /// # Errors
    /// If there is no such field, or its value is not one.
    pub(crate) fn add(&mut self, name: &str, value: String) -> Result<(), Problem> {
        let number = |value: &str| {
            value.trim().parse().map_err(|_| {
                Problem::malformed(format!("`{name}`: expected a whole number, found `{value}`"))
            })
        };
        match name {
            "model" => self.model = Some(value),
            "label" => self.label.push(value),
            "n" => self.n = Some(number(&value)? as usize),
            "seed" => self.seed = Some(number(&value)?),
            "steps" => self.steps = Some(number(&value)? as usize),
            "quantile" => {
                self.quantile = Some(value.trim().parse().map_err(|_| {
                    Problem::malformed(format!("`quantile`: expected a number, found `{value}`"))
                })?);
            }
            "format" => {
                self.format = Some(match value.as_str() {
                    "values" => Format::Values,
                    "png" => Format::Png,
                    found => {
                        return Err(Problem::malformed(format!(
                            "`format`: expected `values` or `png`, found `{found}`"
                        )));
                    }
                });
            }
            found => {
                return Err(Problem::malformed(format!("there is no field called `{found}`")));
            }
        }
        Ok(())
    }

    /// The names of those that are given.
    pub(crate) fn given(&self) -> impl Iterator<Item = &'static str> {
        [
            ("model", self.model.is_some()),
            ("label", !self.label.is_empty()),
            ("n", self.n.is_some()),
            ("seed", self.seed.is_some()),
            ("steps", self.steps.is_some()),
            ("quantile", self.quantile.is_some()),
            ("format", self.format.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, is_given)| is_given.then_some(name))
    }
}

/// Elements of a list, at most: of very many small ones, each would take more than was sent.
const LONGEST: usize = 1 << 16;

fn too_long<E: Error>() -> E {
    E::custom(format!("expected a list of at most {LONGEST}, found a longer one"))
}

/// Text, or a list of texts.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct OneOrMany;
    impl<'de> Visitor<'de> for OneOrMany {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a class's name, or a list of one for each example")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
            let mut all = Vec::new();
            while let Some(next) = list.next_element()? {
                if all.len() == LONGEST {
                    return Err(too_long());
                }
                all.push(next);
            }
            Ok(all)
        }
    }
    deserializer.deserialize_any(OneOrMany)
}

impl<'de> Deserialize<'de> for Images {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The first element tells; to look at it first takes no copy of the others.
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Images;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("nested lists of numbers, or a list of pictures in base64")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Images, A::Error> {
                let Some(first) = list.next_element::<Element>()? else {
                    return Ok(Images::Numbers(Nested { shape: vec![0], values: Vec::new() }));
                };
                let mut n = 1;
                match first {
                    Element::Picture(first) => {
                        let mut pictures = vec![first];
                        while let Some(next) = list.next_element::<Element>()? {
                            let Element::Picture(next) = next else { return Err(mixed()) };
                            if pictures.len() == LONGEST {
                                return Err(too_long());
                            }
                            pictures.push(next);
                        }
                        Ok(Images::Pictures(pictures))
                    }
                    Element::Numbers(mut all) => {
                        while let Some(next) = list.next_element::<Element>()? {
                            let Element::Numbers(next) = next else { return Err(mixed()) };
                            if next.shape != all.shape {
                                return Err(A::Error::custom(format!(
                                    "expected images of one shape, found {:?} and {:?}",
                                    all.shape, next.shape
                                )));
                            }
                            all.values.extend(next.values);
                            n += 1;
                        }
                        all.shape.insert(0, n);
                        Ok(Images::Numbers(all))
                    }
                }
            }
        }
        deserializer.deserialize_seq(Either)
    }
}

fn mixed<E: Error>() -> E {
    E::custom("expected numbers or pictures, found both")
}

/// One image.
enum Element {
    Numbers(Nested),
    Picture(Vec<u8>),
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Element;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("nested lists of numbers, or a picture in base64")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Element, E> {
                // As browsers give it: `data:image/png;base64,...`.
                let code = match text.strip_prefix("data:") {
                    Some(rest) => rest.split_once(',').map_or("", |(_, code)| code),
                    None => text,
                };
                let bytes = STANDARD.decode(code).map_err(|error| {
                    E::custom(format!("expected a picture in base64, found text ({error})"))
                })?;
                Ok(Element::Picture(bytes))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Element, A::Error> {
                let lists = serde::de::value::SeqAccessDeserializer::new(list);
                Nested::deserialize(lists).map(Element::Numbers)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Whether JSON is well-formed, whatever it says.
pub(crate) fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}
