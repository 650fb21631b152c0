#pragma once
// LibTorch's CPU memory. The stock allocator gives every big block back to the kernel and faults it in again page by page at the
// next step: a third of all CPU time in training. This one keeps blocks by size class, on huge pages, and counts what is in use.

#include <cstddef>
#include <cstdint>

namespace osler {

// Makes it LibTorch's CPU allocator, for the whole process. OSLER's blocks and stock ones may live side by side.
void installAllocator();

struct Usage {
  int64_t live;    // bytes in use by tensors
  int64_t cached;  // bytes kept for the next step
  int64_t peak;    // most bytes in use so far
};

Usage memoryUsage();
void releaseCached();

}  // namespace osler
