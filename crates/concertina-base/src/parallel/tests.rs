//! Tests of work shared out among threads.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::AtomicU32;

use rayon::ThreadPoolBuilder;

use super::*;
use crate::error::Error;

/// Runs `work` on one thread, on two, and on more than most machines have cores.
fn on_threads(work: impl Fn() + Send + Sync) {
    for n in [1, 2, 9] {
        ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(&work);
    }
}

#[test]
fn every_job_is_done_once() {
    on_threads(|| {
        for n in [0, 1, 2, 3, 100, 1001] {
            let times: Vec<AtomicU32> = (0..n).map(|_| AtomicU32::new(0)).collect();
            each(&times, |times| {
                times.fetch_add(1, Ordering::Relaxed);
            });
            assert!(times.into_iter().all(|times| times.into_inner() == 1), "{n}");
        }
    });
}

#[test]
fn jobs_may_be_parts_to_write_to() {
    on_threads(|| {
        let mut values = vec![0; 1003];
        let add = [5, 6, 7, 8];
        each(values.chunks_mut(300).zip(&add).enumerate(), |(index, (part, add))| {
            for x in part {
                *x += 10 * index + add;
            }
        });
        let expected: Vec<usize> = (0..1003).map(|i| 10 * (i / 300) + add[i / 300]).collect();
        assert_eq!(values, expected);
    });
}

#[test]
fn results_come_in_the_order_of_jobs() {
    on_threads(|| {
        for n in [0, 1, 63, 64, 65, 1000] {
            let expected: Vec<String> = (0..n).map(|i| i.to_string()).collect();
            assert_eq!(map(0..n, |i| i.to_string()), expected);
            assert_eq!(map_indices(n, |i| i.to_string()), expected);
            assert_eq!(try_map(0..n, |i| Ok(i.to_string())).unwrap(), expected);
        }
    });
}

#[test]
fn jobs_may_share_out_work() {
    on_threads(|| {
        let table = map(0..20, |row| map(0..30, move |column| row * column));
        assert_eq!(table[19][29], 19 * 29);
    });
}

#[test]
fn the_first_error_counts_and_ends_the_work() {
    on_threads(|| {
        let fails = |i: usize| match i {
            500 | 501 | 700.. => Err(Error::failed(i.to_string())),
            _ => Ok(i),
        };
        assert_eq!(try_map(0..1000, fails).unwrap_err().to_string(), "500");
    });
    let begun = Mutex::new(Vec::new());
    let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let result = pool.install(|| {
        try_map(0..1000, |i| {
            begun.lock().unwrap().push(i);
            if i == 3 { Err(Error::failed("no")) } else { Ok(()) }
        })
    });
    assert_eq!(result.unwrap_err().to_string(), "no");
    assert_eq!(*begun.lock().unwrap(), [0, 1, 2, 3]);
}

#[test]
fn a_panic_goes_on_to_the_caller() {
    on_threads(|| {
        let work = || each(0..100, |i| assert_ne!(i, 70, "job {i}"));
        let panic = catch_unwind(AssertUnwindSafe(work)).unwrap_err();
        assert!(panic.downcast_ref::<String>().unwrap().contains("job 70"));
    });
}
