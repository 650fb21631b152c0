"""Goldens of confident learning: cleanlab on made-up probabilities with labels flipped. pip install cleanlab; then run this file."""
import json
import pathlib

import cleanlab
import numpy as np
from cleanlab.count import compute_confident_joint, get_confident_thresholds
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

rng = np.random.default_rng(7)
cases = []
for n, k, skill, flip in [(60, 2, 2.0, 0.1), (90, 4, 1.5, 0.15), (80, 3, 0.0, 0.0), (50, 5, 3.0, 0.2)]:
    truth = rng.integers(0, k, n)
    logits = rng.normal(size=(n, k))
    logits[np.arange(n), truth] += skill
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    p = np.round(p, 6)
    labels = np.where(rng.random(n) < flip, rng.integers(0, k, n), truth)
    mask = find_label_issues(labels, p, filter_by="confident_learning", n_jobs=1)
    joint = compute_confident_joint(labels, p, calibrate=False)
    calibrated = compute_confident_joint(labels, p, calibrate=True)
    margin = 2 * get_label_quality_scores(labels, p, method="normalized_margin") - 1
    flagged = np.flatnonzero(mask)
    cases.append(
        {
            "classes": k,
            "labels": labels.tolist(),
            "probabilities": p.ravel().tolist(),
            "thresholds": get_confident_thresholds(labels, p).tolist(),
            "joint": joint.tolist(),
            "calibratedErrors": int(calibrated.sum() - np.trace(calibrated)),
            "flagged": flagged.tolist(),
            "margins": margin[flagged].tolist(),
        }
    )
path = pathlib.Path(__file__).with_name("cleanlab.json")
path.write_text(json.dumps({"cleanlab": cleanlab.__version__, "cases": cases}) + "\n")
