//! Winograd's matrices for F(2, 3), applied along one axis. With `d` of four sources, `g` of three
//! weights and `y` of two targets, `y = A^T [(G g) * (B^T d)]`:
//!
//! ```text
//!       1  0 -1  0           1   0   0
//! B^T = 0  1  1  0      G = 1/2 1/2 1/2      A^T = 1  1  1  0
//!       0 -1  1  0          1/2 -1/2 1/2           0  1 -1  1
//!       0 -1  0  1           0   0   1
//! ```
//!
//! (The paper has the last row of `B^T` and the last column of `A^T` with the other sign.) In two
//! dimensions each is applied down and across.

use crate::lanes::Lanes;
use crate::simd::Simd;

/// The first values of a row.
#[inline(always)]
pub(super) fn load<S: Simd, const N: usize>(simd: S, from: &[Lanes]) -> [S::Vector; N] {
    let mut values = [simd.splat(0.0); N];
    for (value, from) in values.iter_mut().zip(&from[..N]) {
        *value = simd.load(from);
    }
    values
}

/// `B^T d`.
#[inline(always)]
pub(super) fn source<S: Simd>(simd: S, [a, b, c, d]: [S::Vector; 4]) -> [S::Vector; 4] {
    [simd.sub(a, c), simd.add(b, c), simd.sub(c, b), simd.sub(d, b)]
}

/// `B^T d` of rows.
#[inline(always)]
pub(super) fn source_rows<S: Simd>(
    simd: S,
    [a, b, c, d]: [[S::Vector; 4]; 4],
) -> [[S::Vector; 4]; 4] {
    [sub(simd, a, c), add(simd, b, c), sub(simd, c, b), sub(simd, d, b)]
}

/// The two rows of `d` that row `n` of `B^T d` is made of.
pub(super) const SOURCE_ROWS: [[usize; 2]; 4] = [[0, 2], [1, 2], [2, 1], [3, 1]];

/// Row `n` of `B^T d`, of its two rows.
#[inline(always)]
pub(super) fn source_row<S: Simd>(
    simd: S,
    n: usize,
    [a, b]: [[S::Vector; 4]; 2],
) -> [S::Vector; 4] {
    if n == 1 { add(simd, a, b) } else { sub(simd, a, b) }
}

/// `A^T m`.
#[inline(always)]
pub(super) fn target<S: Simd>(simd: S, [a, b, c, d]: [S::Vector; 4]) -> [S::Vector; 2] {
    [simd.add(simd.add(a, b), c), simd.add(simd.sub(b, c), d)]
}

/// `A^T m` of rows.
#[inline(always)]
pub(super) fn target_rows<S: Simd>(
    simd: S,
    [a, b, c, d]: [[S::Vector; 4]; 4],
) -> [[S::Vector; 4]; 2] {
    [add(simd, add(simd, a, b), c), add(simd, sub(simd, b, c), d)]
}

/// `A y`.
#[inline(always)]
pub(super) fn gradient<S: Simd>(simd: S, [a, b]: [S::Vector; 2]) -> [S::Vector; 4] {
    [a, simd.add(a, b), simd.sub(a, b), b]
}

/// Row `n` of `A y`, of all rows of `y`.
#[inline(always)]
pub(super) fn gradient_row<S: Simd>(
    simd: S,
    n: usize,
    [a, b]: [[S::Vector; 2]; 2],
) -> [S::Vector; 2] {
    match n {
        0 => a,
        1 => add(simd, a, b),
        2 => sub(simd, a, b),
        _ => b,
    }
}

/// `G g`.
pub(super) fn weights([a, b, c]: [f32; 3]) -> [f32; 4] {
    let (outer, inner) = (0.5 * (a + c), 0.5 * b);
    [a, outer + inner, outer - inner, c]
}

/// `G^T u`: the gradient with respect to `g`, given that with respect to `G g`.
pub(super) fn weights_gradient([a, b, c, d]: [f32; 4]) -> [f32; 3] {
    let outer = 0.5 * (b + c);
    [a + outer, 0.5 * (b - c), outer + d]
}

#[inline(always)]
fn add<S: Simd, const W: usize>(
    simd: S,
    mut a: [S::Vector; W],
    b: [S::Vector; W],
) -> [S::Vector; W] {
    for (a, b) in a.iter_mut().zip(b) {
        *a = simd.add(*a, b);
    }
    a
}

#[inline(always)]
fn sub<S: Simd, const W: usize>(
    simd: S,
    mut a: [S::Vector; W],
    b: [S::Vector; W],
) -> [S::Vector; W] {
    for (a, b) in a.iter_mut().zip(b) {
        *a = simd.sub(*a, b);
    }
    a
}
