//! One 512-bit register per vector.

use std::arch::x86_64::*;

use super::avx2::sum_eight;
use super::vector::{Kernel, Registers, Simd};
use crate::lanes::{LANES, Lanes};

/// Proof that the CPU has AVX-512 F, DQ, BW and VL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// The proof, if the CPU has the instructions.
    pub(crate) fn detect() -> Option<Avx512> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma");
        has.then_some(Avx512(()))
    }

    /// Runs `kernel`, compiled for these instructions.
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        /// # Safety
        /// The processor must have AVX-512: it has, where there is a token of this level.
        #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
        fn inner<K: Kernel>(simd: Avx512, kernel: K) -> K::Output {
            kernel.run(simd)
        }
        // SAFETY: `self` exists, so the CPU has the features.
        unsafe { inner(self, kernel) }
    }
}

impl Avx512 {
    /// The sums of eight vectors. Each step adds the halves of what is left of two vectors at once.
    #[inline(always)]
    fn sum_eight(self, [a, b, c, d, e, f, g, h]: [__m512; 8]) -> [f32; 8] {
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe {
            // Two quarters of a vector are left of each: `a a b b`.
            let (ab, cd) = (add_halves(a, b), add_halves(c, d));
            let (ef, gh) = (add_halves(e, f), add_halves(g, h));
            // One quarter of each: `a b c d`.
            let (abcd, efgh) = (add_quarters(ab, cd), add_quarters(ef, gh));
            // Two lanes of each: `aaee bbff ccgg ddhh`.
            let low = _mm512_shuffle_ps::<0b01_00_01_00>(abcd, efgh);
            let high = _mm512_shuffle_ps::<0b11_10_11_10>(abcd, efgh);
            let pairs = _mm512_add_ps(low, high);
            let sums = _mm512_add_ps(pairs, _mm512_permute_ps::<0b10_11_00_01>(pairs));
            let order = _mm512_setr_epi32(0, 4, 8, 12, 2, 6, 10, 14, 0, 0, 0, 0, 0, 0, 0, 0);
            let mut eight = [0.0; 8];
            let sums = _mm512_castps512_ps256(_mm512_permutexvar_ps(order, sums));
            _mm256_storeu_ps(eight.as_mut_ptr(), sums);
            eight
        }
    }
}

/// The upper half of each vector added to its lower half, those of `a` before those of `b`.
///
/// # Safety
/// The CPU must have AVX-512.
#[inline(always)]
unsafe fn add_halves(a: __m512, b: __m512) -> __m512 {
    // SAFETY: the caller vouches for AVX-512.
    unsafe {
        let outer = _mm512_mask_blend_ps(0xff00, a, b);
        let inner = _mm512_shuffle_f32x4::<0b01_00_11_10>(a, b);
        _mm512_add_ps(outer, inner)
    }
}

/// The same for quarters: of each pair of them, the sum.
///
/// # Safety
/// The CPU must have AVX-512.
#[inline(always)]
unsafe fn add_quarters(ab: __m512, cd: __m512) -> __m512 {
    // SAFETY: the caller vouches for AVX-512.
    unsafe {
        let even = _mm512_shuffle_f32x4::<0b10_00_10_00>(ab, cd);
        let odd = _mm512_shuffle_f32x4::<0b11_01_11_01>(ab, cd);
        _mm512_add_ps(even, odd)
    }
}

impl Simd for Avx512 {
    type Vector = __m512;
    type Mask = __mmask16;
    const REGISTERS: Registers = Registers::Many;

    #[inline(always)]
    fn splat(self, x: f32) -> __m512 {
        // SAFETY: `self` exists, so the CPU has AVX-512.
        unsafe { _mm512_set1_ps(x) }
    }

    #[inline(always)]
    fn load(self, from: &Lanes) -> __m512 {
        // SAFETY: as in `splat`; `Lanes` is 64 bytes, aligned to 64.
        unsafe { _mm512_load_ps(from.0.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, to: &mut Lanes, x: __m512) {
        // SAFETY: as in `load`.
        unsafe { _mm512_store_ps(to.0.as_mut_ptr(), x) }
    }

    #[inline(always)]
    fn add(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: as in `splat`.
        unsafe { _mm512_add_ps(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: as in `splat`.
        unsafe { _mm512_sub_ps(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: __m512, b: __m512) -> __m512 {
        // SAFETY: as in `splat`.
        unsafe { _mm512_mul_ps(a, b) }
    }

    #[inline(always)]
    fn mul_add(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        // SAFETY: as in `splat`.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    fn relu(self, x: __m512) -> __m512 {
        // The second operand is the result where either is NaN.
        // SAFETY: as in `splat`.
        unsafe { _mm512_max_ps(_mm512_setzero_ps(), x) }
    }

    #[inline(always)]
    fn le(self, a: __m512, b: __m512) -> __mmask16 {
        // SAFETY: as in `splat`.
        unsafe { _mm512_cmp_ps_mask::<_CMP_LE_OQ>(a, b) }
    }

    #[inline(always)]
    fn exceeds(self, x: __m512, best: __m512) -> __mmask16 {
        // SAFETY: as in `splat`.
        unsafe {
            let number = _mm512_cmp_ps_mask::<_CMP_ORD_Q>(best, best);
            _mm512_mask_cmp_ps_mask::<_CMP_NLE_UQ>(number, x, best)
        }
    }

    #[inline(always)]
    fn select(self, mask: __mmask16, yes: __m512, no: __m512) -> __m512 {
        // SAFETY: as in `splat`.
        unsafe { _mm512_mask_blend_ps(mask, no, yes) }
    }

    #[inline(always)]
    fn mask_from_bits(self, bits: u16) -> __mmask16 {
        bits
    }

    #[inline(always)]
    fn bits_from_mask(self, mask: __mmask16) -> u16 {
        mask
    }

    #[inline(always)]
    fn sum(self, x: __m512) -> f32 {
        // SAFETY: as in `splat`.
        unsafe {
            let eight = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps::<1>(x));
            sum_eight(eight)
        }
    }

    #[inline(always)]
    fn sums<const N: usize>(self, xs: [__m512; N]) -> [f32; N] {
        let mut sums = [0.0; N];
        let (eights, rest) = xs.as_chunks::<8>();
        let (sums_of_eights, sums_of_rest) = sums.as_chunks_mut::<8>();
        for (sums, eight) in sums_of_eights.iter_mut().zip(eights) {
            *sums = self.sum_eight(*eight);
        }
        for (sum, x) in sums_of_rest.iter_mut().zip(rest) {
            *sum = self.sum(*x);
        }
        sums
    }

    #[inline(always)]
    fn prefetch(self, from: &f32) {
        // SAFETY: as in `splat`; it reads nothing that the program can see.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(from).cast()) }
    }

    #[inline(always)]
    fn transpose(self, rows: [&[f32; LANES]; LANES]) -> [__m512; LANES] {
        // SAFETY: as in `splat`; each row is 64 bytes.
        unsafe {
            let mut values = [_mm512_setzero_pd(); LANES];
            for n in 0..LANES {
                values[n] = _mm512_castps_pd(_mm512_loadu_ps(rows[n].as_ptr()));
            }
            // Each step puts together what has the same columns: two values, four, eight, all
            // sixteen.
            let pairs = interleave(values, 1, |a, b| {
                let (a, b) = (_mm512_castpd_ps(a), _mm512_castpd_ps(b));
                let (low, high) = (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
                [_mm512_castps_pd(low), _mm512_castps_pd(high)]
            });
            let fours =
                interleave(pairs, 2, |a, b| [_mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b)]);
            let quarters = |a, b| {
                let even = _mm512_shuffle_f64x2::<0b10_00_10_00>(a, b);
                [even, _mm512_shuffle_f64x2::<0b11_01_11_01>(a, b)]
            };
            let eights = interleave(fours, 4, quarters);
            let columns = interleave(eights, 8, quarters);
            // The first two steps exchanged bits 0 and 1 of the columns' numbers.
            let mut vectors = [_mm512_setzero_ps(); LANES];
            for n in 0..LANES {
                vectors[n] = _mm512_castpd_ps(columns[n & !3 | (n & 1) << 1 | (n & 2) >> 1]);
            }
            vectors
        }
    }
}

/// Applies `f` to each pair of elements that are `distance` apart.
#[inline(always)]
fn interleave(
    mut x: [__m512d; LANES],
    distance: usize,
    f: impl Fn(__m512d, __m512d) -> [__m512d; 2],
) -> [__m512d; LANES] {
    for n in 0..LANES {
        if n & distance == 0 {
            [x[n], x[n + distance]] = f(x[n], x[n + distance]);
        }
    }
    x
}
