"""Numbers of scikit-learn and SciPy for decisions.test.ts. Run: python make_goldens.py > goldens.json  (scikit-learn 1.9, scipy)."""
import json

import numpy as np
from scipy.optimize import minimize
from sklearn.decomposition import PCA
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_curve

rng = np.random.default_rng(7)


def rounded(values):
    return np.asarray(values, dtype=float).round(12).tolist()


def isotonic():
    """Ties, and scores outside of what was seen."""
    x = rng.integers(-12, 13, 60) / 4
    y = (rng.random(60) < 1 / (1 + np.exp(-x))).astype(int)
    at = np.concatenate([[-9.0, 9.0], rng.uniform(-3.2, 3.2, 20)]).round(3)
    fit = IsotonicRegression(out_of_bounds="clip").fit(x, y)
    return {"x": x.tolist(), "y": y.tolist(), "at": at.tolist(), "fitted": rounded(fit.predict(x)), "predicted": rounded(fit.predict(at))}


def vector():
    """The penalised log loss that vector.ts states, minimised by SciPy's BFGS."""
    n, k, temperature = 90, 4, 1.7
    labels = rng.integers(0, k, n)
    logits = (rng.normal(size=(n, k)) * 2 + 2.5 * np.eye(k)[labels]).round(3)
    z = logits / temperature

    def loss(theta):
        u, b = theta[:k], theta[k:]
        a = u * z + b
        top = a.max(1)
        log_sum = top + np.log(np.exp(a - top[:, None]).sum(1))
        return (log_sum - a[np.arange(n), labels]).sum() + (((u - 1) ** 2).sum() + (b**2).sum()) / 2

    found = minimize(loss, np.concatenate([np.ones(k), np.zeros(k)]), method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    return {
        "classes": k,
        "temperature": temperature,
        "labels": labels.tolist(),
        "logits": logits.ravel().tolist(),
        "scale": rounded(found.x[:k] / temperature),
        "shift": rounded(found.x[k:]),
    }


def cost():
    """Least expected cost over all thresholds of scikit-learn's ROC curve."""
    truth = (rng.random(80) < 0.4).astype(int)
    scores = np.clip(0.5 + 0.2 * (2 * truth - 1) + 0.25 * rng.normal(size=80), 0.01, 0.99).round(2)
    fpr, tpr, _ = roc_curve(truth, scores, drop_intermediate=False)
    rules = []
    for missed, alarm, prevalence in [(1, 1, None), (10, 1, None), (1, 10, None), (10, 1, 0.02), (1, 1, 0.5), (3, 2, 0.1)]:
        p = truth.mean() if prevalence is None else prevalence
        costs = missed * p * (1 - tpr) + alarm * (1 - p) * fpr
        best = np.flatnonzero(costs <= costs.min() + 1e-12)[-1]
        text = f"cost={missed}:{alarm}" + ("" if prevalence is None else f"@{prevalence}")
        rules.append({"rule": text, "sensitivity": round(float(tpr[best]), 12), "specificity": round(float(1 - fpr[best]), 12)})
    return {"truth": truth.tolist(), "scores": scores.tolist(), "rules": rules}


def mahalanobis():
    """Class means and a shared covariance as probabilistic PCA of the centred embeddings estimates it (Tipping & Bishop 1999)."""
    n, features, rank = 60, 7, 3
    labels = np.repeat([0, 1, 2], n // 3)
    axes = np.diag([3.0, 2.0, 1.0, 0.3, 0.2, 0.2, 0.1])
    means = rng.normal(size=(3, features))
    x = (means[labels] + rng.normal(size=(n, features)) @ axes).round(4)
    centred = x - np.stack([x[labels == k].mean(0) for k in range(3)])[labels]
    # Three means were estimated, not one.
    pca = PCA(n_components=rank, svd_solver="full").fit(centred)
    precision = np.linalg.inv(pca.get_covariance() * (n - 1) / (n - 3))
    at = rng.normal(size=(8, features)).round(4) * 3
    distance = [
        min(float(np.sqrt((e - x[labels == k].mean(0)) @ precision @ (e - x[labels == k].mean(0)))) for k in range(3)) for e in at
    ]
    return {"labels": labels.tolist(), "embeddings": x.ravel().tolist(), "rank": rank, "features": features, "at": at.ravel().tolist(), "distance": rounded(distance)}


def conformal():
    """Class-conditional split conformal limits (Vovk 2012): the ceil((n + 1) coverage)-th smallest score of the class."""
    n, k, coverage = 70, 3, 0.8
    labels = rng.integers(0, k, n)
    logits = (rng.normal(size=(n, k)) + 1.5 * np.eye(k)[labels]).round(4)
    score = -np.log(np.exp(logits)[np.arange(n), labels] / np.exp(logits).sum(1))
    limits = []
    for c in range(k):
        own = np.sort(score[labels == c])
        limits.append(float(own[int(np.ceil((len(own) + 1) * coverage)) - 1]))
    return {"labels": labels.tolist(), "logits": logits.ravel().tolist(), "coverage": coverage, "limits": rounded(limits)}


print(json.dumps({"isotonic": isotonic(), "vector": vector(), "cost": cost(), "mahalanobis": mahalanobis(), "conformal": conformal()}))
