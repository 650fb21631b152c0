#pragma once
// What one JavaScript environment (the main thread or a worker) owns. Nothing here is static: each worker has its own.

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <node_api.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace osler {

// References to JavaScript memory that tensors no longer need. A tensor may die on any thread (autograd's, OpenMP's), a
// reference may only be dropped on the JavaScript thread: so it waits here until that thread comes by.
struct ReleaseQueue {
  std::mutex mutex;
  std::vector<napi_ref> waiting;
  bool closed = false;
};

// How an argument is converted, decided once per operator from its schema.
enum class Kind : uint8_t { Tensor, TensorList, OptionalTensorList, Scalar, Int, Float, Bool, String, IntList, FloatList, BoolList, Device, Generator, Other };

struct Argument {
  Kind kind;
  bool optional;
  int32_t listSize;  // int[2] accepts one number for both
};

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Argument> arguments;
  bool inPlace;  // returns one of its arguments
};

struct State {
  napi_env env = nullptr;
  std::vector<at::Tensor> tensors;
  std::vector<uint32_t> unused;
  std::vector<Operator> operators;
  std::shared_ptr<ReleaseQueue> queue = std::make_shared<ReleaseQueue>();
  int64_t accounted = 0;

  uint32_t add(at::Tensor tensor);
  const at::Tensor& get(int64_t handle) const;
  void remove(int64_t handle);
  size_t count() const { return tensors.size() - unused.size(); }
  void releaseWaiting();
};

State& stateOf(napi_env env);

}  // namespace osler
