"""Classifies a picture with the SavedModel in TensorFlow: python classify_saved_model.py savedmodel/1 PICTURE"""

import sys
from pathlib import Path

import tensorflow as tf

folder, picture = sys.argv[1:]
serve = tf.saved_model.load(folder).signatures["serve_bytes"]
answer = serve(image_bytes=tf.constant([Path(picture).read_bytes()]))
print(answer["class_name"].numpy()[0].decode(), round(float(answer["probabilities"].numpy().max()), 3))
