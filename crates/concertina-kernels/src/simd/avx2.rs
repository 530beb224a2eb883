//! Two 256-bit registers per vector.

use std::arch::x86_64::*;

use super::vector::{Kernel, Registers, Simd};
use crate::lanes::{LANES, Lanes};

/// Proof that the CPU has AVX2 and FMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// The proof, if the CPU has the instructions.
    pub(crate) fn detect() -> Option<Avx2> {
        let has = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        has.then_some(Avx2(()))
    }

    /// Runs `kernel`, compiled for these instructions.
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        /// # Safety
        /// The processor must have AVX2 and FMA: it has, where there is a token of this level.
        #[target_feature(enable = "avx2,fma")]
        fn inner<K: Kernel>(simd: Avx2, kernel: K) -> K::Output {
            kernel.run(simd)
        }
        // SAFETY: `self` exists, so the CPU has the features.
        unsafe { inner(self, kernel) }
    }
}

/// The sum of eight lanes, halves added until one is left.
///
/// # Safety
/// The CPU must have AVX2.
#[inline(always)]
pub(super) unsafe fn sum_eight(x: __m256) -> f32 {
    // SAFETY: the caller vouches for AVX2.
    unsafe {
        let four = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
        let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)))
    }
}

/// The columns of a square matrix, given its rows.
///
/// # Safety
/// The CPU must have AVX2.
#[inline(always)]
unsafe fn transpose_eight(r: [__m256; 8]) -> [__m256; 8] {
    // Each step puts together what has the same column: two values, four, eight.
    // SAFETY: the caller vouches for AVX2.
    unsafe {
        let mut fours = [_mm256_setzero_ps(); 8];
        for (half, four) in fours.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let [a, b, c, d] = [r[4 * half], r[4 * half + 1], r[4 * half + 2], r[4 * half + 3]];
            let (ab, cd) = (_mm256_unpacklo_ps(a, b), _mm256_unpacklo_ps(c, d));
            four[0] = _mm256_shuffle_ps::<0b01_00_01_00>(ab, cd);
            four[1] = _mm256_shuffle_ps::<0b11_10_11_10>(ab, cd);
            let (ab, cd) = (_mm256_unpackhi_ps(a, b), _mm256_unpackhi_ps(c, d));
            four[2] = _mm256_shuffle_ps::<0b01_00_01_00>(ab, cd);
            four[3] = _mm256_shuffle_ps::<0b11_10_11_10>(ab, cd);
        }
        let mut columns = [_mm256_setzero_ps(); 8];
        for n in 0..4 {
            columns[n] = _mm256_permute2f128_ps::<0x20>(fours[n], fours[n + 4]);
            columns[n + 4] = _mm256_permute2f128_ps::<0x31>(fours[n], fours[n + 4]);
        }
        columns
    }
}

impl Simd for Avx2 {
    type Vector = [__m256; 2];
    type Mask = [__m256; 2];
    const REGISTERS: Registers = Registers::Some;

    #[inline(always)]
    fn splat(self, x: f32) -> [__m256; 2] {
        // SAFETY: `self` exists, so the CPU has AVX2 and FMA.
        unsafe { [_mm256_set1_ps(x); 2] }
    }

    #[inline(always)]
    fn load(self, from: &Lanes) -> [__m256; 2] {
        // SAFETY: as in `splat`; `Lanes` is 64 bytes, aligned to 64.
        unsafe { [_mm256_load_ps(from.0.as_ptr()), _mm256_load_ps(from.0.as_ptr().add(8))] }
    }

    #[inline(always)]
    fn store(self, to: &mut Lanes, [low, high]: [__m256; 2]) {
        // SAFETY: as in `load`.
        unsafe {
            _mm256_store_ps(to.0.as_mut_ptr(), low);
            _mm256_store_ps(to.0.as_mut_ptr().add(8), high);
        }
    }

    #[inline(always)]
    fn add(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: as in `splat`.
        unsafe { [_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn sub(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: as in `splat`.
        unsafe { [_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn mul(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: as in `splat`.
        unsafe { [_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn mul_add(self, a: [__m256; 2], b: [__m256; 2], c: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: as in `splat`.
        unsafe { [_mm256_fmadd_ps(a[0], b[0], c[0]), _mm256_fmadd_ps(a[1], b[1], c[1])] }
    }

    #[inline(always)]
    fn relu(self, x: [__m256; 2]) -> [__m256; 2] {
        // The second operand is the result where either is NaN.
        // SAFETY: as in `splat`.
        unsafe {
            let zero = _mm256_setzero_ps();
            [_mm256_max_ps(zero, x[0]), _mm256_max_ps(zero, x[1])]
        }
    }

    #[inline(always)]
    fn le(self, a: [__m256; 2], b: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: as in `splat`.
        unsafe {
            [_mm256_cmp_ps::<_CMP_LE_OQ>(a[0], b[0]), _mm256_cmp_ps::<_CMP_LE_OQ>(a[1], b[1])]
        }
    }

    #[inline(always)]
    fn exceeds(self, x: [__m256; 2], best: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: as in `splat`.
        unsafe {
            let numbers = [
                _mm256_cmp_ps::<_CMP_ORD_Q>(best[0], best[0]),
                _mm256_cmp_ps::<_CMP_ORD_Q>(best[1], best[1]),
            ];
            [
                _mm256_and_ps(numbers[0], _mm256_cmp_ps::<_CMP_NLE_UQ>(x[0], best[0])),
                _mm256_and_ps(numbers[1], _mm256_cmp_ps::<_CMP_NLE_UQ>(x[1], best[1])),
            ]
        }
    }

    #[inline(always)]
    fn select(self, mask: [__m256; 2], yes: [__m256; 2], no: [__m256; 2]) -> [__m256; 2] {
        // SAFETY: as in `splat`.
        unsafe {
            [_mm256_blendv_ps(no[0], yes[0], mask[0]), _mm256_blendv_ps(no[1], yes[1], mask[1])]
        }
    }

    #[inline(always)]
    fn mask_from_bits(self, bits: u16) -> [__m256; 2] {
        // SAFETY: as in `splat`.
        unsafe {
            let all = _mm256_set1_epi32(i32::from(bits));
            let low = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
            let high = _mm256_slli_epi32::<8>(low);
            let low = _mm256_cmpeq_epi32(_mm256_and_si256(all, low), low);
            let high = _mm256_cmpeq_epi32(_mm256_and_si256(all, high), high);
            [_mm256_castsi256_ps(low), _mm256_castsi256_ps(high)]
        }
    }

    #[inline(always)]
    fn bits_from_mask(self, mask: [__m256; 2]) -> u16 {
        // SAFETY: as in `splat`.
        unsafe { (_mm256_movemask_ps(mask[0]) | _mm256_movemask_ps(mask[1]) << 8) as u16 }
    }

    #[inline(always)]
    fn sum(self, x: [__m256; 2]) -> f32 {
        // SAFETY: as in `splat`.
        unsafe { sum_eight(_mm256_add_ps(x[0], x[1])) }
    }

    #[inline(always)]
    fn prefetch(self, from: &f32) {
        // SAFETY: as in `splat`; it reads nothing that the program can see.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(from).cast()) }
    }

    #[inline(always)]
    fn transpose(self, rows: [&[f32; LANES]; LANES]) -> [[__m256; 2]; LANES] {
        let mut columns = [self.splat(0.0); LANES];
        for down in 0..2 {
            for across in 0..2 {
                let mut square = [columns[0][0]; 8];
                for (n, row) in square.iter_mut().enumerate() {
                    // SAFETY: as in `splat`; a row has sixteen values.
                    *row = unsafe { _mm256_loadu_ps(rows[8 * down + n].as_ptr().add(8 * across)) };
                }
                // SAFETY: as in `splat`.
                let square = unsafe { transpose_eight(square) };
                for n in 0..8 {
                    columns[8 * across + n][down] = square[n];
                }
            }
        }
        columns
    }
}
