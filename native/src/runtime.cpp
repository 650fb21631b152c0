// Threads, random numbers, versions.

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/version.h>

#include "exports.h"
#include "fused.h"
#include "kernels/kernels.h"

namespace osler {
namespace {

napi_value setThreads(Call& call) {
  const int64_t count = call.integer(0);
  TORCH_CHECK(count >= 1, "at least one thread is needed, got ", count);
  at::set_num_threads(static_cast<int>(count));
  return nullptr;
}

napi_value threads(Call& call) { return makeNumber(call.env, at::get_num_threads()); }

napi_value seed(Call& call) {
  at::manual_seed(static_cast<uint64_t>(call.integer(0)));
  return nullptr;
}

napi_value randomState(Call& call) {
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  std::lock_guard<std::mutex> lock(generator.mutex());
  return makeHandle(call.env, call.state, generator.get_state());
}

napi_value setRandomState(Call& call) {
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(call.tensor(0));
  return nullptr;
}

napi_value version(Call& call) { return makeString(call.env, TORCH_VERSION); }

// The instruction set that ATen's own kernels use; only its description names it in every version.
napi_value capability(Call& call) {
  const std::string text = at::show_config();
  const std::string label = "CPU capability usage: ";
  const size_t start = text.find(label);
  if (start == std::string::npos) return makeString(call.env, "unknown");
  const size_t begin = start + label.size();
  return makeString(call.env, text.substr(begin, text.find('\n', begin) - begin));
}

napi_value cudaDevices(Call& call) {
  return makeNumber(call.env, at::hasCUDA() ? static_cast<double>(at::detail::getCUDAHooks().getNumGPUs()) : 0);
}

// useKernels(name): which set the fused operators use; the answer is the name of the one now in use.
napi_value useKernels(Call& call) {
  const std::string name = call.string(0);
  TORCH_CHECK(chooseKernels(name.c_str()), "this processor has no kernels called ", name);
  return makeString(call.env, kernels() ? kernels()->name : "none");
}

// bf16Convolutions(units?): which units compute convolutions under bf16 autocast, "bf16" or "f32".
napi_value bf16Convolutions(Call& call) {
  if (call.count > 0) {
    const std::string units = call.string(0);
    TORCH_CHECK(units == "bf16" || units == "f32", "bf16 convolutions are computed on bf16 or f32 units, not ", units);
    useRoundedConvolutions(units == "f32");
  }
  return makeString(call.env, roundedConvolutions() ? "f32" : "bf16");
}

}  // namespace

void exportRuntime(napi_env env, napi_value exports) {
  exportFunctions(env, exports,
                  {{"setThreads", guarded<setThreads>},
                   {"threads", guarded<threads>},
                   {"seed", guarded<seed>},
                   {"randomState", guarded<randomState>},
                   {"setRandomState", guarded<setRandomState>},
                   {"version", guarded<version>},
                   {"capability", guarded<capability>},
                   {"cudaDevices", guarded<cudaDevices>},
                   {"useKernels", guarded<useKernels>},
                   {"bf16Convolutions", guarded<bf16Convolutions>}});
}

}  // namespace osler
