// osler::conv2d: aten::conv2d, but for depthwise convolutions a backward pass of our own (oneDNN's forward pass is kept), and under bf16
// autocast the way of fused_conv.cpp.

#include <ATen/autocast_mode.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "fused.h"
#include "version.h"

namespace osler {
namespace {

using at::IntArrayRef;
using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Depthwise : torch::autograd::Function<Depthwise> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& weight, int64_t stride) {
    ctx->save_for_backward({x, weight});
    ctx->saved_data["stride"] = stride;
    const int64_t padding = weight.size(2) / 2;
    return at::conv2d(x, weight, {}, {stride, stride}, {padding, padding}, {1, 1}, x.size(1));
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    refuseSecondDerivative("osler::conv2d");
    const Kernels& k = kernelsInUse();
    const variable_list saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1];
    const Tensor dy = gradients[0].to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    const int64_t channels = x.size(1), images = x.size(0), size = weight.size(2);
    const Tensor taps = weight.reshape({channels, size * size}).t().to(at::kFloat).contiguous();

    DepthwiseTask task{};
    task.x = x.data_ptr();
    task.dy = dy.data_ptr();
    task.weight = taps.data_ptr<float>();
    task.h = x.size(2);
    task.w = x.size(3);
    task.c = channels;
    task.oh = dy.size(2);
    task.ow = dy.size(3);
    task.kernel = size;
    task.stride = ctx->saved_data["stride"].toInt();
    task.half = isHalf(x);
    Tensor dx, partial;
    if (ctx->needs_input_grad(0)) {
      dx = at::empty_like(x, x.options().requires_grad(false), at::MemoryFormat::ChannelsLast);
      task.dx = dx.data_ptr();
    }
    if (ctx->needs_input_grad(1)) {
      partial = at::empty({images, size * size, channels}, taps.options());
      task.partial = partial.data_ptr<float>();
    }
    const int64_t blocks = (channels + k.width - 1) / k.width;
    at::parallel_for(0, images * blocks, 1, [&](int64_t begin, int64_t end) {
      const Tensor scratch = at::empty({depthwiseScratch(task, k.width)}, taps.options());
      for (int64_t i = begin; i < end; i++) k.depthwiseBackward(task, i / blocks, i % blocks, scratch.data_ptr<float>());
    });
    // Each image's part, summed in their order: the same on any number of threads.
    const Tensor dweight = partial.defined() ? partial.sum(0).t().contiguous().view(weight.sizes()).to(weight.scalar_type()) : Tensor();
    return {dx, dweight, Tensor()};
  }
};

using Signature = Tensor(const Tensor&, const Tensor&, int64_t);

Tensor depthwise(const Tensor& x, const Tensor& weight, int64_t stride) {
  if (kernels() == nullptr || !isRows(x) || x.scalar_type() != weight.scalar_type()) {
    const int64_t padding = weight.size(2) / 2;
    return at::conv2d(x, weight, {}, {stride, stride}, {padding, padding}, {1, 1}, x.size(1));
  }
  return Depthwise::apply(x, weight, stride);
}

// Under mixed precision a convolution's inputs are cast, as for aten::conv2d; the weight once per outermost autocast block.
Tensor depthwiseAutocast(const Tensor& x, const Tensor& weight, int64_t stride) {
  c10::impl::ExcludeDispatchKeyGuard without(c10::DispatchKey::AutocastCPU);
#if OSLER_TORCH_AT_LEAST(2, 4)
  const at::ScalarType type = at::autocast::get_autocast_dtype(at::kCPU);
#else
  const at::ScalarType type = at::autocast::get_autocast_cpu_dtype();
#endif
  return depthwise(at::autocast::cached_cast(type, x, c10::DeviceType::CPU), at::autocast::cached_cast(type, weight, c10::DeviceType::CPU), stride);
}

Tensor conv2d(const Tensor& x, const Tensor& weight, const c10::optional<Tensor>& bias, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, int64_t groups) {
  const bool square = weight.dim() == 4 && weight.size(2) == weight.size(3) && (weight.size(2) == 5 || weight.size(2) == 3);
  const bool fits = x.dim() == 4 && x.device().is_cpu() && square && !(bias && bias->defined()) && groups == x.size(1) && weight.size(0) == groups && weight.size(1) == 1 &&
                    stride[0] == stride[1] && stride[0] <= 2 && padding[0] == weight.size(2) / 2 && padding[1] == padding[0] && dilation[0] == 1 && dilation[1] == 1;
  if (!fits) return roundedConv2d(x, weight, bias, stride, padding, dilation, groups);
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("osler::depthwise_conv2d", "").typed<Signature>();
  return op.call(x, weight, stride[0]);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(osler, library) {
  library.def("conv2d(Tensor x, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] dilation=1, int groups=1) -> Tensor");
  library.def("depthwise_conv2d(Tensor x, Tensor weight, int stride) -> Tensor");
}

TORCH_LIBRARY_IMPL(osler, CompositeImplicitAutograd, library) {
  library.impl("conv2d", conv2d);
  library.impl("depthwise_conv2d", depthwise);
}

TORCH_LIBRARY_IMPL(osler, AutocastCPU, library) { library.impl("depthwise_conv2d", depthwiseAutocast); }

}  // namespace osler
