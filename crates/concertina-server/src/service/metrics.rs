//! What is counted, for Prometheus.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Seconds: from half a millisecond to a minute.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 17))
}

/// Examples that are computed together: from 1 to 512.
fn examples() -> Histogram {
    Histogram::new(exponential_buckets(1.0, 2.0, 10))
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    path: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct At {
    path: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    model: String,
}

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<At, Histogram, fn() -> Histogram>,
    waited: Family<Of, Histogram, fn() -> Histogram>,
    together: Family<Of, Histogram, fn() -> Histogram>,
    examples: Family<Of, Counter>,
    waiting: Family<Of, Gauge>,
    panics: Counter<u64, AtomicU64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("concertina");
        let requests = Family::default();
        registry.register("requests", "Requests by address and status", requests.clone());
        let answering = Family::<At, _, _>::new_with_constructor(seconds as fn() -> Histogram);
        let told = "Time from a request's headers to its answer";
        registry.register_with_unit("request", told, Unit::Seconds, answering.clone());
        let waited = Family::<Of, _, _>::new_with_constructor(seconds as fn() -> Histogram);
        let told = "Time that requests waited for a model";
        registry.register_with_unit("queue", told, Unit::Seconds, waited.clone());
        let together = Family::<Of, _, _>::new_with_constructor(examples as fn() -> Histogram);
        registry.register("batch_examples", "Examples computed together", together.clone());
        let examples = Family::default();
        registry.register("examples", "Examples computed", examples.clone());
        let waiting = Family::default();
        registry.register("waiting", "Requests that wait", waiting.clone());
        let panics = Counter::default();
        registry.register("panics", "Mistakes of the server", panics.clone());
        Self { registry, requests, seconds: answering, waited, together, examples, waiting, panics }
    }

    /// A request was answered.
    pub(crate) fn answered(&self, path: String, status: u16, took: Duration) {
        self.requests.get_or_create(&Answered { path: path.clone(), status }).inc();
        self.seconds.get_or_create(&At { path }).observe(took.as_secs_f64());
    }

    /// So many examples of a model are computed together, of requests that waited so long.
    pub(crate) fn computed(
        &self,
        model: &str,
        examples: usize,
        waited: impl Iterator<Item = Duration>,
    ) {
        let of = Of { model: model.to_owned() };
        self.together.get_or_create(&of).observe(examples as f64);
        self.examples.get_or_create(&of).inc_by(examples as u64);
        let histogram = self.waited.get_or_create(&of);
        waited.for_each(|waited| histogram.observe(waited.as_secs_f64()));
    }

    /// The program made a mistake.
    pub(crate) fn panicked(&self) {
        self.panics.inc();
    }

    /// All of it, in the text format of Prometheus; `waiting` is how many wait for each model.
    pub(crate) fn text<'a>(&self, waiting: impl Iterator<Item = (&'a str, usize)>) -> String {
        for (model, n) in waiting {
            self.waiting
                .get_or_create(&Of { model: model.to_owned() })
                .set(i64::try_from(n).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("text can be written");
        text
    }
}
