"""The fluent API, as a training script uses it."""
import math
import os
import time

import mlflow
from run import attempt


def test_a_training(client, experiment):
    number = experiment("fluent training")
    mlflow.set_experiment(experiment_id=number)
    with mlflow.start_run(run_name="first", tags={"team": "skin"}, description="what it is for") as run:
        mlflow.log_param("lr", 0.1)
        mlflow.log_params({"epochs": 3, "model": "resnet18"})
        for step in range(3):
            mlflow.log_metric("loss", 1 / (step + 1), step=step, timestamp=1_700_000_000_000 + step)
        mlflow.log_metrics({"val/auroc": 0.9, "val/acc": 0.8}, step=3, timestamp=1_700_000_000_100)
        mlflow.set_tag("stage", "done")
        mlflow.set_tags({"a": "1", "b": "2"})
    found = client.get_run(run.info.run_id)
    hide(found.data.tags)
    return {
        "run": found,
        "history": client.get_metric_history(run.info.run_id, "loss"),
        "active": mlflow.active_run(),
        "last": mlflow.last_active_run().info.run_id,
    }


def test_nested_runs(client, experiment):
    mlflow.set_experiment(experiment_id=experiment("nested"))
    with mlflow.start_run(run_name="parent") as parent:
        for i in range(3):
            with mlflow.start_run(run_name=f"child {i}", nested=True):
                mlflow.log_metric("score", i, step=0, timestamp=1_700_000_000_000)
    children = client.search_runs(
        [parent.info.experiment_id],
        filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'",
        order_by=["metrics.score DESC"],
    )
    parents = client.search_runs([parent.info.experiment_id], "tags.mlflow.parentRunId IS NULL")
    return {
        "children": [(c.info.run_name, c.data.metrics, c.data.tags["mlflow.parentRunId"]) for c in children],
        "parents": [p.info.run_name for p in parents],
        "parent of a child": client.get_parent_run(children[0].info.run_id).info.run_name,
    }


def test_failing_and_resumed_run(client, experiment):
    mlflow.set_experiment(experiment_id=experiment("failing"))
    try:
        with mlflow.start_run(run_name="fails") as run:
            raise ValueError("no")
    except ValueError:
        pass
    failed = client.get_run(run.info.run_id).info
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metric("again", 1, step=0, timestamp=5)
        running = client.get_run(run.info.run_id).info.status
    return {"failed": failed, "running": running, "after": client.get_run(run.info.run_id).info}


def test_odd_numbers(client, experiment):
    run = client.create_run(experiment("numbers"), start_time=1)
    for step, value in enumerate([math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, -0.0, 0.1 + 0.2]):
        client.log_metric(run.info.run_id, "odd", value, timestamp=10 + step, step=step)
    client.log_metric(run.info.run_id, "nan", math.nan, timestamp=1, step=0)
    client.log_metric(run.info.run_id, "big step", 1, timestamp=1, step=2**40)
    client.log_metric(run.info.run_id, "negative step", 1, timestamp=1, step=-5)
    got = client.get_run(run.info.run_id)
    return {"metrics": got.data.metrics, "history": client.get_metric_history(run.info.run_id, "odd")}


def test_several_values_of_one_step(client, experiment):
    run = client.create_run(experiment("steps"), start_time=1).info.run_id
    for value, timestamp in [(1, 10), (2, 10), (2, 10), (3, 9)]:
        client.log_metric(run, "m", value, timestamp=timestamp, step=0)
    client.log_metric(run, "m", 7, timestamp=1, step=-1)
    return {"latest": client.get_run(run).data.metrics, "history": client.get_metric_history(run, "m")}


def test_search_runs_as_table(client, experiment):
    number = experiment("table")
    for i in range(3):
        run = client.create_run(number, start_time=1_000 + i, run_name=f"r{i}")
        client.log_metric(run.info.run_id, "m", i, timestamp=1)
        client.log_param(run.info.run_id, "p", f"v{i}")
    table = mlflow.search_runs([number], order_by=["metrics.m DESC"])
    columns = ["status", "metrics.m", "params.p", "tags.mlflow.runName"]
    return {"columns": sorted(table.columns), "rows": table[columns].values.tolist()}


def test_artifacts(client, experiment):
    mlflow.set_experiment(experiment_id=experiment("fluent artifacts"))
    with mlflow.start_run() as run:
        with open("a.txt", "w") as file:
            file.write("one")
        os.makedirs("folder/inner")
        for name in ("folder/b.txt", "folder/inner/c.txt"):
            with open(name, "w") as file:
                file.write(name)
        mlflow.log_artifact("a.txt")
        mlflow.log_artifact("a.txt", "plots")
        mlflow.log_artifacts("folder", "tree")
        mlflow.log_text("naïve", "text/ü ä.txt")
        mlflow.log_dict({"a": [1, 2]}, "config.json")
        uri = mlflow.get_artifact_uri("plots")
    run_id = run.info.run_id
    local = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="tree")
    files = sorted(os.path.relpath(os.path.join(at, f), local) for at, _, fs in os.walk(local) for f in fs)
    return {
        "uri": uri,
        "root": listing(client.list_artifacts(run_id)),
        "tree": listing(client.list_artifacts(run_id, "tree")),
        "inner": listing(client.list_artifacts(run_id, "tree/inner")),
        "a file": listing(client.list_artifacts(run_id, "a.txt")),
        "no folder": listing(client.list_artifacts(run_id, "none")),
        "downloaded": files,
        "text": mlflow.artifacts.load_text(f"runs:/{run_id}/text/ü ä.txt"),
        "dict": mlflow.artifacts.load_dict(f"runs:/{run_id}/config.json"),
        "missing": attempt(client.download_artifacts, run_id, "none.txt").get("raises"),
    }


def test_async_logging(client, experiment):
    run = client.create_run(experiment("async"), start_time=1).info.run_id
    waiting = [client.log_metric(run, "m", i, step=i, timestamp=i + 1, synchronous=False) for i in range(200)]
    for operation in waiting:
        operation.wait()
    client.log_param(run, "p", "v", synchronous=False).wait()
    deadline = time.time() + 10
    while len(client.get_metric_history(run, "m")) < 200 and time.time() < deadline:
        time.sleep(0.1)
    return {"count": len(client.get_metric_history(run, "m")), "latest": client.get_run(run).data.metrics, "params": client.get_run(run).data.params}


def listing(files):
    return [(f.path, f.is_dir, f.file_size) for f in files]


def hide(tags):
    """What tells the machine and not the server."""
    for key in list(tags):
        if key.startswith(("mlflow.source", "mlflow.user")):
            del tags[key]
