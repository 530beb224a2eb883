//! Train on arrays in memory, encode, decode, sample.
//!
//!     cargo run --release --example train_from_arrays

#![expect(clippy::print_stdout, reason = "an example talks")]

use concertina::prelude::*;

fn main() -> concertina::Result<()> {
    // Any bytes will do: here 300 images of 8 x 8, each a ramp of grey that leans its own way.
    let shape = ImageShape::new(1, 8, 8);
    let pixels = (0..300 * shape.len()).map(|i| {
        let (image, row, column) = (i / 64, i / 8 % 8, i % 8);
        (row * (image % 7) * 5 + column * (image % 5) * 7) as u8
    });
    let images = Images::new(shape, pixels.collect())?;
    let data = Dataset::from_images(images, None, &OpenOptions::default())?;

    let recipe = Recipe::named("image-vae")?
        .with("bottleneck.latent-dim", 4)?
        .with("network.channels", "[8, 16]")?
        .with("training.epochs", 3)?
        .with("training.min-steps", 0)?;
    let folder = std::env::temp_dir().join(format!("concertina-arrays-{}", std::process::id()));
    let model = recipe.plan(&data)?.start(&data, &folder)?.finish()?;

    let codes = model.encode(&data.valid)?;
    let back = model.decode(&codes)?;
    let new = model.sample(16, Seed(7))?;
    println!("{} codes of {} numbers", codes.len(), codes.size());
    println!("{} images back, {} new ones, each {}", back.len(), new.len(), new.shape());

    // A model is bytes: keep them wherever you like.
    let bytes = model.to_bytes();
    assert_eq!(Model::from_bytes(&bytes)?.encode(&data.valid)?, codes);
    fs_err::remove_dir_all(folder)?;
    Ok(())
}

/// The test suite runs it, so that it stays true.
#[test]
fn runs() -> concertina::Result<()> {
    main()
}
