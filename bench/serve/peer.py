"""The usual way to serve an ONNX classifier: FastAPI, Pillow, NumPy, onnxruntime. Started by bench/serve/sides.ts.

MODEL, LABELS (JSON), SIZE, MEAN, STD (JSON) come from the environment, and what tuning turns: THREADS of a session (0: the
runtime's own choice), SPIN (whether they spin between layers), DRAFT (Pillow's scaled decoding), ASYNC (the endpoint as many
tutorials write it, which blocks the event loop; a plain `def` runs in FastAPI's thread pool).
"""
import io
import json
import os

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI, UploadFile
from PIL import Image

options = ort.SessionOptions()
options.intra_op_num_threads = int(os.environ["THREADS"])
options.add_session_config_entry("session.intra_op.allow_spinning", os.environ["SPIN"])
session = ort.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
labels = json.loads(os.environ["LABELS"])
size = int(os.environ["SIZE"])
mean = np.array(json.loads(os.environ["MEAN"]), np.float32)
std = np.array(json.loads(os.environ["STD"]), np.float32)
draft = os.environ["DRAFT"] == "1"
app = FastAPI()


@app.get("/health/ready")
def ready():
    return {"status": "ready"}


def answer(data):
    image = Image.open(io.BytesIO(data))
    if draft:
        image.draft("RGB", (size, size))
    image = image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
    x = (np.asarray(image, np.float32) / 255 - mean) / std
    (logits,) = session.run(["logits"], {session.get_inputs()[0].name: x.transpose(2, 0, 1)[None]})
    e = np.exp(logits[0] - logits[0].max())
    p = e / e.sum()
    return {"label": labels[int(p.argmax())], "probabilities": dict(zip(labels, map(float, p)))}


if os.environ["ASYNC"] == "1":

    @app.post("/predict/image")
    async def predict(file: UploadFile):
        return answer(await file.read())

else:

    @app.post("/predict/image")
    def predict(file: UploadFile):
        return answer(file.file.read())
