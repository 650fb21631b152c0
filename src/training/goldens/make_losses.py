# /usr/bin/python3 src/training/goldens/make_losses.py > src/training/goldens/losses.json
"""Values and gradients of torch.nn.functional's losses, and of focal loss and two-class margin loss written with them, in f64 rounded to f32 inputs."""
import json
import torch
import torch.nn.functional as F

torch.manual_seed(7)
N, K = 6, 4
logits = (torch.randn(N, K) * 2).float()
labels = torch.tensor([0, 3, 1, 2, 2, 0])
soft = torch.softmax(torch.randn(N, K), 1).float()
weights = torch.tensor([0.5, 1.0, 2.0, 1.5])


def run(fn, z=logits):
    z = z.double().clone().requires_grad_(True)
    loss = fn(z)
    loss.backward()
    return {"loss": loss.item(), "grad": z.grad.flatten().tolist()}


def focal(z, gamma, w):
    lp = F.log_softmax(z, 1)
    lt = lp.gather(1, labels[:, None]).squeeze(1)
    return (w.double()[labels] * (1 - lt.exp()) ** gamma * -lt).sum() / w.double()[labels].sum()


two = (torch.randn(N, 2) * 2).float()
y2 = torch.tensor([0, 1, 1, 0, 1, 0])
print(json.dumps({
    "torch": torch.__version__,
    "logits": logits.flatten().tolist(), "labels": labels.tolist(), "soft": soft.flatten().tolist(), "weights": weights.tolist(),
    "two": two.flatten().tolist(), "labels2": y2.tolist(),
    "plain": run(lambda z: F.cross_entropy(z, labels)),
    "smooth": run(lambda z: F.cross_entropy(z, labels, label_smoothing=0.1)),
    "weighted": run(lambda z: F.cross_entropy(z, labels, weight=weights.double())),
    "soft_": run(lambda z: F.cross_entropy(z, soft.double(), weight=weights.double(), label_smoothing=0.1)),
    "focal": run(lambda z: focal(z, 2.0, torch.ones(K))),
    "focalWeighted": run(lambda z: focal(z, 1.5, weights)),
    "binary": run(lambda z: F.binary_cross_entropy_with_logits(z[:, 1] - z[:, 0], y2.double(), pos_weight=torch.tensor(3.0).double()), two),
}))
