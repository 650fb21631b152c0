# python3 src/evaluation/goldens/make_goldens.py > src/evaluation/goldens/sklearn.json   (numpy, scipy and scikit-learn 1.7+)
"""Random cases with ties, absent classes and groups, measured by scikit-learn."""
import json
import warnings

import numpy as np
import sklearn
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn import metrics as m

warnings.filterwarnings("ignore")


def number(x):
    x = float(x)
    return None if np.isnan(x) else x


def ece(probability, outcome, bins=15):
    which = np.minimum((probability * bins).astype(int), bins - 1)
    return sum(abs(outcome[which == b].mean() - probability[which == b].mean()) * (which == b).mean() for b in set(which))


def case(rng, n, classes, parts, absent, positive):
    """`parts`: probabilities are whole numbers of 1/parts (a power of two), so that ties and sums are exact everywhere."""
    labels = rng.choice([k for k in range(classes) if k not in absent], n)
    weights = rng.gamma(1, size=(n, classes)) + 0.02
    weights[np.arange(n), labels] *= 3
    counts = np.array([rng.multinomial(parts, w / w.sum()) for w in weights])
    p = counts / parts
    top = p.argmax(1)
    y = np.eye(classes)[labels]
    present = [k for k in range(classes) if k in labels]
    score = sum(p[:, k] for k in positive)
    truth = np.isin(labels, positive)
    threshold = 0.4
    said = score >= threshold
    # With two classes the operating point decides.
    predicted = np.where(said, positive[0], 1 - positive[0]) if classes == 2 else top
    tn, fp, fn, tp = (int(x) for x in m.confusion_matrix(truth, said, labels=[False, True]).ravel())
    precision, recall, f1, _ = m.precision_recall_fscore_support(labels, predicted, average="macro", zero_division=0)
    aurocs = [m.roc_auc_score(y[:, k], p[:, k]) if k in present else float("nan") for k in range(classes)]
    aps = [m.average_precision_score(y[:, k], p[:, k]) if k in present else float("nan") for k in range(classes)]
    cp, cr, cf, _ = m.precision_recall_fscore_support(labels, predicted, labels=range(classes), zero_division=0)
    fpr, tpr, roc_threshold = m.roc_curve(truth, score, drop_intermediate=False)
    return {
        "classes": classes,
        "labels": labels.tolist(),
        "parts": parts,
        "counts": counts.ravel().tolist(),
        "positive": positive,
        "threshold": threshold,
        "metrics": {
            "accuracy": m.accuracy_score(labels, predicted),
            "balancedAccuracy": m.balanced_accuracy_score(labels, predicted),
            "macroPrecision": precision,
            "macroRecall": recall,
            "macroF1": f1,
            "auroc": m.roc_auc_score(truth, score),
            "macroAuroc": float(np.nanmean(aurocs)),
            "averagePrecision": m.average_precision_score(truth, score),
            "macroAveragePrecision": float(np.nanmean(aps)),
            "sensitivity": m.recall_score(truth, said),
            "specificity": m.recall_score(~truth, ~said),
            "ppv": number(m.precision_score(truth, said, zero_division=float("nan"))),
            "npv": number(m.precision_score(~truth, ~said, zero_division=float("nan"))),
            "operatingPointAccuracy": m.accuracy_score(truth, said),
            "brier": m.brier_score_loss(labels, p, labels=range(classes)) if classes > 2 else m.brier_score_loss(labels, p[:, 1], labels=[0, 1]),
            "logLoss": m.log_loss(labels, p, labels=range(classes)),
            "topClassAccuracy": m.accuracy_score(labels, top),
            "ece": ece(p.max(1), (top == labels).astype(float)),
            "positiveBrier": m.brier_score_loss(truth, np.minimum(score, 1)),
            "positiveEce": ece(np.minimum(score, 1), truth.astype(float)),
        },
        "perClass": {
            "auroc": [number(x) for x in aurocs],
            "averagePrecision": [number(x) for x in aps],
            "precision": cp.tolist(),
            "recall": cr.tolist(),
            "f1": cf.tolist(),
        },
        "verdicts": {"tp": tp, "fp": fp, "tn": tn, "fn": fn},
        "roc": {"fpr": fpr.tolist(), "tpr": tpr.tolist()},
        "youden": float((tpr - fpr).max()),
    }


def temperature(rng, n, classes, scale):
    labels = rng.integers(classes, size=n)
    logits = rng.normal(size=(n, classes))
    logits[np.arange(n), labels] += 1.0
    logits = np.round(logits * scale, 2)
    nll = lambda b: -log_softmax(logits * b, axis=1)[np.arange(n), labels].mean()
    best = minimize_scalar(nll, bounds=(0.05, 20), method="bounded", options={"xatol": 1e-12})
    return {
        "classes": classes,
        "labels": labels.tolist(),
        "logits": logits.ravel().tolist(),
        "softmax": softmax(logits, axis=1).ravel()[: 4 * classes].tolist(),
        "temperature": float(1 / best.x),
        "logLoss": float(best.fun),
    }


rng = np.random.default_rng(20)
cases = [
    case(rng, 30, 2, 16, [], [1]),
    case(rng, 40, 2, 1024, [], [0]),
    case(rng, 45, 3, 32, [], [0, 2]),
    case(rng, 40, 4, 8, [2], [1]),
    case(rng, 50, 5, 64, [0, 3], [1, 2]),
    case(rng, 12, 7, 16, [1, 5], [0, 4]),
    case(rng, 40, 3, 2, [], [2]),
]
temperatures = [temperature(rng, 40, 3, 3.0), temperature(rng, 30, 2, 0.5), temperature(rng, 30, 5, 10.0)]
versions = {"sklearn": sklearn.__version__, "numpy": np.__version__}
print(json.dumps({"versions": versions, "cases": cases, "temperatures": temperatures}))
