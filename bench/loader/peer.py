"""python peer.py FOLDER SIDE BATCH WORKERS EPOCHS: the usual ImageFolder + DataLoader; prints seconds to the end of each epoch as JSON.

Seconds count from the start of the script's work (imports done), and processor time includes the workers'.
"""
import json
import resource
import sys
import time

import torch
from torchvision import datasets, transforms

folder, side, batch, workers, epochs = sys.argv[1], *map(int, sys.argv[2:6])


def main():
    torch.set_num_threads(1)
    start = time.perf_counter()
    data = datasets.ImageFolder(
        folder,
        transforms.Compose(
            [
                transforms.Resize((side, side)),
                transforms.RandomHorizontalFlip(),
                transforms.RandomVerticalFlip(),
                transforms.RandomRotation(180),
                transforms.ColorJitter(0.15, 0.15, 0.15, 0.02),
                transforms.ToTensor(),
                transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            ]
        ),
    )
    loader = torch.utils.data.DataLoader(data, batch_size=batch, shuffle=True, num_workers=workers, drop_last=True)
    ends = []
    for _ in range(epochs):
        for images, labels in loader:
            assert images.shape[0] == labels.shape[0]
        ends.append(time.perf_counter() - start)
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"ends": ends, "cpu": sum(use.ru_utime + use.ru_stime for use in spent)}))


if __name__ == "__main__":
    main()
