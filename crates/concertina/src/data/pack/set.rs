//! A pack as the data of a run.

use std::path::Path;

use super::{Index, Shards};
use crate::data::part::{Part, Ready};
use crate::data::split;
use crate::data::{DataCard, Images, OpenOptions, SizeRange, Skipped, Stored, StoredSet, fit};
use crate::error::{Error, Result};
use crate::hint::Hint;
use crate::memory;
use crate::text::thousands;

/// Bytes of each split, at most, of which a sample is brought into memory.
const SAMPLE_BYTES: usize = 256 << 20;

/// A pack: training and validation images that stay on the disk, with what its index says of them.
///
/// ```no_run
/// use concertina::data::{OpenOptions, PackedSet};
///
/// let data = PackedSet::open("packs/photos", &OpenOptions::default())?;
/// println!("{} images of {}", data.train.len(), data.train.shape());
/// # Ok::<(), concertina::Error>(())
/// ```
pub type PackedSet = StoredSet<Shards>;

impl PackedSet {
    /// Opens the pack in a folder. Of its files the headers and the lengths are checked; the
    /// checksums of all bytes by [`verify`](crate::packing::verify).
    ///
    /// # Errors
    /// If the index is damaged or of another version, a shard is missing or not as the index says,
    /// or the options ask for images of another kind than the pack's.
    pub fn open(source: &str, options: &OpenOptions) -> Result<Self> {
        options.check()?;
        let folder = Path::new(source);
        // The index has the checksums of the shards.
        let (Index { train, valid, class_names, mut card, .. }, identity) = Index::read(folder)?;
        let shape = card.shape;
        let open = |entries| Shards::open(folder, entries, shape, class_names.len());
        let [train, valid] = [open(&train)?, open(&valid)?];
        if train.is_empty() {
            return Err(
                Error::data("expected a pack of at least one image, found none").in_file(folder)
            );
        }
        expect_as_packed(&card, options)?;
        let whole = [train.len(), valid.len()];
        let [most, most_valid] = split::limited(whole[0], whole[1], options);
        let [train, valid] = [train.take(most), valid.take(most_valid)];
        if [most, most_valid] != whole {
            card.split = format!(
                "{}; limited to the first {} to train on and {} held out of those that were packed",
                card.split,
                thousands(most),
                thousands(most_valid)
            );
        }
        (card.train, card.valid) = (most, most_valid);
        card.kind = format!("pack: {}", card.kind);
        source.clone_into(&mut card.source);
        let valid_labels = valid.has_labels().then(|| valid.labels(0..valid.len())).transpose()?;
        Ok(Self { train, valid, valid_labels, class_names, card, identity })
    }
}

/// An error if images are asked for that would have to be made anew of those in the pack.
fn expect_as_packed(card: &DataCard, options: &OpenOptions) -> Result<()> {
    let shape = card.shape;
    let refused = |key: &str, asked: String, flag: Hint| {
        Err(Error::config(format!(
            "`{key}`: expected what the pack was made with (images of {shape}), found {asked}"
        ))
        .with_hint(flag))
    };
    let again = || Hint::text("pack the source again for other images");
    match options.size {
        Some(size) if [size, size] != [shape.height, shape.width] => {
            return refused("data.size", size.to_string(), again());
        }
        _ => {}
    }
    match options.channels {
        Some(channels) if channels != shape.channels => {
            return refused("data.channels", channels.to_string(), again());
        }
        _ => {}
    }
    if let Some(patch) = options.patch {
        return refused("data.patch", patch.to_string(), again());
    }
    if !options.classes.is_empty() {
        return refused("data.classes", options.classes.join(", "), again());
    }
    Ok(())
}

/// The first images of each split in memory: of a pack that was written shuffled, a random sample.
/// All of them if they are not many.
pub(in crate::data) fn sample(source: &str, options: &OpenOptions) -> Result<Ready> {
    let as_packed = OpenOptions { size: None, channels: None, ..options.clone() };
    let set = PackedSet::open(source, &as_packed)?;
    let PackedSet { train, valid, class_names, card, .. } = set;
    let most = (SAMPLE_BYTES / card.shape.len()).max(1);
    let counts = [train.len(), valid.len()];
    let [train, valid] = [part(&train.take(most), options)?, part(&valid.take(most), options)?];
    let array_range = card.images().and_then(|images| images.array_range);
    let mut notes = card.notes;
    if [train.images.len(), valid.images.len()] != counts {
        notes.push(format!(
            "a sample of the pack: the first {} of {} training images and the first {} of {} \
             validation images",
            thousands(train.images.len()),
            thousands(counts[0]),
            thousands(valid.images.len()),
            thousands(counts[1])
        ));
    }
    let shape = card.shape;
    let side = options.size.filter(|_| train.images.shape() != shape);
    let fitted = fit::Fit { side, channels: train.images.shape().channels };
    Ok(Ready {
        kind: card.kind,
        fitted: fitted.describe(shape.channels == 3),
        train,
        valid,
        class_names,
        notes,
        array_range,
        split: card.split,
        sizes: SizeRange::one(shape.width, shape.height),
        skipped: Skipped::default(),
        patches: None,
    })
}

/// All images of some shards, in memory.
fn part(shards: &Shards, options: &OpenOptions) -> Result<Part> {
    let bytes = shards.shape().len();
    let mut pixels = memory::room_for(shards.len(), bytes, "images")?;
    pixels.resize(shards.len() * bytes, 0);
    shards.read_pixels(0..shards.len(), &mut pixels)?;
    let images = fit::refit(Images::new(shards.shape(), pixels)?, options)?;
    let labels = shards.has_labels().then(|| shards.labels(0..shards.len())).transpose()?;
    Ok(Part { images, labels, names: None })
}
