"""cleanlab on the same out-of-fold predictions. Reads the path of out-of-fold.jsonl; prints ids per method and the seconds taken."""
import json
import sys
import time

import numpy as np
from cleanlab.filter import find_label_issues

head, *lines = open(sys.argv[1]).read().splitlines()
classes = json.loads(head)["classes"]
rows = [json.loads(line) for line in lines]
logits = np.array([row["logits"] for row in rows])
p = np.exp(logits - logits.max(1, keepdims=True))
p /= p.sum(1, keepdims=True)
labels = np.array([classes.index(row["label"]) for row in rows])
out = {}
for method in ["confident_learning", "prune_by_noise_rate", "both"]:
    start = time.perf_counter()
    found = np.flatnonzero(find_label_issues(labels, p, filter_by=method, n_jobs=1))
    out[method] = {"seconds": time.perf_counter() - start, "ids": [rows[i]["id"] for i in found]}
print(json.dumps(out))
