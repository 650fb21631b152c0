# Run: /usr/bin/python3 src/onnx/goldens/make_tracer.py > src/onnx/goldens/tracer.json   (Debian's python3-torch 1.13.1)
"""Outputs of PyTorch for each operator that the tracer writes, on small seeded inputs."""
import json
import torch
import torch.nn.functional as F

torch.manual_seed(7)
cases = {}


def case(name, fn, shape=(2, 4, 7, 5), **params):
    x = torch.randn(*shape)
    params = {k: v for k, v in params.items()}
    with torch.no_grad():
        y = fn(x, **params)
    pack = lambda t: {"shape": list(t.shape), "data": [float(f"{v:.8g}") for v in t.flatten().tolist()]}
    cases[name] = {"x": pack(x), "params": {k: pack(v) for k, v in params.items()}, "y": pack(y)}


def norm(c):
    return dict(weight=torch.rand(c) + 0.5, bias=torch.randn(c), mean=torch.randn(c), var=torch.rand(c) + 0.2)


def bn(x, weight, bias, mean, var):
    return F.batch_norm(x, mean, var, weight, bias, False, 0.1, 1e-3)


case("conv", lambda x, w, b: F.conv2d(x, w, b, (2, 1), (1, 2), (1, 2), 2), w=torch.randn(6, 2, 3, 3), b=torch.randn(6))
case("convBatchNormSilu", lambda x, w, **n: F.silu(bn(F.conv2d(x, w, None, 1, 1, 1, 4), **n)), w=torch.randn(4, 1, 3, 3), **norm(4))
case("convBiasBatchNorm", lambda x, w, b, **n: bn(F.conv2d(x, w, b), **{k[1:]: v for k, v in n.items()}),
     w=torch.randn(3, 4, 1, 1), b=torch.randn(3), **{"n" + k: v for k, v in norm(3).items()})
case("batchNormRelu6", lambda x, **n: F.relu6(3 * bn(x, **n)), **norm(4))
case("linear", lambda x, w, b: torch.sigmoid(F.linear(x, w, b)), (3, 8), w=torch.randn(5, 8), b=torch.randn(5))
case("maxPoolCeil", lambda x: F.max_pool2d(x, (3, 2), (2, 2), (1, 0), 1, True))
case("maxPoolCeilEdge", lambda x: F.max_pool2d(x, 2, 2, 1, 1, True), (1, 1, 5, 6))
case("avgPoolPadded", lambda x: F.avg_pool2d(x, 3, 2, 1))
case("avgPoolUncounted", lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False))
case("avgPoolCeil", lambda x: F.avg_pool2d(x, 2, 2, 0, True))
case("adaptiveUneven", lambda x: F.adaptive_avg_pool2d(x, (3, 2)))
case("adaptiveUp", lambda x: F.adaptive_avg_pool2d(x, (9, 5)))
case("adaptiveEven", lambda x: F.adaptive_avg_pool2d(x, (2, 3)), (1, 2, 4, 9))
case("adaptiveOne", lambda x: F.adaptive_avg_pool2d(x, 1))
case("meanCat", lambda x: torch.cat([x.mean((2, 3)), (x * (x > 0)).mean((-1, -2))], 1))
case("matmulReshape", lambda x, w: torch.matmul(w, x.reshape(2, 4, 35)).reshape(2, 3, 7, 5), w=torch.randn(3, 4))
print(json.dumps(cases, separators=(",", ":")))
