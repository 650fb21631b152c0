#pragma once
// What the fused operators share. They are registered with LibTorch's dispatcher under "osler::", so the one boxed call reaches them.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "kernels/kernels.h"

namespace osler {

// A channels-last image batch in memory that a kernel can walk as rows of channels, f32 or bf16.
inline bool isRows(const at::Tensor& x) {
  return x.defined() && x.device().is_cpu() && x.dim() == 4 && x.numel() > 0 && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) &&
         x.is_contiguous(at::MemoryFormat::ChannelsLast);
}

inline bool isHalf(const at::Tensor& x) { return x.scalar_type() == at::kBFloat16; }

// Backward formulas here are not themselves differentiable; asking for that must not give a wrong answer in silence.
inline void refuseSecondDerivative(const char* name) {
  TORCH_CHECK(!at::GradMode::is_enabled(), name, " has no second derivative; choose the plain kernels (useKernels('none')) for it");
}

// aten::conv2d, or under bf16 autocast the same on the f32 units where these are faster (fused_conv.cpp).
at::Tensor roundedConv2d(const at::Tensor& x, const at::Tensor& weight, const c10::optional<at::Tensor>& bias, at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation,
                         int64_t groups);
bool roundedConvolutions();
void useRoundedConvolutions(bool on);

// The set in use, for a backward pass whose forward pass had one.
inline const Kernels& kernelsInUse() {
  const Kernels* found = kernels();
  TORCH_CHECK(found != nullptr, "the kernels were switched off between a forward and its backward pass");
  return *found;
}

}  // namespace osler
