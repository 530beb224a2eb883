//! One 512-bit register per vector.

use std::arch::x86_64::*;

use super::{Kernel, Registers, Simd};
use crate::lanes::Lanes;

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
        #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
        fn inner<K: Kernel>(simd: Avx512, kernel: K) -> K::Output {
            kernel.run(simd)
        }
        // SAFETY: `self` exists, so the CPU has the features.
        unsafe { inner(self, kernel) }
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
            super::avx2::sum_eight(eight)
        }
    }
}
