# /usr/bin/python3 src/training/goldens/make_schedules.py > src/training/goldens/schedules.json
"""Learning rates of PyTorch's schedulers, and losses of torch.nn.functional, as numbers."""
import json
import torch
from torch.optim import lr_scheduler as S


def rates(make, steps, feed=None):
    p = torch.nn.Parameter(torch.zeros(1))
    o = torch.optim.SGD([p], lr=1.0)
    s = make(o)
    out = []
    for i in range(steps):
        out.append(o.param_groups[0]["lr"])
        o.step()
        s.step(*([] if feed is None else [feed[i]]))
    return out


metric = [0.5, 0.6, 0.6, 0.59, 0.6, 0.61, 0.6, 0.6, 0.6, 0.6, 0.7, 0.7]
print(json.dumps({
    "torch": torch.__version__,
    "oneCycle": rates(lambda o: S.OneCycleLR(o, max_lr=1.0, total_steps=40, pct_start=0.3), 40),
    "oneCycleOdd": rates(lambda o: S.OneCycleLR(o, max_lr=1.0, total_steps=17, pct_start=0.25, div_factor=10, final_div_factor=100), 17),
    "cosine": rates(lambda o: S.CosineAnnealingLR(o, T_max=20, eta_min=0.1), 20),
    "step": rates(lambda o: S.StepLR(o, step_size=3, gamma=0.2), 12),
    "exponential": rates(lambda o: S.ExponentialLR(o, gamma=0.9), 12),
    "metric": metric,
    "plateau": rates(lambda o: S.ReduceLROnPlateau(o, mode="max", factor=0.5, patience=1, threshold=1e-4), 12, metric),
}))
