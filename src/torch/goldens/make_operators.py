# /usr/bin/python3 src/torch/goldens/make_operators.py > src/torch/goldens/operators.json
# Results and gradients of operators in f32 on inputs that are a formula (no file of inputs, no generator to agree on).
import json
import torch
import torch.nn.functional as F


def ramp(*shape, scale=1.0, phase=0.0):
    n = 1
    for s in shape:
        n *= s
    return torch.sin(torch.arange(n, dtype=torch.float64) * 0.7 + phase).mul(scale).float().reshape(shape)


# name -> (operator in the dispatcher, inputs, arguments after them, the same in Python)
CASES = [
    ("conv2d", "aten::conv2d", [ramp(2, 3, 6, 5), ramp(4, 3, 3, 3, phase=1), ramp(4, phase=2)], [[2, 1], [1, 1], [1, 1], 1], lambda x, w, b: F.conv2d(x, w, b, (2, 1), 1)),
    ("depthwise", "aten::conv2d", [ramp(2, 4, 7, 7), ramp(4, 1, 5, 5, phase=1), None], [[1, 1], [2, 2], [1, 1], 4], lambda x, w, b: F.conv2d(x, w, None, 1, 2, 1, 4)),
    ("linear", "aten::linear", [ramp(3, 5), ramp(2, 5, phase=1), ramp(2, phase=2)], [], F.linear),
    ("matmul", "aten::matmul", [ramp(2, 3, 4), ramp(2, 4, 2, phase=1)], [], torch.matmul),
    ("relu", "aten::relu", [ramp(3, 5)], [], torch.relu),
    ("relu6", "aten::hardtanh", [ramp(3, 5, scale=8)], [0, 6], F.relu6),
    ("silu", "aten::silu", [ramp(3, 5, scale=3)], [], F.silu),
    ("sigmoid", "aten::sigmoid", [ramp(3, 5, scale=3)], [], torch.sigmoid),
    ("broadcastMul", "aten::mul.Tensor", [ramp(2, 3, 2, 2), ramp(2, 3, 1, 1, phase=1)], [], torch.mul),
    ("maxPool", "aten::max_pool2d", [ramp(1, 2, 6, 6)], [[3, 3], [2, 2], [1, 1]], lambda x: F.max_pool2d(x, 3, 2, 1)),
    ("avgPool", "aten::avg_pool2d", [ramp(1, 2, 6, 6)], [[2, 2], [2, 2]], lambda x: F.avg_pool2d(x, 2, 2)),
    ("adaptivePool", "aten::adaptive_avg_pool2d", [ramp(1, 2, 5, 7)], [[2, 3]], lambda x: F.adaptive_avg_pool2d(x, (2, 3))),
    ("mean", "aten::mean.dim", [ramp(2, 3, 4)], [[1, 2], True], lambda x: x.mean((1, 2), True)),
    ("logSoftmax", "aten::log_softmax.int", [ramp(3, 5, scale=4)], [1], lambda x: F.log_softmax(x, 1)),
    ("batchNorm", "aten::batch_norm", [ramp(3, 2, 4, 4), ramp(2, phase=1), ramp(2, phase=2)], [None, None, True, 0.1, 1e-5, False], lambda x, w, b: F.batch_norm(x, None, None, w, b, True)),
    ("bce", "aten::binary_cross_entropy_with_logits", [ramp(3, 4, scale=3), ramp(3, 4).abs()], [None, None, 1], lambda x, y: F.binary_cross_entropy_with_logits(x, y)),
]

cases = []
for name, operator, inputs, arguments, python in CASES:
    leaves = [None if t is None else t.clone().requires_grad_() for t in inputs]
    out = python(*leaves)
    weight = ramp(*out.shape, phase=3) if out.dim() else torch.tensor(1.0)
    (out * weight).sum().backward()
    cases.append({
        "name": name,
        "operator": operator,
        "inputs": [None if t is None else {"shape": list(t.shape), "data": t.flatten().tolist()} for t in inputs],
        "arguments": arguments,
        "shape": list(out.shape),
        "output": out.detach().flatten().tolist(),
        "weight": weight.flatten().tolist(),
        "gradients": [None if t is None else t.grad.flatten().tolist() for t in leaves],
    })
torch.manual_seed(42)
random = {"normal": torch.randn(20).tolist(), "uniform": torch.rand(5).tolist(), "bernoulli": torch.zeros(16).bernoulli_(0.3).tolist()}


def short(value):
    # Nine digits name an f32 exactly.
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [short(v) for v in value]
    if isinstance(value, dict):
        return {k: short(v) for k, v in value.items()}
    return value


print(json.dumps(short({"torch": torch.__version__, "cases": cases, "random": random})))
