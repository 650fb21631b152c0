#include <atomic>
#include <cstring>

#include "kernels.h"

namespace osler {
namespace {

const Kernels* find(const char* name) {
#if defined(__x86_64__)
  const bool best = std::strcmp(name, "best") == 0;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx512 && (best || std::strcmp(name, "avx512") == 0)) return &kernelsAvx512();
  if (avx2 && (best || std::strcmp(name, "avx2") == 0)) return &kernelsAvx2();
#endif
  return nullptr;
}

std::atomic<const Kernels*>& chosen() {
  static std::atomic<const Kernels*> choice{find("best")};
  return choice;
}

}  // namespace

const Kernels* kernels() { return chosen().load(std::memory_order_relaxed); }

bool chooseKernels(const char* name) {
  const Kernels* found = find(name);
  if (found == nullptr && std::strcmp(name, "none") != 0 && std::strcmp(name, "best") != 0) return false;
  chosen() = found;
  return true;
}

int64_t depthwiseScratch(const DepthwiseTask& task, int64_t width) {
  const int64_t border = 2 * (task.kernel / 2);
  // The padded image, and the padded output gradient, at the image's size (stride 2: with zeros between). A few columns more, since
  // the kernel computes several at a time.
  return 2 * (task.h + border + 1) * (task.w + border + 8) * width;
}

}  // namespace osler
