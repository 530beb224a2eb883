//! Encode a folder of pictures with a trained model, and find the pictures that are most alike.
//!
//!     cargo run --release --example encode_folder

#![expect(clippy::print_stdout, reason = "an example talks")]

use std::path::Path;

use concertina::artifact::PictureFormat;
use concertina::prelude::*;

fn main() -> concertina::Result<()> {
    let folder = std::env::temp_dir().join(format!("concertina-folder-{}", std::process::id()));
    let [pictures, run] = ["pictures", "run"].map(|name| folder.join(name));
    draw_pictures(&pictures)?;

    // A folder may hold pictures of any size and kind; the options say how they are fitted.
    let recipe = Recipe::named("image-ae")?
        .with("data.size", 16)?
        .with("bottleneck.latent-dim", 8)?
        .with("network.channels", "[8, 16]")?
        .with("training.epochs", 5)?
        .with("training.min-steps", 0)?;
    let source = pictures.display().to_string();
    let data = Dataset::open(&source, &recipe.open_options())?;
    let model = recipe.plan(&data)?.start(&data, &run)?.finish()?;

    // To use a model, hold nothing out.
    let options = OpenOptions { valid_fraction: 0.0, ..recipe.open_options() };
    let all = Dataset::open(&source, &options)?;
    let codes = model.encode(&all.train)?;
    let points = Points::of_codes("codes", &codes)?;
    let names = all.train_names.unwrap_or_default();
    for (name, found) in names.iter().zip(nearest(points, points, 2)?).take(3) {
        // The nearest of all is the picture itself.
        println!("{name} is most like {} ({:.3} apart)", names[found[1].index], found[1].distance);
    }
    fs_err::remove_dir_all(folder)?;
    Ok(())
}

/// Forty small pictures, so that the example needs nothing but itself.
fn draw_pictures(folder: &Path) -> concertina::Result<()> {
    fs_err::create_dir_all(folder)?;
    let shape = ImageShape::new(3, 16, 16);
    for picture in 0..40 {
        let values: Vec<f32> = (0..shape.len())
            .map(|i| ((i * (picture % 8 + 1)) % 97) as f32 / 97.0 * 0.5 + picture as f32 / 100.0)
            .collect();
        let png = PictureFormat::Png.encode(shape, &values)?;
        fs_err::write(folder.join(format!("{picture:02}.png")), png)?;
    }
    Ok(())
}

/// The test suite runs it, so that it stays true.
#[test]
fn runs() -> concertina::Result<()> {
    main()
}
