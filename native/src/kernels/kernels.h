#pragma once
// The fused kernels' inner loops, compiled once per instruction set and chosen at run time. They know nothing of LibTorch: plain
// pointers and sizes, so that nothing inline from its headers is compiled for an instruction set the processor may lack.

#include <cstddef>
#include <cstdint>

namespace osler {

enum class Activation : int64_t { None = 0, Relu = 1, Relu6 = 2, Silu = 3 };

// Rows are pixels, [rows, channels] row-major: channels-last images. Elements are f32, or bf16 where `half`.
struct NormTask {
  const void* x;
  const void* dy;      // backward only
  void* out;           // y, or dx
  int64_t channels;
  bool half;
  Activation activation;
  const float* mean;   // [channels]
  const float* scale;  // weight / sigma
  const float* bias;
  const float* meanTerm;   // backward: dx = scale * (dz - meanTerm - (x - mean) * slopeTerm)
  const float* slopeTerm;
};

// A depthwise convolution K x K (3 or 5) of images [n, h, w, c], padding K / 2, stride 1 or 2 both ways.
struct DepthwiseTask {
  const void* x;        // [n, h, w, c]
  const void* dy;       // [n, oh, ow, c]
  const float* weight;  // [k * k, c]
  void* dx;             // [n, h, w, c], or null
  float* partial;       // [n, k * k, c]: each image's part of the weight's gradient, or null
  int64_t h, w, c, oh, ow;
  int64_t kernel, stride;
  bool half;
};

// Scales channels of each image: y[n, p, c] = x[n, p, c] * s[n, c].
struct ScaleTask {
  const void* x;
  const void* s;
  const void* dy;
  void* out;     // y, or dx = dy * s
  float* ds;     // [n, c] = sum over pixels of dy * x; backward only
  int64_t pixels, channels;
  bool half;
};

// One step of Adam over the numbers of one parameter, all f32.
struct AdamTask {
  float* parameter;
  const float* gradient;
  float* mean;    // of gradients
  float* square;  // mean of their squares
  float beta1, beta2;
  float fresh1, fresh2;  // 1 - beta, rounded once
  float keep;      // of the parameter: 1 - lr * decoupled weight decay
  float rate;      // lr / (1 - beta1^step)
  float unbiased;  // 1 / sqrt(1 - beta2^step)
  float eps;
};

struct Kernels {
  const char* name;
  int64_t width;  // floats in a vector
  // sums[0, channels) of x - shift and sums[channels, 2 channels) of its square, over rows [begin, end).
  void (*moments)(const void* x, bool half, const float* shift, int64_t begin, int64_t end, int64_t channels, float* sums);
  void (*normalise)(const NormTask& task, int64_t begin, int64_t end);
  // The same layout of sums: dz, and dz * (x - mean).
  void (*gradientSums)(const NormTask& task, int64_t begin, int64_t end, float* sums);
  void (*gradient)(const NormTask& task, int64_t begin, int64_t end);
  // One image, one block of `width` channels. scratch holds depthwiseScratch() floats.
  void (*depthwiseBackward)(const DepthwiseTask& task, int64_t image, int64_t block, float* scratch);
  void (*scale)(const ScaleTask& task, int64_t image);
  void (*scaleBackward)(const ScaleTask& task, int64_t image);
  // Numbers [begin, end).
  void (*adam)(const AdamTask& task, int64_t begin, int64_t end);
};

int64_t depthwiseScratch(const DepthwiseTask& task, int64_t width);

// The best set this processor has, or null: then ATen does it. chooseKernels("avx512" | "avx2" | "none" | "best") overrides for tests.
const Kernels* kernels();
bool chooseKernels(const char* name);

const Kernels& kernelsAvx2();
const Kernels& kernelsAvx512();

}  // namespace osler
