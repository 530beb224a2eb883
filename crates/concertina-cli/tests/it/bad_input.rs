//! Bad input: one clear line, the right exit code, no panic, nothing half-written, nothing overwritten.

use fs_err as fs;

use crate::place::{Place, TINY};

#[test]
fn bad_data_is_told_in_one_line_and_leaves_nothing() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    place.write("text/a.png", b"this is text");
    place.write("idx/train-images-idx3-ubyte", &idx_header(&[5, 28, 28], 100));
    place.write("huge/train-images-idx3-ubyte", &idx_header(&[u32::MAX, u32::MAX, u32::MAX], 100));
    place.write("strings.npy", &npy_of_strings());
    place.write("giant/a.png", &png_claiming(60_000, 60_000));
    place.write("gz/train-images-idx3-ubyte.gz", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]);
    let before = place.files();
    for (data, words) in [
        ("empty", &["empty"][..]),
        ("text", &["a.png"]),
        ("idx", &["train-images-idx3-ubyte", "3920", "100"]),
        ("huge", &["train-images-idx3-ubyte"]),
        ("strings.npy", &["strings.npy"]),
        ("giant", &["a.png", "60000"]),
        ("gz", &["train-images-idx3-ubyte.gz"]),
        ("nowhere", &["nowhere", "mnist"]),
        ("digitz", &["digitz"]),
    ] {
        place.fail(&format!("train {data} --out run"), 3, words);
        place.fail(&format!("data inspect {data}"), 3, words);
    }
    assert_eq!(place.files(), before);
    assert!(!place.path("run").exists());
}

#[test]
fn bad_recipes_and_flags_end_with_2() {
    let place = Place::new();
    place.write("unknown.toml", b"name = \"a\"\nspeed = 3\n");
    place.write("broken.toml", b"name = \"a\n");
    place.write("bytes.toml", b"\xff\xfe\x00");
    let before = place.files();
    for (arguments, words) in [
        ("train digits --recipe unknown.toml", &["unknown.toml", "speed"][..]),
        ("train digits --recipe broken.toml", &["broken.toml", "line 1"]),
        ("train digits --recipe conv-aee", &["conv-aee", "conv-ae-2d"]),
        ("train digits --set bottleneck.size=0", &["bottleneck.size", "at least 1", "0"]),
        ("train digits --set bottleneck.sise=4", &["sise"]),
        ("train digits --set training.learning-rate=fast", &["learning-rate", "fast"]),
        ("train digits --set bottleneck.size", &["KEY=VALUE"]),
        ("train digits --epochs 0", &["epochs", "at least 1"]),
        ("train digits --threads 0", &["--threads"]),
        ("train digits --limit 0", &["limit"]),
        ("train digits --seed -1", &["--seed", "-1", "whole number"]),
        ("train digits --epochs 99999999999999999999", &["--epochs", "below 2^64"]),
        ("train digits --recipe bytes.toml", &["bytes.toml", "no text"]),
        ("sample nothing.safetensors -o a.jpg", &[".png"]),
        ("bench --recipe conv-aee", &["conv-aee", "conv-ae-2d"]),
        ("bench --shape 28x28", &["--shape", "28x28", "3x64x64"]),
        ("bench --shape 3x64x64", &["1x28x28", "3x64x64"]),
        ("bench --steps 0", &["--steps", "at least 1"]),
        ("bench --threads 0", &["--threads"]),
        ("bench --set training.batch-size=99999999999", &["a batch of at most"]),
    ] {
        place.fail(
            &format!(
                "{arguments}{}",
                if arguments.starts_with("train") { " --out run" } else { "" }
            ),
            2,
            words,
        );
    }
    assert_eq!(place.run("train").code, Some(2));
    assert_eq!(place.run("trian digits").code, Some(2));
    assert_eq!(place.files(), before);
}

#[test]
fn what_exists_is_not_overwritten() {
    let place = Place::new();
    place.write("run/precious.txt", b"mine");
    place.write("file", b"mine");
    let before = place.files();
    place.fail(&format!("{TINY} --out run"), 3, &["run", "exists already"]);
    place.fail(&format!("{TINY} --out file"), 3, &["file", "exists already"]);
    place.fail(&format!("{TINY} --out file/below"), 3, &["file"]);
    // Told before the data is looked for.
    place.fail("train nowhere --out run", 3, &["run", "exists already"]);
    assert_eq!(place.files(), before);
}

#[test]
fn damaged_models_are_refused() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    let whole = fs::read(place.path("run/model.safetensors")).unwrap();
    place.write("cut.safetensors", &whole[..whole.len() / 2]);
    place.write("empty.safetensors", b"");
    for (number, place_of_flip) in [4, 200, whole.len() / 2, whole.len() - 1].iter().enumerate() {
        let mut bytes = whole.clone();
        bytes[*place_of_flip] ^= 0x10;
        place.write(&format!("flipped-{number}.safetensors"), &bytes);
    }
    let before = place.files();
    for model in ["cut", "empty", "flipped-0", "flipped-1", "flipped-2", "flipped-3", "missing"] {
        let file = format!("{model}.safetensors");
        place.fail(&format!("sample {file} -n 2 -o out.png"), 3, &[&file]);
        place.fail(&format!("evaluate {file} digits"), 3, &[&file]);
        place.fail(&format!("encode {file} digits -o codes.npy"), 3, &[&file]);
    }
    assert_eq!(place.files(), before);
}

#[test]
fn images_and_codes_of_another_size_are_told() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.write("codes.csv", b"z1,z2,z3\n1,2,3\n");
    place.write("nan.csv", b"z1,z2\n1,nan\n");
    place.write("map.csv", b"name,x,y\na,1,2\n");
    place.write("in.csv", b"z1,z2\n1,2\n");
    place.succeed("sample run -n 21 -o some");
    let picture = fs::read(place.path("some/sample-000000.png")).unwrap();
    for name in ["a", "b", "c", "d", "e"] {
        place.write(&format!("alike/{name}.png"), &picture);
    }
    place.write("nothing/notes.txt", b"no picture");
    for (arguments, code, words) in [
        ("decode run codes.csv -o a.png", 3, &["codes of 2 numbers", "3"][..]),
        ("decode run nan.csv -o a.png", 3, &["nan.csv"]),
        ("decode run map.csv -o a.png", 3, &["map.csv", "columns z1, z2, found x, y"]),
        ("encode run in.csv -o in.csv", 2, &["--out", "than the input", "in.csv"]),
        ("reconstruct run alike/a.png -o ./alike/a.png", 2, &["--out", "alike/a.png"]),
        ("score run alike/a.png -o alike/a.png", 2, &["--out", "than the input", "alike/a.png"]),
        ("map run alike/a.png -o alike/a.png", 2, &["--out", "than the input", "alike/a.png"]),
        ("interpolate run alike/a.png alike/b.png -o alike/b.png", 2, &["--out", "alike/b.png"]),
        ("denoise run digits -o a.png", 2, &["noise", "identity"]),
        ("upscale run digits -o a.png", 2, &["downscale"]),
        ("decode run missing.csv -o a.png", 3, &["missing.csv"]),
        ("encode run digits --limit 0 -o a.csv", 2, &["--limit"]),
        ("evaluate run digits --only poetry", 2, &["--only", "poetry"]),
        ("evaluate run digits --figures codes.csv", 3, &["--figures", "codes.csv"]),
        ("evaluate run digits --limit 0", 2, &["--limit"]),
        ("evaluate run nothing", 3, &["nothing"]),
        ("score run nothing", 3, &["nothing"]),
        ("score run digits -o a.txt", 2, &["--out", "a.txt"]),
        ("score run digits -o nowhere/a.csv", 3, &["nowhere"]),
        ("score run digits --quantile 1", 2, &["--quantile", "1"]),
        ("score run digits --quantile nan", 2, &["--quantile", "NaN"]),
        ("sample run -n 0 -o a.png", 2, &["-n"]),
        ("sample run -n 1001 -o a.png", 2, &["1000", "1001"]),
        ("sample run -n 9999999999 -o a.npy", 2, &["1x28x28", "9999999999"]),
        ("interpolate run digits#0 digits#x -o a.png", 2, &["digits#x"]),
        ("interpolate run digits#0 alike -o a.png", 2, &["`alike`", "one image, found 5"]),
        ("interpolate run digits#0 digits#10000 -o a.png", 3, &["digits#10000", "10000"]),
        ("interpolate run digits#0 digits#1 -o a.png --steps 1", 2, &["--steps"]),
        ("sample run -o nowhere/a.png", 3, &["nowhere"]),
        ("resume nowhere", 3, &["nowhere"]),
        ("map run digits", 2, &["required arguments"]),
        ("map run digits -o a.png -o a.npy", 2, &["a.npy", ".csv"]),
        ("map run digits -o nowhere/a.png", 3, &["nowhere"]),
        ("map run digits -o a.png --method tnse", 2, &["tnse", "--method"]),
        ("map run digits -o a.png --method pca --perplexity 5", 2, &["--perplexity", "tsne"]),
        ("map run digits -o a.png --perplexity -1", 2, &["--perplexity", "-1"]),
        ("map run digits -o a.png --perplexity nan", 2, &["--perplexity", "nan"]),
        ("map run some -o a.png --perplexity 7", 2, &["1 to 6.6", "21 codes", "7"]),
        ("map run some -o a.png --limit 1", 3, &["at least 4 codes", "found 1"]),
        ("map run some -o a.png --limit 1 --method pca", 3, &["at least 2 codes", "found 1"]),
        ("map run digits -o a.png --neighbours 5", 2, &["--neighbours", "umap"]),
        ("map run digits -o a.png --min-dist 0.5", 2, &["--min-dist", "umap"]),
        ("map run digits -o a.png --min-dist -0.5", 2, &["--min-dist", "0 to 1"]),
        ("map run some -o a.png --method umap --neighbours 21", 2, &["2 to 20", "found 21"]),
        ("map run some -o a.png --method umap --limit 2", 3, &["at least 3 codes", "found 2"]),
        ("map run alike -o a.png", 3, &["codes that differ", "5 equal"]),
        ("map run digits -o a.png --threads 0", 2, &["--threads"]),
    ] {
        place.fail(arguments, code, words);
    }
    assert!(!place.path("a.png").exists());
}

#[test]
#[cfg(unix)]
fn what_never_ends_is_not_read() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.fail("sample /dev/zero -o a.png", 3, &["/dev/zero"]);
    place.fail("decode run /dev/zero -o a.png", 3, &["/dev/zero"]);
    place.fail("data inspect /dev/zero", 3, &["/dev/zero"]);
}

#[test]
fn a_name_cannot_lead_to_another_folder_or_break_a_line() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --set name=../../elsewhere"));
    assert!(place.path("runs/..-..-elsewhere-digits/model.safetensors").is_file());
    let ended = place.command("data inspect").arg("a\nb\x1b[2J").output().unwrap();
    let talk = String::from_utf8(ended.stderr).unwrap();
    assert!(talk.starts_with("error: `a\\nb\\u{1b}[2J` is neither"), "{talk}");
    assert_eq!(talk.lines().count(), 1);
}

#[test]
fn a_loss_that_is_not_finite_ends_with_1() {
    let place = Place::new();
    let arguments = format!("{TINY} --out run --set training.learning-rate=1e30");
    place.fail(
        &arguments,
        1,
        &["step", "last finite loss", "learning rate 1e30", "inputs 0.000..1.000"],
    );
    assert!(place.path("run/checkpoints").read_dir().unwrap().next().is_some());
    assert!(!place.path("run/model.safetensors").exists());
}

/// An IDX header of images with these sizes, and so many bytes behind it.
fn idx_header(sizes: &[u32], bytes: usize) -> Vec<u8> {
    let mut file = vec![0, 0, 8, sizes.len() as u8];
    file.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    file.resize(file.len() + bytes, 7);
    file
}

fn npy_of_strings() -> Vec<u8> {
    let header = "{'descr': '<U4', 'fortran_order': False, 'shape': (2,), }\n";
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.resize(file.len() + 32, 0);
    file
}

/// The head of a PNG of that size, without its picture.
fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes());
    chunk.extend(height.to_be_bytes());
    chunk.extend([8, 0, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(13u32.to_be_bytes());
    file.extend(&chunk);
    file.extend(crc32(&chunk).to_be_bytes());
    file.extend(b"\x00\x00\x00\x04IDAT\x00\x00\x00\x00\x35\xaf\x06\x1e");
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}
