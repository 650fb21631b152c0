# python3 src/evaluation/goldens/make_goldens.py > src/evaluation/goldens/sklearn.json   (numpy, scipy, statsmodels and scikit-learn 1.7+)
"""Random cases with ties, absent classes and groups, measured by scikit-learn."""
import json
import warnings

import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit, log_softmax, softmax
from sklearn import metrics as m

warnings.filterwarnings("ignore")


def number(x):
    x = float(x)
    return None if np.isnan(x) else x


def ece(probability, outcome, bins=15):
    which = np.minimum((probability * bins).astype(int), bins - 1)
    return sum(abs(outcome[which == b].mean() - probability[which == b].mean()) * (which == b).mean() for b in set(which))


def bins_of(probability, bins=15):
    return np.minimum((probability * bins).astype(int), bins - 1)


def adaptive(probability, outcome, bins=15):
    """Bins of equally many samples by rank; equal probabilities lie in the bin of their middle."""
    n = len(probability)
    before = np.array([(probability > p).sum() for p in probability])
    same = np.array([(probability == p).sum() for p in probability])
    which = (bins * (2 * before + same)) // (2 * n)
    return sum(abs(outcome[which == b].sum() - probability[which == b].sum()) for b in set(which)) / n


def decomposition(probability, outcome):
    """Murphy (1973) in 15 bins; what the bins blur is counted with the resolution, so that the sum holds (Stephenson et al. 2008)."""
    which = bins_of(probability)
    base = outcome.mean()
    within = [(outcome[which == b], probability[which == b]) for b in set(which)]
    reliability = sum(len(y) * (p.mean() - y.mean()) ** 2 for y, p in within) / len(outcome)
    resolution = sum(len(y) * (y.mean() - base) ** 2 for y, p in within) / len(outcome)
    spread = sum(((p - p.mean()) ** 2).sum() for y, p in within) / len(outcome)
    covariance = 2 * sum(((p - p.mean()) * (y - y.mean())).sum() for y, p in within) / len(outcome)
    return reliability, resolution - spread + covariance, base * (1 - base)


def recalibration(probability, outcome):
    eps = np.finfo(float).eps
    p = np.clip(probability, eps, 1 - eps)
    x = np.log(p / (1 - p))
    try:
        slope = sm.GLM(outcome, sm.add_constant(x), family=sm.families.Binomial()).fit(tol=1e-14, maxiter=200).params[1]
    except Exception:
        slope = float("nan")
    shift = brentq(lambda a: (outcome - expit(a + x)).sum(), -80, 80, xtol=1e-13)
    fit = sm.GLM(outcome, np.ones((len(x), 1)), offset=x, family=sm.families.Binomial()).fit(tol=1e-14, maxiter=500)
    # Where log-odds are in the tens statsmodels' steps can run away.
    assert abs(fit.params[0] - shift) < 1e-6 or np.abs(x).max() > 30
    return slope, shift


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
    probability = np.minimum(score, 1)
    outcome = truth.astype(float)
    weighted = m.precision_recall_fscore_support(labels, predicted, average="weighted", zero_division=0)
    share = np.array([(labels == k).mean() for k in range(classes)])
    slope, intercept = recalibration(probability, outcome)
    reliability, resolution, uncertainty = decomposition(probability, outcome)
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
            "positiveEce": ece(probability, outcome),
            "weightedPrecision": weighted[0],
            "weightedRecall": weighted[1],
            "weightedF1": weighted[2],
            "weightedAuroc": float(np.nansum(share * aurocs)),
            "weightedAveragePrecision": float(np.nansum(share * aps)),
            "kappa": m.cohen_kappa_score(labels, predicted),
            "quadraticKappa": m.cohen_kappa_score(labels, predicted, weights="quadratic", labels=range(classes)),
            "mcc": m.matthews_corrcoef(labels, predicted),
            "sensitivityAtSpecificity": tpr[1 - fpr >= 0.9 - 1e-12].max(),
            "specificityAtSensitivity": (1 - fpr)[tpr >= 0.9 - 1e-12].max(),
            "partialAuroc": m.roc_auc_score(truth, score, max_fpr=0.1),
            "netBenefit": (tp - fp * threshold / (1 - threshold)) / n,
            "brierReliability": reliability,
            "brierResolution": resolution,
            "brierUncertainty": uncertainty,
            "adaptiveEce": adaptive(p.max(1), (top == labels).astype(float)),
            "positiveAdaptiveEce": adaptive(probability, outcome),
            "calibrationSlope": number(slope),
            "calibrationIntercept": number(intercept),
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
versions = {"sklearn": sklearn.__version__, "statsmodels": statsmodels.__version__, "numpy": np.__version__}
print(json.dumps({"versions": versions, "cases": cases, "temperatures": temperatures}))
