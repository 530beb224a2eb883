//! Several runs by one command: seeds, and values of settings.

use std::path::{Path, PathBuf};

use concertina::{Error, Result};

/// One of the runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Variant {
    /// What sets it apart, for the name of its folder; empty for a single run.
    pub(crate) name: String,
    pub(crate) seed: Option<u64>,
    /// `KEY=VALUE` pairs.
    pub(crate) set: Vec<String>,
}

impl Variant {
    /// Its folder, where `out` is that of a single run.
    pub(crate) fn folder(&self, out: &Path) -> PathBuf {
        let mut folder = out.as_os_str().to_owned();
        folder.push(&self.name);
        folder.into()
    }
}

/// More runs are refused.
const MOST: usize = 1000;

/// All combinations of seeds and of the values of each `KEY=A,B,C`; a single run without either.
/// The last setting changes first, the seed last.
///
/// # Errors
/// If there are very many, or a value is empty.
pub(crate) fn variants(seeds: &[u64], set: &[String]) -> Result<Vec<Variant>> {
    let seeded =
        |&seed: &u64| Variant { name: format!("-seed-{seed}"), seed: Some(seed), set: Vec::new() };
    let mut all: Vec<Variant> = match seeds {
        [] => vec![Variant::default()],
        seeds => seeds.iter().map(seeded).collect(),
    };
    for pair in set {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let values = parts(value);
        if values.len() > 1 && values.iter().any(|value| value.trim().is_empty()) {
            return Err(Error::config(format!(
                "`--set {pair}`: expected a value before and after each comma"
            )));
        }
        if all.len().saturating_mul(values.len()) > MOST {
            return Err(Error::config(format!("expected at most {MOST} runs, found more")));
        }
        let with = |variant: &Variant, value: &str| {
            let mut variant = variant.clone();
            if values.len() > 1 {
                let short = key.trim().rsplit('.').next().unwrap_or_default();
                let plain: String = value
                    .trim()
                    .chars()
                    .map(|c| if c.is_alphanumeric() || ".-_".contains(c) { c } else { '_' })
                    .collect();
                variant.name += &format!("-{short}-{plain}");
                variant.set.push(format!("{key}={value}"));
            } else {
                variant.set.push(pair.clone());
            }
            variant
        };
        all = all
            .iter()
            .flat_map(|variant| values.iter().map(|value| with(variant, value)).collect::<Vec<_>>())
            .collect();
    }
    Ok(all)
}

/// A value at its commas, except for those within brackets, braces or quotes.
fn parts(value: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0usize, None);
    for (place, character) in value.char_indices() {
        if let Some(open) = quote {
            if character == open {
                quote = None;
            }
            continue;
        }
        match character {
            '"' | '\'' => quote = Some(character),
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&value[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&value[start..]);
    parts
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn names(seeds: &[u64], set: &[&str]) -> Vec<String> {
        let set: Vec<String> = set.iter().map(ToString::to_string).collect();
        variants(seeds, &set).unwrap().into_iter().map(|variant| variant.name).collect()
    }

    #[test]
    fn values_are_combined() {
        assert_eq!(names(&[], &["a=1", "b=[1, 2]", "c={d=1,e=2}", "f=\"x,y\""]), [""]);
        assert_eq!(names(&[3], &[]), ["-seed-3"]);
        let found = names(&[1, 2], &["bottleneck.latent-dim=2, 8", "network.hidden=[8],[9,9]"]);
        assert_eq!(found.len(), 8);
        assert_eq!(found[0], "-seed-1-latent-dim-2-hidden-_8_");
        assert_eq!(found[1], "-seed-1-latent-dim-2-hidden-_9_9_");
        assert_eq!(found[7], "-seed-2-latent-dim-8-hidden-_9_9_");
        let all = variants(&[], &["a=1,2".to_owned(), "b=3".to_owned()]).unwrap();
        assert_eq!(all[1].set, ["a=2", "b=3"]);
        assert!(variants(&[], &["a=1,".to_owned()]).unwrap_err().is_config());
        let many = "a=1,2,3,4,5,6,7,8,9,10,11".to_owned();
        assert!(variants(&[], &[many.clone(), many.clone(), many]).unwrap_err().is_config());
    }
}
