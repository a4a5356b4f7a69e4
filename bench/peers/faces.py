"""facenet-pytorch's MTCNN frame by frame on the first frames of a clip; prints JSON with seconds and boxes."""

import json
import subprocess
import sys
import time

import numpy as np
import torch
from facenet_pytorch import MTCNN

path, width, height, frames = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(1)
command = ["ffmpeg", "-v", "error", "-i", path, "-frames:v", str(frames), "-vsync", "0"]
raw = subprocess.run(command + ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"], stdout=subprocess.PIPE, check=True).stdout
pictures = np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)
detector = MTCNN(keep_all=True, min_face_size=20)
detector.detect(pictures[0])
start = time.perf_counter()
boxes = [detector.detect(picture)[0] for picture in pictures]
seconds = time.perf_counter() - start
print(json.dumps({"frames": len(pictures), "seconds": seconds, "found": sum(b is not None for b in boxes)}))
