//! An evaluation as text: a block for each part, conventions beside the figures.

mod block;
mod music;
mod restoration;

use concertina::evaluate::{
    About, Baselines, Codebook, Embedding, Evaluation, Finding, Memorisation, OutOfDistribution,
    Reconstruction, Samples, Spaces, Trust, Variational,
};
use concertina::math::CodeMoments;
use concertina::text::{counted, number, percent, thousands};
use serde::Serialize;

use self::block::Block;
pub(crate) use self::music::lines as music_lines;
pub(crate) use self::restoration::lines as restoration_lines;
use crate::printer::Printer;
use crate::words::spaced;

/// How many KL divergences of single dimensions are printed, the largest ones.
const MOST_DIMENSIONS: usize = 16;

/// The lines of a report.
pub(crate) fn lines(evaluation: &Evaluation) -> Vec<String> {
    let mut block = Block::default();
    let test = chosen(evaluation.images, evaluation.available_images, "test images");
    let train =
        chosen(evaluation.train_images, evaluation.available_train_images, "training images");
    head(&mut block, &evaluation.about, &test, &train);
    if let Some(found) = &evaluation.reconstruction {
        reconstruction(&mut block, found);
    }
    finding(&mut block, "baselines", evaluation.baselines.as_ref(), baselines);
    if let Some(found) = &evaluation.embedding {
        embedding(&mut block, found);
    }
    finding(&mut block, "samples", evaluation.samples.as_ref(), samples);
    let found = evaluation.out_of_distribution.as_ref();
    finding(&mut block, "out-of-distribution", found, out_of_distribution);
    block.into_lines()
}

/// What was evaluated, and on what.
fn head(block: &mut Block, about: &About, test: &str, train: &str) {
    let About { model, latent_dim, trained_on, data, own_data } = about;
    let dimensions = counted(*latent_dim, "latent dimension");
    block.plain(format!("{model}, {dimensions}, trained on {trained_on}"));
    let own = if *own_data { "" } else { ", which is not known to be what it was trained on" };
    block.plain(format!("evaluated on {data}{own}: {test}, {train}"));
}

/// How many of the examples that there are were used.
fn chosen(n: usize, there: usize, what: &str) -> String {
    match there {
        _ if n == 0 => format!("no {what}"),
        there if there == n => format!("{} {what}", thousands(n)),
        there => {
            format!("{} of {} {what} (chosen at random)", thousands(n), thousands(there))
        }
    }
}

/// Prints an evaluation: as one JSON document, or as lines.
pub(crate) fn print<E: Serialize>(
    evaluation: &E,
    lines: fn(&E) -> Vec<String>,
    printer: Printer,
) -> anyhow::Result<()> {
    printer
        .found(evaluation, || lines(evaluation).into_iter().try_for_each(|line| printer.data(line)))
}

/// A part that may have been left out, or not been asked for.
fn finding<T>(
    block: &mut Block,
    title: &str,
    found: Option<&Finding<T>>,
    tell: impl Fn(&mut Block, &T),
) {
    match found {
        None => {}
        Some(Finding::Measured(found)) => {
            block.title(title);
            tell(block, found);
        }
        Some(Finding::LeftOut { left_out }) => {
            block.title(title);
            block.left_out(left_out);
        }
    }
}

fn reconstruction(block: &mut Block, found: &Reconstruction) {
    block.title("reconstruction");
    let why = &found.conventions;
    let quality = found.quality;
    block.figure("error", &format!("{} {}", number(found.error), found.unit), why.get("error"));
    block.figure("loss", &number(found.loss), why.get("loss"));
    block.figure("mse", &format!("{:.6}", quality.mse), why.get("mse"));
    block.figure("psnr", &decibels(quality.psnr_db), why.get("psnr_db"));
    block.figure("ssim", &format!("{:.4}", quality.ssim), why.get("ssim"));
    let told_below = |name: &str| {
        found.variational.is_some() && ["kl", "active_units"].contains(&name)
            || found.codebook.is_some() && ["used_embeddings", "perplexity"].contains(&name)
    };
    for (name, value) in found.terms.iter().filter(|(name, _)| !told_below(name)) {
        block.figure(&spaced(name), &value.to_string(), why.get(name));
    }
    if let Some(Codebook { num_embeddings, used, perplexity, bits_per_image }) = found.codebook {
        let use_of_it = format!("{used} of {num_embeddings}, perplexity {perplexity:.0}");
        block.figure("embeddings", &use_of_it, why.get("codebook"));
        let how = "an image's code, each embedding by its index".to_owned();
        block.figure("code", &format!("{bits_per_image:.0} bits"), Some(&how));
    }
    if let Some(found) = &found.variational {
        variational(block, found, found.kl_per_dimension_nats.len());
    }
}

fn variational(block: &mut Block, found: &Variational, latent_dim: usize) {
    let why = &found.conventions;
    block.figure("elbo", &nats(found.elbo_nats), why.get("elbo_nats"));
    let given = found.log_likelihood_given_code_nats;
    block.figure("log p(x|z)", &nats(given), why.get("log_likelihood_given_code_nats"));
    block.figure("kl", &nats(found.kl_nats), why.get("kl_nats"));
    if let Some(penalty) = found.penalty_nats {
        block.figure("penalty", &nats(penalty), why.get("penalty_nats"));
    }
    let mut largest = found.kl_per_dimension_nats.clone();
    largest.sort_by(|a, b| b.total_cmp(a));
    let rest = latent_dim.saturating_sub(MOST_DIMENSIONS);
    largest.truncate(MOST_DIMENSIONS);
    let mut text: Vec<String> = largest.iter().map(|kl| format!("{kl:.3}")).collect();
    if rest > 0 {
        text.push(format!("and {rest} smaller ones"));
    }
    block.sentence(&format!("kl of each dimension, largest first: {}", text.join(", ")));
    let active = format!("{} of {latent_dim}", found.active_units);
    block.figure("active units", &active, why.get("active_units"));
    match &found.log_likelihood {
        Finding::Measured(found) => {
            let how = format!(
                "importance-weighted bound, {} per image, {}",
                counted(found.importance_samples, "code"),
                counted(found.images, "image")
            );
            block.figure("log p(x)", &nats(found.nats), Some(&how));
        }
        Finding::LeftOut { left_out } => {
            block.left_out(&format!("importance-weighted log-likelihood: {left_out}"));
        }
    }
}

fn baselines(block: &mut Block, found: &Baselines) {
    let rows = found.compared.iter().map(|baseline| {
        let quality = baseline.quality;
        let figures = [
            format!("{:.6}", quality.mse),
            decibels(quality.psnr_db),
            format!("{:.4}", quality.ssim),
            baseline.model_better_fraction.map_or(String::new(), percent),
        ];
        (baseline.name.clone(), figures.to_vec())
    });
    block.table(&["mse", "psnr", "ssim", "closer on"], rows.collect());
    block.verdict(&found.verdict);
    block.conventions(&found.conventions);
}

fn embedding(block: &mut Block, found: &Embedding) {
    block.title("embedding");
    match &found.spaces {
        Finding::Measured(found) => spaces(block, found),
        Finding::LeftOut { left_out } => block.left_out(left_out),
    }
    match &found.trustworthiness {
        Finding::Measured(found) => trust(block, found),
        Finding::LeftOut { left_out } => block.left_out(&format!("trustworthiness: {left_out}")),
    }
    if found.spaces.measured().is_some() || found.trustworthiness.measured().is_some() {
        block.conventions(&found.conventions);
    }
}

fn spaces(block: &mut Block, found: &Spaces) {
    let rows = found.compared.iter().map(|space| {
        let shares = [space.neighbour_accuracy, space.probe_accuracy, space.purity];
        (
            format!("{}, {}", space.name, space.size),
            shares.map(|share| format!("{:.2} %", 100.0 * share)).to_vec(),
        )
    });
    block.table(&["neighbours", "probe", "purity"], rows.collect());
    for left_out in &found.left_out {
        block.left_out(left_out);
    }
    for verdict in &found.verdicts {
        block.verdict(verdict);
    }
}

fn trust(block: &mut Block, found: &Trust) {
    let images = counted(found.images, "test image");
    block.figure("trustworthiness", &format!("{:.4}", found.codes), Some(&images));
    match &found.pca {
        Finding::Measured(pca) => {
            let what = "of the first two principal components".to_owned();
            block.figure("", &format!("{pca:.4}"), Some(&what));
        }
        Finding::LeftOut { left_out } => {
            block.left_out(&format!("trustworthiness of principal components: {left_out}"));
        }
    }
}

fn samples(block: &mut Block, found: &Samples) {
    let rows = found.distances.iter().map(|distance| {
        let figures = [format!("{:.3}", distance.frechet), format!("{:.5}", distance.kernel)];
        (distance.of.clone(), figures.to_vec())
    });
    block.sentence(&format!(
        "distances to {} test images, by {}{}",
        thousands(found.images),
        found.features,
        found.classifier_accuracy.map_or(String::new(), |accuracy| format!(
            "; it classifies {} of the test images correctly",
            percent(accuracy)
        ))
    ));
    block.table(&["frechet", "kernel"], rows.collect());
    if let Some(share) = found.conditional_accuracy {
        let how = "samples that the classifier assigns to the class they are conditioned on";
        block.figure("conditional accuracy", &percent(share), Some(&how.to_owned()));
    }
    for verdict in &found.verdicts {
        block.verdict(verdict);
    }
    block.conventions(&found.conventions);
    if let Some(codes) = &found.codes {
        let CodeMoments { mean, std, dimension_means, dimension_stds } = codes;
        let range = |[least, most]: &[f64; 2]| format!("{least:.2} to {most:.2}");
        let by_dimension = format!(
            "of the test images, over all dimensions; per dimension mean {}, std {}; the prior has \
             0 and 1",
            range(dimension_means),
            range(dimension_stds)
        );
        block.figure("codes", &format!("mean {mean:.2}, std {std:.2}"), Some(&by_dimension));
    }
    memorisation(block, &found.memorisation);
}

fn memorisation(block: &mut Block, found: &Memorisation) {
    let near =
        format!("{} of {}", percent(found.near_duplicates), counted(found.samples, "sample"));
    let how = format!(
        "samples nearer to a training image than {:.3}, as {} of {} are; {}",
        found.threshold,
        percent(found.threshold_fraction),
        counted(found.test_images, "test image"),
        found.convention
    );
    block.figure("near-duplicates", &near, Some(&how));
    let medians = format!(
        "of a sample to the nearest training image; {:.3} for a test image",
        found.median_distance_of_test_images
    );
    block.figure("median distance", &format!("{:.3}", found.median_distance), Some(&medians));
}

fn out_of_distribution(block: &mut Block, found: &OutOfDistribution) {
    let why = &found.conventions;
    let own = format!(
        "{} is the median error of the model's {}; {}",
        number(found.own_median),
        counted(found.own_images, "held-out image"),
        why.get("errors").map_or("", String::as_str)
    );
    let median = format!("{} {}", number(found.median), found.unit);
    block.figure("median error", &median, Some(&own));
    let outliers = format!(
        "above {}, the {} quantile of the held-out errors; {}",
        number(found.threshold),
        percent(found.quantile),
        why.get("outliers").map_or("", String::as_str)
    );
    block.figure("outliers", &percent(found.outliers), Some(&outliers));
    block.figure("larger", &percent(found.larger), why.get("larger"));
    block.verdict(&found.verdict);
    if let Some(caution) = &found.caution {
        block.sentence(caution);
    }
}

fn decibels(value: f64) -> String {
    format!("{value:.2} dB")
}

fn nats(value: f64) -> String {
    format!("{value:.3} nats")
}
