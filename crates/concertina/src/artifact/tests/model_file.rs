//! Model files: all of the model comes back, and nothing damaged or forged is taken for one.

use concertina_music::attribute::Attribute;
use fs_err as fs;
use safetensors::SafeTensors;
use tempfile::TempDir;

use crate::artifact::{pack, sha256};
use crate::model::{AttributeVectors, Model};
use crate::recipe::Recipe;
use crate::rng::Seed;
use crate::testing::{all_kinds, as_trained, plain, shades, variational};

fn model(recipe: &Recipe) -> Model {
    as_trained(recipe, &shades(40))
}

/// The smallest of models, so that all of its bytes can be tried.
fn smallest() -> Vec<u8> {
    let mut model = model(&plain().with("network.hidden", "[]").unwrap());
    model.card.notes.clear();
    model.to_bytes()
}

#[test]
fn a_model_file_holds_the_whole_model() {
    for recipe in all_kinds() {
        let mut model = model(&recipe);
        model.recipe.data.source = Some("/home/me/pictures".to_owned());
        let bytes = model.to_bytes();
        assert_eq!(bytes, model.to_bytes());
        let opened = Model::from_bytes(&bytes).unwrap();
        assert_eq!(opened.to_bytes(), bytes);
        assert_eq!(opened.recipe, recipe, "where the data lay is not told");
        assert_eq!(opened.weights, model.weights);
        assert_eq!(opened.card, model.card);
        assert_eq!(opened.mixture, model.mixture);
        assert_eq!(opened.held_out, model.held_out);
        let images = shades(20).train;
        assert_eq!(opened.encode(&images).unwrap(), model.encode(&images).unwrap());
        assert_eq!(opened.sample(9, Seed(1)).unwrap(), model.sample(9, Seed(1)).unwrap());
    }
}

#[test]
fn weights_that_are_not_finite_are_refused() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut model = model(&plain());
        model.weights.encoder[3] = value;
        let expected =
            format!("tensor `encoder.0.weight`: expected finite values, found {value} at index 3");
        assert_eq!(Model::from_bytes(&model.to_bytes()).unwrap_err().to_string(), expected);
    }
}

#[test]
fn what_does_not_begin_as_a_model_file_is_not_read() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("zeros.safetensors");
    // More than any memory holds.
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let error = Model::open(&path).unwrap_err();
    assert!(error.is_data());
    assert!(error.to_string().contains("found 1099511627776 bytes that are not one"), "{error}");
}

#[test]
fn tensors_are_named_and_laid_out_as_in_pytorch() {
    let bytes = model(&plain()).to_bytes();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors: Vec<_> = file.iter().map(|(name, t)| (name, t.shape().to_vec())).collect();
    tensors.sort();
    let expected: [(&str, &[usize]); 12] = [
        ("decoder.0.bias", &[8]),
        ("decoder.0.weight", &[8, 2]),
        ("decoder.1.bias", &[64]),
        ("decoder.1.weight", &[64, 8]),
        ("encoder.0.bias", &[8]),
        ("encoder.0.weight", &[8, 64]),
        ("encoder.1.bias", &[2]),
        ("encoder.1.weight", &[2, 8]),
        ("held_out.error_quantiles", &[4]),
        ("mixture.cholesky", &[10, 2, 2]),
        ("mixture.means", &[10, 2]),
        ("mixture.weights", &[10]),
    ];
    assert_eq!(tensors, expected.map(|(name, shape)| (name, shape.to_vec())));
}

#[test]
fn a_file_from_before_errors_were_kept_still_opens() {
    let mut model = model(&plain());
    model.held_out = None;
    let opened = Model::from_bytes(&model.to_bytes()).unwrap();
    assert_eq!((&opened.held_out, &opened.attributes), (&None, &None));
    assert_eq!(opened.weights, model.weights);
}

#[test]
fn the_vectors_of_attributes_are_kept() {
    let mut model = model(&plain());
    let vectors =
        vec![(Attribute::NoteDensity, vec![0.5, -1.0]), (Attribute::Range, vec![2.0, 0.25])];
    model.attributes = Some(AttributeVectors::from_parts(vectors));
    let bytes = model.to_bytes();
    let opened = Model::from_bytes(&bytes).unwrap();
    assert_eq!((&opened.attributes, opened.to_bytes()), (&model.attributes, bytes));
    model.attributes =
        Some(AttributeVectors::from_parts(vec![(Attribute::Range, vec![2.0, 0.25, 1.0])]));
    assert_eq!(
        Model::from_bytes(&model.to_bytes()).unwrap_err().to_string(),
        "tensor `attribute.range`: expected shape [2], found [3]"
    );
}

#[test]
fn a_model_is_opened_by_its_file_or_its_folder() {
    let dir = TempDir::new().unwrap();
    let model = model(&variational());
    let error = Model::open(dir.path()).unwrap_err();
    assert!(error.is_data());
    let folder = dir.path().display();
    assert_eq!(
        error.to_string(),
        format!(
            "`{folder}`: expected a run folder with a finished `model.safetensors`, found none"
        )
    );
    assert!(error.hint().is_none(), "an empty folder is no run to resume");
    fs::write(dir.path().join("config.toml"), "").unwrap();
    let error = Model::open(dir.path()).unwrap_err();
    assert!(error.hint().unwrap().to_string().contains(&format!("resume the run in `{folder}`")));

    let path = dir.path().join("model.safetensors");
    model.save(&path).unwrap();
    for path in [dir.path(), &path] {
        assert_eq!(Model::open(path).unwrap().weights, model.weights);
    }
    let error = Model::open(dir.path().join("other.safetensors")).unwrap_err();
    assert!(error.is_data() && error.to_string().contains("other.safetensors"), "{error}");
    fs::write(&path, "dear").unwrap();
    let error = Model::open(&path).unwrap_err();
    assert!(error.to_string().starts_with(&format!("`{}`: expected a", path.display())), "{error}");
}

#[test]
fn a_model_file_with_one_changed_bit_is_refused() {
    let bytes = smallest();
    assert!(Model::from_bytes(&bytes).is_ok());
    for index in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 1 << (index % 8);
        let error = Model::from_bytes(&changed)
            .err()
            .unwrap_or_else(|| panic!("byte {index} of {} does not matter", bytes.len()));
        let message = error.to_string();
        assert!(error.is_data(), "byte {index}: {error:?}");
        assert!(
            ["damaged", "not one", "of another"].iter().any(|word| message.contains(word)),
            "byte {index}: {message}"
        );
    }
}

#[test]
fn a_model_file_that_was_cut_short_is_refused() {
    let bytes = smallest();
    for len in (0..20).chain((20..bytes.len()).step_by(97)).chain([bytes.len() - 1]) {
        let error = Model::from_bytes(&bytes[..len]).unwrap_err();
        assert!(error.is_data(), "{error}");
        assert!(
            error.to_string().starts_with(&format!(
                "expected a model file (safetensors), found {len} bytes that are not one: "
            )),
            "{error}"
        );
        assert!(error.hint().unwrap().to_string().contains("cut short"));
    }
    assert!(Model::from_bytes(&[&bytes[..], &[0]].concat()).unwrap_err().is_data());
}

#[test]
fn files_of_other_programs_are_refused() {
    let foreign = pack(&[("x".to_owned(), vec![1], &[1.0])], None);
    let noted = pack(&[], Some(("format", "pt".to_owned())));
    for bytes in [foreign, noted] {
        let error = Model::from_bytes(&bytes).unwrap_err();
        assert!(error.is_data());
        assert_eq!(
            error.to_string(),
            "expected a model file of this program, found a safetensors file of another"
        );
    }
    for text in ["", "dear reader", "\u{89}PNG\r\n", "0000000000000000000000"] {
        let message = Model::from_bytes(text.as_bytes()).unwrap_err().to_string();
        assert!(message.starts_with("expected a model file (safetensors), found "), "{message}");
    }
}

/// A model file with one text in its header replaced, and the checksum made right again.
fn forged(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let header_len = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header = std::str::from_utf8(&bytes[8..8 + header_len]).unwrap();
    assert!(header.contains(from), "{header}");
    let header = header.replacen(from, to, 1);
    let start = header.find("sha256:").unwrap() + "sha256:".len();
    let sealed = |sum: &str| {
        let header = format!("{}{sum}{}", &header[..start], &header[start + 64..]);
        let len = (header.len() as u64).to_le_bytes();
        [&len, header.as_bytes(), &bytes[8 + header_len..]].concat()
    };
    sealed(&sha256(&sealed(&"0".repeat(64))))
}

#[test]
fn headers_that_cannot_be_are_refused() {
    let bytes = smallest();
    assert!(Model::from_bytes(&forged(&bytes, "small", "large")).is_ok());
    let huge = u64::MAX;
    let target = r#"\"target\":{\"channels\":1,\"height\":8,\"width\":8}"#;
    let of = |channels: u64, height: u64, width: u64| {
        format!(r#"\"target\":{{\"channels\":{channels},\"height\":{height},\"width\":{width}}}"#)
    };
    let latent_dim = r#"\"latent-dim\":2"#;
    for (from, to, begins) in [
        (r#"\"format\":2"#, r#"\"format\":9"#.to_owned(), "expected model file format 2, found 9"),
        (
            r#"\"format\":2"#,
            r#"\"formal\":2"#.to_owned(),
            "expected model file format 2, found none",
        ),
        (
            r#"\"kind\":\"bernoulli\""#,
            r#"\"kind\":\"poisson\""#.to_owned(),
            "the model file's header cannot be read: unknown variant `poisson`",
        ),
        (
            latent_dim,
            r#"\"latent-dim\":3"#.to_owned(),
            "tensor `encoder.0.weight`: expected shape [3, 64]",
        ),
        (
            latent_dim,
            r#"\"latent-dim\":0"#.to_owned(),
            "the model file's recipe does not fit its images: `bottleneck.latent-dim`",
        ),
        (
            latent_dim,
            format!(r#"\"latent-dim\":{huge}"#),
            "the model file's recipe does not fit its images: `network`: ",
        ),
        (
            r#"\"hidden\":[]"#,
            format!(r#"\"hidden\":[{huge},{huge}]"#),
            "the model file's recipe does not fit its images: `network`: ",
        ),
        (target, of(1, 4, 8), "tensor `encoder.0.weight`: expected shape [2, 32]"),
        (target, of(0, 8, 8), "the model file's recipe does not fit its images: `network`: "),
        (
            target,
            of(1, 1 << 32, 1 << 32),
            "the model file's recipe does not fit its images: `network`: ",
        ),
        (
            target,
            of(huge, huge, huge),
            "the model file's recipe does not fit its images: `network`: ",
        ),
        (target, of(1, 1 << 13, 1 << 13), "tensor `encoder.0.weight`: expected shape"),
    ] {
        let error = Model::from_bytes(&forged(&bytes, from, &to)).unwrap_err();
        assert!(error.to_string().starts_with(begins), "{to}: {error}");
        assert!(error.is_data(), "{to}: {error:?}");
    }
}

/// Their recipes have other keys, so it is said before the recipe is read.
#[test]
fn a_file_of_version_0_1_is_told_as_such() {
    let bytes = smallest();
    let old = forged(&bytes, r#"\"format\":2"#, r#"\"format\":1"#);
    let old = forged(&old, r#"\"latent-dim\":2"#, r#"\"size\":2"#);
    let error = Model::from_bytes(&old).unwrap_err();
    assert!(error.is_data());
    assert_eq!(error.to_string(), "expected model file format 2, found 1");
    let hint = error.hint().unwrap().to_string();
    assert!(
        hint.starts_with("it was written by version 0.1") && hint.contains("train again"),
        "{hint}"
    );
    let newer = forged(&bytes, r#"\"format\":2"#, r#"\"format\":3"#);
    let hint = Model::from_bytes(&newer).unwrap_err().hint().unwrap().to_string();
    assert!(hint.contains("or a later one"), "{hint}");
}
