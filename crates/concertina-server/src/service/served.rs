//! A model that is served: its name, what waits for it, and the threads that work on that.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use concertina::ImageShape;
use concertina::data::FloatImages;
use concertina::inspect::{Inspector, Threshold};
use concertina::math::Codes;
use concertina::model::Model;

use super::limits::Limits;
use super::metrics::Metrics;
use super::problem::Problem;
use super::queue::{Ask, Queue, Waiting};
use super::room::Room;

/// A model with the name that it is served under.
pub struct Served {
    name: String,
    model: &'static Model,
    inspecting: Option<Inspecting>,
    rows: Queue<Rows>,
    alone: Queue<Alone>,
    wait: Duration,
}

/// What a model needs to inspect pictures.
pub(crate) struct Inspecting {
    pub(crate) inspector: Inspector<'static>,
    pub(crate) threshold: Threshold,
}

/// What a model does with examples, of which it can be asked many at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Encode,
    Decode,
    Reconstruct,
    /// Reconstruction errors.
    Score,
}

/// Examples, `[N, C, H, W]`, or codes, `[N, 1, 1, D]`, and what is asked of them. The answer is a
/// row for each.
pub(crate) struct Rows {
    pub(crate) operation: Operation,
    pub(crate) shape: ImageShape,
    pub(crate) values: Vec<f32>,
    pub(crate) labels: Option<Vec<u32>>,
}

/// What is computed alone: a picture of any size.
pub(crate) struct Alone(pub(crate) Option<Job>);

type Job = Box<dyn FnOnce() -> Result<Vec<u8>, Problem> + Send>;

impl Ask for Rows {
    type Answer = Vec<f32>;

    fn goes_with(&self, other: &Self) -> bool {
        (self.operation, self.shape) == (other.operation, other.shape)
    }

    fn examples(&self) -> usize {
        self.values.len() / self.shape.len()
    }
}

impl Ask for Alone {
    type Answer = Vec<u8>;

    fn goes_with(&self, _: &Self) -> bool {
        false
    }

    fn examples(&self) -> usize {
        1
    }
}

impl Served {
    /// A model under a name, which becomes a part of addresses. It stays in memory until the
    /// program ends.
    pub fn new(name: impl Into<String>, model: Model, limits: &Limits) -> Self {
        Self {
            name: name.into(),
            // Threads and requests outlive whoever starts the server.
            model: Box::leak(Box::new(model)),
            inspecting: None,
            rows: Queue::new(limits.waiting),
            alone: Queue::new(limits.waiting),
            wait: limits.wait,
        }
    }

    /// The same, to inspect pictures: with what is usual in good ones, and the score from which
    /// others are rejected.
    #[must_use]
    pub fn with_inspector(self, inspector: Inspector<'static>, threshold: Threshold) -> Self {
        Self { inspecting: Some(Inspecting { inspector, threshold }), ..self }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The model.
    pub fn model(&self) -> &'static Model {
        self.model
    }

    pub(crate) fn inspecting(&self) -> Option<&Inspecting> {
        self.inspecting.as_ref()
    }

    /// How many requests wait.
    pub(crate) fn waiting(&self) -> usize {
        self.rows.len() + self.alone.len()
    }

    /// What the model makes of examples or codes.
    pub(crate) async fn ask(&self, rows: Rows, room: &Arc<Room>) -> Result<Vec<f32>, Problem> {
        self.rows.ask(rows, room, self.wait).await
    }

    /// What comes of work that is not shared with others.
    pub(crate) async fn ask_alone(
        &self,
        job: impl FnOnce() -> Result<Vec<u8>, Problem> + Send + 'static,
        room: &Arc<Room>,
    ) -> Result<Vec<u8>, Problem> {
        self.alone.ask(Alone(Some(Box::new(job))), room, self.wait).await
    }

    /// Starts the threads.
    ///
    /// # Errors
    /// If the system has none.
    pub(crate) fn start(
        self: &Arc<Self>,
        most: usize,
        metrics: &Arc<Metrics>,
    ) -> std::io::Result<()> {
        let spawn = |work: Box<dyn FnOnce() + Send>| {
            thread::Builder::new().name(format!("model {}", self.name)).spawn(work).map(drop)
        };
        let (served, counting) = (Arc::clone(self), Arc::clone(metrics));
        spawn(Box::new(move || {
            let compute = |asks: &mut [Waiting<Rows>]| {
                let examples = asks.iter().map(|waiting| waiting.ask.examples()).sum();
                counting.computed(&served.name, examples, asks.iter().map(Waiting::waited));
                together(served.model, asks)
            };
            served.rows.work(most, compute, || counting.panicked());
        }))?;
        let (served, counting) = (Arc::clone(self), Arc::clone(metrics));
        spawn(Box::new(move || {
            let compute = |asks: &mut [Waiting<Alone>]| {
                counting.computed(&served.name, asks.len(), asks.iter().map(Waiting::waited));
                let run = |waiting: &mut Waiting<Alone>| match waiting.ask.0.take() {
                    Some(job) => job(),
                    None => Err(Problem::ours()),
                };
                asks.iter_mut().map(run).collect()
            };
            served.alone.work(1, compute, || counting.panicked());
        }))
    }

    /// Takes no more requests.
    pub(crate) fn close(&self) {
        self.rows.close();
        self.alone.close();
    }
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The answers to asks that go with each other. One alone is not copied.
fn together(model: &Model, asks: &mut [Waiting<Rows>]) -> Vec<Result<Vec<f32>, Problem>> {
    let (operation, shape) = (asks[0].ask.operation, asks[0].ask.shape);
    let lengths: Vec<usize> = asks.iter().map(|waiting| waiting.ask.examples()).collect();
    let labels: Option<Vec<Vec<u32>>> =
        asks.iter_mut().map(|waiting| waiting.ask.labels.take()).collect();
    let labels = labels.map(|labels| labels.concat());
    let mut values = std::mem::take(&mut asks[0].ask.values);
    for waiting in &mut asks[1..] {
        values.append(&mut waiting.ask.values);
    }
    let mut rest = match computed(model, operation, shape, values, labels.as_deref()) {
        Ok(all) => all,
        Err(error) => {
            let problem = Problem::from(error);
            return asks.iter().map(|_| Err(problem.clone())).collect();
        }
    };
    let width = rest.len() / lengths.iter().sum::<usize>();
    // From the last on: the first keeps what was computed where it is.
    let mut answers = Vec::with_capacity(asks.len());
    for n in lengths[1..].iter().rev() {
        answers.push(Ok(rest.split_off(rest.len() - n * width)));
    }
    answers.push(Ok(rest));
    answers.reverse();
    answers
}

fn computed(
    model: &Model,
    operation: Operation,
    shape: ImageShape,
    values: Vec<f32>,
    labels: Option<&[u32]>,
) -> concertina::Result<Vec<f32>> {
    let conditioned = model.with_labels(labels)?;
    let examples = |values| FloatImages::new(shape, values);
    Ok(match operation {
        Operation::Encode => conditioned.encode(&examples(values))?.into_values(),
        Operation::Decode => conditioned.decode(&Codes::new(shape.len(), values))?.into_values(),
        Operation::Reconstruct => conditioned.reconstruct(&examples(values))?.into_values(),
        Operation::Score => conditioned.reconstruction_errors(&examples(values))?,
    })
}
