//! Bad input: one clear line, the right exit code, no panic, nothing half-written, nothing
//! overwritten.

use std::process::Command;

use fs_err as fs;
use insta::assert_snapshot;

use crate::place::{Ended, Place, TINY};

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
    let data = ["empty", "text", "idx", "huge", "strings.npy", "giant", "gz", "nowhere", "digitz"];
    for data in data {
        place.fail(&format!("data inspect {data}"), 3, &[data]);
    }
    let train = data.map(|data| format!("train {data} --out run"));
    let train: Vec<(&str, i32)> = train.iter().map(|command| (command.as_str(), 3)).collect();
    assert_snapshot!("bad-data", place.refusals(&train));
    assert_eq!(place.files(), before);
    assert!(!place.path("run").exists());
}

#[test]
fn bad_recipes_and_flags_end_with_2() {
    let place = Place::new();
    place.write("unknown.toml", b"name = \"a\"\nspeed = 3\n");
    place.write("broken.toml", b"name = \"a\n");
    place.write("bytes.toml", b"\xff\xfe\x00");
    place.write("old.toml", b"name = \"a\"\n[bottleneck]\nkind = \"plain\"\nsize = 8\n");
    let before = place.files();
    let commands = [
        "train digits --recipe unknown.toml --out run",
        "train digits --recipe broken.toml --out run",
        "train digits --recipe bytes.toml --out run",
        "train digits --recipe old.toml --out run",
        "train digits --recipe conv-aee --out run",
        "train digits --set bottleneck.latent-dim=0 --out run",
        "train digits --set bottleneck.sise=4 --out run",
        "train digits --set bottleneck.size=4 --out run",
        "train digits --set training.learning-rate=fast --out run",
        "train digits --set bottleneck.latent-dim --out run",
        "train digits --epochs 0 --out run",
        "train digits --epochs 99999999999999999999 --out run",
        "train digits --threads 0 --out run",
        "train digits --device abacus --out run",
        "train digits --device vulkan --out run",
        "train digits --limit 0 --out run",
        "train digits --seed -1 --out run",
        "sample nothing.safetensors -o a.tiff",
        "evaluate nothing digits --importance-samples 0",
        "bench --recipe conv-aee",
        "bench --shape 28x28",
        "bench --shape 3x64x64",
        "bench --steps 0",
        "bench --threads 0",
        "bench --device cpu:1",
        "bench --set training.batch-size=99999999999",
        "trian digits",
        "train",
    ];
    assert_snapshot!("bad-recipes-and-flags", place.refusals(&commands.map(|c| (c, 2))));
    assert_eq!(place.files(), before);
}

#[test]
fn what_does_not_fit_into_memory_is_told_before_the_start() {
    let place = Place::new();
    let refused = |memory: &str, arguments: &str| {
        let mut command = place.command(arguments);
        let ended = Ended::of(&command.env("CONCERTINA_MEMORY", memory).output().unwrap());
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        ended.stderr
    };
    // Before the data is looked for.
    let train = "train nowhere --recipe image-vae --set data.size=2048 --out run";
    let told = refused("4G", train);
    assert!(told.contains("takes at most 4.0 GB, which are available, found about"), "{told}");
    assert!(told.contains("`--set data.size=64`"), "{told}");
    let told = refused("10M", &format!("{TINY} --out run"));
    assert!(told.contains("takes at most 10 MB"), "{told}");
    assert!(refused("much", &format!("{TINY} --out run")).contains("found `much`"));
    assert!(place.files().is_empty());
}

/// A million codes of 256 numbers take a gigabyte in one piece, of which this shell leaves half.
#[cfg(target_os = "linux")]
#[test]
fn what_grows_with_the_examples_and_does_not_fit_is_told() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --set bottleneck.latent-dim=256 --out run"));
    let before = place.files();
    let sample = place.command("sample run -n 1000000 -o samples.npy");
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -v 524288; exec \"$0\" \"$@\""]);
    shell.arg(sample.get_program()).args(sample.get_args()).current_dir(place.path(""));
    let ended = Ended::of(&shell.output().unwrap());
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert_eq!(
        ended.complaint(),
        "error: expected 1.0 GB of memory for 1,000,000 codes, found less"
    );
    assert!(ended.stderr.contains("limit the number of examples"), "{}", ended.stderr);
    assert_eq!(place.files(), before);
}

#[test]
fn what_exists_is_not_overwritten() {
    let place = Place::new();
    place.write("run/precious.txt", b"mine");
    place.write("file", b"mine");
    let before = place.files();
    let commands = [
        "train digits --recipe dense-vae --out run",
        "train digits --recipe dense-vae --out file",
        "train digits --recipe dense-vae --limit 60 --out file/below",
        // Told before the data is looked for.
        "train nowhere --out run",
    ];
    assert_snapshot!("existing-files", place.refusals(&commands.map(|c| (c, 3))));
    assert_eq!(place.files(), before);
}

#[test]
fn what_is_read_is_not_overwritten() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    place.succeed("sample run -n 5 -o folder");
    place.succeed("sample run -n 5 -o images.npy");
    fs::create_dir(place.path("folder/deep")).unwrap();
    fs::rename(place.path("folder/sample-000004.png"), place.path("folder/deep/a.png")).unwrap();
    place.write("folder/nearest-training-images.png", b"mine");
    place.write("folder/codes.csv", b"mine");
    let before = place.files();
    let commands = [
        "reconstruct run folder -o folder/sample-000000.png",
        "reconstruct run folder -o folder/deep/../deep/a.png",
        "reconstruct run images.npy -o images.npy",
        "score run folder -o folder/sample-000000.png",
        "map run folder -o folder/sample-000001.png",
        "encode run folder -o folder/codes.csv",
        "interpolate run folder#0 images.npy#1 -o folder/sample-000002.png",
        "interpolate run images.npy#1 folder#0 -o folder/sample-000002.png",
        "evaluate run folder --quick --figures folder",
        "sample run -n 2 -o run/figures/samples.png",
        "sample run -n 2 -o run/figures/../figures/samples.png",
    ];
    assert_snapshot!("inputs", place.refusals(&commands.map(|c| (c, 2))));
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
    place.write("nothing/notes.txt", b"no image");
    let told = place.refusals(&[
        ("decode run codes.csv -o a.png", 3),
        ("decode run nan.csv -o a.png", 3),
        ("decode run map.csv -o a.png", 3),
        ("encode run in.csv -o in.csv", 2),
        ("reconstruct run alike/a.png -o ./alike/a.png", 2),
        ("score run alike/a.png -o alike/a.png", 2),
        ("map run alike/a.png -o alike/a.png", 2),
        ("interpolate run alike/a.png alike/b.png -o alike/b.png", 2),
        ("vary run alike/a.png -o alike/a.png", 2),
        ("denoise run digits -o a.png", 2),
        ("upscale run digits -o a.png", 2),
        ("decode run missing.csv -o a.png", 3),
        ("encode run digits --limit 0 -o a.csv", 2),
        ("evaluate run digits --only poetry", 2),
        ("evaluate run digits --figures codes.csv", 3),
        ("evaluate run digits --limit 0", 2),
        ("evaluate run nothing", 3),
        ("score run nothing", 3),
        ("score run digits -o a.txt", 2),
        ("score run digits -o nowhere/a.csv", 3),
        ("score run digits --quantile 1", 2),
        ("score run digits --quantile nan", 2),
        ("sample run -n 0 -o a.png", 2),
        ("sample run -n 1001 -o a.png", 2),
        ("sample run -n 9999999999 -o a.npy", 2),
        ("interpolate run digits#0 digits#x -o a.png", 2),
        ("interpolate run digits#0 alike -o a.png", 2),
        ("interpolate run some#0 some#21 -o a.png", 3),
        ("interpolate run digits#0 digits#1 -o a.png --steps 1", 2),
        ("interpolate run digits#0 digits#1 digits#2 -o a.png", 2),
        ("interpolate run digits#0 digits#1 digits#2 digits#3 -o a.png --steps 31", 2),
        ("vary run alike -o a.png", 2),
        ("vary run some#21 -o a.png", 3),
        ("vary run digits#0 --amount 1.1 -o a.png", 2),
        ("sample run -o nowhere/a.png", 3),
        ("resume nowhere", 3),
        ("map run digits", 2),
        ("map run digits -o a.png -o a.npy", 2),
        ("map run digits -o nowhere/a.png", 3),
        ("map run digits -o a.png --method tnse", 2),
        ("map run digits -o a.png --method pca --perplexity 5", 2),
        ("map run digits -o a.png --perplexity -1", 2),
        ("map run digits -o a.png --perplexity nan", 2),
        ("map run some -o a.png --perplexity 7", 2),
        ("map run some -o a.png --limit 1", 3),
        ("map run some -o a.png --limit 1 --method pca", 3),
        ("map run digits -o a.png --neighbours 5", 2),
        ("map run digits -o a.png --min-dist 0.5", 2),
        ("map run digits -o a.png --min-dist -0.5", 2),
        ("map run some -o a.png --method umap --neighbours 21", 2),
        ("map run some -o a.png --method umap --limit 2", 3),
        ("map run alike -o a.png", 3),
        ("map run digits -o a.png --threads 0", 2),
        ("evaluate run digits --only generator", 2),
        ("evaluate run digits --only baselines,specificity", 2),
    ]);
    assert_snapshot!("bad-use", told);
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
