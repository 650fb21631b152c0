"""The usual way to serve an ONNX classifier: FastAPI, Pillow, NumPy, onnxruntime. Started by bench/serve/run.ts.

A plain `def` endpoint runs in FastAPI's thread pool, so that answers don't block each other.
MODEL, LABELS (JSON), SIZE, MEAN, STD (JSON) and THREADS come from the environment.
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
session = ort.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
labels = json.loads(os.environ["LABELS"])
size = int(os.environ["SIZE"])
mean = np.array(json.loads(os.environ["MEAN"]), np.float32)
std = np.array(json.loads(os.environ["STD"]), np.float32)
app = FastAPI()


@app.get("/health/ready")
def ready():
    return {"status": "ready"}


@app.post("/predict/image")
def predict(file: UploadFile):
    image = Image.open(io.BytesIO(file.file.read())).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
    x = (np.asarray(image, np.float32) / 255 - mean) / std
    (logits,) = session.run(["logits"], {session.get_inputs()[0].name: x.transpose(2, 0, 1)[None]})
    e = np.exp(logits[0] - logits[0].max())
    p = e / e.sum()
    return {"label": labels[int(p.argmax())], "probabilities": dict(zip(labels, map(float, p)))}
