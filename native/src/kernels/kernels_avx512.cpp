// The kernels for avx512; CMakeLists.txt compiles this file, and only this, for it.
#if defined(__AVX512F__)

#include <immintrin.h>

#include <cstdint>

#include "kernels.h"

namespace osler {
namespace {

#include "vector.h"
// After it: they use its vectors.
#include "norm.h"
#include "depthwise.h"
#include "scale.h"
#include "adam.h"

}  // namespace

const Kernels& kernelsAvx512() {
  static constexpr Kernels SET{"avx512", WIDTH, moments, normalise, gradientSums, gradient, depthwiseBackward, scale, scaleBackward, adam};
  return SET;
}

}  // namespace osler

#endif
