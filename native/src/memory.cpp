// What is in use, and files mapped as tensors.

#include <ATen/ATen.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "allocator.h"
#include "exports.h"
#include "types.h"

namespace osler {
namespace {

// memory() -> [tensors of this environment, live bytes, cached bytes, peak bytes of the process]
napi_value memory(Call& call) {
  call.state.releaseWaiting();
  const Usage usage = memoryUsage();
  return makeArray(call.env, {static_cast<int64_t>(call.state.count()), usage.live, usage.cached, usage.peak});
}

// Tells V8 what LibTorch holds. Done at the end of outermost scopes only: telling it of every tensor would start a collection
// of garbage several times a step, which could free nothing.
napi_value account(Call& call) {
  const int64_t live = memoryUsage().live;
  int64_t total;
  if (live != call.state.accounted) napi_adjust_external_memory(call.env, live - call.state.accounted, &total);
  call.state.accounted = live;
  return nullptr;
}

napi_value trim(Call&) {
  releaseCached();
  return nullptr;
}

struct Mapping {
  void* data;
  size_t bytes;
  ~Mapping() { munmap(data, bytes); }
};

// mapFile(path) -> a u8 tensor over the whole file. Pages are private copies once written to; the file never changes.
napi_value mapFile(Call& call) {
  const std::string path = call.string(0);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  TORCH_CHECK(file >= 0, path, ": ", std::strerror(errno));
  struct stat info;
  const bool known = fstat(file, &info) == 0 && info.st_size > 0;
  void* data = known ? mmap(nullptr, static_cast<size_t>(info.st_size), PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0) : MAP_FAILED;
  const int failure = errno;
  close(file);
  TORCH_CHECK(known && data != MAP_FAILED, path, " could not be mapped: ", known ? std::strerror(failure) : "it is empty");
  std::shared_ptr<Mapping> mapping(new Mapping{data, static_cast<size_t>(info.st_size)});
  return makeHandle(call.env, call.state,
                    at::from_blob(data, {static_cast<int64_t>(info.st_size)}, [mapping](void*) {}, at::device(at::kCPU).dtype(at::kByte)));
}

// slice(bytes, offset, dtype, shape) -> a tensor over part of a u8 tensor's memory; it keeps that memory alive.
napi_value slice(Call& call) {
  at::Tensor whole = call.tensor(0);
  const int64_t offset = call.integer(1);
  const at::ScalarType type = dtypeOf(call.string(2));
  const std::vector<int64_t> sizes = call.integers(3);
  int64_t count = 1;
  for (int64_t size : sizes) count *= size;
  const int64_t bytes = count * static_cast<int64_t>(c10::elementSize(type));
  TORCH_CHECK(offset >= 0 && offset + bytes <= whole.numel(), "bytes ", offset, " to ", offset + bytes, " lie outside the file");
  void* data = static_cast<char*>(whole.data_ptr()) + offset;
  at::Tensor tensor = at::from_blob(data, sizes, [whole](void*) {}, at::device(at::kCPU).dtype(type));
  // Kernels expect elements on their natural boundary; old files don't promise it.
  if (reinterpret_cast<uintptr_t>(data) % c10::elementSize(type) != 0) {
    at::Tensor aligned = at::empty(sizes, tensor.options());
    std::memcpy(aligned.data_ptr(), data, static_cast<size_t>(bytes));
    tensor = aligned;
  }
  return makeHandle(call.env, call.state, tensor);
}

// write(handle, file): the elements in row-major order to an open file, from its current position on.
napi_value write(Call& call) {
  const at::Tensor tensor = call.tensor(0).detach().to(at::kCPU).contiguous();
  const int file = static_cast<int>(call.integer(1));
  const char* data = static_cast<const char*>(tensor.data_ptr());
  for (size_t done = 0; done < tensor.nbytes();) {
    const ssize_t count = ::write(file, data + done, std::min<size_t>(tensor.nbytes() - done, 1 << 30));
    if (count < 0 && errno == EINTR) continue;
    TORCH_CHECK(count > 0, "writing failed: ", std::strerror(errno));
    done += static_cast<size_t>(count);
  }
  return nullptr;
}

}  // namespace

void exportMemory(napi_env env, napi_value exports) {
  exportFunctions(env, exports,
                  {{"memory", guarded<memory>}, {"account", guarded<account>}, {"trim", guarded<trim>}, {"mapFile", guarded<mapFile>}, {"slice", guarded<slice>}, {"write", guarded<write>}});
}

}  // namespace osler
