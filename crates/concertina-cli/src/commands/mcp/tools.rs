//! The tools that there are.

use super::argument::{Argument, Kind};
use super::tool::{Gives, Tool};

const MODEL: Argument = Argument::place("model", "A run folder or a model.safetensors file");
const DATA: Argument = Argument::place(
    "data",
    "`digits` or `tunes` (built in), a named set such as `mnist`, an image, a folder of images, a \
     .npy file, a MIDI file or a folder of them",
);
const LIMIT: Argument =
    Argument::option("limit", Kind::Whole(1), "--limit", "Use at most this many examples");
const SEED: Argument =
    Argument::option("seed", Kind::Whole(0), "--seed", "The same seed gives the same result");
const OUT: &str = "--out";

pub(super) const TOOLS: [Tool; 9] = [
    Tool {
        name: "train",
        about: "Train an autoencoder on unlabelled images or music. Gives the run folder, which \
                the other tools take as a model, and the metrics of the last epoch. A call that is \
                cancelled leaves a checkpoint; the tool `resume` goes on from it.",
        command: &["train", "--verbose", "--json"],
        arguments: &[
            DATA,
            Argument::option(
                "recipe",
                Kind::Text,
                "--recipe",
                "A shipped recipe, such as conv-ae or dense-vae (the tool `recipes` lists them), \
                 or a TOML file; without it one that suits the data is chosen",
            ),
            Argument::option("out", Kind::Text, OUT, "The run folder to make"),
            Argument::option("epochs", Kind::Whole(1), "--epochs", "Passes over the data"),
            LIMIT,
            SEED,
            Argument::option(
                "set",
                Kind::Texts,
                "--set",
                "Settings of the recipe, such as bottleneck.latent-dim=16",
            ),
        ],
        gives: Gives::Run,
    },
    Tool {
        name: "resume",
        about: "Go on with a run that was stopped, to the result that it would have had.",
        command: &["resume", "--verbose", "--json"],
        arguments: &[Argument::place("run", "The run folder")],
        gives: Gives::Run,
    },
    Tool {
        name: "evaluate",
        about: "Measure a model on data: reconstruction error beside simple baselines, how codes \
                separate classes, how close samples are to real examples.",
        command: &["evaluate", "--json"],
        arguments: &[
            MODEL,
            DATA,
            Argument::option(
                "quick",
                Kind::Flag,
                "--quick",
                "Fewer examples and codes: seconds, where all of them can take minutes",
            ),
            LIMIT,
        ],
        gives: Gives::Json,
    },
    Tool {
        name: "encode",
        about: "The codes of examples, as a table of names, labels and numbers, or written to a \
                .csv or .npy file.",
        command: &["encode"],
        arguments: &[
            MODEL,
            DATA,
            LIMIT,
            Argument::option("out", Kind::Text, OUT, "A .csv or .npy file to write"),
        ],
        gives: Gives::File("csv"),
    },
    Tool {
        name: "map",
        about: "A picture of the codes of examples, laid out in the plane: what is alike lies \
                together, coloured by label.",
        command: &["map"],
        arguments: &[
            MODEL,
            DATA,
            Argument::option("method", Kind::Text, "--method", "pca, tsne or umap"),
            LIMIT,
            SEED,
            Argument::option("out", Kind::Text, OUT, "A .png or .csv file to write"),
        ],
        gives: Gives::File("png"),
    },
    Tool {
        name: "inspect",
        about: "Find defects, or what is unlike the good examples that a model was trained on: \
                a score and a verdict for each picture, and how many known defects were found.",
        command: &["inspect", "--json"],
        arguments: &[
            MODEL,
            DATA,
            Argument::option(
                "good",
                Kind::Text,
                "--good",
                "Good pictures that the model was not trained on; without them those held out of \
                 its training serve",
            ),
            Argument::option(
                "false_alarms",
                Kind::Number,
                "--false-alarms",
                "The rate of good pictures that may be rejected, such as 0.01",
            ),
        ],
        gives: Gives::Json,
    },
    Tool {
        name: "sample",
        about: "New images, as one picture of all, or music as a .mid or .wav file.",
        command: &["sample"],
        arguments: &[
            MODEL,
            Argument::option("n", Kind::Whole(1), "-n", "How many"),
            SEED,
            Argument::option("label", Kind::Text, "--label", "The class, of a conditional model"),
            Argument::option("out", Kind::Text, OUT, "A .png, .npy, .mid or .wav file to write"),
        ],
        gives: Gives::File("png"),
    },
    Tool {
        name: "data",
        about: "What is in data: how many examples, their sizes, their classes, and what was \
                skipped and why.",
        command: &["data", "inspect", "--json"],
        arguments: &[DATA],
        gives: Gives::Json,
    },
    Tool {
        name: "recipes",
        about: "The recipes that can be trained: name and description of each.",
        command: &["recipes", "--json"],
        arguments: &[],
        gives: Gives::Json,
    },
];
