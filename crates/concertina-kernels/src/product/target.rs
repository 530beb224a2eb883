//! Where the elements of a product go.

use std::mem::MaybeUninit;

/// A matrix of which several threads write different parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    start: *mut f32,
    columns: usize,
}

// SAFETY: the pointer is only used to write disjoint parts, while the slice it comes from is
// borrowed.
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

impl Target {
    /// The whole matrix, row after row; `columns` is the length of a row.
    pub(super) fn new(values: &mut [MaybeUninit<f32>], columns: usize) -> Self {
        Target { start: values.as_mut_ptr().cast(), columns }
    }

    /// Where an element is.
    ///
    /// # Safety
    /// It must be within the matrix, and the slice that the target is of must still be borrowed.
    #[inline(always)]
    pub(super) unsafe fn at(self, row: usize, column: usize) -> *mut f32 {
        // SAFETY: the caller vouches for it.
        unsafe { self.start.add(row * self.columns + column) }
    }
}
