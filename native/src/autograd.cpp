// Gradients, the modes of computation, and mixed precision.

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "exports.h"
#include "types.h"
#include "version.h"

namespace osler {
namespace {

// backward(roots, gradients, keepGraph, createGraph); a gradient of -1 stands for one (scalars only).
napi_value backward(Call& call) {
  torch::autograd::backward(call.tensors(0), call.tensors(1), call.boolean(2), call.boolean(3));
  call.state.releaseWaiting();
  return nullptr;
}

// gradients(outputs, inputs, gradients, keepGraph, createGraph, allowUnused) -> handles, -1 where unused.
napi_value gradients(Call& call) {
  return makeHandles(call.env, call.state,
                     torch::autograd::grad(call.tensors(0), call.tensors(1), call.tensors(2), call.boolean(3), call.boolean(4), call.boolean(5)));
}

napi_value gradient(Call& call) { return makeHandle(call.env, call.state, call.tensor(0).grad()); }

napi_value gradientsOf(Call& call) {
  std::vector<at::Tensor> found;
  for (const at::Tensor& tensor : call.tensors(0)) found.push_back(tensor.grad());
  return makeHandles(call.env, call.state, found);
}

napi_value setGradient(Call& call) {
  at::Tensor tensor = call.tensor(0);
  tensor.mutable_grad() = call.integer(1) < 0 ? at::Tensor() : call.tensor(1);
  return nullptr;
}

napi_value clearGradients(Call& call) {
  for (at::Tensor& tensor : call.tensors(0)) tensor.mutable_grad() = at::Tensor();
  return nullptr;
}

napi_value requiresGrad(Call& call) { return makeBoolean(call.env, call.tensor(0).requires_grad()); }

napi_value setRequiresGrad(Call& call) {
  call.tensor(0).set_requires_grad(call.boolean(1));
  return nullptr;
}

napi_value detach(Call& call) { return makeHandle(call.env, call.state, call.tensor(0).detach()); }

napi_value setGradMode(Call& call) {
  const bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(call.boolean(0));
  return makeBoolean(call.env, before);
}

void setAutocastEnabled(bool on) {
#if OSLER_TORCH_AT_LEAST(2, 4)
  at::autocast::set_autocast_enabled(at::kCPU, on);
  at::autocast::set_autocast_enabled(at::kCUDA, on);
#else
  at::autocast::set_cpu_enabled(on);
  at::autocast::set_enabled(on);
#endif
}

void setAutocastType(at::ScalarType type) {
#if OSLER_TORCH_AT_LEAST(2, 4)
  at::autocast::set_autocast_dtype(at::kCPU, type);
  at::autocast::set_autocast_dtype(at::kCUDA, type);
#else
  at::autocast::set_autocast_cpu_dtype(type);
  at::autocast::set_autocast_gpu_dtype(type);
#endif
}

bool autocastEnabled() {
#if OSLER_TORCH_AT_LEAST(2, 4)
  return at::autocast::is_autocast_enabled(at::kCPU);
#else
  return at::autocast::is_cpu_enabled();
#endif
}

// enterAutocast(dtype or "off") -> whether it was on. Weights are cast once per outermost block (LibTorch's own cache).
napi_value enterAutocast(Call& call) {
  const bool before = autocastEnabled();
  const std::string name = call.string(0);
  if (name != "off") setAutocastType(dtypeOf(name));
  setAutocastEnabled(name != "off");
  at::autocast::increment_nesting();
  return makeBoolean(call.env, before);
}

napi_value leaveAutocast(Call& call) {
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  setAutocastEnabled(call.boolean(0));
  return nullptr;
}

}  // namespace

void exportAutograd(napi_env env, napi_value exports) {
  exportFunctions(env, exports,
                  {{"backward", guarded<backward>},
                   {"gradients", guarded<gradients>},
                   {"gradient", guarded<gradient>},
                   {"gradientsOf", guarded<gradientsOf>},
                   {"setGradient", guarded<setGradient>},
                   {"clearGradients", guarded<clearGradients>},
                   {"requiresGrad", guarded<requiresGrad>},
                   {"setRequiresGrad", guarded<setRequiresGrad>},
                   {"detach", guarded<detach>},
                   {"setGradMode", guarded<setGradMode>},
                   {"enterAutocast", guarded<enterAutocast>},
                   {"leaveAutocast", guarded<leaveAutocast>}});
}

}  // namespace osler
