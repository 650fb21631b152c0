#include "state.h"

namespace osler {

uint32_t State::add(at::Tensor tensor) {
  if (!unused.empty()) {
    const uint32_t handle = unused.back();
    unused.pop_back();
    tensors[handle] = std::move(tensor);
    return handle;
  }
  tensors.push_back(std::move(tensor));
  return static_cast<uint32_t>(tensors.size() - 1);
}

const at::Tensor& State::get(int64_t handle) const {
  TORCH_CHECK(handle >= 0 && handle < static_cast<int64_t>(tensors.size()) && tensors[handle].defined(), "no tensor has the handle ", handle);
  return tensors[handle];
}

void State::remove(int64_t handle) {
  get(handle);
  tensors[handle] = at::Tensor();
  unused.push_back(static_cast<uint32_t>(handle));
}

void State::releaseWaiting() {
  std::vector<napi_ref> references;
  {
    std::lock_guard<std::mutex> lock(queue->mutex);
    if (queue->waiting.empty()) return;
    references.swap(queue->waiting);
  }
  for (napi_ref reference : references) napi_delete_reference(env, reference);
}

State& stateOf(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<State*>(data);
}

}  // namespace osler
