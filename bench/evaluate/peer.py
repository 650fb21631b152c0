"""The loop that people write: draw groups with replacement, call scikit-learn for every metric. Reads predictions, prints JSON."""
import json
import sys
import time

import numpy as np
from sklearn import metrics as m

folder, resamples = sys.argv[1], int(sys.argv[2])
meta = json.load(open(f"{folder}/meta.json"))
classes, threshold, positive = meta["classes"], meta["threshold"], meta["positive"]
labels = np.fromfile(f"{folder}/labels.i32", np.int32)
probabilities = np.fromfile(f"{folder}/probabilities.f64").reshape(-1, classes)
units = np.fromfile(f"{folder}/units.i32", np.int32)


def ece(probability, outcome, bins=15):
    which = np.minimum((probability * bins).astype(int), bins - 1)
    return np.abs(np.bincount(which, outcome - probability, bins)).sum() / len(probability)


def measure(y, p):
    top = p.argmax(1)
    score = p[:, positive].sum(1)
    truth = np.isin(y, positive)
    said = score >= threshold
    predicted = said.astype(int) if classes == 2 else top
    tn, fp, fn, tp = m.confusion_matrix(truth, said).ravel()
    precision, recall, f1, _ = m.precision_recall_fscore_support(y, predicted, average="macro", zero_division=0)
    each = m.precision_recall_fscore_support(y, predicted, labels=range(classes), zero_division=0)
    one = np.eye(classes)[y]
    aurocs = [m.roc_auc_score(one[:, k], p[:, k]) for k in range(classes)]
    aps = [m.average_precision_score(one[:, k], p[:, k]) for k in range(classes)]
    weighted = m.precision_recall_fscore_support(y, predicted, average="weighted", zero_division=0)
    fpr, tpr, _ = m.roc_curve(truth, score)
    share = np.bincount(y, minlength=classes) / len(y)
    return {
        "weightedPrecision": weighted[0],
        "weightedRecall": weighted[1],
        "weightedF1": weighted[2],
        "weightedAuroc": share @ aurocs,
        "weightedAveragePrecision": share @ aps,
        "kappa": m.cohen_kappa_score(y, predicted),
        "quadraticKappa": m.cohen_kappa_score(y, predicted, weights="quadratic"),
        "mcc": m.matthews_corrcoef(y, predicted),
        "partialAuroc": m.roc_auc_score(truth, score, max_fpr=0.1),
        "sensitivityAtSpecificity": tpr[1 - fpr >= 0.9 - 1e-12].max(),
        "specificityAtSensitivity": (1 - fpr)[tpr >= 0.9 - 1e-12].max(),
        "netBenefit": (tp - fp * threshold / (1 - threshold)) / len(y),
        "accuracy": m.accuracy_score(y, predicted),
        "balancedAccuracy": m.balanced_accuracy_score(y, predicted),
        "macroPrecision": precision,
        "macroRecall": recall,
        "macroF1": f1,
        "macroAuroc": np.mean(aurocs),
        "macroAveragePrecision": np.mean(aps),
        "auroc": m.roc_auc_score(truth, score),
        "averagePrecision": m.average_precision_score(truth, score),
        "sensitivity": tp / (tp + fn),
        "specificity": tn / (tn + fp),
        "ppv": tp / (tp + fp),
        "npv": tn / (tn + fn),
        "brier": ((p - one) ** 2).sum(1).mean() / (2 if classes == 2 else 1),
        "logLoss": m.log_loss(y, p, labels=range(classes)),
        "ece": ece(p.max(1), (top == y).astype(float)),
        "positiveEce": ece(np.minimum(score, 1), truth.astype(float)),
        "positiveBrier": m.brier_score_loss(truth, np.minimum(score, 1)),
    }, each


rng = np.random.default_rng(0)
count = units.max() + 1
order = np.argsort(units, kind="stable")
starts = np.searchsorted(units[order], np.arange(count + 1))
point, _ = measure(labels, probabilities)
started = time.perf_counter()
for _ in range(resamples):
    drawn = rng.integers(count, size=count)
    index = np.concatenate([order[starts[u] : starts[u + 1]] for u in drawn])
    measure(labels[index], probabilities[index])
seconds = time.perf_counter() - started
print(json.dumps({"secondsEach": seconds / resamples, "point": {k: float(v) for k, v in point.items()}}))
