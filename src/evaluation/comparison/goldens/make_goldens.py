# python3 src/evaluation/comparison/goldens/make_goldens.py > src/evaluation/comparison/goldens/statsmodels.json   (numpy, scipy, statsmodels 0.14+)
"""McNemar's exact test, Holm's correction and sample sizes by statsmodels; the sign test by units counted out in full."""
import itertools
import json
import warnings

import numpy as np
import statsmodels
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import normal_sample_size_one_tail

warnings.filterwarnings("ignore")
rng = np.random.default_rng(7)


def by_units(balances):
    """All 2^n choices of signs."""
    sizes = [abs(b) for b in balances if b != 0]
    seen = abs(sum(balances))
    if not sizes:
        return 1.0
    totals = [abs(sum(s * n for s, n in zip(signs, sizes))) for signs in itertools.product((-1, 1), repeat=len(sizes))]
    return float(np.mean([t >= seen for t in totals]))


tables = [(0, 0), (0, 1), (1, 7), (5, 5), (3, 14), (0, 12), (121, 59), (40, 52), (700, 812)]
out = {
    "statsmodels": statsmodels.__version__,
    "mcnemar": [
        {"first": b, "second": c, "p": float(mcnemar([[10, b], [c, 10]], exact=True).pvalue)} for b, c in tables
    ],
    "byUnits": [
        {"balances": balances, "p": by_units(balances)}
        for balances in [rng.integers(-4, 5, n).tolist() for n in (3, 6, 9, 12, 14)] + [[3, 3, 3], [2, -2], [5, -1, -1]]
    ],
    "holm": [
        {"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()}
        for p in [[0.04], [0.01, 0.04, 0.03], [0.2, 0.001, 0.8, 0.02, 0.02], rng.random(12).round(6).tolist()]
    ],
    # Connor (1987): null sd sqrt(discordant), alternative sd sqrt(discordant - difference^2)
    "samples": [
        {
            "discordant": psi,
            "difference": delta,
            "alpha": alpha,
            "power": power,
            "n": float(normal_sample_size_one_tail(delta, power, alpha / 2, np.sqrt(psi), np.sqrt(psi - delta**2))),
        }
        for psi, delta, alpha, power in [(0.2, 0.05, 0.05, 0.8), (0.1, 0.02, 0.05, 0.9), (0.3, 0.1, 0.0167, 0.8)]
    ],
    "detectable": [
        {"error": e, "alpha": a, "power": p, "difference": float((norm.ppf(1 - a / 2) + norm.ppf(p)) * e)}
        for e, a, p in [(0.01, 0.05, 0.8), (0.004, 0.0167, 0.9)]
    ],
}
print(json.dumps(out, indent=1))
