# python3 src/evaluation/goldens/make_statistics.py > src/evaluation/goldens/statistics.json   (numpy, scipy, statsmodels)
"""Distributions by scipy, intervals of proportions by statsmodels, DeLong by pairs written out, and Obuchowski's form by clusters."""
import json

import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

out = {"versions": {"scipy": scipy.__version__, "statsmodels": statsmodels.__version__}}


def clean(x):
    x = float(x)
    return x if np.isfinite(x) else None


probabilities = [1e-12, 1e-6, 0.001, 0.02, 0.025, 0.3, 0.5, 0.77, 0.975, 0.999]
points = [-9.0, -5.5, -1.96, -0.3, 0.0, 0.02, 1.0, 2.5, 7.0]
out["normal"] = {
    "cdf": [[x, stats.norm.cdf(x)] for x in points],
    "quantile": [[p, stats.norm.ppf(p)] for p in probabilities],
}
out["student"] = [
    {"df": df, "cdf": [[x, stats.t.cdf(x, df)] for x in points], "quantile": [[p, stats.t.ppf(p, df)] for p in probabilities[1:]]}
    for df in [1, 2.5, 9, 200, 1e5]
]
out["beta"] = [
    {
        "a": a,
        "b": b,
        "cdf": [[x, stats.beta.cdf(x, a, b)] for x in [0.0, 1e-5, 0.01, 0.2, 0.5, 0.9, 0.999, 1.0]],
        "quantile": [[p, stats.beta.ppf(p, a, b)] for p in probabilities],
    }
    for a, b in [(0.5, 0.5), (1, 1), (2, 5), (40, 3), (1, 300), (5000, 4000.5)]
]
out["chiSquare"] = [
    {
        "df": df,
        "tail": [[x, stats.chi2.sf(x, df)] for x in [0.0, 0.1, 1.0, 3.84, 20.0, 150.0]],
        "quantile": [[p, stats.chi2.ppf(p, df)] for p in probabilities],
    }
    for df in [1, 2, 7, 100]
]
out["binomial"] = [
    [k, n, p, stats.binom.pmf(k, n, p), stats.binom.cdf(k, n, p)]
    for k, n, p in [(0, 10, 0.3), (3, 10, 0.3), (10, 10, 0.3), (37, 100, 0.5), (2, 4000, 0.001), (2500, 5000, 0.49)]
]
out["proportions"] = [
    {
        "hits": hits,
        "n": n,
        "level": level,
        "wilson": list(proportion_confint(hits, n, 1 - level, method="wilson")),
        "clopperPearson": [clean(x) for x in np.nan_to_num(proportion_confint(hits, n, 1 - level, method="beta"))],
    }
    for hits, n in [(0, 1), (1, 1), (0, 10), (10, 10), (3, 10), (81, 100), (12, 390), (9990, 10000)]
    for level in [0.9, 0.95, 0.99]
]


def structural(positive, score):
    x, y = score[positive], score[~positive]
    kernel = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return kernel.mean(), kernel.mean(1), kernel.mean(0)


def delong(positive, scores):
    """DeLong et al. 1988, equations as printed."""
    parts = [structural(positive, s) for s in scores]
    s10 = np.cov([p[1] for p in parts], ddof=1).reshape(len(scores), -1)
    s01 = np.cov([p[2] for p in parts], ddof=1).reshape(len(scores), -1)
    return [p[0] for p in parts], s10 / positive.sum() + s01 / (~positive).sum()


def obuchowski(positive, scores, units):
    """Obuchowski 1997, equations as printed; two scores on the same clusters."""
    m, n = positive.sum(), (~positive).sum()
    clusters = sorted(set(units))
    parts = [structural(positive, s) for s in scores]
    up, un = units[positive], units[~positive]
    i10, i01, i = len(set(up)), len(set(un)), len(clusters)
    x = [np.array([(p[1][up == c] - p[0]).sum() for c in clusters]) for p in parts]
    y = [np.array([(p[2][un == c] - p[0]).sum() for c in clusters]) for p in parts]
    cov = np.empty((len(scores), len(scores)))
    for r in range(len(scores)):
        for s in range(len(scores)):
            s10 = i10 / ((i10 - 1) * m) * (x[r] * x[s]).sum()
            s01 = i01 / ((i01 - 1) * n) * (y[r] * y[s]).sum()
            s11 = i / (i - 1) * (x[r] * y[s]).sum()
            s11t = i / (i - 1) * (x[s] * y[r]).sum()
            cov[r, s] = s10 / m + s01 / n + (s11 + s11t) / (m * n)
    return [p[0] for p in parts], cov


rng = np.random.default_rng(3)
out["delong"] = []
for n, groups, ties in [(40, 40, 8), (60, 15, 1000), (80, 30, 5)]:
    positive = rng.random(n) < 0.4
    units = rng.integers(groups, size=n) if groups < n else np.arange(n)
    shift = rng.normal(size=groups)[units]
    scores = [np.round((positive * k + shift * 0.5 + rng.normal(size=n)) * ties / 4) for k in (0.8, 1.3)]
    aucs, covariance = delong(positive, scores)
    _, clustered = obuchowski(positive, scores, units)
    out["delong"].append(
        {
            "positive": positive.astype(int).tolist(),
            "units": units.tolist(),
            "scores": [s.tolist() for s in scores],
            "aucs": aucs,
            "covariance": covariance.tolist(),
            "clustered": clustered.tolist(),
        }
    )

out["bca"] = []
for name, data, statistic in [
    ("mean", np.round(rng.gamma(0.7, size=25), 3), np.mean),
    ("standard deviation", np.round(rng.normal(size=18), 3), np.std),
    ("proportion", (rng.random(40) < 0.1).astype(float), np.mean),
]:
    result = stats.bootstrap((data,), statistic, n_resamples=400, method="BCa", random_state=5)
    out["bca"].append(
        {
            "name": name,
            "value": float(statistic(data)),
            "left": [float(statistic(np.delete(data, i))) for i in range(len(data))],
            "draws": result.bootstrap_distribution.tolist(),
            "interval": list(result.confidence_interval),
        }
    )
print(json.dumps(out))
