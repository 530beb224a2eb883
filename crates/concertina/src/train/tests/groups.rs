//! Shards, and several processes that train them: the same bytes for any number.

use tempfile::TempDir;

use super::{data, outcome, train, train_until, uninterrupted};
use crate::data::{Data, Dataset, OpenOptions, PackedSet};
use crate::group::threads::in_threads;
use crate::model::Model;
use crate::recipe::Recipe;
use crate::testing::{
    adversarial, info_vae, pack_digits, plain, quantised, shades, small_music, variational,
    wasserstein,
};
use crate::train::{ResumeOptions, Run};

/// Cut into four shards. The last batch of [`data`], of four images, has one in each; with a batch
/// size of 17, of two, half of the shards are empty.
fn in_shards(recipe: &Recipe) -> Recipe {
    let recipe = recipe.with("training.shards", 4).unwrap();
    recipe.with("training.batch-size", 17).unwrap()
}

/// Trains with `n` processes until `steps` are done, or to the end, and returns what the first one
/// leaves. Others write nothing: their folder does not exist.
fn together(
    n: usize,
    recipe: &Recipe,
    data: &dyn Data,
) -> (Vec<u8>, Vec<crate::validate::Metrics>) {
    let dir = TempDir::new().unwrap();
    in_threads(n, |group| {
        let folder = dir.path().join(group.rank().to_string());
        let plan = recipe.plan(data).unwrap().in_group(&group).unwrap();
        let mut run = plan.start(data, &folder).unwrap();
        while run.step().unwrap().is_some() {}
        assert_eq!(folder.exists(), group.is_first());
    });
    outcome(&dir.path().join("0"))
}

#[test]
fn any_number_of_processes_makes_the_same_bytes() {
    let data = data();
    let free = variational().with("bottleneck.free-bits-nats", 0.0).unwrap();
    let learned = info_vae().with("bottleneck.mmd-weight", 0.0).unwrap();
    for recipe in [plain(), variational(), free, learned, adversarial(), quantised()] {
        let recipe = in_shards(&recipe);
        let expected = uninterrupted(&recipe, &data);
        for n in [2, 4] {
            let found = together(n, &recipe, &data);
            assert!(found == expected, "{}: other results of {n} processes", recipe.name);
        }
    }
}

#[test]
fn music_is_the_same_from_any_number_of_processes() {
    let (recipe, data) = small_music("melody-vae");
    let recipe = recipe.with("training.shards", 4).unwrap();
    let expected = uninterrupted(&recipe, &data);
    for n in [1, 2, 4] {
        assert!(together(n, &recipe, &data) == expected, "other results of {n} processes");
    }
}

#[test]
fn a_pack_is_read_the_same_by_any_number_of_processes() {
    let dir = TempDir::new().unwrap();
    pack_digits(dir.path());
    let packed = PackedSet::open(&dir.path().to_string_lossy(), &OpenOptions::default()).unwrap();
    let recipe = in_shards(&plain().with("bottleneck.condition", "label").unwrap());
    let expected = uninterrupted(&recipe, &packed);
    for n in [2, 4] {
        assert!(together(n, &recipe, &packed) == expected, "other results of {n} processes");
    }
}

/// What is summed in another order is nearly the same, and only nearly.
#[test]
fn shards_make_no_difference_but_of_rounding() {
    let data = data();
    for recipe in [plain(), adversarial(), variational()] {
        let recipe = recipe.with("bottleneck.free-bits-nats", 0.0).unwrap_or(recipe);
        let (whole, metrics) = uninterrupted(&recipe, &data);
        for shards in [2, 8] {
            let recipe = recipe.with("training.shards", shards).unwrap();
            let (cut, of_shards) = uninterrupted(&recipe, &data);
            assert_ne!(whole, cut);
            for (whole, cut) in metrics.iter().zip(&of_shards) {
                for (whole, cut) in [(&whole.train, &cut.train), (&whole.valid, &cut.valid)] {
                    let near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-4;
                    assert!(near(whole.loss, cut.loss), "{whole:?}, not {cut:?}");
                    let terms = whole.terms.iter().zip(cut.terms.iter());
                    assert_eq!(whole.terms.iter().count(), cut.terms.iter().count());
                    for ((name, _), (other, _)) in terms {
                        assert_eq!(name, other);
                        let [a, b] = [whole, cut].map(|losses| losses.term(name).unwrap());
                        assert!((a - b).abs() <= 1e-3 * a.abs().max(1.0), "{name}: {a}, not {b}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_run_goes_on_with_any_number_of_processes() {
    let data = data();
    for recipe in [quantised(), adversarial()] {
        let recipe = in_shards(&recipe);
        let expected = uninterrupted(&recipe, &data);
        let dir = TempDir::new().unwrap();
        let path = |rank: usize| dir.path().join(rank.to_string());
        in_threads(4, |group| {
            let plan = recipe.plan(&data).unwrap().in_group(&group).unwrap();
            let mut run = plan.start(&data, path(group.rank())).unwrap();
            train_until(&mut run, 4);
            run.checkpoint().unwrap();
        });
        in_threads(2, |group| {
            let rank = group.rank();
            let options = ResumeOptions { group, ..ResumeOptions::default() };
            let mut run = Run::resume_with(&data, path(rank), &options).unwrap();
            assert_eq!(run.steps_done(), 4);
            train_until(&mut run, 6);
            run.checkpoint().unwrap();
        });
        train(&mut Run::resume(&data, path(0)).unwrap());
        assert!(outcome(&path(0)) == expected, "{}", recipe.name);
        assert!(!path(1).exists());
    }
}

#[test]
fn a_group_begins_with_the_weights_of_a_model_too() {
    let data = data();
    let recipe = in_shards(&plain());
    let dir = TempDir::new().unwrap();
    let first: Model =
        recipe.plan(&data).unwrap().start(&data, dir.path().join("a")).unwrap().finish().unwrap();
    let start = |n: usize, name: &str| {
        in_threads(n, |group| {
            let folder = dir.path().join(name).join(group.rank().to_string());
            let plan = recipe.plan(&data).unwrap().in_group(&group).unwrap();
            plan.start_from(&data, folder, &first).unwrap().finish().unwrap().weights
        })
    };
    let alone = start(1, "b").remove(0);
    assert!(start(2, "c").iter().all(|weights| *weights == alone));
}

#[test]
fn what_cannot_be_trained_together_is_refused() {
    let data = data();
    let refused = |recipe: &Recipe, n: usize| {
        let recipe = recipe.clone();
        in_threads(n, |group| {
            let error = recipe.plan(&data).and_then(|plan| plan.in_group(&group)).unwrap_err();
            assert!(error.is_config());
            (error.to_string(), error.hint().unwrap().to_string())
        })
        .remove(0)
    };
    for (recipe, n, message, hint) in [
        (
            plain(),
            2,
            "`training.shards`: expected a multiple of the 2 processes that train together, found \
             1",
            "a run for them has `training.shards = 2`",
        ),
        (
            in_shards(&plain()),
            8,
            "`training.shards`: expected a multiple of the 8 processes that train together, found \
             4",
            "a run for them has `training.shards = 8`",
        ),
        (
            in_shards(&plain()),
            3,
            "`training.shards`: expected a multiple of the 3 processes that train together, found \
             4",
            "train with 2 or 4 processes",
        ),
        (
            in_shards(&wasserstein()),
            1,
            "`training.shards`: expected 1 beside the maximum mean discrepancy of a whole batch, \
             found 4",
            "`training.shards = 1`, or a bottleneck whose penalty is a sum over examples",
        ),
        (
            in_shards(&info_vae()),
            1,
            "`training.shards`: expected 1 beside the maximum mean discrepancy \
             (`bottleneck.mmd-weight`) of a whole batch, found 4",
            "`training.shards = 1`, or a bottleneck whose penalty is a sum over examples",
        ),
        (
            in_shards(&variational().with("bottleneck.capacity-nats", 1.0).unwrap()),
            1,
            "`training.shards`: expected 1 beside the KL divergence's capacity \
             (`bottleneck.capacity-nats`) of a whole batch, found 4",
            "`training.shards = 1`, or a bottleneck whose penalty is a sum over examples",
        ),
    ] {
        assert_eq!(refused(&recipe, n), (message.to_owned(), hint.to_owned()));
    }
}

#[test]
fn processes_that_differ_are_refused() {
    let (data, other) = (data(), shades(60));
    let recipe = in_shards(&plain());
    let begin = |recipes: [&Recipe; 2], sets: [&Dataset; 2]| {
        let dir = TempDir::new().unwrap();
        let errors = in_threads(2, |group| {
            let (rank, folder) = (group.rank(), dir.path().join(group.rank().to_string()));
            let plan = recipes[rank].plan(sets[rank]).unwrap().in_group(&group).unwrap();
            plan.start(sets[rank], folder).err().unwrap()
        });
        assert!(errors.iter().all(crate::Error::is_config));
        assert_eq!(errors[0].to_string(), errors[1].to_string());
        (errors[0].to_string(), errors[0].hint().unwrap().to_string())
    };
    let seeded = recipe.with("training.seed", 7).unwrap();
    for (recipes, sets, what, hint) in [
        ([&recipe, &seeded], [&data, &data], "recipe", "start all of them with the same arg"),
        ([&recipe, &recipe], [&data, &other], "data", "give all of them the same files"),
    ] {
        let (error, found) = begin(recipes, sets);
        let expected = format!("expected the same {what} in all 2 processes that train together, ");
        assert!(error.starts_with(&expected), "{error}");
        assert!(found.starts_with(hint), "{found}");
    }
}
