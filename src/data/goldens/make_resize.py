# python3 make_resize.py > resize.json    (needs Pillow and numpy; made with Pillow 13.0.0)
"""Pillow's BILINEAR resize of a small pseudo-random picture, as sums and a few rows: `resize.ts` must give the same bytes."""
import json, hashlib
import numpy as np
from PIL import Image

def picture(h, w, c):
    state, out = 12345, []
    for _ in range(h * w * c):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append((state >> 16) & 255)
    a = np.array(out, np.uint8).reshape(h, w, c)
    return a if c == 3 else a[:, :, 0]

cases = []
for (h, w, c), (oh, ow) in [((45, 60, 3), (22, 22)), ((30, 20, 3), (64, 48)), ((33, 100, 1), (8, 8)), ((50, 50, 3), (49, 50)), ((7, 300, 3), (7, 224)), ((16, 16, 1), (16, 40))]:
    r = np.asarray(Image.fromarray(picture(h, w, c)).resize((ow, oh), Image.BILINEAR))
    cases.append({"input": [h, w, c], "output": [oh, ow], "sha256": hashlib.sha256(r.tobytes()).hexdigest(), "head": r.reshape(-1)[:12].tolist()})
print(json.dumps(cases, indent=1))
