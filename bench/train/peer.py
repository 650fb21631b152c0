"""Stock PyTorch eager with torchvision's model: the script most people have. Reads lines "steps", answers with one JSON line each."""
import argparse
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
import torchvision

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--precision", choices=["f32", "bf16"], required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
options = parser.parse_args()

torch.set_num_threads(options.threads)
torch.manual_seed(0)
model = getattr(torchvision.models, options.model)(num_classes=7).to(memory_format=torch.channels_last).train()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
images = torch.randn(options.batch, 3, options.size, options.size).to(memory_format=torch.channels_last)
labels = torch.arange(options.batch) % 7


def step():
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.precision == "bf16"):
        logits = model(images)
    loss = F.cross_entropy(logits.float(), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(int(line)):
        loss = step()
    print(json.dumps({
        "seconds": time.perf_counter() - start,
        "cpuSeconds": time.process_time() - cpu,
        "loss": loss,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }), flush=True)
