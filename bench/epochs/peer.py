"""The usual torchvision script: ImageFolder, DataLoader, a training epoch and a validation epoch. Prints the seconds at each epoch's end."""
import json
import sys
import time

start = time.time()

import torch
import torch.nn.functional as F
import torchvision
from torchvision import transforms

folder, model_name, side, batch, workers, epochs = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:7])
torch.manual_seed(0)
torch.set_num_threads(workers)
images = torchvision.datasets.ImageFolder(folder, transforms.Compose([
    transforms.Resize((side, side)),
    transforms.RandomHorizontalFlip(),
    transforms.ToTensor(),
    transforms.Normalize([0.5] * 3, [0.5] * 3),
]))
held_out = len(images) // 10
train, val = torch.utils.data.random_split(images, [len(images) - held_out, held_out])
loader = torch.utils.data.DataLoader(train, batch, shuffle=True, num_workers=workers, drop_last=True)
val_loader = torch.utils.data.DataLoader(val, 2 * batch, num_workers=workers)
model = getattr(torchvision.models, model_name)(num_classes=2).to(memory_format=torch.channels_last)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
ends = []
for _ in range(epochs):
    model.train()
    for x, y in loader:
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(x.to(memory_format=torch.channels_last)), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = sum((model(x.to(memory_format=torch.channels_last)).argmax(1) == y).sum().item() for x, y in val_loader)
    ends.append(time.time() - start)
print(json.dumps({"ends": ends}))
