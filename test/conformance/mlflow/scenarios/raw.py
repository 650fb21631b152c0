"""Requests as they go over the wire: shapes of answers, limits, messages, bad input."""
import json
import os

import requests

BASE = os.environ["MLFLOW_TRACKING_URI"]


def call(method, route, body=None, **query):
    answer = requests.request(method, f"{BASE}/api/2.0/{route}", json=body, params=query, timeout=30)
    try:
        content = answer.json()
    except ValueError:
        content = answer.text[:100]
    return {"status": answer.status_code, "body": ordered(content)}


def ordered(content):
    """Metrics, parameters and tags of a run come in no order that is promised."""
    if isinstance(content, list):
        content = [ordered(item) for item in content]
        keyed = all(isinstance(item, dict) and "key" in item and "run_id" not in item and "timestamp" not in item for item in content)
        return sorted(content, key=lambda item: item["key"]) if keyed else content
    if isinstance(content, dict):
        content = {name: ordered(item) for name, item in content.items()}
        if isinstance(content.get("data"), dict) and "metrics" in content["data"]:
            content["data"]["metrics"].sort(key=lambda item: item["key"])
    return content


def post(route, **body):
    return call("POST", f"mlflow/{route}", body)


def get(route, **query):
    return call("GET", f"mlflow/{route}", **query)


def test_shapes(client, experiment):
    number = experiment("shapes")
    made = post("runs/create", experiment_id=number, start_time=1_000, run_name="r", user_id="ada", tags=[{"key": "k", "value": "v"}])
    run = made["body"]["run"]["info"]["run_id"]
    seen = {"create": made}
    seen["log-metric"] = post("runs/log-metric", run_id=run, key="m", value=1.5, timestamp=10, step=2)
    seen["log-metric of texts"] = post("runs/log-metric", run_id=run, key="t", value="2.5", timestamp="11", step="3")
    seen["log-metric by run_uuid"] = post("runs/log-metric", run_uuid=run, key="m", value=2, timestamp=11)
    seen["log-metric NaN"] = post("runs/log-metric", run_id=run, key="nan", value="NaN", timestamp=10)
    seen["log-parameter"] = post("runs/log-parameter", run_id=run, key="p", value="1")
    seen["set-tag"] = post("runs/set-tag", run_id=run, key="t", value="1")
    seen["set-tag without value"] = post("runs/set-tag", run_id=run, key="u")
    seen["log-batch"] = post("runs/log-batch", run_id=run, metrics=[{"key": "b", "value": 1, "timestamp": 5}], params=[{"key": "c", "value": "d"}], tags=[])
    seen["get"] = get("runs/get", run_id=run)
    seen["get by run_uuid"] = get("runs/get", run_uuid=run)["status"]
    seen["search"] = post("runs/search", experiment_ids=[number])
    seen["search nothing"] = post("runs/search", experiment_ids=[number], filter="metrics.m > 100")
    seen["history"] = get("metrics/get-history", run_id=run, metric_key="m")
    seen["history of nothing"] = get("metrics/get-history", run_id=run, metric_key="none")
    seen["update"] = post("runs/update", run_id=run, status="FINISHED", end_time=2_000)
    seen["update by number"] = post("runs/update", run_id=run, status=4)
    seen["experiment"] = get("experiments/get", experiment_id=number)
    seen["default experiment"] = get("experiments/get", experiment_id="0")["body"]["experiment"]["name"]
    seen["by name"] = get("experiments/get-by-name", experiment_name="shapes")
    seen["search by GET"] = call("GET", "mlflow/experiments/search", max_results=1, filter="name = 'shapes'")
    seen["artifacts"] = get("artifacts/list", run_id=run)
    seen["unknown field"] = post("runs/set-tag", run_id=run, key="x", value="y", colour="red")
    return seen


def test_missing_and_wrong(client, experiment):
    number = experiment("wrong")
    run = client.create_run(number, start_time=1).info.run_id
    zero = "0" * 32
    calls = {
        "no name": lambda: post("experiments/create"),
        "name of another type": lambda: post("experiments/create", name=5),
        "no experiment": lambda: get("experiments/get"),
        "experiment that is no number": lambda: get("experiments/get", experiment_id="abc"),
        "unknown experiment": lambda: get("experiments/get", experiment_id="99999"),
        "no run": lambda: get("runs/get"),
        "unknown run": lambda: get("runs/get", run_id=zero),
        "metric without key": lambda: post("runs/log-metric", run_id=run, value=1, timestamp=1),
        "metric without value": lambda: post("runs/log-metric", run_id=run, key="a", timestamp=1),
        "metric without time": lambda: post("runs/log-metric", run_id=run, key="a", value=1),
        "metric that is no number": lambda: post("runs/log-metric", run_id=run, key="a", value="x", timestamp=1),
        "metric at a negative time": lambda: post("runs/log-metric", run_id=run, key="a", value=1, timestamp=-1),
        "metric with a long key": lambda: post("runs/log-metric", run_id=run, key="k" * 251, value=1, timestamp=1),
        "metric with an odd key": lambda: post("runs/log-metric", run_id=run, key="a?b", value=1, timestamp=1),
        "metric with a key upwards": lambda: post("runs/log-metric", run_id=run, key="../a", value=1, timestamp=1),
        "metric with an absolute key": lambda: post("runs/log-metric", run_id=run, key="/a", value=1, timestamp=1),
        "metric of unknown run": lambda: post("runs/log-metric", run_id=zero, key="a", value=1, timestamp=1),
        "parameter with a long key": lambda: post("runs/log-parameter", run_id=run, key="k" * 251, value="1"),
        "parameter with an odd key": lambda: post("runs/log-parameter", run_id=run, key="a*", value="1"),
        "tag with a long key": lambda: post("runs/set-tag", run_id=run, key="k" * 251, value="1"),
        "tag with an odd key": lambda: post("runs/set-tag", run_id=run, key="a//b", value="1"),
        "experiment tag too long": lambda: post("experiments/set-experiment-tag", experiment_id=number, key="a", value="x" * 20_001),
        "batch without run": lambda: post("runs/log-batch", metrics=[]),
        "batch without key": lambda: post("runs/log-batch", run_id=run, metrics=[{"value": 1, "timestamp": 1}]),
        "batch without value": lambda: post("runs/log-batch", run_id=run, metrics=[{"key": "a", "timestamp": 1}]),
        "batch with a long key": lambda: post("runs/log-batch", run_id=run, metrics=[{"key": "b", "value": 1, "timestamp": 1}, {"key": "k" * 251, "value": 1, "timestamp": 1}]),
        "batch with an odd parameter": lambda: post("runs/log-batch", run_id=run, params=[{"key": "b?", "value": "1"}]),
        "batch with an odd tag": lambda: post("runs/log-batch", run_id=run, tags=[{"key": "b?", "value": "1"}]),
        "too many metrics": lambda: post("runs/log-batch", run_id=run, metrics=[{"key": "a", "value": i, "timestamp": i} for i in range(1_001)]),
        "too many parameters": lambda: post("runs/log-batch", run_id=run, params=[{"key": f"p{i}", "value": "1"} for i in range(101)]),
        "too many tags": lambda: post("runs/log-batch", run_id=run, tags=[{"key": f"p{i}", "value": "1"} for i in range(101)]),
        "too many together": lambda: post("runs/log-batch", run_id=run, metrics=[{"key": "a", "value": i, "timestamp": i} for i in range(950)], params=[{"key": f"p{i}", "value": "1"} for i in range(60)]),
        "parameters twice": lambda: post("runs/log-batch", run_id=run, params=[{"key": "p", "value": "1"}, {"key": "p", "value": "1"}]),
        "history without key": lambda: get("metrics/get-history", run_id=run),
        "history of unknown run": lambda: get("metrics/get-history", run_id=zero, metric_key="a"),
        "history of no rows": lambda: get("metrics/get-history", run_id=run, metric_key="a", max_results=0),
        "search of another type": lambda: post("runs/search", experiment_ids="0"),
        "model without fields": lambda: post("runs/log-model", run_id=run, model_json='{"run_id": "x", "flavors": {}, "utc_time_created": "now"}'),
        "model that is no JSON": lambda: post("runs/log-model", run_id=run, model_json="{"),
        "artifacts upwards": lambda: get("artifacts/list", run_id=run, path="../x"),
    }
    seen = {what: ask() for what, ask in calls.items()}
    # Nothing of what was refused may be there.
    left = client.get_run(run).data
    seen["left behind"] = {"metrics": left.metrics, "params": left.params, "tags": sorted(left.tags)}
    return seen


def test_histories(client, experiment):
    number = experiment("histories")
    runs = [client.create_run(number, start_time=i).info.run_id for i in (1, 2)]
    for n, run in enumerate(runs):
        metrics = [{"key": "m", "value": i * (n + 1), "timestamp": 10 + i, "step": i} for i in range(100)]
        post("runs/log-batch", run_id=run, metrics=metrics)
    pages, token = [], None
    while True:
        page = get("metrics/get-history", run_id=runs[0], metric_key="m", max_results=40, **({"page_token": token} if token else {}))["body"]
        pages.append([m["step"] for m in page["metrics"]])
        token = page.get("next_page_token")
        if not token:
            break
    bulk = requests.get(f"{BASE}/ajax-api/2.0/mlflow/metrics/get-history-bulk", params={"run_id": runs, "metric_key": "m", "max_results": 150}, timeout=30).json()["metrics"]
    counts = sorted(sum(m["run_id"] == run for m in bulk) for run in runs)
    interval = lambda **kw: [
        (m["run_id"], m["step"], m["value"], m["timestamp"]) for m in get("metrics/get-history-bulk-interval", run_ids=runs, metric_key="m", **kw)["body"].get("metrics", [])
    ]
    return {
        "pages": pages,
        "bulk": counts,
        "bulk shape": sorted(bulk[0]),
        "interval": interval(max_results=7),
        "interval of one": interval(max_results=1),
        "interval of all": len(interval(max_results=1_000)),
        "interval in range": interval(max_results=5, start_step=20, end_step=40),
        "half a range": get("metrics/get-history-bulk-interval", run_ids=runs, metric_key="m", start_step=3),
        "wrong range": get("metrics/get-history-bulk-interval", run_ids=runs, metric_key="m", start_step=3, end_step=1),
        "too many wanted": get("metrics/get-history-bulk-interval", run_ids=runs, metric_key="m", max_results=2_501),
        "no runs": get("metrics/get-history-bulk-interval", metric_key="m"),
    }


def test_pages_of_a_history(client, experiment):
    run = client.create_run(experiment("pages of a history"), start_time=1).info.run_id
    post("runs/log-batch", run_id=run, metrics=[{"key": "m", "value": i, "timestamp": 100 - i, "step": i} for i in range(6)])
    steps = lambda **more: [m["step"] for m in get("metrics/get-history", run_id=run, metric_key="m", **more)["body"]["metrics"]]
    return {"whole": sorted(steps()), "page": steps(max_results=2)}


def test_artifact_proxy(client, experiment):
    number = experiment("proxy")
    run = client.create_run(number, start_time=1).info
    root = run.artifact_uri.removeprefix("mlflow-artifacts:/").lstrip("/")
    put = lambda path, data: requests.put(f"{BASE}/api/2.0/mlflow-artifacts/artifacts/{path}", data=data, timeout=30)
    fetch = lambda path: requests.get(f"{BASE}/api/2.0/mlflow-artifacts/artifacts/{path}", timeout=30)
    listed = lambda path: call("GET", "mlflow-artifacts/artifacts", path=path)
    seen = {"put": [put(f"{root}/a/b.bin", b"\x00\x01").status_code, put(f"{root}/c.json", b'{"a": 1}').status_code, put(f"{root}/empty", b"").status_code]}
    seen["get"] = [fetch(f"{root}/a/b.bin").content.hex(), fetch(f"{root}/c.json").text, fetch(f"{root}/empty").content.hex()]
    seen["attachment"] = fetch(f"{root}/c.json").headers["content-disposition"].split(";")[0]
    seen["root"] = listed(root)
    seen["folder"] = listed(f"{root}/a")
    seen["replaced"] = [put(f"{root}/c.json", b"other").status_code, fetch(f"{root}/c.json").text]
    seen["missing"] = [fetch(f"{root}/none").status_code, fetch(f"{root}/none").json()["error_code"]]
    seen["get-artifact"] = requests.get(f"{BASE}/get-artifact", params={"run_id": run.run_id, "path": "c.json"}, timeout=30).text
    seen["upwards"] = [fetch(f"{root}/%2e%2e/%2e%2e/x").status_code, put(f"{root}/%2e%2e/%2e%2e/x", b"1").status_code, listed(f"{root}/../..")["status"]]
    seen["deleted"] = [requests.delete(f"{BASE}/api/2.0/mlflow-artifacts/artifacts/{root}/a", timeout=30).status_code, [f["path"] for f in listed(root)["body"]["files"]]]
    return seen


def test_misc(client, experiment):
    return {
        "health": requests.get(f"{BASE}/health", timeout=30).text,
        "info": {k: v for k, v in requests.get(f"{BASE}/api/3.0/mlflow/server-info", timeout=30).json().items() if k in ("store_type", "workspaces_enabled")},
        "ajax": requests.get(f"{BASE}/ajax-api/2.0/mlflow/experiments/get", params={"experiment_id": "0"}, timeout=30).json()["experiment"]["name"],
        "no route": requests.get(f"{BASE}/api/2.0/mlflow/none", timeout=30).status_code,
    }
