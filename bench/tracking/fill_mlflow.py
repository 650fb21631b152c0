"""Writes runs from standard input (a line of JSON each) straight into the tables of MLflow's store, which its server has made."""
import json
import sys

from sqlalchemy import create_engine, text

# Without it psycopg2 sends a row at a time.
batched = {"executemany_mode": "values_plus_batch"} if sys.argv[1].startswith("postgresql") else {}
engine = create_engine(sys.argv[1], **batched)
experiment = int(sys.argv[2])
RUNS = text(
    "insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,"
    " source_version, lifecycle_stage, artifact_uri, experiment_id)"
    " values (:id, :name, 'UNKNOWN', '', '', 'bench', 'FINISHED', :start, :end, '', 'active', :uri, :experiment)"
)
METRICS = "(key, value, timestamp, step, is_nan, run_uuid) values (:key, :value, :start, 1, :nan, :id)"
PARAMS = text("insert into params (key, value, run_uuid) values (:key, :value, :id)")
TAGS = text("insert into tags (key, value, run_uuid) values ('mlflow.runName', :name, :id)")


def write(batch):
    with engine.begin() as db:
        db.execute(RUNS, [{**r, "end": r["start"] + 500, "uri": f"mlflow-artifacts:/{experiment}/{r['id']}/artifacts", "experiment": experiment} for r in batch])
        rows = [{"key": k, "value": v, "start": r["start"], "nan": False, "id": r["id"]} for r in batch for k, v in r["metrics"]]
        for table in ("metrics", "latest_metrics"):
            db.execute(text(f"insert into {table} {METRICS}"), rows)
        db.execute(PARAMS, [{"key": k, "value": v, "id": r["id"]} for r in batch for k, v in r["params"]])
        db.execute(TAGS, [{"name": r["name"], "id": r["id"]} for r in batch])


batch = []
for line in sys.stdin:
    batch.append(json.loads(line))
    if len(batch) == 5_000:
        write(batch)
        batch = []
if batch:
    write(batch)
with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
    db.execute(text("analyze"))
