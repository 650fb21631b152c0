// osler::adam_: one step of Adam over many parameters. ATen's operators walk the memory nine times for it; this walks it once.

#include <torch/library.h>

#include <cmath>
#include <vector>

#include "fused.h"

namespace osler {
namespace {

using at::Tensor;
using at::TensorList;

// Numbers that one thread is given at a time.
constexpr int64_t GRAIN = 1 << 15;

// Whether the n-th number in a's memory stands at the same place of the tensor as the n-th in b's: strides of a dimension of one tell nothing.
bool sameOrder(const Tensor& a, const Tensor& b) {
  if (a.sizes() != b.sizes()) return false;
  for (int64_t d = 0; d < a.dim(); d++) {
    if (a.size(d) > 1 && a.stride(d) != b.stride(d)) return false;
  }
  return true;
}

bool fits(const Tensor& parameter, const Tensor& gradient, const Tensor& mean, const Tensor& square) {
  if (!parameter.is_non_overlapping_and_dense()) return false;
  for (const Tensor* t : {&parameter, &gradient, &mean, &square}) {
    if (!t->device().is_cpu() || t->scalar_type() != at::kFloat || !sameOrder(*t, parameter)) return false;
  }
  return true;
}

// As torch.optim.Adam(foreach=True): for other types, devices and layouts. A few operators on lists: on a graphics card each is a few launches for all parameters.
void plain(TensorList parameters, TensorList gradients, TensorList means, TensorList squares, double lr, double beta1, double beta2, double eps, double decay, int64_t step) {
  if (decay != 0) at::_foreach_mul_(parameters, 1 - lr * decay);
  at::_foreach_mul_(means, beta1);
  at::_foreach_add_(means, gradients, 1 - beta1);
  at::_foreach_mul_(squares, beta2);
  at::_foreach_addcmul_(squares, gradients, gradients, 1 - beta2);
  const std::vector<Tensor> denominators = at::_foreach_sqrt(squares);
  at::_foreach_div_(denominators, std::sqrt(1 - std::pow(beta2, step)));
  at::_foreach_add_(denominators, eps);
  at::_foreach_addcdiv_(parameters, means, denominators, -lr / (1 - std::pow(beta1, step)));
}

void adam_(TensorList parameters, TensorList gradients, TensorList means, TensorList squares, double lr, double beta1, double beta2, double eps, double decay, int64_t step) {
  TORCH_CHECK(gradients.size() == parameters.size() && means.size() == parameters.size() && squares.size() == parameters.size(), "as many gradients and averages as parameters are needed");
  TORCH_CHECK(!at::GradMode::is_enabled(), "a step of an optimiser is not differentiable");
  std::vector<Tensor> others[4];
  for (size_t i = 0; i < parameters.size(); i++) {
    const Tensor &parameter = parameters[i], &gradient = gradients[i], &mean = means[i], &square = squares[i];
    if (kernels() == nullptr || !fits(parameter, gradient, mean, square)) {
      others[0].push_back(parameter);
      others[1].push_back(gradient);
      others[2].push_back(mean);
      others[3].push_back(square);
      continue;
    }
    AdamTask task{};
    task.parameter = parameter.data_ptr<float>();
    task.gradient = gradient.data_ptr<float>();
    task.mean = mean.data_ptr<float>();
    task.square = square.data_ptr<float>();
    task.beta1 = static_cast<float>(beta1);
    task.beta2 = static_cast<float>(beta2);
    task.fresh1 = static_cast<float>(1 - beta1);
    task.fresh2 = static_cast<float>(1 - beta2);
    task.keep = static_cast<float>(1 - lr * decay);
    task.rate = static_cast<float>(lr / (1 - std::pow(beta1, step)));
    task.unbiased = static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, step)));
    task.eps = static_cast<float>(eps);
    at::parallel_for(0, parameter.numel(), GRAIN, [&](int64_t begin, int64_t end) { kernelsInUse().adam(task, begin, end); });
    // Who saved one of them for a backward pass is to learn that it has changed.
    for (const Tensor& changed : {parameter, mean, square}) changed.unsafeGetTensorImpl()->bump_version();
  }
  if (!others[0].empty()) plain(others[0], others[1], others[2], others[3], lr, beta1, beta2, eps, decay, step);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(osler, library) {
  library.def("adam_(Tensor(a!)[] parameters, Tensor[] gradients, Tensor(b!)[] means, Tensor(c!)[] squares, float lr, float beta1, float beta2, float eps, float decay, int step) -> ()");
}

TORCH_LIBRARY_IMPL(osler, CompositeImplicitAutograd, library) { library.impl("adam_", adam_); }

}  // namespace osler
