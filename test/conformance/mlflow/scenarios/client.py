"""MlflowClient: experiments, runs, batches, tags, inputs."""
import mlflow
from mlflow.entities import Dataset, DatasetInput, ExperimentTag, InputTag, Metric, Param, RunTag, ViewType
from run import attempt


def test_experiments(client, experiment):
    number = experiment("experiments")
    client.set_experiment_tag(number, "team", "skin")
    client.set_experiment_tag(number, "team", "chest")
    client.set_experiment_tag(number, "other", "x")
    client.delete_experiment_tag(number, "other")
    seen = {"made": client.get_experiment(number), "by name": client.get_experiment_by_name("experiments")}
    seen["taken"] = attempt(client.create_experiment, "experiments")["error_code"]
    client.rename_experiment(number, "experiments renamed")
    seen["renamed"] = client.get_experiment(number).name
    run = client.create_run(number, start_time=1).info.run_id
    client.delete_experiment(number)
    seen["deleted"] = client.get_experiment(number).lifecycle_stage
    seen["its run"] = client.get_run(run).info.lifecycle_stage
    seen["deleted, by name"] = client.get_experiment_by_name("experiments renamed").lifecycle_stage
    seen["run in it"] = attempt(client.create_run, number)
    seen["rename"] = attempt(client.rename_experiment, number, "x")
    seen["tag"] = attempt(client.set_experiment_tag, number, "a", "b")
    seen["again"] = attempt(client.delete_experiment, number)
    client.restore_experiment(number)
    seen["restored"] = client.get_experiment(number).lifecycle_stage
    seen["its run again"] = client.get_run(run).info.lifecycle_stage
    seen["restore again"] = attempt(client.restore_experiment, number)
    seen["none"] = client.get_experiment_by_name("nobody made this")
    seen["unknown"] = attempt(client.get_experiment, "4711")
    seen["no tag"] = attempt(client.delete_experiment_tag, number, "none")
    seen["own location"] = client.get_experiment(client.create_experiment("own location", "s3://bucket/folder")).artifact_location
    seen["with tags"] = client.get_experiment(client.create_experiment("with tags", tags={"a": "1", "b": "2"})).tags
    seen["empty name"] = attempt(client.create_experiment, "")
    seen["long name"] = attempt(client.create_experiment, "n" * 501)
    return seen


def test_search_experiments(client, experiment):
    for name, team in [("se alpha", "a"), ("se beta", "b"), ("se Gamma", "a")]:
        client.set_experiment_tag(experiment(name), "se team", team)
    names = lambda **kw: [e.name for e in client.search_experiments(**kw)]
    seen = {
        "like": names(filter_string="name LIKE 'se %'"),
        "ilike": names(filter_string="name ILIKE 'SE g%'"),
        "exact": names(filter_string="attribute.name = 'se beta'"),
        "not": names(filter_string="name LIKE 'se %' AND name != 'se beta'"),
        "tag": names(filter_string="tags.`se team` = 'a'", order_by=["name ASC"]),
        "desc": names(filter_string="name LIKE 'se %'", order_by=["name DESC"]),
        "by id": names(filter_string="name LIKE 'se %'", order_by=["experiment_id ASC"]),
        "null": len([n for n in names(filter_string="tags.`se team` IS NULL") if n.startswith("se ")]),
        "bad key": attempt(names, filter_string="colour = 'x'")["error_code"],
        "bad order": attempt(names, order_by=["colour"])["error_code"],
        "too many": attempt(names, max_results=50_001),
        "none": attempt(names, max_results=0),
    }
    page = client.search_experiments(filter_string="name LIKE 'se %'", max_results=2, order_by=["name ASC"])
    rest = client.search_experiments(filter_string="name LIKE 'se %'", max_results=2, order_by=["name ASC"], page_token=page.token)
    seen["pages"] = [[e.name for e in page], [e.name for e in rest], rest.token]
    client.delete_experiment(page[0].experiment_id)
    seen["active"] = names(filter_string="name LIKE 'se %'", order_by=["name"])
    seen["deleted"] = names(view_type=ViewType.DELETED_ONLY, filter_string="name LIKE 'se %'")
    seen["all"] = names(view_type=ViewType.ALL, filter_string="name LIKE 'se %'", order_by=["name"])
    return seen


def test_runs(client, experiment):
    number = experiment("runs")
    run = client.create_run(number, start_time=1_234, tags={"a": "b"}, run_name="named").info.run_id
    seen = {"made": client.get_run(run)}
    client.update_run(run, status="FAILED", name="renamed")
    seen["updated"] = client.get_run(run)
    client.set_terminated(run, status="KILLED", end_time=5_678)
    seen["ended"] = client.get_run(run).info
    for status in ("RUNNING", "SCHEDULED", "FINISHED"):
        client.update_run(run, status=status)
        seen[status] = client.get_run(run).info.status
    client.set_tag(run, "mlflow.runName", "by tag")
    seen["by tag"] = client.get_run(run).info.run_name
    client.delete_tag(run, "a")
    seen["tags"] = client.get_run(run).data.tags
    seen["no tag"] = attempt(client.delete_tag, run, "a")
    client.delete_run(run)
    client.delete_run(run)
    seen["deleted"] = client.get_run(run).info.lifecycle_stage
    seen["log to deleted"] = attempt(client.log_metric, run, "m", 1)
    seen["tag deleted"] = attempt(client.set_tag, run, "m", "1")
    seen["batch to deleted"] = attempt(client.log_batch, run, [Metric("m", 1, 1, 0)])
    seen["update deleted"] = attempt(client.update_run, run, status="FINISHED")
    client.restore_run(run)
    client.restore_run(run)
    seen["restored"] = client.get_run(run).info.lifecycle_stage
    seen["unknown"] = attempt(client.get_run, "0" * 32)
    seen["log to unknown"] = attempt(client.log_metric, "0" * 32, "m", 1)
    seen["in no experiment"] = attempt(client.create_run, "4711")
    seen["two names"] = attempt(client.create_run, number, run_name="x", tags={"mlflow.runName": "y"})
    seen["bad experiment"] = attempt(client.create_run, "abc")
    return seen


def test_params(client, experiment):
    run = client.create_run(experiment("params"), start_time=1).info.run_id
    client.log_param(run, "p", "1")
    client.log_param(run, "p", "1")
    seen = {"changed": attempt(client.log_param, run, "p", "2")}
    seen["changed in a batch"] = attempt(client.log_batch, run, params=[Param("p", "2"), Param("q", "1")])["error_code"]
    seen["twice"] = attempt(client.log_batch, run, params=[Param("r", "1"), Param("r", "2")])["error_code"]
    client.log_param(run, "empty", "")
    client.log_param(run, "long", "x" * 6_000)
    client.log_param(run, "longer", "x" * 6_001)
    client.log_param(run, "unicode ü/ä.b-c:d", "naïve 🙂")
    seen["params"] = {k: len(v) if len(v) > 100 else v for k, v in client.get_run(run).data.params.items()}
    return seen


def test_batches(client, experiment):
    run = client.create_run(experiment("batches"), start_time=1).info.run_id
    metrics = [Metric("m", i, i + 1, i) for i in range(900)]
    client.log_batch(run, metrics, [Param(f"p{i}", str(i)) for i in range(50)], [RunTag(f"t{i}", str(i)) for i in range(50)])
    client.log_batch(run, metrics)
    seen = {"history": len(client.get_metric_history(run, "m")), "latest": client.get_run(run).data.metrics}
    client.log_batch(run, metrics=[Metric("a", 1, 1, 0), Metric("a", 2, 1, 0), Metric("a", 2, 1, 0)], tags=[RunTag("t", "1"), RunTag("t", "2")])
    seen["several"] = client.get_metric_history(run, "a")
    seen["last tag"] = client.get_run(run).data.tags["t"]
    # The client itself cuts larger batches: what it sends must arrive whole.
    client.log_batch(run, [Metric(f"k{i}", i, 1, 0) for i in range(1_000)])
    seen["keys"] = len(client.get_run(run).data.metrics)
    mlflow.MlflowClient().log_batch(run)
    return seen


def test_inputs(client, experiment):
    run = client.create_run(experiment("inputs"), start_time=1).info.run_id
    data = Dataset("skin", "d1", "local", '{"path": "x"}', schema='{"a": 1}', profile='{"rows": 2}')
    client.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "training"), InputTag("k", "v")])])
    client.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "again")])])
    client.log_inputs(run, [DatasetInput(Dataset("chest", "d2", "s3", "s3://b"), [])])
    got = client.get_run(run).inputs
    number = client.get_run(run).info.experiment_id
    found = lambda text: [r.info.run_id for r in client.search_runs([number], text)]
    return {
        "inputs": sorted([(d.dataset.to_dictionary(), sorted((t.key, t.value) for t in d.tags)) for d in got.dataset_inputs], key=str),
        "by name": found("dataset.name = 'skin'"),
        "by digest": found("datasets.digest LIKE 'd%' AND dataset.name = 'chest'"),
        "by context": found("dataset.context = 'training'"),
        "other context": found("dataset.context = 'again'"),
        "in": found("dataset.name IN ('skin', 'none')"),
        "too long": attempt(client.log_inputs, run, [DatasetInput(Dataset("n" * 501, "d", "s", "s"), [])]),
    }


def test_fluent_input(client, experiment):
    import numpy as np

    mlflow.set_experiment(experiment_id=experiment("fluent input"))
    with mlflow.start_run() as run:
        mlflow.log_input(mlflow.data.from_numpy(np.zeros((2, 3)), name="zeros"), context="training", tags={"a": "b"})
    data = client.get_run(run.info.run_id).inputs.dataset_inputs[0]
    return {"name": data.dataset.name, "digest": data.dataset.digest, "tags": sorted((t.key, t.value) for t in data.tags)}
