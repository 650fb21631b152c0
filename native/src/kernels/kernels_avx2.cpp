// The kernels for avx2; CMakeLists.txt compiles this file, and only this, for it.
#if defined(__AVX2__)

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

const Kernels& kernelsAvx2() {
  static constexpr Kernels SET{"avx2", WIDTH, moments, normalise, gradientSums, gradient, depthwiseBackward, scale, scaleBackward, adam};
  return SET;
}

}  // namespace osler

#endif
