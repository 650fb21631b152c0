// BatchNorm with its activation, over channels-last rows. Included by each instruction set's file after vector.h.

template <Activation A>
OSLER_INLINE Vec activate(Vec z) {
  if (A == Activation::Relu) return vmax(vset(0), z);
  if (A == Activation::Relu6) return vmin(vset(6), vmax(vset(0), z));
  if (A == Activation::Silu) return vmul(z, vsigmoid(z));
  return z;
}

// dy * activation'(z)
template <Activation A>
OSLER_INLINE Vec chain(Vec dy, Vec z) {
  if (A == Activation::Relu) return wherePositive(z, dy);
  if (A == Activation::Relu6) return whereBelow(z, vset(6), wherePositive(z, dy));
  if (A == Activation::Silu) {
    const Vec s = vsigmoid(z);
    return vmul(dy, vmul(s, vfma(z, vsub(vset(1), s), vset(1))));
  }
  return dy;
}

// Calls body(channel, n) for each vector of channels; n < WIDTH only for the last.
#define OSLER_CHANNELS(channels, full, part)                          \
  {                                                                   \
    int64_t c = 0;                                                    \
    for (; c + WIDTH <= (channels); c += WIDTH) { full; }             \
    if (c < (channels)) {                                             \
      const int64_t n = (channels)-c;                                 \
      part;                                                           \
    }                                                                 \
  }

// Sums over rows for B vectors of channels, held in registers.
template <int B, typename T>
static void momentsBlock(const T* x, const float* shift, int64_t rows, int64_t channels, float* sums) {
  Vec s[B], q[B], k[B];
  for (int b = 0; b < B; b++) {
    s[b] = q[b] = vset(0);
    k[b] = vload(shift + b * WIDTH);
  }
  for (int64_t r = 0; r < rows; r++) {
    const T* row = x + r * channels;
    for (int b = 0; b < B; b++) {
      const Vec d = vsub(vload(row + b * WIDTH), k[b]);
      s[b] = vadd(s[b], d);
      q[b] = vfma(d, d, q[b]);
    }
  }
  for (int b = 0; b < B; b++) {
    vstore(sums + b * WIDTH, s[b]);
    vstore(sums + channels + b * WIDTH, q[b]);
  }
}

template <typename T>
static void momentsOf(const T* x, const float* shift, int64_t rows, int64_t channels, float* sums) {
  int64_t c = 0;
  for (; c + 4 * WIDTH <= channels; c += 4 * WIDTH) momentsBlock<4>(x + c, shift + c, rows, channels, sums + c);
  for (; c + WIDTH <= channels; c += WIDTH) momentsBlock<1>(x + c, shift + c, rows, channels, sums + c);
  if (c == channels) return;
  const int64_t n = channels - c;
  const Vec k = vloadPart(shift + c, n);
  Vec s = vset(0), q = vset(0);
  for (int64_t r = 0; r < rows; r++) {
    const Vec d = vsub(vloadPart(x + r * channels + c, n), k);
    s = vadd(s, d);
    q = vfma(d, d, q);
  }
  vstorePart(sums + c, s, n);
  vstorePart(sums + channels + c, q, n);
}

static void moments(const void* x, bool half, const float* shift, int64_t begin, int64_t end, int64_t channels, float* sums) {
  if (half) {
    momentsOf(static_cast<const uint16_t*>(x) + begin * channels, shift, end - begin, channels, sums);
  } else {
    momentsOf(static_cast<const float*>(x) + begin * channels, shift, end - begin, channels, sums);
  }
}

template <Activation A, typename T>
static void normaliseRows(const NormTask& t, int64_t begin, int64_t end) {
  for (int64_t r = begin; r < end; r++) {
    const T* x = static_cast<const T*>(t.x) + r * t.channels;
    T* y = static_cast<T*>(t.out) + r * t.channels;
    OSLER_CHANNELS(
        t.channels, vstore(y + c, activate<A>(vfma(vsub(vload(x + c), vload(t.mean + c)), vload(t.scale + c), vload(t.bias + c)))),
        vstorePart(y + c, activate<A>(vfma(vsub(vloadPart(x + c, n), vloadPart(t.mean + c, n)), vloadPart(t.scale + c, n), vloadPart(t.bias + c, n))), n))
  }
}

template <Activation A, int B, typename T>
static void gradientSumsBlock(const NormTask& t, int64_t at, int64_t begin, int64_t end, float* sums) {
  Vec s[B], q[B];
  for (int b = 0; b < B; b++) s[b] = q[b] = vset(0);
  for (int64_t r = begin; r < end; r++) {
    const T* x = static_cast<const T*>(t.x) + r * t.channels + at;
    const T* dy = static_cast<const T*>(t.dy) + r * t.channels + at;
    for (int b = 0; b < B; b++) {
      const Vec d = vsub(vload(x + b * WIDTH), vload(t.mean + at + b * WIDTH));
      const Vec dz = chain<A>(vload(dy + b * WIDTH), vfma(d, vload(t.scale + at + b * WIDTH), vload(t.bias + at + b * WIDTH)));
      s[b] = vadd(s[b], dz);
      q[b] = vfma(dz, d, q[b]);
    }
  }
  for (int b = 0; b < B; b++) {
    vstore(sums + at + b * WIDTH, s[b]);
    vstore(sums + t.channels + at + b * WIDTH, q[b]);
  }
}

template <Activation A, typename T>
static void gradientSumsRows(const NormTask& t, int64_t begin, int64_t end, float* sums) {
  int64_t c = 0;
  for (; c + 4 * WIDTH <= t.channels; c += 4 * WIDTH) gradientSumsBlock<A, 4, T>(t, c, begin, end, sums);
  for (; c + WIDTH <= t.channels; c += WIDTH) gradientSumsBlock<A, 1, T>(t, c, begin, end, sums);
  if (c == t.channels) return;
  const int64_t n = t.channels - c;
  const Vec mean = vloadPart(t.mean + c, n), scale = vloadPart(t.scale + c, n), bias = vloadPart(t.bias + c, n);
  Vec s = vset(0), q = vset(0);
  for (int64_t r = begin; r < end; r++) {
    const Vec d = vsub(vloadPart(static_cast<const T*>(t.x) + r * t.channels + c, n), mean);
    const Vec dz = chain<A>(vloadPart(static_cast<const T*>(t.dy) + r * t.channels + c, n), vfma(d, scale, bias));
    s = vadd(s, dz);
    q = vfma(dz, d, q);
  }
  vstorePart(sums + c, s, n);
  vstorePart(sums + t.channels + c, q, n);
}

template <Activation A>
OSLER_INLINE Vec gradientOf(Vec x, Vec dy, Vec mean, Vec scale, Vec bias, Vec meanTerm, Vec slopeTerm) {
  const Vec d = vsub(x, mean);
  const Vec dz = chain<A>(dy, vfma(d, scale, bias));
  return vmul(scale, vfnma(d, slopeTerm, vsub(dz, meanTerm)));
}

template <Activation A, typename T>
static void gradientRows(const NormTask& t, int64_t begin, int64_t end) {
  for (int64_t r = begin; r < end; r++) {
    const T* x = static_cast<const T*>(t.x) + r * t.channels;
    const T* dy = static_cast<const T*>(t.dy) + r * t.channels;
    T* dx = static_cast<T*>(t.out) + r * t.channels;
    OSLER_CHANNELS(t.channels,
                   vstore(dx + c, gradientOf<A>(vload(x + c), vload(dy + c), vload(t.mean + c), vload(t.scale + c), vload(t.bias + c), vload(t.meanTerm + c),
                                                vload(t.slopeTerm + c))),
                   vstorePart(dx + c,
                              gradientOf<A>(vloadPart(x + c, n), vloadPart(dy + c, n), vloadPart(t.mean + c, n), vloadPart(t.scale + c, n), vloadPart(t.bias + c, n),
                                            vloadPart(t.meanTerm + c, n), vloadPart(t.slopeTerm + c, n)),
                              n))
  }
}

#define OSLER_BY_ACTIVATION(function, task, ...)                                                                            \
  switch ((task).activation) {                                                                                              \
    case Activation::None: (task).half ? function<Activation::None, uint16_t>(task, __VA_ARGS__) : function<Activation::None, float>(task, __VA_ARGS__); break;     \
    case Activation::Relu: (task).half ? function<Activation::Relu, uint16_t>(task, __VA_ARGS__) : function<Activation::Relu, float>(task, __VA_ARGS__); break;     \
    case Activation::Relu6: (task).half ? function<Activation::Relu6, uint16_t>(task, __VA_ARGS__) : function<Activation::Relu6, float>(task, __VA_ARGS__); break;  \
    case Activation::Silu: (task).half ? function<Activation::Silu, uint16_t>(task, __VA_ARGS__) : function<Activation::Silu, float>(task, __VA_ARGS__); break;     \
  }

static void normalise(const NormTask& task, int64_t begin, int64_t end) { OSLER_BY_ACTIVATION(normaliseRows, task, begin, end) }
static void gradientSums(const NormTask& task, int64_t begin, int64_t end, float* sums) { OSLER_BY_ACTIVATION(gradientSumsRows, task, begin, end, sums) }
static void gradient(const NormTask& task, int64_t begin, int64_t end) { OSLER_BY_ACTIVATION(gradientRows, task, begin, end) }
