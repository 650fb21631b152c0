// Vectors of one instruction set, for the file that includes this: no include guard is needed, since each such file is one kernel set.
// Everything is static or in the including file's anonymous namespace: the linker must never share it with another file.




#define OSLER_INLINE static inline __attribute__((always_inline))

#if defined(__AVX512F__)

typedef __m512 Vec;
constexpr int64_t WIDTH = 16;

OSLER_INLINE Vec vset(float value) { return _mm512_set1_ps(value); }
OSLER_INLINE Vec vload(const float* p) { return _mm512_loadu_ps(p); }
OSLER_INLINE void vstore(float* p, Vec v) { _mm512_storeu_ps(p, v); }
OSLER_INLINE __mmask16 first(int64_t n) { return static_cast<__mmask16>((1u << n) - 1); }
OSLER_INLINE Vec vloadPart(const float* p, int64_t n) { return _mm512_maskz_loadu_ps(first(n), p); }
OSLER_INLINE void vstorePart(float* p, Vec v, int64_t n) { _mm512_mask_storeu_ps(p, first(n), v); }
OSLER_INLINE Vec widen(__m256i bits) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16)); }
// Round to nearest even, as ATen's conversion; a NaN stays one.
OSLER_INLINE __m256i narrow(Vec v) {
  const __m512i bits = _mm512_castps_si512(v);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_srli_epi32(_mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff))), 16);
  const __mmask16 nan = _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q);
  return _mm512_cvtepi32_epi16(_mm512_mask_mov_epi32(rounded, nan, _mm512_set1_epi32(0x7fc0)));
}
OSLER_INLINE Vec vload(const uint16_t* p) { return widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
OSLER_INLINE void vstore(uint16_t* p, Vec v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), narrow(v)); }
OSLER_INLINE Vec vloadPart(const uint16_t* p, int64_t n) { return widen(_mm256_maskz_loadu_epi16(first(n), p)); }
OSLER_INLINE void vstorePart(uint16_t* p, Vec v, int64_t n) { _mm256_mask_storeu_epi16(p, first(n), narrow(v)); }
OSLER_INLINE Vec vadd(Vec a, Vec b) { return _mm512_add_ps(a, b); }
OSLER_INLINE Vec vsub(Vec a, Vec b) { return _mm512_sub_ps(a, b); }
OSLER_INLINE Vec vmul(Vec a, Vec b) { return _mm512_mul_ps(a, b); }
OSLER_INLINE Vec vdiv(Vec a, Vec b) { return _mm512_div_ps(a, b); }
OSLER_INLINE Vec vsqrt(Vec a) { return _mm512_sqrt_ps(a); }
OSLER_INLINE Vec vfma(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
OSLER_INLINE Vec vfnma(Vec a, Vec b, Vec c) { return _mm512_fnmadd_ps(a, b, c); }
// The second operand is returned where one is NaN: put the data there, so that a NaN is not hidden.
OSLER_INLINE Vec vmax(Vec a, Vec b) { return _mm512_max_ps(a, b); }
OSLER_INLINE Vec vmin(Vec a, Vec b) { return _mm512_min_ps(a, b); }
// a where x > 0, else 0
OSLER_INLINE Vec wherePositive(Vec x, Vec a) { return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, vset(0), _CMP_GT_OQ), a); }
OSLER_INLINE Vec whereBelow(Vec x, Vec limit, Vec a) { return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, limit, _CMP_LT_OQ), a); }
OSLER_INLINE Vec vround(Vec v) { return _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
// a * 2^n for whole n
OSLER_INLINE Vec vscale(Vec a, Vec n) { return _mm512_scalef_ps(a, n); }

#else

typedef __m256 Vec;
constexpr int64_t WIDTH = 8;

OSLER_INLINE Vec vset(float value) { return _mm256_set1_ps(value); }
OSLER_INLINE Vec vload(const float* p) { return _mm256_loadu_ps(p); }
OSLER_INLINE void vstore(float* p, Vec v) { _mm256_storeu_ps(p, v); }
OSLER_INLINE Vec widen(__m128i bits) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16)); }
OSLER_INLINE __m128i narrow(Vec v) {
  const __m256i bits = _mm256_castps_si256(v);
  const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  __m256i rounded = _mm256_srli_epi32(_mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff))), 16);
  const __m256i nan = _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
  rounded = _mm256_blendv_epi8(rounded, _mm256_set1_epi32(0x7fc0), nan);
  return _mm_packus_epi32(_mm256_castsi256_si128(rounded), _mm256_extracti128_si256(rounded, 1));
}
OSLER_INLINE Vec vload(const uint16_t* p) { return widen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))); }
OSLER_INLINE void vstore(uint16_t* p, Vec v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(p), narrow(v)); }
template <typename T>
OSLER_INLINE Vec vloadPart(const T* p, int64_t n) {
  alignas(32) T buffer[8] = {};
  for (int64_t i = 0; i < n; i++) buffer[i] = p[i];
  return vload(buffer);
}
template <typename T>
OSLER_INLINE void vstorePart(T* p, Vec v, int64_t n) {
  alignas(32) T buffer[8];
  vstore(buffer, v);
  for (int64_t i = 0; i < n; i++) p[i] = buffer[i];
}
OSLER_INLINE Vec vadd(Vec a, Vec b) { return _mm256_add_ps(a, b); }
OSLER_INLINE Vec vsub(Vec a, Vec b) { return _mm256_sub_ps(a, b); }
OSLER_INLINE Vec vmul(Vec a, Vec b) { return _mm256_mul_ps(a, b); }
OSLER_INLINE Vec vdiv(Vec a, Vec b) { return _mm256_div_ps(a, b); }
OSLER_INLINE Vec vsqrt(Vec a) { return _mm256_sqrt_ps(a); }
OSLER_INLINE Vec vfma(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
OSLER_INLINE Vec vfnma(Vec a, Vec b, Vec c) { return _mm256_fnmadd_ps(a, b, c); }
OSLER_INLINE Vec vmax(Vec a, Vec b) { return _mm256_max_ps(a, b); }
OSLER_INLINE Vec vmin(Vec a, Vec b) { return _mm256_min_ps(a, b); }
OSLER_INLINE Vec wherePositive(Vec x, Vec a) { return _mm256_and_ps(_mm256_cmp_ps(x, vset(0), _CMP_GT_OQ), a); }
OSLER_INLINE Vec whereBelow(Vec x, Vec limit, Vec a) { return _mm256_and_ps(_mm256_cmp_ps(x, limit, _CMP_LT_OQ), a); }
OSLER_INLINE Vec vround(Vec v) { return _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
OSLER_INLINE Vec vscale(Vec a, Vec n) {
  // In two halves, so that 2^n stays representable down to the smallest results.
  const Vec half = vround(vmul(n, vset(0.5f)));
  const Vec rest = vsub(n, half);
  const __m256i bias = _mm256_set1_epi32(127);
  const Vec p = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(half), bias), 23));
  const Vec q = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(rest), bias), 23));
  return vmul(vmul(a, p), q);
}

#endif

// e^x to about 1 ulp (Cephes' expf: x = n ln2 + r, polynomial of degree 6 in r). Clamped where f32 ends; a NaN stays one.
OSLER_INLINE Vec vexp(Vec x) {
  x = vmin(vset(88.7f), vmax(vset(-103.0f), x));
  const Vec n = vround(vmul(x, vset(1.44269504088896341f)));
  Vec r = vfnma(n, vset(0.693359375f), x);
  r = vfnma(n, vset(-2.12194440e-4f), r);
  Vec p = vset(1.9875691500e-4f);
  p = vfma(p, r, vset(1.3981999507e-3f));
  p = vfma(p, r, vset(8.3334519073e-3f));
  p = vfma(p, r, vset(4.1665795894e-2f));
  p = vfma(p, r, vset(1.6666665459e-1f));
  p = vfma(p, r, vset(5.0000001201e-1f));
  p = vfma(p, vmul(r, r), vadd(r, vset(1.0f)));
  return vscale(p, n);
}

OSLER_INLINE Vec vsigmoid(Vec x) { return vdiv(vset(1.0f), vadd(vset(1.0f), vexp(vsub(vset(0), x)))); }
