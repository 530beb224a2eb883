//! Latent codes.

/// N codes with D latent dimensions each, `[N, D]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Codes {
    size: usize,
    values: Vec<f32>,
}

impl Codes {
    /// Interprets `values` as codes with `size` latent dimensions each.
    ///
    /// # Panics
    /// If `size` is 0 or does not divide the number of values.
    pub fn new(size: usize, values: Vec<f32>) -> Self {
        assert!(size > 0 && values.len().is_multiple_of(size), "codes are whole");
        Self { size, values }
    }

    /// The number of latent dimensions, D.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The number of codes, N.
    pub fn len(&self) -> usize {
        self.values.len() / self.size
    }

    /// True if there is no code.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All values, `[N, D]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// As [`Codes::values`], without the codes.
    pub fn into_values(self) -> Vec<f32> {
        self.values
    }

    /// Iterates over the codes.
    pub fn rows(&self) -> std::slice::ChunksExact<'_, f32> {
        self.values.chunks_exact(self.size)
    }

    /// The codes at `indices`, in that order; an index may occur several times.
    ///
    /// # Panics
    /// If one is not below [`Codes::len`].
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Self {
        let values = indices.iter().flat_map(|&index| self.row(index)).copied().collect();
        Self { size: self.size, values }
    }

    /// The code at `index`.
    ///
    /// # Panics
    /// If `index` is not below [`Codes::len`].
    pub fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.size..][..self.size]
    }
}
