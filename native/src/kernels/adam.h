// One step of Adam. Included by each instruction set's file after vector.h.

struct AdamFactors {
  Vec beta1, beta2, fresh1, fresh2, keep, rate, unbiased, eps;
};

// m and v are updated in place; returns the parameter.
OSLER_INLINE Vec adamStep(const AdamFactors& f, Vec p, Vec g, Vec& m, Vec& v) {
  m = vfma(f.fresh1, g, vmul(f.beta1, m));
  v = vfma(vmul(f.fresh2, g), g, vmul(f.beta2, v));
  // In ATen's order, so that what is too large for a float becomes infinite where it does in PyTorch.
  return vsub(vmul(f.keep, p), vdiv(vmul(f.rate, m), vfma(vsqrt(v), f.unbiased, f.eps)));
}

static void adam(const AdamTask& t, int64_t begin, int64_t end) {
  const AdamFactors f{vset(t.beta1), vset(t.beta2), vset(t.fresh1), vset(t.fresh2), vset(t.keep), vset(t.rate), vset(t.unbiased), vset(t.eps)};
  int64_t i = begin;
  for (; i + WIDTH <= end; i += WIDTH) {
    Vec m = vload(t.mean + i);
    Vec v = vload(t.square + i);
    vstore(t.parameter + i, adamStep(f, vload(t.parameter + i), vload(t.gradient + i), m, v));
    vstore(t.mean + i, m);
    vstore(t.square + i, v);
  }
  const int64_t n = end - i;
  if (n == 0) return;
  Vec m = vloadPart(t.mean + i, n);
  Vec v = vloadPart(t.square + i, n);
  vstorePart(t.parameter + i, adamStep(f, vloadPart(t.parameter + i, n), vloadPart(t.gradient + i, n), m, v), n);
  vstorePart(t.mean + i, m, n);
  vstorePart(t.square + i, v, n);
}
