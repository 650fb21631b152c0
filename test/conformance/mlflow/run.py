"""Runs every scenario against the server at MLFLOW_TRACKING_URI and prints what each saw, as JSON.

What differs from one server to the next by its nature (ids, times) is replaced by labels in order of appearance, so that the
outputs of two servers can be compared field by field.
"""
import importlib
import json
import math
import os
import re
import sys
import tempfile
import traceback

os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

TIMES = re.compile(r"(creation_time|last_update_time|start_time|end_time|creation_timestamp|last_updated_timestamp|creation_timestamp_ms|last_updated_timestamp_ms|_timestamp)$")
IDS = re.compile(r"(m-)?[0-9a-f]{32}")


class Labels:
    """Ids of runs, models and experiments by labels, in order of appearance in one scenario."""

    def __init__(self):
        self.known = {}
        self.experiments = {}

    def text(self, value):
        for name, label in self.experiments.items():
            value = re.sub(rf"(?<=mlflow-artifacts:/){name}(?=/|$)", label, value)
        return IDS.sub(lambda found: self.label(found.group(0)), value)

    def label(self, value):
        kind = "model" if value.startswith("m-") else "id"
        return self.known.setdefault(value, f"<{kind} {len(self.known) + 1}>")


def plain(value, labels, key=""):
    """As JSON, with labels. NaN and infinities as texts."""
    if TIMES.search(key) and isinstance(value, int) and value > 1_600_000_000_000:
        return "<time>"
    if key in ("experiment_id", "experiment_ids") and value is not None:
        return labels.experiments.get(str(value), str(value)) if not isinstance(value, list) else [labels.experiments.get(v, v) for v in value]
    if value is None or isinstance(value, bool) or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return labels.text(value)
    if isinstance(value, dict):
        return {labels.text(str(k)): plain(v, labels, str(k)) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        return [plain(item, labels, key) for item in items]
    if hasattr(value, "to_dictionary"):
        return plain(value.to_dictionary(), labels)
    if hasattr(value, "__dict__"):
        fields = {k.lstrip("_"): v for k, v in vars(value).items()}
        return {type(value).__name__: {k: plain(v, labels, k) for k, v in fields.items()}}
    return repr(value)


def failure(error):
    """An exception as its class, MLflow's error code and the first lines of the message."""
    code = getattr(error, "error_code", None)
    return {"raises": type(error).__name__, "error_code": code, "message": str(error)[:600]}


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as error:  # the point is to see it
        return failure(error)


def main():
    # MLflow prints links to its page.
    output, sys.stdout = sys.stdout, sys.stderr
    import mlflow

    only = sys.argv[1:]
    out = {}
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path.insert(0, folder)
    for name in sorted(os.listdir(os.path.join(folder, "scenarios"))):
        if not name.endswith(".py") or name.startswith("_"):
            continue
        module = importlib.import_module(f"scenarios.{name[:-3]}")
        for scenario, function in list(vars(module).items()):
            if not scenario.startswith("test_") or (only and not any(o in f"{name[:-3]}.{scenario[5:]}" for o in only)):
                continue
            labels = Labels()
            with tempfile.TemporaryDirectory() as scratch:
                os.chdir(scratch)
                try:
                    client = mlflow.MlflowClient()
                    seen = function(client, lambda title: experiment(client, title, labels))
                except Exception as error:
                    traceback.print_exc(file=sys.stderr)
                    seen = {"scenario failed": failure(error)}
                finally:
                    while mlflow.active_run() is not None:
                        mlflow.end_run()
                    os.chdir("/")
            out[f"{name[:-3]}.{scenario[5:]}"] = plain(seen, labels)
    json.dump(out, output, indent=1)


def experiment(client, title, labels):
    """A new experiment; its number reads as <experiment TITLE> in the output."""
    created = client.create_experiment(title)
    labels.experiments[created] = f"<experiment {title}>"
    return created


if __name__ == "__main__":
    main()
