# python3 -B src/models/goldens/make_pth.py   (Debian's python3-torch 1.13.1)
"""Writes pth.json: small files of torch.save, base64, and what is in them; and hostile ones made by Python's own pickle."""
import base64
import collections
import io
import json
import os
import pathlib
import pickle
import zipfile

import torch

shared = torch.arange(6.0)
STATE = collections.OrderedDict(
    plain=torch.tensor([[1.5, -2.0], [0.25, 3.0]]),
    turned=torch.arange(24.0).view(2, 3, 4).permute(2, 0, 1),
    channels_last=torch.arange(16.0).view(1, 2, 2, 4).contiguous(memory_format=torch.channels_last),
    part=shared[2:5],
    other_part=shared[::2],
    half=torch.tensor([1.5, -0.125, 65504.0, 6e-8]).half(),
    bfloat=torch.tensor([1.5, -3.0]).bfloat16(),
    double=torch.tensor([0.1], dtype=torch.float64),
    long=torch.tensor([2**40, -1]),
    bool=torch.tensor([True, False]),
    scalar=torch.tensor(7),
    empty=torch.empty(0, 3),
    parameter=torch.nn.Parameter(torch.ones(2)),
)


def save(thing, **options):
    buffer = io.BytesIO()
    torch.save(thing, buffer, **options)
    return base64.b64encode(buffer.getvalue()).decode()


class Shell:
    def __reduce__(self):
        return os.system, ("touch /tmp/osler-was-hacked",)


class Evaluate:
    def __reduce__(self):
        return eval, ("1+1",)


class Plain:
    def __init__(self):
        self.a = 1


def zipped(data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as z:
        z.writestr("archive/data.pkl", data)
    return base64.b64encode(buffer.getvalue()).decode()


module = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
out = {
    "good": {
        "zip": save(STATE),
        "legacy": save(STATE, _use_new_zipfile_serialization=False),
        "zip, protocol 4": save(STATE, pickle_protocol=4),
        "checkpoint": save({"epoch": 3, "state_dict": STATE, "lr": 0.1, "note": None}),
        "legacy checkpoint": save(
            {"epoch": 2**40, "optimizer": {"state": [{"exp_avg": torch.ones(3)}]}, "model": dict(STATE)},
            _use_new_zipfile_serialization=False,
        ),
    },
    "module": save(module.state_dict()),
    "moduleNames": {n: list(t.shape) for n, t in module.state_dict().items()},
    "values": {n: [list(t.shape), t.detach().double().flatten().tolist()] for n, t in STATE.items()},
    "hostile": {
        "os.system in a zip": save({"w": torch.ones(2), "x": Shell()}),
        "os.system, legacy": save({"w": torch.ones(2), "x": Shell()}, _use_new_zipfile_serialization=False),
        "eval": zipped(pickle.dumps(Evaluate(), protocol=2)),
        "eval, protocol 4": zipped(pickle.dumps(Evaluate(), protocol=4)),
        "eval, protocol 0": zipped(pickle.dumps(Evaluate(), protocol=0)),
        "a whole module": save(torch.nn.Linear(2, 2)),
        "an object of a class": zipped(pickle.dumps(Plain(), protocol=2)),
        "numpy array": zipped(pickle.dumps(torch.ones(2).numpy(), protocol=2)),
        "bytearray": zipped(pickle.dumps(bytearray(b"abc"), protocol=4)),
    },
}
path = pathlib.Path(__file__).with_name("pth.json")
path.write_text(json.dumps(out, indent=1) + "\n")
print(path.stat().st_size)
