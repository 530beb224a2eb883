//! A service in the background.

use std::sync::OnceLock;
use std::thread::JoinHandle;

use concertina::data::{Dataset, OpenOptions};
use concertina::model::Model;
use concertina::recipe::Recipe;
use concertina::restore::built_in;
use concertina_server::{Ended, Limits, Served, Service, Settings, Stop};

/// A service, and how to end it.
pub(crate) struct Server {
    pub(crate) port: u16,
    stop: Stop,
    thread: JoinHandle<std::io::Result<Ended>>,
}

impl Server {
    /// Serves these models, by their recipes' names.
    pub(crate) fn start(settings: &Settings, recipes: &[&str]) -> Self {
        let service = Service::bind(settings.clone()).unwrap();
        let models = recipes
            .iter()
            .map(|recipe| Served::new(*recipe, model(recipe), &settings.limits))
            .collect();
        let (port, stop) = (service.address().port(), service.stop());
        Self { port, stop, thread: std::thread::spawn(move || service.serve(models)) }
    }

    /// With these limits.
    pub(crate) fn limited(limits: Limits, recipes: &[&str]) -> Self {
        Self::start(&Settings { limits, ..Settings::default() }, recipes)
    }

    /// Tells it to end.
    pub(crate) fn stop(&self) {
        self.stop.stop();
    }

    /// How it ended.
    pub(crate) fn ended(self) -> Ended {
        self.stop();
        self.thread.join().unwrap().unwrap()
    }
}

/// A trained model: a built-in one, or one of a recipe, trained on a few digits.
pub(crate) fn model(recipe: &str) -> Model {
    static TRAINED: OnceLock<std::sync::Mutex<std::collections::BTreeMap<String, Model>>> =
        OnceLock::new();
    if recipe.starts_with("photo-") {
        return built_in(recipe).unwrap();
    }
    let mut trained = TRAINED.get_or_init(std::sync::Mutex::default).lock().unwrap();
    trained.entry(recipe.to_owned()).or_insert_with(|| train(recipe)).clone()
}

fn train(recipe: &str) -> Model {
    let recipe = Recipe::named(recipe).unwrap().with("training.epochs", 1).unwrap();
    let options = OpenOptions { limit: Some(120), ..recipe.open_options() };
    let data = Dataset::open("digits", &options).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut run = recipe.plan(&data).unwrap().start(&data, folder.path().join("run")).unwrap();
    while run.step().unwrap().is_some() {}
    run.into_model()
}
