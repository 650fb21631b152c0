"""Asks an Osler server through Triton's own HTTP client, the one that KServe's users have. Prints what it saw as JSON."""

import json
import sys

import numpy as np
import tritonclient.http as http

url, image_path, pixels_path, side = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
mean, std = json.loads(sys.argv[5]), json.loads(sys.argv[6])
image = open(image_path, "rb").read()
pixels = np.fromfile(pixels_path, dtype=np.uint8).reshape(1, side, side, 3)
client = http.InferenceServerClient(url)
seen = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "model": client.is_model_ready("skin"),
    "version": client.is_model_ready("skin", "1"),
    "other": client.is_model_ready("other"),
    "extensions": client.get_server_metadata()["extensions"],
    "metadata": client.get_model_metadata("skin"),
}


def ask(tensor, **how):
    result = client.infer("skin", [tensor], **how)
    return {
        "label": result.as_numpy("label").astype(str).tolist(),
        "probabilities": result.as_numpy("probabilities").tolist(),
        "response": {key: value for key, value in result.get_response().items() if key != "outputs"},
    }


def files(count, binary):
    tensor = http.InferInput("image", [count], "BYTES")
    tensor.set_data_from_numpy(np.array([image] * count, dtype=np.object_), binary_data=binary)
    return tensor


def outputs(binary):
    return [http.InferRequestedOutput(name, binary_data=binary) for name in ("label", "probabilities")]


seen["binary"] = ask(files(3, True), outputs=outputs(True), request_id="seven")
seen["mixed"] = ask(files(1, True), outputs=outputs(False), model_version="1")
seen["all"] = ask(files(1, True))
raw = http.InferInput("pixels", list(pixels.shape), "UINT8")
raw.set_data_from_numpy(pixels)
seen["pixels"] = ask(raw)
normalised = ((pixels.astype(np.float32) / 255 - np.array(mean)) / np.array(std)).transpose(0, 3, 1, 2)
for binary in (True, False):
    graph = http.InferInput("images", list(normalised.shape), "FP32")
    graph.set_data_from_numpy(np.ascontiguousarray(normalised, dtype=np.float32), binary_data=binary)
    seen["graph" if binary else "graph in JSON"] = ask(graph, outputs=outputs(binary))
try:
    client.infer("skin", [http.InferInput("x", [1], "BYTES").set_data_from_numpy(np.array([b"x"], dtype=np.object_))])
except Exception as error:
    seen["refused"] = {"status": error.status(), "message": error.message()}
print(json.dumps(seen))
