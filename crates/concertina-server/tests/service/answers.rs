//! Answers are the library's, to the bit, however they are asked for.

use concertina::ImageShape;
use concertina::artifact::PictureFormat;
use concertina::data::{Dataset, FloatImages, Images, OpenOptions};
use concertina::evaluate::Scores;
use concertina::math::Codes;
use concertina::restore::{PictureFile, Restorer};
use concertina::rng::Seed;
use concertina_formats::npy;
use concertina_server::Limits;
use serde_json::{Value, json};

use crate::client::{Answer, ask, ask_json};
use crate::server::{Server, model};

pub(crate) fn floats(value: &Value) -> Vec<f32> {
    match value {
        Value::Array(list) => list.iter().flat_map(floats).collect(),
        number => vec![number.as_f64().unwrap() as f32],
    }
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

#[track_caller]
pub(crate) fn expect_same(found: &[f32], expected: &[f32]) {
    assert_eq!(bits(found), bits(expected));
}

/// The bytes of a `.npy` of these images.
fn npy_of(images: &Images) -> Vec<u8> {
    let shape = images.shape();
    let values = npy::Values::U8(images.pixels().to_vec());
    let shape = vec![images.len(), shape.height, shape.width];
    npy::write(&npy::Array { shape, values }).unwrap()
}

pub(crate) fn some_digits(n: usize) -> Images {
    let options = OpenOptions { limit: Some(n), valid_fraction: 0.0, ..OpenOptions::default() };
    Dataset::open("digits", &options).unwrap().train
}

fn png(images: &FloatImages, index: usize) -> Vec<u8> {
    PictureFormat::Png.encode(images.shape(), images.image(index)).unwrap()
}

fn form(parts: &[(&str, Option<&str>, &[u8])]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\""));
        let head =
            format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend(head.bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--xyz--\r\n");
    ("Content-Type: multipart/form-data; boundary=xyz".to_owned(), body)
}

#[test]
fn examples_can_be_sent_in_every_form() {
    let server = Server::limited(Limits::default(), &["dense-vae"]);
    let (port, model) = (server.port, model("dense-vae"));
    let images = some_digits(3);
    let values = FloatImages::of(&images).unwrap();
    let expected = model.encode(&images).unwrap();
    let npy = "Content-Type: application/x-npy";
    let check = |answer: &Answer| {
        assert_eq!(answer.status, 200, "{}", answer.text());
        expect_same(&floats(&answer.json()["codes"]), expected.values());
    };
    check(&ask(port, "POST /v1/encode", &[npy], &npy_of(&images)));
    let nested: Vec<Vec<&[f32]>> =
        values.iter().map(|image| image.chunks_exact(28).collect()).collect();
    check(&ask_json(port, "/v1/encode", &json!({ "images": nested }).to_string()));
    let channels: Vec<_> = nested.iter().map(|image| vec![image]).collect();
    check(&ask_json(port, "/v1/encode", &json!({ "images": channels }).to_string()));
    let pngs: Vec<Vec<u8>> = (0..3).map(|index| png(&values, index)).collect();
    let code = |png: &Vec<u8>| {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(png)
    };
    let coded: Vec<String> = pngs.iter().map(code).collect();
    check(&ask_json(port, "/v1/encode", &json!({ "images": coded }).to_string()));
    let urls: Vec<String> =
        coded.iter().map(|code| format!("data:image/png;base64,{code}")).collect();
    check(&ask_json(port, "/v1/encode", &json!({ "images": urls }).to_string()));
    let parts: Vec<_> = pngs.iter().map(|png| ("file", Some("a.png"), png.as_slice())).collect();
    let (kind, body) = form(&parts);
    check(&ask(port, "POST /v1/encode", &[&kind], &body));
    let one = ask(port, "POST /v1/encode", &["Content-Type: image/png"], &pngs[1]);
    expect_same(&floats(&one.json()["codes"]), expected.row(1));
    let one = ask(port, "POST /v1/encode", &[npy, "Accept: application/x-npy"], &npy_of(&images));
    let (shape, found) = one.array();
    assert_eq!(shape, [3, 2]);
    expect_same(&found, expected.values());
}

/// A form may be as large as any body.
#[test]
fn large_forms_are_read() {
    let server = Server::limited(Limits::default(), &["dense-vae"]);
    let shape = ImageShape::new(1, 2000, 2000);
    let mut noise = 1_u32;
    let mut next = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as f32 / 255.0
    };
    let values: Vec<f32> = (0..shape.len()).map(|_| next()).collect();
    let picture = PictureFormat::Png.encode(shape, &values).unwrap();
    assert!(picture.len() > 3_000_000, "{}", picture.len());
    let (kind, body) = form(&[("file", Some("a.png"), &picture), ("model", None, b"dense-vae")]);
    let sent = ask(server.port, "POST /v1/encode", &[&kind], &body);
    assert_eq!(sent.status, 200, "{}", sent.text());
    let alone = ask(server.port, "POST /v1/encode", &["Content-Type: image/png"], &picture);
    assert_eq!(sent.json(), alone.json());
    let twice = ask(server.port, "POST /v1/encode?model=dense-vae", &[&kind], &body);
    assert_eq!(twice.status, 422, "{}", twice.text());
}

#[test]
fn answers_are_the_librarys() {
    let server = Server::limited(Limits::default(), &["dense-vae", "super-resolution"]);
    let (port, model) = (server.port, model("dense-vae"));
    let images = some_digits(4);
    let npy = ["Content-Type: application/x-npy", "Accept: application/x-npy"];
    let at = |verb: &str| format!("POST /v1/{verb}?model=dense-vae");
    let array = |verb: &str, body: &[u8]| {
        let answer = ask(port, &at(verb), &npy, body);
        assert_eq!(answer.status, 200, "{verb}: {}", answer.text());
        answer.array().1
    };
    let body = npy_of(&images);
    expect_same(&array("reconstruct", &body), model.reconstruct(&images).unwrap().values());
    let two = npy_of(&images.select(&[1, 3]).unwrap());
    let path = model.interpolate(&images.select(&[1, 3]).unwrap(), 5).unwrap();
    expect_same(
        &array("interpolate", &two),
        model.interpolate(&images.select(&[1, 3]).unwrap(), 10).unwrap().values(),
    );
    let answer = ask(port, "POST /v1/interpolate?model=dense-vae&steps=5", &npy, &two);
    expect_same(&answer.array().1, path.values());
    let square = ask(port, "POST /v1/interpolate?model=dense-vae&steps=3", &npy, &body);
    expect_same(&square.array().1, model.interpolate(&images, 3).unwrap().values());
    // Codes come back to the bit through JSON.
    let codes = model.encode(&images).unwrap();
    let rows: Vec<&[f32]> = codes.rows().collect();
    let decoded =
        ask_json(port, "/v1/decode?model=dense-vae", &json!({ "codes": rows }).to_string());
    expect_same(&floats(&decoded.json()["images"]), model.decode(&codes).unwrap().values());
    let one =
        ask_json(port, "/v1/decode?model=dense-vae", &json!({ "codes": rows[0] }).to_string());
    assert_eq!(one.json()["shape"], json!([1, 1, 28, 28]));
    let samples = model.sample(3, Seed(7)).unwrap();
    let answer = ask(port, "POST /v1/sample?model=dense-vae&n=3&seed=7", &npy[1..], b"");
    expect_same(&answer.array().1, samples.values());
    // A seed that the server chose gives the same again.
    let chosen = ask(port, "POST /v1/sample?model=dense-vae", &[], b"").json();
    let again = ask_json(
        port,
        "/v1/sample",
        &json!({ "model": "dense-vae", "seed": chosen["seed"] }).to_string(),
    );
    assert_eq!(chosen, again.json());
    let one = ask(port, "POST /v1/sample?model=dense-vae&seed=7", &["Accept: image/png"], b"");
    assert_eq!(one.header("content-type"), Some("image/png"));
    assert_eq!(one.body, png(&samples, 0));
    let pictures = ask(port, "POST /v1/sample?model=dense-vae&seed=7&n=2&format=png", &[], b"");
    assert_eq!(pictures.json()["pictures"].as_array().unwrap().len(), 2);
    let scores = Scores::of(&model, &images, None, 0.9).unwrap();
    let answer = ask(port, "POST /v1/score?model=dense-vae&quantile=0.9", &npy[..1], &body).json();
    let expected: Value =
        serde_json::from_str(&serde_json::to_string(&scores.scores).unwrap()).unwrap();
    assert_eq!(answer["scores"], expected);
    // A small image and a large one are both what this model takes.
    let own = crate::server::model("super-resolution");
    let small = own.inputs(&images).unwrap();
    let line = "POST /v1/encode?model=super-resolution";
    let shape = [4, small.shape().height, small.shape().width];
    let small_npy = npy::f32_bytes(&shape, small.values());
    let expected = own.encode(&images).unwrap();
    expect_same(&ask(port, line, &npy, &small_npy).array().1, expected.values());
    expect_same(&ask(port, line, &npy, &body).array().1, expected.values());
}

#[test]
fn classes_of_a_conditional_model_are_said() {
    let server = Server::limited(Limits::default(), &["conditional-vae"]);
    let (port, model) = (server.port, model("conditional-vae"));
    let codes =
        Codes::new(model.architecture.latent_dim, vec![0.25; 3 * model.architecture.latent_dim]);
    let rows: Vec<&[f32]> = codes.rows().collect();
    let decoded = |label: Value| {
        ask_json(port, "/v1/decode", &json!({ "codes": rows, "label": label }).to_string())
    };
    let expected = |labels: &[u32]| model.conditioned_on(labels).unwrap().decode(&codes).unwrap();
    expect_same(&floats(&decoded(json!("7")).json()["images"]), expected(&[7, 7, 7]).values());
    let each = decoded(json!(["1", "2", "3"]));
    expect_same(&floats(&each.json()["images"]), expected(&[1, 2, 3]).values());
    let told = ask(port, "GET /v1/models/conditional-vae", &[], b"").json();
    assert_eq!(told["classes"].as_array().unwrap().len(), 10);
    // Samples take turns, as the library's do.
    let npy = "Accept: application/x-npy";
    let samples = ask(port, "POST /v1/sample?n=12&seed=3", &[npy], b"").array().1;
    expect_same(&samples, model.sample(12, Seed(3)).unwrap().values());
}

#[test]
fn pictures_of_any_size_are_restored_as_files_are() {
    let server = Server::limited(Limits::default(), &["photo-2x", "photo-denoise"]);
    let shape = ImageShape::new(3, 21, 34);
    let values: Vec<f32> = (0..shape.len()).map(|i| (i * 37 % 101) as f32 / 100.0).collect();
    let picture = PictureFormat::Png.encode(shape, &values).unwrap();
    for (verb, name) in [("upscale", "photo-2x"), ("denoise", "photo-denoise")] {
        let model = model(name);
        let restorer = Restorer::new(&model).unwrap();
        for (format, kind) in [(PictureFormat::Png, "png"), (PictureFormat::Jpeg, "jpeg")] {
            let mut expected = Vec::new();
            let file = PictureFile::from_bytes(picture.clone()).unwrap();
            restorer.restore_file(file, format, &mut expected, |_| Ok(())).unwrap();
            let answer = ask(
                server.port,
                &format!("POST /v1/{verb}?model={name}"),
                &["Content-Type: image/png", &format!("Accept: image/{kind}")],
                &picture,
            );
            assert_eq!((answer.status, answer.body == expected), (200, true), "{verb} {kind}");
        }
    }
}

#[test]
fn the_server_tells_of_itself() {
    let server = Server::limited(Limits::default(), &["dense-vae"]);
    let port = server.port;
    assert_eq!(ask(port, "GET /health", &[], b"").json()["status"], "alive");
    assert_eq!(ask(port, "GET /ready", &[], b"").json()["status"], "ready");
    let models = ask(port, "GET /v1/models", &[], b"").json();
    assert_eq!(models["models"][0]["name"], "dense-vae");
    let named = ask(port, "GET /v1/models", &["X-Request-Id: abc-7"], b"");
    assert_eq!(named.header("x-request-id"), Some("abc-7"));
    ask(port, "POST /v1/sample?n=3&seed=1", &[], b"");
    let metrics = ask(port, "GET /metrics", &[], b"").text();
    for line in [
        "concertina_requests_total{path=\"/v1/sample\",status=\"200\"} 1",
        "concertina_examples_total{model=\"dense-vae\"} 3",
        "concertina_waiting{model=\"dense-vae\"} 0",
        "# EOF",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}: {metrics}");
    }
    let document = ask(port, "GET /openapi.json", &[], b"").json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(server.ended().cut, 0);
}

/// What the document says that there is, there is; and what answers say is what it says.
#[test]
fn the_document_is_true() {
    let server = Server::limited(Limits::default(), &["dense-vae"]);
    let document = ask(server.port, "GET /openapi.json", &[], b"").json();
    let version = document["info"]["version"].as_str().unwrap();
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    let mut n = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let name = if path.starts_with("/v2") { "dense-vae.encode" } else { "dense-vae" };
        let place = path.replace("{name}", name);
        for method in ["get", "post", "put", "delete"] {
            let answer = ask(server.port, &format!("{} {place}", method.to_uppercase()), &[], b"");
            let is_told = methods.get(method).is_some();
            assert_eq!(answer.status != 405 && answer.status != 404, is_told, "{method} {path}");
            let status = answer.status.to_string();
            if is_told {
                n += 1;
                assert!(methods[method]["responses"].get(&status).is_some(), "{path} {status}");
            }
        }
    }
    assert_eq!(n, 21);
    // Every field of an answer is described, and every one that is required is there.
    let schemas = &document["components"]["schemas"];
    for (schema, answer) in [
        ("Models", ask(server.port, "GET /v1/models", &[], b"")),
        ("Model", ask(server.port, "GET /v1/models/dense-vae", &[], b"")),
        ("Health", ask(server.port, "GET /health", &[], b"")),
        ("Images", ask(server.port, "POST /v1/sample", &[], b"")),
        (
            "Codes",
            ask(
                server.port,
                "POST /v1/encode",
                &["Content-Type: application/x-npy"],
                &npy_of(&some_digits(1)),
            ),
        ),
        (
            "Scores",
            ask(
                server.port,
                "POST /v1/score",
                &["Content-Type: application/x-npy"],
                &npy_of(&some_digits(1)),
            ),
        ),
        ("Problem", ask(server.port, "POST /v1/nothing", &[], b"")),
    ] {
        let answer = answer.json();
        let found: Vec<&String> = answer.as_object().unwrap().keys().collect();
        for field in &found {
            assert!(schemas[schema]["properties"].get(field).is_some(), "{schema} {field}");
        }
        for field in schemas[schema]["required"].as_array().unwrap() {
            assert!(answer.get(field.as_str().unwrap()).is_some(), "{schema} {field}");
        }
    }
}
