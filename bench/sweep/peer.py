"""Optuna's samplers, asked for settings over stdin and stdout, one JSON document a line.

in:  {"space": {...}, "sampler": "tpe" | "random", "seed": 1, "trials": 50}, then the value of each settings
out: the settings of each trial
The space is Osler's, conditions included: a parameter is asked for only where its condition holds.
"""

import json
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def active(config, params):
    when = {} if isinstance(config, list) else config.get("when", {})
    return all(name in params and params[name] in values for name, values in when.items())


def suggest(trial, name, config):
    if isinstance(config, list):
        return trial.suggest_categorical(name, config)
    if "values" in config:
        return trial.suggest_categorical(name, config["values"])
    if config["int"]:
        return trial.suggest_int(name, config["low"], config["high"], log=config["log"], step=config["step"] or 1)
    return trial.suggest_float(name, config["low"], config["high"], log=config["log"], step=config["step"])


def main():
    for line in sys.stdin:
        task = json.loads(line)
        if task["sampler"] == "tpe":
            sampler = optuna.samplers.TPESampler(seed=task["seed"])
        else:
            sampler = optuna.samplers.RandomSampler(seed=task["seed"])
        study = optuna.create_study(sampler=sampler)
        for _ in range(task["trials"]):
            trial = study.ask()
            params = {}
            for name, config in task["space"].items():
                if active(config, params):
                    params[name] = suggest(trial, name, config)
            print(json.dumps(params), flush=True)
            study.tell(trial, float(sys.stdin.readline()))


main()
