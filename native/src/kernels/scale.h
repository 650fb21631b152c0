// Channels of an image scaled by one number each (squeeze-excitation). Included by each instruction set's file after vector.h.

template <typename T>
static void scaleOf(const ScaleTask& t, int64_t image) {
  const T* s = static_cast<const T*>(t.s) + image * t.channels;
  for (int64_t p = 0; p < t.pixels; p++) {
    const int64_t row = (image * t.pixels + p) * t.channels;
    const T* x = static_cast<const T*>(t.x) + row;
    T* y = static_cast<T*>(t.out) + row;
    OSLER_CHANNELS(t.channels, vstore(y + c, vmul(vload(x + c), vload(s + c))), vstorePart(y + c, vmul(vloadPart(x + c, n), vloadPart(s + c, n)), n))
  }
}

template <int B, typename T>
static void scaleBackwardBlock(const ScaleTask& t, int64_t image, int64_t at) {
  Vec sum[B], s[B];
  for (int b = 0; b < B; b++) {
    sum[b] = vset(0);
    s[b] = vload(static_cast<const T*>(t.s) + image * t.channels + at + b * WIDTH);
  }
  for (int64_t p = 0; p < t.pixels; p++) {
    const int64_t row = (image * t.pixels + p) * t.channels + at;
    for (int b = 0; b < B; b++) {
      const Vec dy = vload(static_cast<const T*>(t.dy) + row + b * WIDTH);
      vstore(static_cast<T*>(t.out) + row + b * WIDTH, vmul(dy, s[b]));
      sum[b] = vfma(dy, vload(static_cast<const T*>(t.x) + row + b * WIDTH), sum[b]);
    }
  }
  for (int b = 0; b < B; b++) vstore(t.ds + image * t.channels + at + b * WIDTH, sum[b]);
}

template <typename T>
static void scaleBackwardOf(const ScaleTask& t, int64_t image) {
  int64_t c = 0;
  for (; c + 4 * WIDTH <= t.channels; c += 4 * WIDTH) scaleBackwardBlock<4, T>(t, image, c);
  for (; c + WIDTH <= t.channels; c += WIDTH) scaleBackwardBlock<1, T>(t, image, c);
  if (c == t.channels) return;
  const int64_t n = t.channels - c;
  const Vec s = vloadPart(static_cast<const T*>(t.s) + image * t.channels + c, n);
  Vec sum = vset(0);
  for (int64_t p = 0; p < t.pixels; p++) {
    const int64_t row = (image * t.pixels + p) * t.channels + c;
    const Vec dy = vloadPart(static_cast<const T*>(t.dy) + row, n);
    vstorePart(static_cast<T*>(t.out) + row, vmul(dy, s), n);
    sum = vfma(dy, vloadPart(static_cast<const T*>(t.x) + row, n), sum);
  }
  vstorePart(t.ds + image * t.channels + c, sum, n);
}

static void scale(const ScaleTask& t, int64_t image) { t.half ? scaleOf<uint16_t>(t, image) : scaleOf<float>(t, image); }
static void scaleBackward(const ScaleTask& t, int64_t image) { t.half ? scaleBackwardOf<uint16_t>(t, image) : scaleBackwardOf<float>(t, image); }
