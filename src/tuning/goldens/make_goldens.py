"""Reference numbers for src/tuning/*.test.ts. Needs optuna 5, scipy, scikit-learn.

    python make_goldens.py > goldens.json
"""

import json
import math
import warnings

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import FanovaImportanceEvaluator
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import default_weights
from optuna.trial import create_trial
from scipy.stats import norm, qmc
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
rng = np.random.RandomState(7)


def parzen(count):
    space = {
        "x": FloatDistribution(-2.0, 5.0),
        "lr": FloatDistribution(1e-5, 1e-1, log=True),
        "batch": IntDistribution(8, 64, step=8),
        "width": IntDistribution(1, 500, log=True),
        "kind": CategoricalDistribution(["a", "b", "c"]),
    }

    def draw(n):
        return {
            "x": rng.uniform(-2, 5, n),
            "lr": np.exp(rng.uniform(math.log(1e-5), math.log(1e-1), n)),
            "batch": 8.0 * rng.randint(1, 9, n),
            "width": np.round(np.exp(rng.uniform(0, math.log(500), n))),
            "kind": rng.randint(0, 3, n).astype(float),
        }

    observed, asked = draw(count), draw(6)
    parameters = _ParzenEstimatorParameters(1.0, True, False, default_weights, True)
    estimator = _ParzenEstimator(observed, space, parameters)
    rows = lambda values: [{k: float(v[i]) for k, v in values.items()} for i in range(len(values["x"]))]
    return {"observed": rows(observed), "asked": rows(asked), "log_density": estimator.log_pdf(asked).tolist()}


def importance(trials):
    space = {"a": FloatDistribution(0, 1), "b": FloatDistribution(-3, 3), "c": FloatDistribution(0, 10)}
    study = optuna.create_study()
    points, values = [], []
    for _ in range(trials):
        p = {"a": rng.uniform(0, 1), "b": rng.uniform(-3, 3), "c": rng.uniform(0, 10)}
        value = 5 * (p["a"] - 0.3) ** 2 + math.sin(p["b"]) + 0.6 * p["a"] * p["b"] + 0.02 * p["c"]
        study.add_trial(create_trial(params=p, distributions=space, value=value))
        points.append([p["a"], p["b"], p["c"]])
        values.append(value)
    seeds = [FanovaImportanceEvaluator(seed=seed).evaluate(study) for seed in range(8)]
    shares = {name: float(np.mean([one[name] for one in seeds])) for name in space}
    return {"points": points, "values": values, "shares": shares}


def process():
    x, y = rng.uniform(0, 1, (12, 2)), rng.normal(0, 1, 12)
    at = rng.uniform(0, 1, (5, 2))
    kernel = ConstantKernel(1.7) * Matern(length_scale=[0.4, 0.9], nu=2.5)
    fitted = GaussianProcessRegressor(kernel, alpha=0.03, optimizer=None).fit(x, y)
    mean, sd = fitted.predict(at, return_std=True)
    return {
        "x": x.tolist(), "y": y.tolist(), "at": at.tolist(), "variance": 1.7, "lengths": [0.4, 0.9], "noise": 0.03,
        "mean": mean.tolist(), "sd": sd.tolist(), "log_likelihood": float(fitted.log_marginal_likelihood_value_),
    }


z = [3.0, 0.5, 0.0, -1.0, -4.0, -8.0]
print(json.dumps({
    "sobol": qmc.Sobol(40, scramble=False).random(64).tolist(),
    "log_cdf": [[x, float(norm.logcdf(x))] for x in [6.0, 1.0, 0.0, -3.0, -5.5, -12.0, -40.0]],
    "log_improvement": [[x, float(np.log(norm.pdf(x) + x * norm.cdf(x)))] for x in z],
    "parzen": [parzen(n) for n in (0, 1, 7, 40)],
    "importance": importance(150),
    "process": process(),
}))
