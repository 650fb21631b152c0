// A tensor's properties, its life, and the way between its memory and JavaScript's.

#include <ATen/ATen.h>

#include <cstring>

#include "exports.h"
#include "types.h"

namespace osler {
namespace {

napi_value dispose(Call& call) {
  call.state.remove(call.integer(0));
  call.state.releaseWaiting();
  return nullptr;
}

napi_value disposeAll(Call& call) {
  for (int64_t handle : call.integers(0)) call.state.remove(handle);
  call.state.releaseWaiting();
  return nullptr;
}

napi_value shape(Call& call) { return makeArray(call.env, call.tensor(0).sizes().vec()); }
napi_value strides(Call& call) { return makeArray(call.env, call.tensor(0).strides().vec()); }
napi_value dtype(Call& call) { return makeString(call.env, nameOf(call.tensor(0).scalar_type())); }
napi_value device(Call& call) { return makeString(call.env, call.tensor(0).device().str()); }
napi_value alias(Call& call) { return makeHandle(call.env, call.state, call.tensor(0)); }

napi_value item(Call& call) {
  const at::Tensor& tensor = call.tensor(0);
  TORCH_CHECK(tensor.numel() == 1, "item() needs a tensor with one element, this one has ", tensor.numel());
  return makeNumber(call.env, tensor.item().toDouble());
}

struct Memory {
  void* data;
  size_t bytes;
};

Memory memoryOf(napi_env env, napi_value view) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  napi_value buffer;
  size_t offset;
  check(napi_get_typedarray_info(env, view, &type, &length, &data, &buffer, &offset), "expected a typed array");
  static const size_t SIZES[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2};
  return {data, length * SIZES[type]};
}

// fromMemory(view, dtype, shape, strides or null): a tensor over the view's own memory, kept alive until the tensor's storage dies.
napi_value fromMemory(Call& call) {
  const Memory memory = memoryOf(call.env, call[0]);
  const at::ScalarType type = dtypeOf(call.string(1));
  const std::vector<int64_t> sizes = call.integers(2);
  const std::vector<int64_t> steps = call.type(3) == napi_object ? call.integers(3) : at::empty(sizes, at::device(at::kMeta).dtype(type)).strides().vec();
  int64_t count = 1;
  for (int64_t size : sizes) count *= size;
  TORCH_CHECK(static_cast<size_t>(count) * c10::elementSize(type) == memory.bytes, "the shape needs ", count, " elements of ", nameOf(type), ", the memory has ",
              memory.bytes / c10::elementSize(type));

  napi_ref reference;
  check(napi_create_reference(call.env, call[0], 1, &reference), "the memory could not be kept alive");
  auto release = [queue = call.state.queue, reference](void*) {
    std::lock_guard<std::mutex> lock(queue->mutex);
    // After its environment has ended the reference is gone already.
    if (!queue->closed) queue->waiting.push_back(reference);
  };
  at::Tensor tensor = at::from_blob(memory.data, sizes, steps, std::move(release), at::device(at::kCPU).dtype(type));
  return makeHandle(call.env, call.state, tensor);
}

// read(handle, view): copies the elements in logical order into the view, whose size must fit.
napi_value read(Call& call) {
  const Memory memory = memoryOf(call.env, call[1]);
  const at::Tensor tensor = call.tensor(0).detach().to(at::kCPU).contiguous();
  TORCH_CHECK(tensor.nbytes() == memory.bytes, "the tensor has ", tensor.nbytes(), " bytes, the memory ", memory.bytes);
  if (memory.bytes > 0) std::memcpy(memory.data, tensor.data_ptr(), memory.bytes);
  return nullptr;
}

// share(handle) -> ArrayBuffer over the tensor's own memory, which lives as long as either does. Contiguous CPU tensors only.
napi_value share(Call& call) {
  const at::Tensor& tensor = call.tensor(0);
  TORCH_CHECK(tensor.device().is_cpu() && tensor.is_contiguous(), "only a contiguous tensor in the computer's own memory can be shared");
  auto* owner = new at::Tensor(tensor.detach());
  napi_value buffer;
  const napi_status status = napi_create_external_arraybuffer(
      call.env, owner->data_ptr(), owner->nbytes(), [](napi_env, void*, void* hint) { delete static_cast<at::Tensor*>(hint); }, owner, &buffer);
  if (status != napi_ok) {
    delete owner;
    throw std::runtime_error("this Node does not allow memory to be shared");
  }
  return buffer;
}

}  // namespace

void exportTensor(napi_env env, napi_value exports) {
  exportFunctions(env, exports,
                  {{"dispose", guarded<dispose>},
                   {"disposeAll", guarded<disposeAll>},
                   {"shape", guarded<shape>},
                   {"strides", guarded<strides>},
                   {"dtype", guarded<dtype>},
                   {"device", guarded<device>},
                   {"alias", guarded<alias>},
                   {"item", guarded<item>},
                   {"fromMemory", guarded<fromMemory>},
                   {"read", guarded<read>},
                   {"share", guarded<share>}});
}

}  // namespace osler
