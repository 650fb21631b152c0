// The module's entry: one State per environment, functions by room.

#include <cstdlib>

#include "allocator.h"
#include "exports.h"

namespace osler {
namespace {

void closeState(napi_env, void* data, void*) {
  auto* state = static_cast<State*>(data);
  {
    std::lock_guard<std::mutex> lock(state->queue->mutex);
    state->queue->closed = true;
  }
  delete state;
}

// ATen reads this at its first kernel. Distributions build with AVX-512 kernels but don't choose them by themselves.
void chooseInstructionSet() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    setenv("ATEN_CPU_CAPABILITY", "avx512", 0);
  }
#endif
}

}  // namespace
}  // namespace osler

NAPI_MODULE_INIT() {
  using namespace osler;
  static std::once_flag once;
  std::call_once(once, [] {
    chooseInstructionSet();
    installAllocator();
  });
  auto* state = new State;
  state->env = env;
  napi_set_instance_data(env, state, closeState, nullptr);
  try {
    exportCall(env, exports);
    exportTensor(env, exports);
    exportMemory(env, exports);
    exportAutograd(env, exports);
    exportRuntime(env, exports);
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return exports;
}
