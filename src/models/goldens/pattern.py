"""Weights and inputs by a formula, so that both sides can compute them and none has to be stored (see pattern.ts)."""
import math

import numpy as np
import torch

PERIOD = 65521


def fnv1a(name):
    h = 0x811C9DC5
    for byte in name.encode():
        h = ((h ^ byte) * 0x01000193) & 0xFFFFFFFF
    return h


def pattern(name, count):
    """`count` values in [-1, 1), repeating after PERIOD."""
    with np.errstate(over="ignore"):
        h = np.uint32(fnv1a(name)) + np.arange(min(count, PERIOD), dtype=np.uint32) * np.uint32(0x9E3779B9)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    values = (h >> np.uint32(8)).astype(np.float64) / 2**23 - 1
    return np.resize(values, count)


def range_of(name, shape, gain):
    """[middle, half width] of a parameter's values. `gain` keeps the signal of deep networks from fading or growing."""
    if name.endswith("running_var"):
        return 1, 0.25
    if len(shape) >= 2:
        return 0, math.sqrt(6 / math.prod(shape[1:])) * (gain if len(shape) == 4 else 1)
    if name.endswith(".weight"):
        return 0.75, 0.25
    return 0, 0.1


def fill(model, gain=1):
    with torch.no_grad():
        for name, t in model.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            middle, half = range_of(name, t.shape, gain)
            t.copy_(torch.from_numpy((middle + half * pattern(name, t.numel())).astype(np.float32)).view(t.shape))
    return model


def images(batch, channels, size):
    values = pattern("input", batch * channels * size * size).astype(np.float32)
    return torch.from_numpy(values).view(batch, channels, size, size)
