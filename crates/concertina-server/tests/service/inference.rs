//! The Open Inference Protocol.

use concertina::data::FloatImages;
use concertina_server::Limits;
use serde_json::json;

use crate::answers::{expect_same, floats, some_digits};
use crate::client::{ask, ask_json};
use crate::server::{Server, model};

#[test]
fn functions_of_models_are_models() {
    let server = Server::limited(Limits::default(), &["dense-vae", "conditional-vae"]);
    let port = server.port;
    let get = |path: &str| ask(port, &format!("GET {path}"), &[], b"").json();
    assert_eq!(get("/v2")["name"], "concertina");
    assert_eq!(get("/v2/health/live")["live"], true);
    assert_eq!(get("/v2/health/ready")["ready"], true);
    assert_eq!(get("/v2/models/dense-vae.encode/ready")["ready"], true);
    let about = get("/v2/models/conditional-vae.decode");
    assert_eq!(about["inputs"][0]["name"], "codes");
    assert_eq!(about["inputs"][1], json!({"name": "label", "datatype": "INT64", "shape": [-1]}));
    assert_eq!(about["outputs"][0]["shape"], json!([-1, 1, 28, 28]));

    let model = model("dense-vae");
    let images = some_digits(2);
    let infer = |function: &str, name: &str, shape: &[usize], datatype: &str, data| {
        let input = json!({"name": name, "shape": shape, "datatype": datatype, "data": data});
        let body =
            json!({"id": "7", "inputs": [input], "parameters": {"binary_data_output": true}});
        let path = format!("/v2/models/dense-vae.{function}/infer");
        let answer = ask_json(port, &path, &body.to_string());
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    };
    let shape = [2, 1, 28, 28];
    let codes = model.encode(&images).unwrap();
    let answer = infer("encode", "images", &shape, "UINT8", json!(images.pixels()));
    expect_same(&floats(&answer["outputs"][0]["data"]), codes.values());
    assert_eq!((&answer["id"], &answer["model_name"]), (&json!("7"), &json!("dense-vae.encode")));
    let values = FloatImages::of(&images).unwrap();
    let answer = infer("reconstruct", "images", &shape, "FP32", json!(values.values()));
    let expected = model.reconstruct(&images).unwrap();
    expect_same(&floats(&answer["outputs"][0]["data"]), expected.values());
    assert_eq!(answer["outputs"][0]["shape"], json!(shape));
    let rows: Vec<&[f32]> = codes.rows().collect();
    let answer = infer("decode", "codes", &[2, 2], "FP32", json!(rows));
    let expected = model.decode(&codes).unwrap();
    expect_same(&floats(&answer["outputs"][0]["data"]), expected.values());

    let codes = json!({"name": "codes", "shape": [1, 4], "datatype": "FP32", "data": [0, 0, 0, 0]});
    let label = json!({"name": "label", "shape": [1], "datatype": "INT64", "data": [3]});
    let far = json!({"name": "label", "shape": [1], "datatype": "INT64", "data": [10]});
    for (function, inputs, status) in [
        ("conditional-vae.decode", json!([codes, label]), 200),
        ("conditional-vae.decode", json!([label, codes]), 200),
        ("conditional-vae.decode", json!([codes]), 422),
        ("conditional-vae.decode", json!([codes, far]), 422),
        ("conditional-vae.decode", json!([codes, codes]), 422),
        ("dense-vae.decode", json!([codes]), 422),
        ("dense-vae.encode", json!([codes]), 422),
        ("dense-vae.decode", json!([]), 422),
        ("dense-vae.decode", json!("x"), 400),
        ("dense-vae", json!([]), 404),
        ("dense-vae.score", json!([]), 404),
        (
            "dense-vae.decode",
            json!([{"name": "codes", "shape": [1, 3], "datatype": "FP32", "data": [0, 0]}]),
            422,
        ),
        (
            "dense-vae.decode",
            json!([{"name": "codes", "shape": [1, 2], "datatype": "BYTES", "data": [0, 0]}]),
            422,
        ),
    ] {
        let body = json!({"inputs": inputs}).to_string();
        let answer = ask_json(port, &format!("/v2/models/{function}/infer"), &body);
        assert_eq!(answer.status, status, "{function} {inputs}: {}", answer.text());
        // The one field that clients of the protocol read.
        assert!(status == 200 || answer.json()["error"].is_string());
    }
}
