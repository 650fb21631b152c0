"""Peers of the search for copies: `peer.py imagehash|imagededup LIST THRESHOLD`, LIST a file with one path a line.

imagehash: phash of every file, then all pairs (numpy, XOR and bit count). imagededup: PHash and its own search. Prints JSON:
seconds to hash and to search, and the pairs as indices (at most 200,000; their number is whole).
imagededup imports torch for its network; only its hashes are used here, so that torch is replaced by a stand-in where it is missing.
"""
import json
import sys
import time
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from unittest.mock import MagicMock

import numpy as np


class StandIn(MetaPathFinder, Loader):
    """Modules that hold whatever is asked of them."""
    names = ("torch", "torchvision")

    class Module(ModuleType):
        __path__ = []

        def __getattr__(self, name):
            return MagicMock()

    def find_spec(self, name, path=None, target=None):
        return ModuleSpec(name, self) if name.split(".")[0] in self.names else None

    def create_module(self, spec):
        return self.Module(spec.name)

    def exec_module(self, module):
        pass


def brute(codes, threshold):
    pairs, total = [], 0
    for start in range(0, len(codes), 256):
        block = codes[start:start + 256, None] ^ codes[None, :]
        near = np.bitwise_count(block) <= threshold
        for row, col in zip(*np.nonzero(near)):
            if start + row < col:
                total += 1
                if len(pairs) < 200_000:
                    pairs.append((int(start + row), int(col)))
    return pairs, total


def with_imagehash(paths, threshold):
    import imagehash
    from PIL import Image
    began = time.perf_counter()
    codes = np.array([int(str(imagehash.phash(Image.open(p))), 16) for p in paths], dtype=np.uint64)
    hashed = time.perf_counter()
    pairs, total = brute(codes, threshold)
    return hashed - began, time.perf_counter() - hashed, pairs, total


def with_imagededup(paths, threshold):
    # Before the stand-in: scipy asks whether torch was imported.
    import sklearn.metrics  # noqa: F401
    if find_spec("torch") is None:
        sys.meta_path.append(StandIn())
    from imagededup.methods import PHash
    for name in [name for name in sys.modules if name.split(".")[0] in StandIn.names]:
        if isinstance(sys.modules[name], StandIn.Module):
            del sys.modules[name]
    began = time.perf_counter()
    hasher = PHash(verbose=False)
    codes = {str(i): hasher.encode_image(image_file=p) for i, p in enumerate(paths)}
    hashed = time.perf_counter()
    found = hasher.find_duplicates(encoding_map=codes, max_distance_threshold=threshold)
    pairs = {(min(int(a), int(b)), max(int(a), int(b))) for a, others in found.items() for b in others}
    return hashed - began, time.perf_counter() - hashed, sorted(pairs)[:200_000], len(pairs)


if __name__ == "__main__":
    peer, listed, threshold = sys.argv[1:]
    with open(listed) as file:
        paths = file.read().splitlines()
    run = {"imagehash": with_imagehash, "imagededup": with_imagededup}[peer]
    hash_s, search_s, pairs, total = run(paths, int(threshold))
    print(json.dumps({"hash": hash_s, "search": search_s, "pairs": pairs, "total": total}))
