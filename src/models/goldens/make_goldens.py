# python3 -B src/models/goldens/make_goldens.py   (Debian's python3-torch 1.13.1 and python3-torchvision 0.14.1)
"""Writes models.json: for every registered network, torchvision's parameter count, a digest of its state dict's names and
shapes, its logits on weights filled by a formula, and, for some, loss and gradients of one training step."""
import hashlib
import json
import pathlib

import torch
import torchvision.models as tv
from torch import nn

from pattern import fill, images

torch.set_num_threads(2)
CLASSES = 5


class SimpleCnn(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        layers, inc = [], 3
        for c in (32, 64, 128):
            for i in (inc, c):
                layers.append(nn.Sequential(nn.Conv2d(i, c, 3, padding=1, bias=False), nn.BatchNorm2d(c), nn.ReLU()))
            layers.append(nn.MaxPool2d(2, 2, ceil_mode=True))
            inc = c
        self.features = nn.Sequential(*layers)
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.classifier = nn.Sequential(nn.Linear(2048, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, num_classes))

    def forward(self, x):
        return self.classifier(self.pool(self.features(x)).flatten(1))


class ChestCnn(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        layers, inc = [], 3
        for c in (16, 64, 128, 128):
            layers += [nn.Conv2d(inc, c, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, 2, ceil_mode=True)]
            inc = c
        self.features = nn.Sequential(*layers)
        self.pool = nn.AdaptiveAvgPool2d(7)
        self.classifier = nn.Sequential(
            nn.Linear(128 * 49, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, num_classes)
        )

    def forward(self, x):
        return self.classifier(self.pool(self.features(x)).flatten(1))


NAMES = [f"efficientnet_b{i}" for i in range(8)] + ["resnet18", "resnet34", "resnet50", "resnet101", "densenet121"]
NAMES += ["mobilenet_v2", "vgg16", "vgg16_bn", "simple_cnn", "chest_cnn"]
OWN = {"simple_cnn": SimpleCnn, "chest_cnn": ChestCnn}
TRAINED = {
    "resnet18": {},
    "efficientnet_b0": {"dropout": 0.0, "stochastic_depth_prob": 0.0},
    "mobilenet_v2": {"dropout": 0.0},
    "densenet121": {},
}
# Of the convolutions' weights, so that the last features still depend on the image and stay small.
GAINS = {
    **{"efficientnet_b0": 1.54, "efficientnet_b1": 1.48, "efficientnet_b2": 1.49, "efficientnet_b3": 1.465},
    **{"efficientnet_b4": 1.465, "efficientnet_b5": 1.465, "efficientnet_b6": 1.415, "efficientnet_b7": 1.38},
    **{"resnet34": 0.85, "resnet101": 0.85, "densenet121": 1.4, "mobilenet_v2": 1.2, "vgg16_bn": 1.3},
}


def build(name, **options):
    if name in OWN:
        return OWN[name](**options)
    if name.startswith("efficientnet") and "dropout" in options:
        dropout = options.pop("dropout")
        model = getattr(tv, name)(**options)
        model.classifier[0].p = dropout
        return model
    return getattr(tv, name)(**options)


def input_size(name):
    return 32 if name in ("vgg16", "vgg16_bn", "efficientnet_b5", "efficientnet_b6", "efficientnet_b7") else 64


def numbers(t):
    return [float(f"{v:.9g}") for v in t.detach().double().flatten().tolist()]


def train_step(name):
    """One step in training mode on 4 images of 64x64: loss, and of some gradients and statistics a digest."""
    model = fill(build(name, num_classes=CLASSES, **TRAINED[name]), GAINS.get(name, 1)).train()
    loss = nn.functional.cross_entropy(model(images(4, 3, 64)), torch.tensor([0, 1, 2, 4]))
    loss.backward()
    weights = list(model.named_parameters())
    picked = weights[:: max(1, len(weights) // 12)] + weights[-2:]
    gradients = {n: [p.grad.norm().item(), p.grad.sum().item(), *numbers(p.grad.flatten()[:3])] for n, p in picked}
    means = [(n, b) for n, b in model.named_buffers() if n.endswith("running_var")]
    statistics = {n: [b.norm().item(), *numbers(b[:3])] for n, b in (means[0], means[-1])}
    return {"loss": loss.item(), "gradients": gradients, "statistics": statistics}


out = {}
for name in NAMES:
    full = build(name, num_classes=1000)
    listing = "".join(f"{n}:{list(t.shape)}\n".replace(" ", "") for n, t in full.state_dict().items())
    entry = {
        "parameters": sum(p.numel() for p in full.parameters()),
        "state": hashlib.sha256(listing.encode()).hexdigest(),
        "size": input_size(name),
        "gain": GAINS.get(name, 1),
    }
    del full
    model = fill(build(name, num_classes=CLASSES), entry["gain"]).eval()
    with torch.no_grad():
        entry["logits"] = numbers(model(images(2, 3, entry["size"])))
    if name in TRAINED:
        entry["train"] = train_step(name)
    print(name, entry["parameters"], [round(v, 4) for v in entry["logits"]], entry.get("train", {}).get("loss"), flush=True)
    out[name] = entry

path = pathlib.Path(__file__).with_name("models.json")
path.write_text(json.dumps(out, indent=1) + "\n")
