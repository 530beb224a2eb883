//! `--tensorboard`: files that TensorBoard reads, complete whenever a run is looked at.

use fs_err as fs;

use crate::place::{Place, TINY};

/// The events of one split's file, without their frames.
fn events(place: &Place, split: &str) -> Vec<Vec<u8>> {
    let file = format!("run/tensorboard/{split}/events.out.tfevents.0.concertina");
    let bytes = fs::read(place.path(&file)).unwrap();
    let mut rest = bytes.as_slice();
    let mut events = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk() {
        let length = u64::from_le_bytes(*length) as usize;
        events.push(behind[4..][..length].to_vec());
        rest = &behind[4 + length + 4..];
    }
    assert!(rest.is_empty());
    events
}

fn holds(event: &[u8], text: &str) -> bool {
    event.windows(text.len()).any(|bytes| bytes == text.as_bytes())
}

#[test]
fn every_epoch_has_its_curves() {
    let place = Place::new();
    place.succeed(&format!("{TINY} --out run"));
    assert!(!place.path("run/tensorboard").exists());
    // Of a finished run, of one that goes on, and of a new one.
    let again = format!("{TINY} --out run --tensorboard");
    for (epochs, command) in [
        (2, "resume run --tensorboard"),
        (5, "resume run --epochs 5 --tensorboard"),
        (2, again.as_str()),
    ] {
        if command == again {
            fs::remove_dir_all(place.path("run")).unwrap();
        }
        place.succeed(command);
        for split in ["train", "validation"] {
            let events = events(&place, split);
            assert_eq!(events.len(), 1 + epochs, "{split}");
            assert!(holds(&events[0], "brain.Event:2"));
            for event in &events[1..] {
                for curve in ["loss", "reconstruction", "kl"] {
                    assert!(holds(event, curve), "{split}: {curve}");
                }
                assert_eq!(holds(event, "images per second"), split == "train");
            }
        }
    }
}
