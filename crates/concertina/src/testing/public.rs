//! What the public types promise wherever they come from.

use std::path::PathBuf;

use proptest::prelude::*;

use crate::data::{Dataset, FloatImages, Images};
use crate::math::{Codes, NamedValues, Value};
use crate::model::Model;
use crate::recipe::Recipe;
use crate::train::{Plan, Run};
use crate::{Error, Hint, HintPart, Warning};

/// Whoever serves or trains from several threads relies on it. This file does not compile
/// otherwise.
#[test]
fn public_types_go_from_thread_to_thread() {
    fn check<T: Send + Sync>() {}
    check::<Model>();
    check::<Dataset>();
    check::<Recipe>();
    check::<Plan>();
    check::<Run<'static>>();
    check::<Error>();
    check::<Codes>();
    check::<FloatImages>();
    check::<Images>();
}

#[test]
fn every_part_of_a_hint_is_displayed() {
    for (part, expected) in [
        (HintPart::Text("look at it".to_owned()), "look at it"),
        (
            HintPart::Set { key: "training.seed".to_owned(), value: "7".to_owned() },
            "`training.seed = 7`",
        ),
        (HintPart::Recipe("conv-ae".to_owned()), "the recipe `conv-ae`"),
        (HintPart::ReadRecipe("conv-ae".to_owned()), "the shipped recipe `conv-ae`"),
        (HintPart::Resume(PathBuf::from("runs/a")), "resume the run in `runs/a`"),
        (HintPart::AnotherFolder, "another folder"),
        (HintPart::InspectData, "inspect the data"),
    ] {
        assert_eq!(part.to_string(), expected);
    }
    let hint =
        Hint::text("name ").with(HintPart::AnotherFolder).then(" (").set("a.b", 0.5).then(")");
    assert_eq!(hint.to_string(), "name another folder (`a.b = 0.5`)");
    assert_eq!(hint.parts().len(), 5);
    let warning = Warning::new("it is late");
    assert_eq!(warning.to_string(), "it is late");
    assert_eq!(
        warning.with_hint(hint).to_string(),
        "it is late; name another folder (`a.b = 0.5`)"
    );
    assert_eq!(Error::data("no file").with_hint("look").hint().unwrap().to_string(), "look");
}

proptest! {
    #[test]
    fn hints_and_named_values_survive_json(
        words in prop::collection::vec("\\PC{0,8}", 0..5),
        reals in prop::collection::vec(-1e30f64..1e30, 5),
        counts in prop::collection::vec(0..usize::MAX / 2, 5),
    ) {
        let mut hint = Hint::default();
        let mut values = NamedValues::default();
        for ((word, real), count) in words.iter().zip(reals).zip(counts) {
            hint = hint.then(word.as_str()).set(word.as_str(), real);
            values.push(word, real);
            values.push(word, count);
        }
        let json = serde_json::to_string(&hint).unwrap();
        prop_assert_eq!(serde_json::from_str::<Hint>(&json).unwrap(), hint);

        let json = serde_json::to_string(&values).unwrap();
        let again: NamedValues = serde_json::from_str(&json).unwrap();
        let names: Vec<&str> = again.iter().map(|(name, _)| name).collect();
        let expected: Vec<&str> = words.iter().flat_map(|word| [word.as_str(); 2]).collect();
        prop_assert_eq!(names, expected);
        for (index, (_, value)) in again.iter().enumerate() {
            prop_assert_eq!(matches!(value, Value::Real(_)), index % 2 == 0);
        }
        // The first of its name is what is asked for.
        if let Some(word) = words.first() {
            prop_assert_eq!(again.get(word), again.iter().next().map(|(_, value)| value.as_f64()));
        }
        prop_assert_eq!(again, values);
    }
}
