"""Models: logged by runs, registered, their versions, aliases, stages and tags."""
import mlflow
import numpy as np
from mlflow.entities import Metric
from run import attempt


def tiny():
    """An ONNX graph that doubles its input."""
    import onnx
    from onnx import TensorProto, helper

    node = helper.make_node("Add", ["x", "x"], ["y"])
    shape = [None, 2]
    graph = helper.make_graph(
        [node],
        "double",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def test_log_and_load_an_onnx_model(client, experiment):
    mlflow.set_experiment(experiment_id=experiment("onnx"))
    with mlflow.start_run() as run:
        info = mlflow.onnx.log_model(tiny(), name="double", params={"depth": 1}, model_type="toy", input_example=None)
        mlflow.log_metric("acc", 0.5, step=1, model_id=info.model_id, timestamp=7)
    model = mlflow.get_logged_model(info.model_id)
    loaded = mlflow.onnx.load_model(info.model_uri)
    answer = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/double").predict(np.ones((1, 2), np.float32))
    got = client.get_run(run.info.run_id)
    return {
        "model": [model.name, model.model_type, model.status, model.params, model.source_run_id],
        "metrics": [(m.key, m.value, m.step, m.timestamp, m.model_id, m.run_id) for m in model.metrics],
        "outputs": [(o.model_id, o.step) for o in got.outputs.model_outputs],
        "run's metrics": got.data.metrics,
        "nodes": [n.op_type for n in loaded.graph.node],
        "answer": {k: v.tolist() for k, v in answer.items()},
        "files": sorted(f.path for f in client.list_logged_model_artifacts(info.model_id)),
        "as a run's": [f.path for f in client.list_artifacts(run.info.run_id)],
    }


def test_logged_models(client, experiment):
    number = experiment("logged models")
    run = client.create_run(number, start_time=1).info.run_id
    made = [
        client.create_logged_model(number, name=f"m{i}", source_run_id=run, params={"lr": f"0.{i}"}, tags={"team": "ab"[i % 2]}, model_type="toy")
        for i in range(3)
    ]
    for i, model in enumerate(made):
        client.log_batch(run, [Metric("acc", i / 10, 5, 1, model_id=model.model_id, dataset_name="skin", dataset_digest="d", run_id=run)])
    client.finalize_logged_model(made[0].model_id, "READY")
    client.finalize_logged_model(made[1].model_id, "FAILED")
    client.set_logged_model_tags(made[0].model_id, {"team": "z", "x": "y"})
    client.delete_logged_model_tag(made[0].model_id, "x")
    client.log_model_params(made[0].model_id, {"extra": "1"})
    look = lambda **kw: [m.name for m in client.search_logged_models([number], **kw)]
    first = client.get_logged_model(made[0].model_id)
    seen = {
        "first": [first.name, first.status, first.params, first.tags, first.artifact_location],
        "all": sorted(look()),
        "by metric": look(filter_string="metrics.acc > 0.05", order_by=[{"field_name": "metrics.acc", "ascending": False}]),
        "by param": look(filter_string="params.lr = '0.1'"),
        "by tag": look(filter_string="tags.team = 'a'"),
        "by name": look(filter_string="name LIKE 'm%'", order_by=[{"field_name": "name"}]),
        "on dataset": sorted(look(datasets=[{"dataset_name": "skin"}])),
        "on no dataset": look(datasets=[{"dataset_name": "none"}]),
        "in": sorted(look(filter_string="name IN ('m0', 'm2')")),
        "pages": [len(client.search_logged_models([number], max_results=2)), client.search_logged_models([number], max_results=5).token],
        "bad order": attempt(look, order_by=[{"field_name": "colour"}]).get("error_code"),
        "bad name": attempt(client.create_logged_model, number, name="a/b").get("error_code"),
        "unknown": attempt(client.get_logged_model, "m-" + "0" * 32),
        "no tag": attempt(client.delete_logged_model_tag, made[0].model_id, "none").get("error_code"),
    }
    client.delete_logged_model(made[2].model_id)
    seen["deleted"] = [attempt(client.get_logged_model, made[2].model_id), sorted(look())]
    return seen


def test_registry(client, experiment):
    number = experiment("registry")
    mlflow.set_experiment(experiment_id=number)
    with mlflow.start_run() as run:
        info = mlflow.onnx.log_model(tiny(), name="double")
    client.create_registered_model("lesions", tags={"team": "skin"}, description="what it is for")
    one = client.create_model_version("lesions", info.model_uri, run.info.run_id, tags={"a": "b"}, description="first", model_id=info.model_id)
    two = mlflow.register_model(f"runs:/{run.info.run_id}/double", "lesions")
    client.set_registered_model_alias("lesions", "champion", "1")
    client.set_model_version_tag("lesions", "1", "k", "v")
    client.set_registered_model_tag("lesions", "t", "u")
    model = client.get_registered_model("lesions")
    seen = {
        "versions": [one.version, two.version, one.status, two.status, one.description, one.tags],
        "model": [model.name, model.description, model.tags, {k: str(v) for k, v in model.aliases.items()}],
        "by alias": client.get_model_version_by_alias("lesions", "champion").version,
        "tags": client.get_model_version("lesions", "1").tags,
        "source": [client.get_model_version("lesions", v).run_id for v in "12"],
        "loaded": [n.op_type for n in mlflow.onnx.load_model("models:/lesions@champion").graph.node],
        "by number": [n.op_type for n in mlflow.onnx.load_model("models:/lesions/2").graph.node],
        "search": [v.version for v in client.search_model_versions("name = 'lesions'", order_by=["version_number ASC"])],
        "models": [m.name for m in client.search_registered_models("name LIKE 'les%'")],
        "taken": attempt(client.create_registered_model, "lesions")["error_code"],
        "unknown model": attempt(client.get_registered_model, "none")["error_code"],
        "unknown version": attempt(client.get_model_version, "lesions", "9")["error_code"],
        "unknown alias": attempt(client.get_model_version_by_alias, "lesions", "none")["error_code"],
        "bad alias": attempt(client.set_registered_model_alias, "lesions", "v1", "1")["error_code"],
        "empty name": attempt(client.create_registered_model, "")["error_code"],
    }
    client.update_model_version("lesions", "1", "changed")
    client.update_registered_model("lesions", "changed too")
    client.delete_model_version_tag("lesions", "1", "k")
    client.delete_registered_model_tag("lesions", "t")
    client.delete_registered_model_alias("lesions", "champion")
    seen["changed"] = [client.get_model_version("lesions", "1").description, client.get_registered_model("lesions").description]
    seen["without"] = [client.get_model_version("lesions", "1").tags, client.get_registered_model("lesions").tags, client.get_registered_model("lesions").aliases]
    return seen


def test_stages_of_old_clients(client, experiment):
    import warnings

    warnings.simplefilter("ignore")
    number = experiment("stages")
    run = client.create_run(number).info
    client.create_registered_model("staged")
    for _ in range(2):
        client.create_model_version("staged", f"{run.artifact_uri}/m", run.run_id)
    client.transition_model_version_stage("staged", "1", "Staging")
    client.transition_model_version_stage("staged", "2", "Staging")
    both = {v.version: v.current_stage for v in client.search_model_versions("name = 'staged'")}
    client.transition_model_version_stage("staged", "2", "Staging", archive_existing_versions=True)
    return {
        "both": both,
        "archived": {v.version: v.current_stage for v in client.search_model_versions("name = 'staged'")},
        "latest": [(v.version, v.current_stage) for v in client.get_latest_versions("staged", ["Staging"])],
        "no such stage": attempt(client.transition_model_version_stage, "staged", "1", "Somewhere")["error_code"],
    }
