//! The evaluation of restored pictures as text.

use concertina::evaluate::Restoration;
use concertina::text::counted;

use super::block::Block;
use super::decibels;
use super::head;

/// How many pictures have a line of their own.
const MOST_PICTURES: usize = 20;

/// The lines of a report.
pub(crate) fn lines(found: &Restoration) -> Vec<String> {
    let Restoration { about, task, compared, residual_autocorrelation, pictures, conventions } =
        found;
    let mut block = Block::default();
    let n = counted(pictures.len(), "picture");
    head(&mut block, about, &format!("{n} at their own size"), &task.in_words());
    block.title("restoration");
    let figures = |psnr, ssim| vec![decibels(psnr), format!("{ssim:.4}")];
    let rows = compared.iter().map(|restored| {
        let quality = restored.quality;
        (restored.name.clone(), figures(quality.psnr_db, quality.ssim))
    });
    block.table(&["psnr", "ssim"], rows.collect());
    if let Some([one, two]) = residual_autocorrelation {
        let how = "of what was taken away with itself 1 and 2 pixels beside; that of noise is 0";
        let value = format!("{one:.3}, {two:.3}");
        block.figure("autocorrelation", &value, Some(&how.to_owned()));
    }
    block.conventions(conventions);
    if (2..=MOST_PICTURES).contains(&pictures.len()) {
        block.title("pictures");
        let row = |picture: &concertina::evaluate::OfPicture| {
            (picture.name.clone(), figures(picture.quality.psnr_db, picture.quality.ssim))
        };
        block.table(&["psnr", "ssim"], pictures.iter().map(row).collect());
    }
    block.into_lines()
}
