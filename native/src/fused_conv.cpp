// osler::rounded_conv2d: a convolution under bf16 autocast computed on the f32 units, from operands rounded to bf16 and with the result
// rounded to bf16. Products and sums are those of a bf16 convolution (which sums in f32 too); only where a processor lacks AMX,
// oneDNN's bf16 convolutions take about twice as long as its f32 ones, and widening costs next to nothing.

#include <ATen/autocast_mode.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <atomic>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "fused.h"
#include "version.h"

namespace osler {
namespace {

using at::IntArrayRef;
using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

bool hasAmx() {
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && ((d >> 22) & 1) != 0;  // AMX-BF16
#else
  return true;  // Arm's bf16 units multiply matrices.
#endif
}

std::atomic<bool>& roundedFlag() {
  static std::atomic<bool> flag{!hasAmx()};
  return flag;
}

Tensor widen(const Tensor& x) { return x.to(at::kFloat); }

struct RoundedConv : torch::autograd::Function<RoundedConv> {
  static Tensor forward(AutogradContext* ctx, const Tensor& image, const Tensor& weight, const c10::optional<Tensor>& bias, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation,
                        int64_t groups) {
    const Tensor x = image.to(at::kBFloat16);
    const Tensor w = weight.to(at::kBFloat16);
    const bool biased = bias && bias->defined();
    // What is kept for the backward pass is half as large as in f32.
    ctx->save_for_backward({x, w});
    ctx->saved_data["stride"] = stride.vec();
    ctx->saved_data["padding"] = padding.vec();
    ctx->saved_data["dilation"] = dilation.vec();
    ctx->saved_data["groups"] = groups;
    ctx->saved_data["bias"] = biased;
    ctx->saved_data["imageType"] = static_cast<int64_t>(image.scalar_type());
    ctx->saved_data["weightType"] = static_cast<int64_t>(weight.scalar_type());
    const c10::optional<Tensor> b = biased ? c10::optional<Tensor>(widen(bias->to(at::kBFloat16))) : c10::nullopt;
    return at::conv2d(widen(x), widen(w), b, stride, padding, dilation, groups).to(at::kBFloat16);
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    refuseSecondDerivative("osler::conv2d");
    const variable_list saved = ctx->get_saved_variables();
    const Tensor dy = widen(gradients[0].to(at::kBFloat16));
    const bool biased = ctx->saved_data["bias"].toBool();
    const int64_t out = saved[1].size(0);
    const auto [dx, dw, db] = at::convolution_backward(
        dy, widen(saved[0]), widen(saved[1]), biased ? at::OptionalIntArrayRef({out}) : c10::nullopt, ctx->saved_data["stride"].toIntVector(),
        ctx->saved_data["padding"].toIntVector(), ctx->saved_data["dilation"].toIntVector(), false, {0, 0}, ctx->saved_data["groups"].toInt(),
        {ctx->needs_input_grad(0), ctx->needs_input_grad(1), biased && ctx->needs_input_grad(2)});
    const auto as = [](const Tensor& t, at::ScalarType type) { return t.defined() ? t.to(at::kBFloat16).to(type) : t; };
    return {as(dx, static_cast<at::ScalarType>(ctx->saved_data["imageType"].toInt())),
            as(dw, static_cast<at::ScalarType>(ctx->saved_data["weightType"].toInt())),
            as(db, at::kFloat),
            Tensor(), Tensor(), Tensor(), Tensor()};
  }
};

using Signature = Tensor(const Tensor&, const Tensor&, const c10::optional<Tensor>&, IntArrayRef, IntArrayRef, IntArrayRef, int64_t);

Tensor plain(const Tensor& x, const Tensor& weight, const c10::optional<Tensor>& bias, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, int64_t groups) {
  return at::conv2d(x, weight, bias, stride, padding, dilation, groups);
}

// Reached under bf16 autocast only; anything else goes on to aten::conv2d, whose own autocast follows.
Tensor autocast(const Tensor& x, const Tensor& weight, const c10::optional<Tensor>& bias, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, int64_t groups) {
#if OSLER_TORCH_AT_LEAST(2, 4)
  const at::ScalarType type = at::autocast::get_autocast_dtype(at::kCPU);
#else
  const at::ScalarType type = at::autocast::get_autocast_cpu_dtype();
#endif
  const auto fits = [](const Tensor& t) { return t.device().is_cpu() && (t.scalar_type() == at::kFloat || t.scalar_type() == at::kBFloat16); };
  if (type != at::kBFloat16 || !roundedFlag() || !fits(x) || !fits(weight) || x.dim() != 4) return plain(x, weight, bias, stride, padding, dilation, groups);
  c10::impl::ExcludeDispatchKeyGuard without(c10::DispatchKey::AutocastCPU);
  return RoundedConv::apply(x, weight, bias, stride, padding, dilation, groups);
}

}  // namespace

bool roundedConvolutions() { return roundedFlag(); }

void useRoundedConvolutions(bool on) { roundedFlag() = on; }

Tensor roundedConv2d(const Tensor& x, const Tensor& weight, const c10::optional<Tensor>& bias, IntArrayRef stride, IntArrayRef padding, IntArrayRef dilation, int64_t groups) {
  static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("osler::rounded_conv2d", "").typed<Signature>();
  return op.call(x, weight, bias, stride, padding, dilation, groups);
}

TORCH_LIBRARY_FRAGMENT(osler, library) {
  library.def("rounded_conv2d(Tensor x, Tensor weight, Tensor? bias, int[2] stride, int[2] padding, int[2] dilation, int groups) -> Tensor");
}

TORCH_LIBRARY_IMPL(osler, CompositeImplicitAutograd, library) { library.impl("rounded_conv2d", plain); }

TORCH_LIBRARY_IMPL(osler, AutocastCPU, library) { library.impl("rounded_conv2d", autocast); }

}  // namespace osler
