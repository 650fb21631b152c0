"""Asks an Osler server through the client that MLflow has for its own scoring servers. Prints what it saw as JSON."""

import base64
import json
import sys

import numpy as np
import pandas as pd
from mlflow.pyfunc.scoring_server.client import ScoringServerClient

host, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
text = base64.b64encode(open(path, "rb").read()).decode()
client = ScoringServerClient(host, port)
client.wait_server_ready(timeout=10)
frame = pd.DataFrame({"image": [text, text], "key": ["patient 1", "patient 2"]})
answers = client.invoke(frame).get_predictions()
seen = {
    "version": client.get_version(),
    "columns": list(answers.columns),
    "labels": answers["label"].tolist(),
    "probabilities": answers["probabilities"].tolist(),
    "tensor": client.invoke(np.zeros((2, 3, 16, 16))).get_predictions()["label"].tolist(),
}
try:
    client.invoke(pd.DataFrame({"image": ["not base64 @@"]}))
except Exception as error:
    seen["refused"] = str(error)
print(json.dumps(seen))
