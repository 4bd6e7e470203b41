"""Classifies a picture with LiteRT: python classify_litert.py MODEL.tflite PICTURE"""

import sys
import zipfile

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

model, picture = sys.argv[1:]
classes = zipfile.ZipFile(model).read("labels.txt").decode().splitlines()
runner = Interpreter(model_path=model).get_signature_runner()
_, height, width, _ = runner.get_input_details()["pixels"]["shape"]
resized = Image.open(picture).convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
probabilities = runner(pixels=np.asarray(resized)[None])["probabilities"][0]
print(classes[probabilities.argmax()], round(float(probabilities.max()), 3))
