//! Every example runs to its end: each has a test that calls its `main`.

#[path = "../examples/conditional.rs"]
mod conditional;
#[path = "../examples/encode_folder.rs"]
mod encode_folder;
#[path = "../examples/events.rs"]
mod events;
#[path = "../examples/own_network.rs"]
mod own_network;
#[path = "../examples/resume.rs"]
mod resume;
#[path = "../examples/train_from_arrays.rs"]
mod train_from_arrays;
