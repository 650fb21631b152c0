// osler::batch_norm_act: BatchNorm2d and its activation in one. The plain pair stores the normalised image for the activation's
// backward and walks the memory seven times; this stores nothing but the input and walks it four times.

#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cmath>
#include <vector>

#include "fused.h"

namespace osler {
namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

Tensor plain(const Tensor& x, const Tensor& weight, const Tensor& bias, const Tensor& runningMean, const Tensor& runningVar, bool training, double momentum, double eps,
             Activation activation) {
  const auto given = [](const Tensor& t) { return t.defined() ? c10::optional<Tensor>(t) : c10::nullopt; };
  Tensor y = at::batch_norm(x, weight, bias, given(runningMean), given(runningVar), training, momentum, eps, false);
  switch (activation) {
    case Activation::Relu: return at::relu(y);
    case Activation::Relu6: return at::hardtanh(y, 0, 6);
    case Activation::Silu: return at::silu(y);
    default: return y;
  }
}

bool isVector(const Tensor& t, int64_t channels) {
  return t.defined() && t.device().is_cpu() && t.scalar_type() == at::kFloat && t.dim() == 1 && t.size(0) == channels && t.is_contiguous();
}

// Rows are summed in chunks whose size depends on the shape only, and the chunks in order, in f64: the result does not depend on
// the number of threads, and stays exact where the sums are long.
struct Chunks {
  int64_t rows, size, count;
  Chunks(int64_t rows, int64_t channels) : rows(rows), size(std::min<int64_t>(512, std::max<int64_t>(16, 65536 / channels))), count((rows + size - 1) / size) {}

  template <typename F>
  std::vector<double> sum(int64_t channels, const F& chunk) const {
    std::vector<float> partial(static_cast<size_t>(count * 2 * channels));
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++) chunk(i * size, std::min(rows, (i + 1) * size), partial.data() + i * 2 * channels);
    });
    std::vector<double> total(static_cast<size_t>(2 * channels));
    for (int64_t i = 0; i < count; i++) {
      const float* from = partial.data() + i * 2 * channels;
      for (int64_t c = 0; c < 2 * channels; c++) total[static_cast<size_t>(c)] += from[c];
    }
    return total;
  }

  template <typename F>
  void each(const F& chunk) const {
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) { chunk(begin * size, std::min(rows, end * size)); });
  }
};

struct BatchNormAct : torch::autograd::Function<BatchNormAct> {
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& weight, const Tensor& bias, const c10::optional<Tensor>& givenMean, const c10::optional<Tensor>& givenVar, bool training,
                        double momentum, double eps, int64_t activation) {
    const Tensor runningMean = givenMean.value_or(Tensor());
    const Tensor runningVar = givenVar.value_or(Tensor());
    const Kernels& k = kernelsInUse();
    const int64_t channels = x.size(1);
    const int64_t rows = x.numel() / channels;
    const Chunks chunks(rows, channels);
    Tensor mean = at::empty({channels}, weight.options().requires_grad(false));
    Tensor scale = at::empty_like(mean);
    Tensor sigma = at::empty_like(mean);  // 1 / sqrt(variance + eps)
    auto* m = mean.data_ptr<float>();
    auto* v = sigma.data_ptr<float>();
    if (training) {
      // Sums about each channel's first value: differences of squares lose their digits when the mean is far from 0.
      const Tensor shift = x.select(0, 0).select(1, 0).select(1, 0).to(at::kFloat).contiguous();
      const auto* s = shift.data_ptr<float>();
      const std::vector<double> total =
          chunks.sum(channels, [&](int64_t begin, int64_t end, float* sums) { k.moments(x.data_ptr(), isHalf(x), s, begin, end, channels, sums); });
      auto* rm = runningMean.defined() ? runningMean.data_ptr<float>() : nullptr;
      auto* rv = runningVar.defined() ? runningVar.data_ptr<float>() : nullptr;
      for (int64_t c = 0; c < channels; c++) {
        const double offset = total[static_cast<size_t>(c)] / static_cast<double>(rows);
        const double average = s[c] + offset;
        const double variance = std::max(0.0, total[static_cast<size_t>(channels + c)] / static_cast<double>(rows) - offset * offset);
        m[c] = static_cast<float>(average);
        v[c] = static_cast<float>(1 / std::sqrt(variance + eps));
        if (rm != nullptr) rm[c] = static_cast<float>((1 - momentum) * rm[c] + momentum * average);
        if (rv != nullptr) rv[c] = static_cast<float>((1 - momentum) * rv[c] + momentum * variance * static_cast<double>(rows) / static_cast<double>(std::max<int64_t>(1, rows - 1)));
      }
    } else {
      const auto* rm = runningMean.data_ptr<float>();
      const auto* rv = runningVar.data_ptr<float>();
      for (int64_t c = 0; c < channels; c++) {
        m[c] = rm[c];
        v[c] = static_cast<float>(1 / std::sqrt(rv[c] + eps));
      }
    }
    const auto* w = weight.data_ptr<float>();
    auto* g = scale.data_ptr<float>();
    for (int64_t c = 0; c < channels; c++) g[c] = w[c] * v[c];

    Tensor y = at::empty_like(x, x.options().requires_grad(false), at::MemoryFormat::ChannelsLast);
    NormTask task{};
    task.x = x.data_ptr();
    task.out = y.data_ptr();
    task.channels = channels;
    task.half = isHalf(x);
    task.activation = static_cast<Activation>(activation);
    task.mean = m;
    task.scale = g;
    task.bias = bias.data_ptr<float>();
    chunks.each([&](int64_t begin, int64_t end) { k.normalise(task, begin, end); });
    ctx->save_for_backward({x, bias, mean, scale, sigma});
    ctx->saved_data["training"] = training;
    ctx->saved_data["activation"] = activation;
    return y;
  }

  static variable_list backward(AutogradContext* ctx, variable_list gradients) {
    refuseSecondDerivative("osler::batch_norm_act");
    const Kernels& k = kernelsInUse();
    const variable_list saved = ctx->get_saved_variables();
    const Tensor &x = saved[0], &bias = saved[1], &mean = saved[2], &scale = saved[3], &sigma = saved[4];
    const bool training = ctx->saved_data["training"].toBool();
    const Tensor dy = gradients[0].to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
    const int64_t channels = x.size(1);
    const int64_t rows = x.numel() / channels;
    const Chunks chunks(rows, channels);
    NormTask task{};
    task.x = x.data_ptr();
    task.dy = dy.data_ptr();
    task.channels = channels;
    task.half = isHalf(x);
    task.activation = static_cast<Activation>(ctx->saved_data["activation"].toInt());
    task.mean = mean.data_ptr<float>();
    task.scale = scale.data_ptr<float>();
    task.bias = bias.data_ptr<float>();
    const std::vector<double> total = chunks.sum(channels, [&](int64_t begin, int64_t end, float* sums) { k.gradientSums(task, begin, end, sums); });

    Tensor dweight = at::empty_like(mean);
    Tensor dbias = at::empty_like(mean);
    std::vector<float> meanTerm(static_cast<size_t>(channels)), slopeTerm(static_cast<size_t>(channels));
    const auto* v = sigma.data_ptr<float>();
    auto* dw = dweight.data_ptr<float>();
    auto* db = dbias.data_ptr<float>();
    for (int64_t c = 0; c < channels; c++) {
      const auto i = static_cast<size_t>(c);
      const double sum = total[i];
      const double product = total[static_cast<size_t>(channels + c)];
      db[c] = static_cast<float>(sum);
      dw[c] = static_cast<float>(product * v[c]);
      // Running statistics are constants: nothing flows through them.
      meanTerm[i] = training ? static_cast<float>(sum / static_cast<double>(rows)) : 0;
      slopeTerm[i] = training ? static_cast<float>(product / static_cast<double>(rows) * v[c] * v[c]) : 0;
    }
    Tensor dx;
    if (ctx->needs_input_grad(0)) {
      dx = at::empty_like(x, x.options().requires_grad(false), at::MemoryFormat::ChannelsLast);
      task.out = dx.data_ptr();
      task.meanTerm = meanTerm.data();
      task.slopeTerm = slopeTerm.data();
      chunks.each([&](int64_t begin, int64_t end) { k.gradient(task, begin, end); });
    }
    return {dx, dweight, dbias, Tensor(), Tensor(), Tensor(), Tensor(), Tensor(), Tensor()};
  }
};

Tensor batchNormAct(const Tensor& x, const Tensor& weight, const Tensor& bias, const c10::optional<Tensor>& runningMean, const c10::optional<Tensor>& runningVar, bool training,
                    double momentum, double eps, int64_t activation) {
  TORCH_CHECK(activation >= 0 && activation <= 3, "activation is 0 none, 1 relu, 2 relu6 or 3 silu, not ", activation);
  const Tensor mean = runningMean.value_or(Tensor());
  const Tensor variance = runningVar.value_or(Tensor());
  const int64_t channels = x.dim() == 4 ? x.size(1) : 0;
  const bool statistics = (isVector(mean, channels) && isVector(variance, channels)) || (training && !mean.defined() && !variance.defined());
  if (kernels() == nullptr || !isRows(x) || !isVector(weight, channels) || !isVector(bias, channels) || !statistics || (training && x.numel() == channels)) {
    return plain(x, weight, bias, mean, variance, training, momentum, eps, static_cast<Activation>(activation));
  }
  return BatchNormAct::apply(x, weight, bias, runningMean, runningVar, training, momentum, eps, activation);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(osler, library) {
  library.def("batch_norm_act(Tensor x, Tensor weight, Tensor bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, int activation) -> Tensor");
}

// "CompositeImplicit": the choice between kernel and plain operators is made above autograd, which records whichever was taken.
TORCH_LIBRARY_IMPL(osler, CompositeImplicitAutograd, library) { library.impl("batch_norm_act", batchNormAct); }

}  // namespace osler
