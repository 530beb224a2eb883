//! Working memory that is kept from one step to the next: fresh memory costs more than the work
//! done in it.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

/// Buffers of one length that nobody uses at the moment. Clones share them.
///
/// A buffer starts as zeros (`T::default()`) and is lent again as it came back: what nobody writes,
/// such as the borders of activations, stays zero.
#[derive(Clone, Debug)]
pub(super) struct Workspaces<T> {
    len: usize,
    idle: Arc<Mutex<Vec<Vec<T>>>>,
}

impl<T: Copy + Default> Workspaces<T> {
    pub(super) fn new(len: usize) -> Self {
        Workspaces { len, idle: Arc::default() }
    }

    /// Bytes of a buffer.
    pub(super) fn bytes(&self) -> u64 {
        self.len as u64 * size_of::<T>() as u64
    }

    /// Lends a buffer, which comes back when dropped.
    pub(super) fn lend(&self) -> Loan<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let values = idle.unwrap_or_else(|| vec![T::default(); self.len]);
        Loan { values, idle: Arc::clone(&self.idle) }
    }
}

/// A buffer on loan.
#[derive(Debug)]
pub(crate) struct Loan<T> {
    values: Vec<T>,
    idle: Arc<Mutex<Vec<Vec<T>>>>,
}

impl<T> Deref for Loan<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.values
    }
}

impl<T> DerefMut for Loan<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.values
    }
}

impl<T> Drop for Loan<T> {
    fn drop(&mut self) {
        let values = std::mem::take(&mut self.values);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(values);
    }
}

/// Buffers of any lengths that nobody uses at the moment: what sequences keep of all their steps.
/// Clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffers {
    idle: Arc<Mutex<Vec<Vec<f32>>>>,
}

impl Buffers {
    /// Lends a buffer of `len` values, which comes back when dropped. What is in it is what
    /// somebody left there.
    pub(crate) fn lend(&self, len: usize) -> Buffer {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = idle.iter().enumerate().filter(|(_, values)| values.len() >= len);
        let found = fitting.min_by_key(|(_, values)| values.len()).map(|(place, _)| place);
        let values = found.map(|place| idle.swap_remove(place));
        Buffer {
            values: values.unwrap_or_else(|| vec![0.0; len]),
            len,
            idle: Arc::clone(&self.idle),
        }
    }
}

/// A buffer on loan.
#[derive(Debug)]
pub(crate) struct Buffer {
    values: Vec<f32>,
    len: usize,
    idle: Arc<Mutex<Vec<Vec<f32>>>>,
}

impl Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.values[..self.len]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.values[..self.len]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let values = std::mem::take(&mut self.values);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(values);
    }
}
