"""python peer.py SECONDS SIDE FILE...: decodes with Pillow's draft mode and resizes; prints milliseconds of processor time an image."""
import io
import sys
import time

from PIL import Image

seconds, side, paths = float(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
files = [open(path, "rb").read() for path in paths]


def decode(data):
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (side, side))
    return image.convert("RGB").resize((side, side), Image.BILINEAR).tobytes()


for data in files:
    decode(data)
count, wall, spent = 0, time.perf_counter(), time.process_time()
while time.perf_counter() - wall < seconds:
    for data in files:
        decode(data)
    count += len(files)
print((time.process_time() - spent) / count * 1000)
