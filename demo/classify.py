"""Classifies one digit with an exported model, in plain Keras: nothing of this project is needed to use a result."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

SHADES = " .:-=+*#%@"


def main() -> int:
    """`python -m demo.classify MODEL.keras LABELS DIGIT`: prints the picture, then the answer as JSON."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    import keras
    import numpy as np
    from sklearn.datasets import load_digits

    model_file, labels_file, digit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    digits = load_digits()
    picture = digits.images[np.flatnonzero(digits.target == digit)[-1]]
    for line in picture.astype(int):
        print("    " + "".join(2 * SHADES[min(value * len(SHADES) // 17, 9)] for value in line))
    model = keras.models.load_model(model_file, safe_mode=True)
    height, width = model.input_shape[1:3]
    pixels = np.repeat((picture * 255 / 16)[..., None], 3, axis=-1)
    pixels = np.asarray(keras.ops.image.resize(pixels, (height, width)))
    probabilities = model.predict(pixels[None].round().astype("uint8"), verbose=0)[0]
    labels = labels_file.read_text().split()
    best = int(probabilities.argmax())
    print(json.dumps({"digit": digit, "label": labels[best], "probability": round(float(probabilities[best]), 4)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
