"""Asks an Osler server through KServe's own REST client, by protocol V2. Prints what it saw as JSON."""

import asyncio
import json
import sys

import httpx
import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest
from kserve.inference_client import RESTConfig
from kserve.protocol.infer_type import RequestedOutput

url, path = sys.argv[1], sys.argv[2]
image = open(path, "rb").read()


async def main():
    client = InferenceRESTClient(RESTConfig(protocol="v2", retries=0))

    async def ask(binary, outputs=None):
        tensor = InferInput("image", [2], "BYTES")
        tensor.set_data_from_numpy(np.array([image, image], dtype=np.object_), binary_data=True)
        wanted = [RequestedOutput(name, parameters={"binary_data": binary}) for name in outputs] if outputs else []
        request = InferRequest("skin", [tensor], request_outputs=wanted, parameters={"binary_data_output": binary})
        answer = await client.infer(url, request, model_name="skin")
        return {one.name: one.as_numpy().tolist() for one in answer.outputs if one.datatype != "BYTES"}

    seen = {
        "live": await client.is_server_live(url),
        "ready": await client.is_server_ready(url),
        "model": await client.is_model_ready(url, "skin"),
        "other": await client.is_model_ready(url, "other"),
        "all": await ask(True),
        "some": await ask(False, ["probabilities", "verdict"]),
    }
    try:
        await client.infer(url, InferRequest("skin", [InferInput("x", [1], "FP32", data=[1.0])]), model_name="skin")
    except httpx.HTTPStatusError as error:
        seen["refused"] = str(error)
    await client.close()
    print(json.dumps(seen))


asyncio.run(main())
