"""The registry as it goes over the wire: whole answers, limits and messages, the search grammar, copies, prompts, stages."""
from mlflow.exceptions import MlflowException

from .raw import call, get, post

MODELS = "registered-models"
VERSIONS = "model-versions"


def patch(route, **body):
    return call("PATCH", f"mlflow/{route}", body)


def delete(route, **body):
    return call("DELETE", f"mlflow/{route}", body)


def code(answer):
    """Where the sentence is SQLAlchemy's own: the status and the code."""
    return [answer["status"], answer["body"].get("error_code")]


def test_models(client, experiment):
    seen = {
        "create": post(f"{MODELS}/create", name="whole", description="d", tags=[{"key": "a", "value": "b"}]),
        "create bare": post(f"{MODELS}/create", name="bare"),
        "taken": post(f"{MODELS}/create", name="whole"),
        "no name": post(f"{MODELS}/create"),
        "empty name": post(f"{MODELS}/create", name=""),
        "blank name": post(f"{MODELS}/create", name="  "),
        "slash": post(f"{MODELS}/create", name="a/b"),
        "colon": post(f"{MODELS}/create", name="a:b"),
        "dots": post(f"{MODELS}/create", name=".."),
        "empty tag": post(f"{MODELS}/create", name="x", tags=[{"key": "", "value": "b"}]),
        "get": get(f"{MODELS}/get", name="whole"),
        "unknown": get(f"{MODELS}/get", name="nothing"),
        "get nothing": get(f"{MODELS}/get"),
        "set tag": post(f"{MODELS}/set-tag", name="whole", key="k", value="v"),
        "set tag again": post(f"{MODELS}/set-tag", name="whole", key="k", value="w"),
        "tag of unknown": post(f"{MODELS}/set-tag", name="nothing", key="k", value="v"),
        "long key": post(f"{MODELS}/set-tag", name="whole", key="k" * 251, value="v"),
        "long value": post(f"{MODELS}/set-tag", name="whole", key="k", value="v" * 100_001),
        "delete tag": delete(f"{MODELS}/delete-tag", name="whole", key="a"),
        "delete tag again": delete(f"{MODELS}/delete-tag", name="whole", key="a"),
        "update": patch(f"{MODELS}/update", name="whole", description="e"),
        "update without": patch(f"{MODELS}/update", name="whole"),
        "rename": post(f"{MODELS}/rename", name="whole", new_name="other"),
        "rename to taken": code(post(f"{MODELS}/rename", name="other", new_name="bare")),
        "rename unknown": post(f"{MODELS}/rename", name="nothing", new_name="y"),
        "rename to nothing": post(f"{MODELS}/rename", name="other"),
        "delete": delete(f"{MODELS}/delete", name="other"),
        "deleted": get(f"{MODELS}/get", name="other"),
        "delete again": delete(f"{MODELS}/delete", name="other"),
        "its name again": post(f"{MODELS}/create", name="other"),
        "its versions": get(f"{VERSIONS}/search", filter="name = 'other'"),
    }
    return seen


def test_versions(client, experiment):
    number = experiment("wire versions")
    run = client.create_run(number).info
    other = client.create_run(number).info
    name = {"name": "wired"}
    post(f"{MODELS}/create", **name)
    create = lambda **body: post(f"{VERSIONS}/create", **name, **body)
    seen = {
        "of a run": create(source=f"runs:/{run.run_id}/m", run_id=run.run_id, description="v", tags=[{"key": "t", "value": "u"}], run_link="http://x"),
        "of artifacts": create(source=f"{run.artifact_uri}/m", run_id=run.run_id),
        "elsewhere": create(source="s3://bucket/m"),
        "copy": create(source="models:/wired/1"),
        "copy of a copy": create(source="models:/wired/4"),
        "download uris": [get(f"{VERSIONS}/get-download-uri", **name, version=str(v)) for v in range(1, 7)],
        "no source": create(),
        "no model": post(f"{VERSIONS}/create", name="nothing", source="s3://bucket/m"),
        "local": create(source="/etc"),
        "local file": create(source="file:///etc"),
        "upwards": create(source="mlflow-artifacts:/1/../x"),
        "upwards, encoded": create(source="s3://bucket/%2e%2e/x"),
        "run of another": create(source=f"runs:/{run.run_id}/m", run_id=other.run_id),
        "run without id": create(source=f"runs:/{run.run_id}/m"),
        "artifacts of another": create(source=f"{run.artifact_uri}/m", run_id=other.run_id),
        "artifacts without run": create(source=f"{run.artifact_uri}/m"),
        "get": get(f"{VERSIONS}/get", **name, version="1"),
        "unknown": get(f"{VERSIONS}/get", **name, version="99"),
        "no number": get(f"{VERSIONS}/get", **name, version="x"),
        "no version": get(f"{VERSIONS}/get", **name),
        "update": patch(f"{VERSIONS}/update", **name, version="1", description="new"),
        "update without": patch(f"{VERSIONS}/update", **name, version="2"),
        "set tag": post(f"{VERSIONS}/set-tag", **name, version="1", key="k", value="v"),
        "set tag without value": post(f"{VERSIONS}/set-tag", **name, version="1", key="k"),
        "tag of unknown": post(f"{VERSIONS}/set-tag", **name, version="9", key="k", value="v"),
        "delete tag": delete(f"{VERSIONS}/delete-tag", **name, version="1", key="k"),
        "delete tag again": delete(f"{VERSIONS}/delete-tag", **name, version="1", key="k"),
        "alias": post(f"{MODELS}/alias", **name, alias="best", version="2"),
        "alias moved": post(f"{MODELS}/alias", **name, alias="best", version="1"),
        "second alias": post(f"{MODELS}/alias", **name, alias="worst", version="1"),
        "alias latest": post(f"{MODELS}/alias", **name, alias="latest", version="1"),
        "alias v1": post(f"{MODELS}/alias", **name, alias="v1", version="1"),
        "alias of blanks": post(f"{MODELS}/alias", **name, alias="a b", version="1"),
        "alias of unknown": post(f"{MODELS}/alias", **name, alias="c", version="77"),
        "by alias": get(f"{MODELS}/alias", **name, alias="best"),
        "by latest": get(f"{MODELS}/alias", **name, alias="latest"),
        "by unknown alias": get(f"{MODELS}/alias", **name, alias="nothing"),
        "model": get(f"{MODELS}/get", **name),
        "staging": post(f"{VERSIONS}/transition-stage", **name, version="1", stage="staging", archive_existing_versions=False),
        "staging, others archived": post(f"{VERSIONS}/transition-stage", **name, version="2", stage="Staging", archive_existing_versions=True),
        "no such stage": post(f"{VERSIONS}/transition-stage", **name, version="2", stage="nonsense", archive_existing_versions=False),
        "stage not active": post(f"{VERSIONS}/transition-stage", **name, version="2", stage="Archived", archive_existing_versions=True),
        "production": post(f"{VERSIONS}/transition-stage", **name, version="3", stage="Production"),
        "latest versions": post(f"{MODELS}/get-latest-versions", **name),
        "latest of a stage": post(f"{MODELS}/get-latest-versions", **name, stages=["Staging"]),
        "latest of no stage": post(f"{MODELS}/get-latest-versions", **name, stages=["x"]),
        "by stages": get(f"{MODELS}/get", **name),
        "delete": delete(f"{VERSIONS}/delete", **name, version="1"),
        "deleted": get(f"{VERSIONS}/get", **name, version="1"),
        "delete again": delete(f"{VERSIONS}/delete", **name, version="1"),
        "its alias": get(f"{MODELS}/alias", **name, alias="best"),
        "number after": create(source="s3://bucket/n"),
        "delete alias": delete(f"{MODELS}/alias", **name, alias="worst"),
    }
    return seen


def test_search(client, experiment):
    for name, tags in [("Nevus A", {"ward": "A3"}), ("nevus_b", {"ward": "B1", "x y": "1"}), ("zoster", {})]:
        client.create_registered_model(name, tags)
        for n in range(2):
            client.create_model_version(name, f"s3://bucket/{n}", tags={"n": str(n)})
    models = lambda **query: outcome(get(f"{MODELS}/search", **query), "registered_models", lambda m: m["name"])
    versions = lambda **query: outcome(get(f"{VERSIONS}/search", **query), "model_versions", lambda v: f"{v['name']} {v['version']}")
    ours = "name ILIKE 'nevus%'"
    seen = {f"models {text}": models(filter=text) for text in [
        ours, "name LIKE 'nevus%'", "name LIKE 'n_vus%'", "name = 'zoster'", "name != 'zoster' AND name ILIKE 'n%'", "name IN ('zoster', 'x')",
        f"{ours} AND tags.ward = 'A3'", f"{ours} and tag.ward != 'A3'", f"{ours} AND tags.`x y` = '1'", f'{ours} AND tags."x y" = "1"', f"{ours} AND tags.ward LIKE '%3'",
        "name > 'a'", "foo = 'x'", "name = x", "name = 3", "name = 'a' OR name = 'b'", "tags.ward IN ('A3')", "name", "params.x = '1'",
    ]}
    seen |= {f"versions {text}": versions(filter=text) for text in [
        ours, f"{ours} AND version_number > 1", f"{ours} AND version_number != 1", f"{ours} AND version_number <= 1", f"{ours} AND tags.n = '1'",
        f"{ours} AND source_path = 's3://bucket/1'", f"{ours} AND source_path LIKE '%/0'", "run_id IN ('a', 'b')",
        "version_number > 1.5", "version_number LIKE '1'", "source_path IN ('x')", "stage = 'x'",
    ]}
    orders = [["name DESC"], ["name ASC", "version_number ASC"], ["version_number DESC", "name ASC"], ["creation_timestamp ASC"], ["stage ASC"]]
    seen |= {f"versions by {order}": versions(filter=ours, order_by=order) for order in orders}
    seen |= {f"models by {order}": models(filter=ours, order_by=order) for order in [["name DESC"], ["timestamp ASC"], ["creation_timestamp ASC"], ["last_updated_timestamp DESC"]]}
    pages, token = [], None
    while token is not None or not pages:
        page = client.search_model_versions(ours, max_results=3, order_by=["name ASC", "version_number ASC"], page_token=token)
        pages.append([f"{v.name} {v.version}" for v in page])
        token = page.token or None
    seen["pages"] = pages
    seen["pages of models"] = [[m.name for m in client.search_registered_models(ours, max_results=1)], bool(client.search_registered_models(ours, max_results=1).token)]
    seen["broken token"] = code(get(f"{MODELS}/search", page_token="zzz"))
    seen["too many"] = [code(get(f"{MODELS}/search", max_results=5000)), code(get(f"{VERSIONS}/search", max_results=300_000)), code(get(f"{VERSIONS}/search", max_results=0))]
    return seen


def outcome(answer, field, name):
    if answer["status"] != 200:
        # Of a Python set: in another order each time.
        answer["body"]["message"] = answer["body"]["message"].split("Valid keys are")[0]
        return answer
    return [name(item) for item in answer["body"].get(field, [])]


def test_prompts(client, experiment):
    import mlflow

    mlflow.genai.register_prompt("asking", "What is {{this}}?", commit_message="first", tags={"a": "b"})
    mlflow.genai.register_prompt("asking", "What is {{this}} then?")
    mlflow.genai.set_prompt_alias("asking", alias="live", version=1)
    loaded = mlflow.genai.load_prompt("prompts:/asking@live")
    return {
        "loaded": [loaded.template, loaded.version, loaded.commit_message],
        "by number": mlflow.genai.load_prompt("asking", version=2).template,
        "prompts": [p.name for p in mlflow.genai.search_prompts("name = 'asking'")],
        "not among models": [m.name for m in client.search_registered_models("name = 'asking'")],
        "model of that name": code(post(f"{MODELS}/create", name="asking")),
        "source": code(post(f"{VERSIONS}/create", name="asking", source="s3://x", tags=[{"key": "mlflow.prompt.is_prompt", "value": "true"}])),
    }


def test_copies(client, experiment):
    client.create_registered_model("first")
    client.create_model_version("first", "s3://bucket/x", tags={"a": "b"})
    copied = client.copy_model_version("models:/first/1", "second")
    return {
        "copy": [copied.name, copied.version, copied.source],
        "where": client.get_model_version_download_uri("second", "1"),
        "unknown": raises(lambda: client.copy_model_version("models:/first/9", "second")),
    }


def raises(function):
    try:
        function()
    except MlflowException as error:
        return error.error_code
    return None


def test_a_name_again(client, experiment):
    client.create_registered_model("again")
    first = client.create_model_version("again", "s3://bucket/one").version
    client.delete_registered_model("again")
    client.create_registered_model("again")
    return {"first": int(first), "second": int(client.create_model_version("again", "s3://bucket/two").version)}
