// Backward of a depthwise convolution, one image and one vector of channels at a time. The image and the output's gradient are
// first copied to small f32 planes with a border of zeros, one vector a pixel: no edge cases, bf16 widened once, and the planes stay
// in the cache for the K * K uses of each element. Included by each instruction set's file after vector.h.

// A plane's pixel (y, x) stands at ((y + border) * pitch + x + border) * WIDTH.
template <typename T>
static void toPlane(const T* image, int64_t h, int64_t w, int64_t channels, int64_t n, int64_t step, int64_t border, int64_t rows, int64_t pitch, float* plane) {
  for (int64_t i = 0; i < rows * pitch; i++) vstore(plane + i * WIDTH, vset(0));
  for (int64_t y = 0; y < h; y++) {
    float* to = plane + ((y * step + border) * pitch + border) * WIDTH;
    const T* from = image + y * w * channels;
    if (n == WIDTH) {
      for (int64_t x = 0; x < w; x++) vstore(to + x * step * WIDTH, vload(from + x * channels));
    } else {
      for (int64_t x = 0; x < w; x++) vstore(to + x * step * WIDTH, vloadPart(from + x * channels, n));
    }
  }
}

// Gradient of the image: the padded gradient of the output, correlated with the kernel turned round. C columns at a time.
template <int K, typename T>
static void imageGradient(const DepthwiseTask& t, const float* plane, int64_t pitch, int64_t channel, int64_t n, T* dx) {
  constexpr int C = 6;
  Vec weight[K * K];
  for (int k = 0; k < K * K; k++) {
    const float* w = t.weight + (K * K - 1 - k) * t.c + channel;
    weight[k] = n == WIDTH ? vload(w) : vloadPart(w, n);
  }
  for (int64_t y = 0; y < t.h; y++) {
    for (int64_t x = 0; x < t.w; x += C) {
      Vec sum[C];
#pragma GCC unroll 8
      for (int c = 0; c < C; c++) sum[c] = vset(0);
      for (int ky = 0; ky < K; ky++) {
        const float* row = plane + ((y + ky) * pitch + x) * WIDTH;
#pragma GCC unroll 8
        for (int kx = 0; kx < K; kx++) {
          const Vec w = weight[ky * K + kx];
#pragma GCC unroll 8
          for (int c = 0; c < C; c++) sum[c] = vfma(vload(row + (c + kx) * WIDTH), w, sum[c]);
        }
      }
      T* to = dx + (y * t.w + x) * t.c;
      const int64_t columns = t.w - x < C ? t.w - x : C;
      for (int64_t c = 0; c < columns; c++) {
        if (n == WIDTH) {
          vstore(to + c * t.c, sum[c]);
        } else {
          vstorePart(to + c * t.c, sum[c], n);
        }
      }
    }
  }
}

// Gradient of G rows of the kernel, from row `first` on: their K * G sums stay in registers over the whole image.
template <int K, int G>
static void weightGradient(const DepthwiseTask& t, const float* image, const float* dy, int64_t pitch, int64_t step, int first, float* out, int64_t n) {
  Vec sum[G * K];
#pragma GCC unroll 32
  for (int k = 0; k < G * K; k++) sum[k] = vset(0);
  constexpr int64_t border = K / 2;
  for (int64_t oy = 0; oy < t.oh; oy++) {
    const float* from = dy + ((oy * step + border) * pitch + border) * WIDTH;
    const float* rows = image + (oy * t.stride + first) * pitch * WIDTH;
    for (int64_t ox = 0; ox < t.ow; ox++) {
      const Vec d = vload(from + ox * step * WIDTH);
      const float* window = rows + ox * t.stride * WIDTH;
#pragma GCC unroll 8
      for (int ky = 0; ky < G; ky++) {
#pragma GCC unroll 8
        for (int kx = 0; kx < K; kx++) sum[ky * K + kx] = vfma(vload(window + (ky * pitch + kx) * WIDTH), d, sum[ky * K + kx]);
      }
    }
  }
#pragma GCC unroll 32
  for (int k = 0; k < G * K; k++) {
    float* to = out + (first * K + k) * t.c;
    if (n == WIDTH) {
      vstore(to, sum[k]);
    } else {
      vstorePart(to, sum[k], n);
    }
  }
}

template <int K, typename T>
static void depthwiseOf(const DepthwiseTask& t, int64_t image, int64_t block, float* scratch) {
  constexpr int64_t border = K / 2;
  const int64_t channel = block * WIDTH;
  const int64_t n = t.c - channel < WIDTH ? t.c - channel : WIDTH;
  const int64_t pitch = t.w + 2 * border + 8;
  const int64_t rows = t.h + 2 * border + 1;
  float* dyPlane = scratch;
  float* xPlane = scratch + rows * pitch * WIDTH;
  const T* dy = static_cast<const T*>(t.dy) + image * t.oh * t.ow * t.c + channel;
  // Stride 2: the gradient's pixels stand two apart with zeros between, where the forward pass took them.
  toPlane(dy, t.oh, t.ow, t.c, n, t.stride, border, rows, pitch, dyPlane);
  if (t.dx != nullptr) imageGradient<K>(t, dyPlane, pitch, channel, n, static_cast<T*>(t.dx) + image * t.h * t.w * t.c + channel);
  if (t.partial == nullptr) return;
  toPlane(static_cast<const T*>(t.x) + image * t.h * t.w * t.c + channel, t.h, t.w, t.c, n, 1, border, rows, pitch, xPlane);
  float* out = t.partial + image * K * K * t.c + channel;
#if defined(__AVX512F__)
  weightGradient<K, K>(t, xPlane, dyPlane, pitch, t.stride, 0, out, n);
#else
  // Sixteen registers hold one row of sums and what feeds them.
  for (int row = 0; row < K; row++) weightGradient<K, 1>(t, xPlane, dyPlane, pitch, t.stride, row, out, n);
#endif
}

static void depthwiseBackward(const DepthwiseTask& t, int64_t image, int64_t block, float* scratch) {
  if (t.kernel == 5) {
    t.half ? depthwiseOf<5, uint16_t>(t, image, block, scratch) : depthwiseOf<5, float>(t, image, block, scratch);
  } else {
    t.half ? depthwiseOf<3, uint16_t>(t, image, block, scratch) : depthwiseOf<3, float>(t, image, block, scratch);
  }
}
