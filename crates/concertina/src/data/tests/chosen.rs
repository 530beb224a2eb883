//! Data of chosen classes alone.

use std::path::Path;

use super::{grey, looking_in, open, real_data, save};
use crate::data::{Dataset, Images, OpenOptions, PictureSplit};
use crate::shape::ImageShape;

fn of(classes: &[&str]) -> OpenOptions {
    let classes = classes.iter().map(|class| (*class).to_owned()).collect();
    OpenOptions { classes, valid_fraction: 0.2, ..OpenOptions::default() }
}

#[test]
fn one_digit_is_split_and_the_test_images_are_left() {
    let Some(dir) = real_data() else { return };
    let options = OpenOptions { data_dirs: looking_in(&dir).data_dirs, ..of(&["8"]) };
    let data = Dataset::open("mnist", &options).unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (4681, 1170));
    assert_eq!(data.class_names, ["8"]);
    assert!(data.train_labels.iter().chain(&data.valid_labels).flatten().all(|label| *label == 0));
    assert!(data.card.notes.iter().any(|note| note.starts_with("test images are left")));
    let all = Dataset::open("mnist", &looking_in(&dir)).unwrap();
    let is_test = |image: &[u8]| all.valid.iter().any(|test| test == image);
    assert!(!data.valid.iter().take(50).any(is_test));
}

#[test]
fn classes_are_numbered_anew_in_their_own_order() {
    let shape = ImageShape::new(1, 1, 1);
    let labels: Vec<u32> = (0..60).map(|index| index % 6).collect();
    let images = Images::new(shape, (0..60).collect()).unwrap();
    let data = Dataset::from_images(images.clone(), Some(labels.clone()), &of(&["4", "1", "4"]));
    let data = data.unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (16, 4));
    assert_eq!(data.class_names, ["1", "4"]);
    for (image, label) in data.train.iter().zip(data.train_labels.unwrap()) {
        assert_eq!(u32::from(image[0]) % 6, [1, 4][label as usize]);
    }
    let options = OpenOptions { limit: Some(5), ..of(&["3"]) };
    let data = Dataset::from_images(images.clone(), Some(labels), &options).unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (5, 1));
    let limited = Dataset::open("digits", &options).unwrap();
    assert_eq!((limited.train.len(), limited.valid.len()), (5, 1));

    let error = |labels: Option<Vec<u32>>, classes| {
        Dataset::from_images(images.clone(), labels, &of(classes)).unwrap_err().to_string()
    };
    assert!(error(None, &["1"]).contains("found no labels"));
    let missing = error(Some(vec![2; 60]), &["7"]);
    assert!(missing.contains("classes of the data (0, 1, 2), found `7`"), "{missing}");
    assert!(error(Some(vec![2; 60]), &["1"]).contains("images of the classes 1, found none"));
}

#[test]
fn sub_folders_are_classes_to_choose() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..10 {
        save(&dir, &format!("cats/{number}.png"), &grey(4, 4, number));
        save(&dir, &format!("dogs/{number}.png"), &grey(4, 4, 100 + number));
    }
    let data = open(&dir, "", &of(&["dogs"])).unwrap();
    assert_eq!((data.train.len(), data.valid.len()), (8, 2));
    assert_eq!(data.class_names, ["dogs"]);
    assert!(data.train.iter().chain(&data.valid).all(|image| image[0] >= 100));
    let split = PictureSplit::of(dir.path(), &of(&["dogs"])).unwrap();
    let names = |pictures: &[(std::path::PathBuf, String)]| -> Vec<String> {
        pictures.iter().map(|(_, name)| name.clone()).collect()
    };
    assert_eq!(names(&split.train), data.train_names.unwrap());
    assert_eq!(names(&split.held_out), data.valid_names.unwrap());
    assert!(open(&dir, "", &of(&["birds"])).unwrap_err().to_string().contains("(cats, dogs)"));
    assert!(open(&dir, "cats", &of(&["cats"])).unwrap_err().to_string().contains("no labels"));
    assert!(PictureSplit::of(Path::new("/nowhere"), &of(&[])).is_err());
}
