"""The filter grammar and order_by."""
from mlflow.entities import ViewType
from run import attempt

LOSSES = [0.3, 0.1, float("nan"), None, 0.2, 0.2, float("inf")]
FILTERS = [
    "",
    "metrics.loss < 0.25",
    "metrics.loss <= 0.2 and metrics.loss >= 0.2",
    "metrics.loss != 0.2",
    "metrics.loss = 0.1",
    "metrics.`val/loss a` > 1",
    'metrics."val/loss a" > 1.5',
    "metric.loss > -1e-3",
    "params.lr = '0.1'",
    'params.lr = "0.1"',
    "params.lr != '0.1'",
    "param.`odd name` LIKE '%x%'",
    "params.lr ILIKE '0._'",
    "parameters.none = 'a'",
    "params.`odd name` IS NULL",
    "params.`odd name` IS NOT NULL",
    "tags.team = 'Skin'",
    "tags.team LIKE 'S%'",
    "tags.team LIKE 's%'",
    "tags.team ILIKE 's%'",
    "tags.team like 'S%' AND params.lr = '0.0'",
    "tag.`dotted.key` = 'v'",
    "tags.dotted.key = 'v'",
    "tags.team IS NOT NULL",
    "attributes.status = 'FINISHED'",
    "attributes.status != 'FINISHED'",
    "attributes.status LIKE 'F%'",
    "attribute.run_name = 'run 2'",
    "run_name LIKE 'run %'",
    "run_name != 'run 2'",
    "`Run name` = 'run 1'",
    "attributes.start_time > 1002",
    "start_time >= 1002 and start_time <= 1003",
    "created = 1001",
    "end_time > 0",
    "user_id = 'ada'",
    "attributes.artifact_uri LIKE 'mlflow-artifacts%'",
    "run_name = \"run 3\"",
    # What is no filter.
    "metrics.loss",
    "metrics.loss <",
    "metrics.loss < 'a'",
    "metrics.loss LIKE 'a'",
    "params.lr < '1'",
    "params.lr = 1",
    "params.lr = 0.1 or params.lr = '0.2'",
    "weights.a = '1'",
    "attributes.colour = 'red'",
    "attributes.start_time = 'now'",
    "metrics.loss IS NULL",
    "run_id IN ()",
    "run_name IN ('a')",
    "dataset.colour = 'x'",
    "metrics.loss < 1; drop table runs",
    "params.lr = '0.1' and",
    "params.lr = '0.1",
]
ORDERS = [
    [],
    ["metrics.loss"],
    ["metrics.loss ASC"],
    ["metrics.loss DESC"],
    ["metrics.loss desc", "attributes.start_time ASC"],
    ["params.lr DESC"],
    ["params.`odd name`"],
    ["tags.team", "metrics.loss DESC"],
    ["start_time ASC"],
    ["attributes.start_time DESC"],
    ["run_name"],
    ["status", "start_time"],
    ["end_time DESC"],
    ["`metrics`.`val/loss a` DESC"],
    ['metrics."val/loss a"'],
    ["metrics.loss", "metrics.loss DESC"],
    ["metrics.loss SIDEWAYS"],
    ["metrics.loss ASC DESC"],
    ["colour"],
    ["dataset.name"],
]


def make(client, number):
    names = {}
    for i, loss in enumerate(LOSSES):
        run = client.create_run(number, start_time=1_000 + i, run_name=f"run {i}")
        run_id = run.info.run_id
        names[run_id] = i
        if loss is not None:
            client.log_metric(run_id, "loss", 9.0, timestamp=1, step=0)
            client.log_metric(run_id, "loss", loss, timestamp=1, step=1)
        if i % 2 == 0:
            client.log_metric(run_id, "val/loss a", i, timestamp=1)
        client.log_param(run_id, "lr", f"0.{i // 2}")
        if i in (1, 4):
            client.log_param(run_id, "odd name", f"x{i}")
        if i < 4:
            client.set_tag(run_id, "team", ["Skin", "skin", "chest", "S"][i])
        if i == 5:
            client.set_tag(run_id, "dotted.key", "v")
        if i in (2, 3):
            client.set_terminated(run_id, status="FINISHED" if i == 2 else "FAILED", end_time=2_000 + i)
    return names


def short(result):
    """Of an error what two servers can agree on: MLflow prints sets in an order that changes from run to run."""
    if isinstance(result, dict) and "raises" in result:
        return {"raises": result["raises"], "error_code": result["error_code"]}
    return result


def test_filters(client, experiment):
    number = experiment("filters")
    names = make(client, number)
    look = lambda text: [names[r.info.run_id] for r in client.search_runs([number], text)]
    return {text: short(attempt(look, text)) for text in FILTERS}


def test_orders(client, experiment):
    number = experiment("orders")
    names = make(client, number)
    look = lambda order: [names[r.info.run_id] for r in client.search_runs([number], order_by=order)]
    seen = {str(order): short(attempt(look, order)) for order in ORDERS}
    both = lambda: [names[r.info.run_id] for r in client.search_runs([number], "metrics.`val/loss a` < 5", order_by=["metrics.loss DESC"])]
    seen["filtered by another"] = both()
    return seen


def test_pages_and_views(client, experiment):
    number, other = experiment("pages"), experiment("pages, other")
    names = make(client, number)
    far = client.create_run(other, start_time=1_500, run_name="far").info.run_id
    names[far] = "far"
    seen = {}
    for order in ([], ["metrics.loss DESC"], ["params.lr"]):
        token, pages = None, []
        while True:
            page = client.search_runs([number], max_results=3, order_by=order, page_token=token)
            pages.append([names[r.info.run_id] for r in page])
            token = page.token
            if not token:
                break
        seen[f"pages {order}"] = pages
    gone = [run_id for run_id, i in names.items() if i in (0, 5)]
    for run_id in gone:
        client.delete_run(run_id)
    view = lambda kind: [names[r.info.run_id] for r in client.search_runs([number], run_view_type=kind, order_by=["metrics.loss"])]
    seen["active"] = view(ViewType.ACTIVE_ONLY)
    seen["deleted"] = view(ViewType.DELETED_ONLY)
    seen["all"] = view(ViewType.ALL)
    seen["two experiments"] = [names[r.info.run_id] for r in client.search_runs([number, other])]
    seen["two, by a metric"] = [names[r.info.run_id] for r in client.search_runs([number, other], order_by=["metrics.loss"])]
    first = next(iter(names))
    seen["by id"] = [names[r.info.run_id] for r in client.search_runs([number], f"run_id IN ('{first}', '{far}')", ViewType.ALL)]
    seen["no experiments"] = len(client.search_runs([]))
    seen["no results wanted"] = attempt(client.search_runs, [number], max_results=0)
    seen["too many wanted"] = attempt(client.search_runs, [number], max_results=50_001)["error_code"]
    seen["no token"] = attempt(client.search_runs, [number], page_token="bm8=")["error_code"]
    return seen
