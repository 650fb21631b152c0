"""Writes down what clients of other systems send, byte for byte: python record.py IMAGE src/server/routes/protocols/recorded

Needs requests==2.34.2, urllib3==2.8.0 and Pillow. recorded.test.ts plays it to a server.
"""

import base64
import io
import json
import socket
import sys
import threading
from pathlib import Path

import requests
import urllib3

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def record(path, call):
    """Answers one request of `call`, and keeps what came."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    got = bytearray()

    def answer():
        connection, _ = listener.accept()
        with connection:
            while True:
                head, end, body = bytes(got).partition(b"\r\n\r\n")
                lines = [line.split(b":", 1) for line in head.split(b"\r\n")[1:]]
                length = sum(int(value) for name, value in lines if name.lower() == b"content-length")
                if end and len(body) >= length:
                    break
                got.extend(connection.recv(65536))
            connection.sendall(ANSWER)

    thread = threading.Thread(target=answer)
    thread.start()
    call(f"http://127.0.0.1:{port}")
    thread.join()
    listener.close()
    # The port is of the moment.
    path.write_bytes(bytes(got).replace(f"127.0.0.1:{port}".encode(), b"127.0.0.1:8080"))


image, folder = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)


def rows():
    from PIL import Image

    with Image.open(io.BytesIO(image)) as opened:
        small = opened.convert("RGB").resize((16, 16))
        return [[list(small.getpixel((x, y))) for x in range(16)] for y in range(16)]


files = {"file": ("lesion.png", image, "image/png")}
pool = urllib3.PoolManager()
calls = {
    "skin-inference": lambda url: requests.post(f"{url}/inference", files=files),
    "skin-health": lambda url: requests.get(f"{url}/health"),
    "platform-predict": lambda url: requests.post(f"{url}/predict", json={"data": [rows()]}),
    "platform-image": lambda url: requests.post(f"{url}/predict/image", files=files),
    "platform-info": lambda url: requests.get(f"{url}/model/info"),
    # As sagemaker.local asks the container that it runs.
    "sagemaker-ping": lambda url: pool.request("GET", f"{url}/ping"),
    "sagemaker-image": lambda url: pool.request(
        "POST", f"{url}/invocations", body=image, headers={"Content-type": "application/x-image", "Accept": "application/json"}
    ),
    "sagemaker-json": lambda url: pool.request(
        "POST",
        f"{url}/invocations",
        body=json.dumps({"image": base64.b64encode(image).decode()}),
        headers={"Content-type": "application/json", "Accept": "application/json"},
    ),
}
for name, call in calls.items():
    record(folder / f"{name}.http", call)
