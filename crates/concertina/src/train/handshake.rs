//! What the processes of a group tell each other before the first step.

use crate::error::{Error, Result};
use crate::group::{Group, Message, Reader};
use crate::recipe::Recipe;

/// An error unless all processes have the same program, processors of one kind, recipe and data: or
/// their weights would drift apart. `recipe` and `data` are their checksums.
pub(super) fn expect_alike(group: &dyn Group, recipe: &str, data: &str) -> Result<()> {
    let told = [
        ("version of this program", env!("CARGO_PKG_VERSION")),
        ("instruction set", concertina_kernels::instructions()),
        ("recipe", recipe),
        ("data", data),
    ];
    let mut message = Message::default();
    for (_, value) in told {
        message.bytes(value.as_bytes());
    }
    let messages = group.gather(&message.into_bytes());
    let mut readers: Vec<Reader<'_>> = messages.iter().map(|message| Reader(message)).collect();
    for (what, _) in told {
        let values: Vec<_> = readers.iter_mut().map(Reader::bytes).collect();
        let Some(other) = values.iter().position(|value| *value != values[0]) else { continue };
        let [first, found] = [0, other].map(|rank| String::from_utf8_lossy(values[rank]));
        let error = Error::config(format!(
            "expected the same {what} in all {} processes that train together, found {first} in \
             process 0 and {found} in process {other}",
            group.size()
        ));
        return Err(error.with_hint(match what {
            "data" => {
                "give all of them the same files: on a shared disk, or copied to each machine"
            }
            "recipe" => "start all of them with the same arguments and the same recipe file",
            "instruction set" => {
                "train on machines whose processors are alike: others round differently"
            }
            _ => "start the same program on every machine",
        }));
    }
    Ok(())
}

/// Tells the other processes which run is resumed: the recipe, and the checkpoint if there is one.
pub(super) fn tell(group: &dyn Group, recipe: &Recipe, checkpoint: Option<&[u8]>) {
    let mut message = Message::default();
    message.bytes(recipe.to_toml().as_bytes());
    if let Some(bytes) = checkpoint {
        message.bytes(bytes);
    }
    group.broadcast(&message.into_bytes());
}

/// What the first process told.
pub(super) fn hear(group: &dyn Group) -> Result<(Recipe, Option<Vec<u8>>)> {
    let message = group.broadcast(&[]);
    let mut reader = Reader(&message);
    let recipe = Recipe::from_toml(&String::from_utf8_lossy(reader.bytes()))?;
    let checkpoint = (!reader.is_at_end()).then(|| reader.bytes().to_vec());
    Ok((recipe, checkpoint))
}
