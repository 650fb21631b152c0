#include "allocator.h"

#include <ATen/Parallel.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "version.h"

namespace osler {
namespace {

constexpr size_t ALIGNMENT = 64;          // a cache line, and the widest vector
constexpr size_t SMALL = 64 << 10;        // below this malloc is good: it keeps small blocks itself
constexpr size_t PAGE = 4096;
constexpr size_t HUGE_PAGE = 2 << 20;
constexpr int STEPS = 8;                  // size classes per power of two: at most 12.5% is wasted
constexpr int CLASSES = 64 * STEPS;
constexpr int64_t FREE_RESERVE = 256 << 20;

// Stands in the 64 bytes before a block's data, so that data pointer and deleter context are one (raw_allocate needs that).
struct alignas(ALIGNMENT) Header {
  size_t size;      // bytes for data, as counted
  int32_t index;    // size class, -1 for malloc
  void* base;       // what was mapped or allocated
  size_t mapped;    // bytes mapped
};
static_assert(sizeof(Header) == ALIGNMENT);

struct SizeClass {
  int32_t index;
  size_t size;
};

constexpr size_t roundUp(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

SizeClass classOf(size_t bytes) {
  const int power = 63 - __builtin_clzll(bytes);
  const size_t step = (size_t{1} << power) / STEPS;
  const size_t above = (bytes - (size_t{1} << power) + step - 1) / step;
  return {static_cast<int32_t>(power * STEPS + above), (size_t{1} << power) + above * step};
}

void destroy(Header* header) {
  if (header->index < 0) {
    std::free(header->base);
  } else {
    munmap(header->base, header->mapped);
  }
}

// The kernel clears a huge page at its first touch. All threads do that at once: left to the operator that writes first, which may be one thread's,
// it takes up to 3.5 s a GB in a virtual machine whose host has to find the memory too.
void clear(char* data, size_t bytes) {
  at::parallel_for(0, static_cast<int64_t>(bytes / HUGE_PAGE), 1, [data](int64_t from, int64_t to) {
    for (int64_t page = from; page < to; ++page) *static_cast<volatile char*>(data + page * HUGE_PAGE) = 0;
  });
}

// A big block's data begins at a huge page, and its header stands in a small page before that: in the same huge page it would push the last
// bytes of the data, whose size is often a power of two, into one more, 2 MiB to be cleared for 64 bytes.
Header* mapBlock(SizeClass wanted) {
  const bool huge = wanted.size >= HUGE_PAGE;
  const size_t front = huge ? PAGE : ALIGNMENT;
  const size_t bytes = huge ? PAGE + roundUp(wanted.size, HUGE_PAGE) : roundUp(wanted.size + ALIGNMENT, PAGE);
  const size_t reserve = huge ? bytes + HUGE_PAGE : bytes;
  void* memory = mmap(nullptr, reserve, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TORCH_CHECK(memory != MAP_FAILED, "out of memory: ", wanted.size >> 20, " MiB could not be had");
  char* start = static_cast<char*>(memory);
  char* base = huge ? reinterpret_cast<char*>(roundUp(reinterpret_cast<uintptr_t>(start) + front, HUGE_PAGE)) - front : start;
  if (base > start) munmap(start, static_cast<size_t>(base - start));
  char* end = start + reserve;
  if (end > base + bytes) munmap(base + bytes, static_cast<size_t>(end - base - bytes));
#ifdef MADV_HUGEPAGE
  if (huge && madvise(base + front, bytes - front, MADV_HUGEPAGE) == 0) clear(base + front, bytes - front);
#endif
  auto* header = reinterpret_cast<Header*>(base + front) - 1;
  *header = Header{wanted.size, wanted.index, base, bytes};
  return header;
}

Header* mallocBlock(size_t bytes) {
  void* memory = nullptr;
  TORCH_CHECK(posix_memalign(&memory, ALIGNMENT, bytes + ALIGNMENT) == 0, "out of memory: ", bytes, " bytes could not be had");
  auto* header = static_cast<Header*>(memory);
  *header = Header{bytes, -1, memory, 0};
  return header;
}

class CachingAllocator final : public c10::Allocator {
 public:
#if OSLER_TORCH_AT_LEAST(2, 3)
  c10::DataPtr allocate(size_t bytes) override { return take(bytes); }
#else
  c10::DataPtr allocate(size_t bytes) const override { return const_cast<CachingAllocator*>(this)->take(bytes); }
#endif
  c10::DeleterFnPtr raw_deleter() const override { return &giveBack; }
#if OSLER_TORCH_AT_LEAST(2, 3)
  void copy_data(void* target, const void* source, std::size_t bytes) const override { default_copy_data(target, source, bytes); }
#endif

  Usage usage() const { return {live_.load(), cached_.load(), peak_.load()}; }

  void release() {
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto& blocks : free_) {
      for (Header* header : blocks) destroy(header);
      blocks.clear();
    }
    cached_ = 0;
  }

 private:
  c10::DataPtr take(size_t bytes) {
    if (bytes == 0) return {nullptr, nullptr, &giveBack, c10::Device(c10::DeviceType::CPU)};
    Header* header = bytes < SMALL ? mallocBlock(bytes) : takeBig(bytes);
    const int64_t live = live_ += static_cast<int64_t>(header->size);
    int64_t peak = peak_.load();
    while (live > peak && !peak_.compare_exchange_weak(peak, live)) {
    }
    void* data = header + 1;
    return {data, data, &giveBack, c10::Device(c10::DeviceType::CPU)};
  }

  Header* takeBig(size_t bytes) {
    const SizeClass wanted = classOf(bytes);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      auto& blocks = free_[static_cast<size_t>(wanted.index)];
      if (!blocks.empty()) {
        Header* header = blocks.back();
        blocks.pop_back();
        cached_ -= static_cast<int64_t>(header->size);
        used_[static_cast<size_t>(wanted.index)] = ++clock_;
        return header;
      }
    }
    return mapBlock(wanted);
  }

  static void giveBack(void* data);

  void keep(Header* header) {
    live_ -= static_cast<int64_t>(header->size);
    if (header->index < 0) {
      destroy(header);
      return;
    }
    std::vector<Header*> surplus;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      const auto index = static_cast<size_t>(header->index);
      free_[index].push_back(header);
      cached_ += static_cast<int64_t>(header->size);
      used_[index] = ++clock_;
      // What is in use and what is kept together stay near the most that was ever in use at once. Sizes that were used longest ago go first:
      // when images grow, or validation's are larger, those of before would keep their place and each step would map its own anew.
      while (live_ + cached_ > peak_ + peak_ / 4 + FREE_RESERVE && cached_ > 0) surplus.push_back(takeOldest());
    }
    for (Header* block : surplus) destroy(block);
  }

  Header* takeOldest() {
    size_t oldest = CLASSES;
    for (size_t index = 0; index < CLASSES; ++index) {
      if (!free_[index].empty() && (oldest == CLASSES || used_[index] < used_[oldest])) oldest = index;
    }
    Header* header = free_[oldest].back();
    free_[oldest].pop_back();
    cached_ -= static_cast<int64_t>(header->size);
    return header;
  }

  std::mutex mutex_;
  std::array<std::vector<Header*>, CLASSES> free_;
  // When a size was last taken or given back, by a clock that counts those.
  std::array<uint64_t, CLASSES> used_{};
  uint64_t clock_ = 0;
  std::atomic<int64_t> live_{0};
  std::atomic<int64_t> cached_{0};
  std::atomic<int64_t> peak_{0};
};

// Never destroyed: tensors in static storage may outlive every destructor of this module.
CachingAllocator& allocator() {
  static auto* instance = new CachingAllocator;
  return *instance;
}

void CachingAllocator::giveBack(void* data) {
  if (data) allocator().keep(static_cast<Header*>(data) - 1);
}

}  // namespace

void installAllocator() {
  // Priority 1: above the default, so that libraries loaded later don't take the place.
  c10::SetCPUAllocator(&allocator(), 1);
}

Usage memoryUsage() { return allocator().usage(); }

void releaseCached() { allocator().release(); }

}  // namespace osler
