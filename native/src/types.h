#pragma once
// Names that JavaScript uses for LibTorch's enumerations.

#include <c10/core/ScalarType.h>

#include <string>

namespace osler {

// "f32" and its like, "channels_last", "strided"...: the integer that a schema expects. Throws std::invalid_argument.
int64_t enumerator(const std::string& name);
at::ScalarType dtypeOf(const std::string& name);
std::string nameOf(at::ScalarType dtype);

}  // namespace osler
