//! The table of named sets.
//!
//! Checksums and sizes are those that TensorFlow Datasets keeps
//! (`tensorflow_datasets/url_checksums/*.txt` of the repository tensorflow/datasets); those of
//! KMNIST agree with the ones in ankane/torchvision-ruby.

use super::set::{Layout, NamedFile, NamedSet};
use crate::shape::ImageShape;

/// The folder that CIFAR-10's archive unpacks to.
pub(super) const CIFAR_FOLDER: &str = "cifar-10-batches-bin";

const TEN_DIGITS: &[&str] = &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

const DIGITS: NamedSet = NamedSet {
    name: "digits",
    about: "handwritten digits drawn by the program itself from pen strokes",
    train: 60_000,
    valid: 10_000,
    shape: ImageShape::new(1, 28, 28),
    credit: "built in, nothing to download; free of any rights",
    class_names: TEN_DIGITS,
    mirrors: &[],
    files: &[],
    layout: Layout::Digits,
};

const MNIST: NamedSet = NamedSet {
    name: "mnist",
    about: "handwritten digits",
    train: 60_000,
    valid: 10_000,
    shape: ImageShape::new(1, 28, 28),
    credit: "Yann LeCun and Corinna Cortes, CC BY-SA 3.0",
    class_names: TEN_DIGITS,
    mirrors: &[
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ],
    files: &[
        NamedFile {
            name: "train-images-idx3-ubyte.gz",
            sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            bytes: 9_912_422,
        },
        NamedFile {
            name: "train-labels-idx1-ubyte.gz",
            sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            bytes: 28_881,
        },
        NamedFile {
            name: "t10k-images-idx3-ubyte.gz",
            sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            bytes: 1_648_877,
        },
        NamedFile {
            name: "t10k-labels-idx1-ubyte.gz",
            sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            bytes: 4_542,
        },
    ],
    layout: Layout::Idx,
};

const FASHION_MNIST: NamedSet = NamedSet {
    name: "fashion-mnist",
    about: "clothes and shoes from a shop's catalogue",
    train: 60_000,
    valid: 10_000,
    shape: ImageShape::new(1, 28, 28),
    credit: "Han Xiao, Kashif Rasul and Roland Vollgraf (Zalando SE), MIT",
    class_names: &[
        "t-shirt",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ],
    mirrors: &[
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ],
    files: &[
        NamedFile {
            name: "train-images-idx3-ubyte.gz",
            sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            bytes: 26_421_880,
        },
        NamedFile {
            name: "train-labels-idx1-ubyte.gz",
            sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            bytes: 29_515,
        },
        NamedFile {
            name: "t10k-images-idx3-ubyte.gz",
            sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            bytes: 4_422_102,
        },
        NamedFile {
            name: "t10k-labels-idx1-ubyte.gz",
            sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            bytes: 5_148,
        },
    ],
    layout: Layout::Idx,
};

const KMNIST: NamedSet = NamedSet {
    name: "kmnist",
    about: "cursive Japanese characters from old books",
    train: 60_000,
    valid: 10_000,
    shape: ImageShape::new(1, 28, 28),
    credit: "Center for Open Data in the Humanities (ROIS-DS), CC BY-SA 4.0",
    class_names: &["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
    mirrors: &[
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    ],
    files: &[
        NamedFile {
            name: "train-images-idx3-ubyte.gz",
            sha256: "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            bytes: 18_165_135,
        },
        NamedFile {
            name: "train-labels-idx1-ubyte.gz",
            sha256: "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            bytes: 29_497,
        },
        NamedFile {
            name: "t10k-images-idx3-ubyte.gz",
            sha256: "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            bytes: 3_041_136,
        },
        NamedFile {
            name: "t10k-labels-idx1-ubyte.gz",
            sha256: "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
            bytes: 5_120,
        },
    ],
    layout: Layout::Idx,
};

const CIFAR10: NamedSet = NamedSet {
    name: "cifar10",
    about: "small colour photographs of ten kinds of things",
    train: 50_000,
    valid: 10_000,
    shape: ImageShape::new(3, 32, 32),
    credit: "Alex Krizhevsky, Vinod Nair and Geoffrey Hinton; no licence stated",
    class_names: &[
        "airplane",
        "automobile",
        "bird",
        "cat",
        "deer",
        "dog",
        "frog",
        "horse",
        "ship",
        "truck",
    ],
    mirrors: &[
        "https://www.cs.toronto.edu/~kriz/",
        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
    ],
    files: &[NamedFile {
        name: "cifar-10-binary.tar.gz",
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        bytes: 170_052_171,
    }],
    layout: Layout::Cifar,
};

/// All sets, the built-in one first.
pub(super) const ALL: &[NamedSet] = &[DIGITS, MNIST, FASHION_MNIST, KMNIST, CIFAR10];
