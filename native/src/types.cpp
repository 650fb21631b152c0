#include "types.h"

#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>

#include <stdexcept>
#include <utility>

namespace osler {
namespace {

const std::pair<const char*, at::ScalarType> DTYPES[] = {
    {"f32", at::kFloat},  {"f64", at::kDouble}, {"f16", at::kHalf}, {"bf16", at::kBFloat16}, {"i64", at::kLong},
    {"i32", at::kInt},    {"i16", at::kShort},  {"i8", at::kChar},  {"u8", at::kByte},       {"bool", at::kBool},
};

}  // namespace

at::ScalarType dtypeOf(const std::string& name) {
  for (const auto& [key, value] : DTYPES) {
    if (name == key) return value;
  }
  throw std::invalid_argument("unknown type of numbers: " + name);
}

std::string nameOf(at::ScalarType dtype) {
  for (const auto& [key, value] : DTYPES) {
    if (dtype == value) return key;
  }
  return c10::toString(dtype);
}

int64_t enumerator(const std::string& name) {
  if (name == "contiguous") return static_cast<int64_t>(c10::MemoryFormat::Contiguous);
  if (name == "preserve") return static_cast<int64_t>(c10::MemoryFormat::Preserve);
  if (name == "channels_last") return static_cast<int64_t>(c10::MemoryFormat::ChannelsLast);
  if (name == "strided") return static_cast<int64_t>(c10::kStrided);
  return static_cast<int64_t>(dtypeOf(name));
}

}  // namespace osler
