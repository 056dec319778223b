"""Makes multilingual-e5-small/language-means.f32: the mean vector of all languages, then that of each.

    venv/bin/python language_means.py

A vector of this model says what language a text is in before it says what the text is about: two unlike texts
of one language are closer than two like texts of two. The program subtracts the mean of the text's language.
The means are those of every second ask in training/languages/asks.tsv; the others report how good it is.
"""

import pathlib

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
FOLDER = HERE / "multilingual-e5-small"
LANGUAGES = ["en", "fr", "es", "de", "pt", "ru", "ar", "zh"]
PREFIX = "query: "


def rows() -> list[list[str]]:
    lines = (HERE / "training/languages/asks.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def main() -> None:
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(FOLDER / "model.onnx", options)

    def vector(text: str) -> np.ndarray:
        ids = np.array([tokenizer.encode(PREFIX + text).ids])
        (hidden,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        mean = hidden[0].mean(0)
        return mean / np.linalg.norm(mean)

    asks = list(dict.fromkeys(row[1] for row in rows()))
    chosen = [row for row in rows() if row[1] in asks[::2]]
    means = [
        np.mean([vector(text) for row in chosen if row[2] == language for text in row[3:]], axis=0)
        for language in LANGUAGES
    ]
    table = np.stack([np.mean(means, axis=0), *means]).astype("<f4")
    (FOLDER / "language-means.f32").write_bytes(table.tobytes())


if __name__ == "__main__":
    main()
