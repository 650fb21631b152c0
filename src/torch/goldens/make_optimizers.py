# /usr/bin/python3 src/torch/goldens/make_optimizers.py > src/torch/goldens/optimizers.json
# Trajectories of torch.optim in f64: three parameters in two groups, eight steps on the gradient of sum(c * (p - t)^2 + sin(p)).
import json
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
SHAPES = [[3, 2], [4], [2, 2, 2]]
start = [torch.randn(s) for s in SHAPES]
target = [torch.randn(s) for s in SHAPES]
scale = [torch.rand(s) + 0.5 for s in SHAPES]

CASES = {
    "sgd": (torch.optim.SGD, {}),
    "sgdMomentum": (torch.optim.SGD, {"momentum": 0.9}),
    "sgdNesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "adam": (torch.optim.Adam, {"betas": (0.8, 0.95), "eps": 1e-6}),
    "adamw": (torch.optim.AdamW, {}),
}


def run(make, options):
    parameters = [p.clone().requires_grad_() for p in start]
    groups = [
        {"params": parameters[:2], "lr": 0.05, "weight_decay": 0.1},
        {"params": parameters[2:], "lr": 0.01, "weight_decay": 0.0},
    ]
    optimizer = make(groups, lr=0.05, **options)
    steps = []
    for step in range(8):
        optimizer.zero_grad(set_to_none=True)
        # The last parameter is frozen for two steps, then joins; the first group's rate is lowered half way.
        used = parameters if step >= 2 else parameters[:2]
        if step == 4:
            optimizer.param_groups[0]["lr"] = 0.02
        loss = sum((c * (p - t) ** 2 + torch.sin(p)).sum() for p, t, c in zip(used, target, scale))
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(parameters, 3.0) if step % 2 else None
        optimizer.step()
        steps.append({"loss": loss.item(), "norm": None if norm is None else norm.item(), "parameters": [p.detach().flatten().tolist() for p in parameters]})
    return steps


print(json.dumps({
    "torch": torch.__version__,
    "shapes": SHAPES,
    "start": [t.flatten().tolist() for t in start],
    "target": [t.flatten().tolist() for t in target],
    "scale": [t.flatten().tolist() for t in scale],
    "cases": {name: run(*case) for name, case in CASES.items()},
}))
