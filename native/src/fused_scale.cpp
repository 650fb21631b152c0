// osler::channel_scale: images times one number for each image and channel (squeeze-excitation). The plain product's backward writes
// a whole image only to sum it up; this walks the memory once.

#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "fused.h"

namespace osler {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

ScaleTask describe(const Tensor& x, const Tensor& s) {
  ScaleTask task{};
  task.x = x.data_ptr();
  task.s = s.data_ptr();
  task.channels = x.size(1);
  task.pixels = x.size(2) * x.size(3);
  task.half = isHalf(x);
  return task;
}

struct ChannelScale : torch::autograd::Function<ChannelScale> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& scale) {
    const Tensor s = scale.contiguous();
    ctx->save_for_backward({x, s});
    Tensor y = at::empty_like(x, x.options().requires_grad(false), at::MemoryFormat::ChannelsLast);
    ScaleTask task = describe(x, s);
    task.out = y.data_ptr();
    at::parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) kernelsInUse().scale(task, i);
    });
    return y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    refuseSecondDerivative("osler::channel_scale");
    const variable_list saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &s = saved[1];
    const Tensor dy = gradients[0].to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    Tensor dx = at::empty_like(x, x.options().requires_grad(false), at::MemoryFormat::ChannelsLast);
    Tensor ds = at::empty({x.size(0), x.size(1), 1, 1}, x.options().requires_grad(false).dtype(at::kFloat));
    ScaleTask task = describe(x, s);
    task.dy = dy.data_ptr();
    task.out = dx.data_ptr();
    task.ds = ds.data_ptr<float>();
    at::parallel_for(0, x.size(0), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) kernelsInUse().scaleBackward(task, i);
    });
    return {dx, ds.to(s.scalar_type())};
  }
};

Tensor channelScale(const Tensor& x, const Tensor& scale) {
  const bool fits = kernels() != nullptr && isRows(x) && scale.device().is_cpu() && scale.scalar_type() == x.scalar_type() && scale.dim() == 4 && scale.size(0) == x.size(0) &&
                    scale.size(1) == x.size(1) && scale.size(2) == 1 && scale.size(3) == 1;
  return fits ? ChannelScale::apply(x, scale) : at::mul(x, scale);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(osler, library) { library.def("channel_scale(Tensor x, Tensor scale) -> Tensor"); }

TORCH_LIBRARY_IMPL(osler, CompositeImplicitAutograd, library) { library.impl("channel_scale", channelScale); }

}  // namespace osler
