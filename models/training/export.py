"""Writes the judge and the encoder as ONNX, operator by operator as models/convert.py does, and checks both
against PyTorch.

    python export.py --convert FOLDER_OF_convert.py --base MODEL_FOLDER --encoder E --judge J --out FOLDER

encoder.onnx   input_ids, attention_mask, token_type_ids (batch, tokens) int64
               -> last_hidden_state, lower_hidden_state (batch, tokens, 384): after the last and the third layer
judge.onnx     states_a (pairs, tokens_a, 384) float, mask_a (pairs, tokens_a) int64, states_b, mask_b likewise
               -> logits (pairs, 4): grade >= 1, >= 2, = 3, contrary. The order of the texts does not matter.
Large weights as fp16 with casts that ONNX Runtime folds; `--int8` writes the judge's large weights as int8 per
output channel with fp32 scales (dequantised when the session is made: computed in fp32).
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


class Graph:
    def __init__(self, tensors, store):
        self.tensors, self.store, self.nodes, self.initializers, self.names = tensors, store, [], [], set()

    def op(self, kind, inputs, **attributes):
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def const(self, name, value, dtype=np.float32):
        if name not in self.names:
            self.names.add(name)
            self.initializers.append(numpy_helper.from_array(np.array(value, dtype=dtype), name))
        return name

    def weight(self, name, array=None):
        array = np.ascontiguousarray(self.tensors[name] if array is None else array, dtype=np.float32)
        if array.size < 4096:
            return self.const(name, array)
        if self.store == "fp16":
            return self.op("Cast", [self.const(name + "_fp16", array, np.float16)], to=TensorProto.FLOAT)
        if self.store == "int8":  # (in, out): a scale an output
            scale = np.abs(array).max(0) / 127
            q = np.clip(np.round(array / scale), -127, 127).astype(np.int8)
            return self.op("Mul", [self.op("Cast", [self.const(name + "_int8", q, np.int8)], to=TensorProto.FLOAT), self.const(name + "_scale", scale)])
        return self.const(name, array)

    def linear(self, x, prefix):
        return self.op("Add", [self.op("MatMul", [x, self.weight(prefix + ".weight", self.tensors[prefix + ".weight"].T)]), self.const(prefix + ".bias", self.tensors[prefix + ".bias"])])

    def norm(self, x, prefix):
        return self.op("LayerNormalization", [x, self.const(prefix + ".weight", self.tensors[prefix + ".weight"]), self.const(prefix + ".bias", self.tensors[prefix + ".bias"])], axis=-1, epsilon=1e-12)

    def gelu(self, x):
        e = self.op("Erf", [self.op("Div", [x, self.const("sqrt_2", 2.0**0.5)])])
        return self.op("Mul", [self.op("Mul", [x, self.op("Add", [e, self.const("one", 1.0)])]), self.const("half", 0.5)])

    def sum(self, x, axes, keep=0):
        return self.op("ReduceSum", [x, self.const("axes_" + "_".join(map(str, axes)), axes, np.int64)], keepdims=keep)

    def unsqueeze(self, x, axes):
        return self.op("Unsqueeze", [x, self.const("axes_" + "_".join(map(str, axes)), axes, np.int64)])

    def mean(self, x, mask, count):
        return self.op("Div", [self.sum(self.op("Mul", [x, self.unsqueeze(mask, [2])]), [1]), self.unsqueeze(count, [1])])

    def unit(self, x, axis):
        n = self.op("Sqrt", [self.sum(self.op("Mul", [x, x]), [axis], 1)])
        return self.op("Div", [x, self.op("Max", [n, self.const("small", 1e-6)])])


def judge_graph(state, store):
    t = {k: v.float().numpy() for k, v in state.items()}
    g = Graph(t, store)
    layers = 1 + max(int(k.split(".")[1]) for k in t if k.startswith("layers."))
    looks = t["looks.weight"].shape[0]
    f = lambda name: g.op("Cast", [name], to=TensorProto.FLOAT)
    ma, mb = f("mask_a"), f("mask_b")
    x = g.op("Concat", ["states_a", "states_b"], axis=1)
    mask = g.op("Concat", [ma, mb], axis=1)
    one, zero = g.const("one", 1.0), g.const("zero", 0.0)
    # 0 for tokens of a, 1 for tokens of b, whatever the mask says
    of_b = g.op("Concat", [g.op("Mul", [ma, zero]), g.op("Add", [g.op("Mul", [mb, zero]), one])], axis=1)
    other = g.op("Abs", [g.op("Sub", [g.unsqueeze(of_b, [1, 3]), g.unsqueeze(of_b, [1, 2])])])
    absent = g.op("Mul", [g.op("Sub", [mask, one]), g.const("far", 1e4)])
    key_absent = g.unsqueeze(absent, [1, 2])
    for n in range(layers):
        x = joint_layer(g, x, f"layers.{n}.", other, key_absent, 384, 12)
    tokens_a = g.op("Gather", [g.op("Shape", ["mask_a"]), g.const("i1", [1], np.int64)])
    start, end, axis = g.const("i0", [0], np.int64), g.const("end", [2**31], np.int64), g.const("i1", [1], np.int64)
    xa, xb = g.op("Slice", [x, start, tokens_a, axis]), g.op("Slice", [x, tokens_a, end, axis])
    ca, cb = g.sum(ma, [1]), g.sum(mb, [1])
    pa, pb = g.mean(xa, ma, ca), g.mean(xb, mb, cb)
    na, nb = g.unit(pa, 1), g.unit(pb, 1)
    ta, tb = g.unit(xa, 2), g.unit(xb, 2)
    s = g.op("MatMul", [ta, g.op("Transpose", [tb], perm=[0, 2, 1])])
    out = lambda m: g.op("Mul", [g.op("Sub", [m, one]), g.const("four", 4.0)])
    best_a = g.op("ReduceMax", [g.op("Add", [s, g.unsqueeze(out(mb), [1])])], axes=[2], keepdims=0)
    best_b = g.op("ReduceMax", [g.op("Add", [s, g.unsqueeze(out(ma), [2])])], axes=[1], keepdims=0)
    side_a = g.op("Div", [g.sum(g.op("Mul", [best_a, ma]), [1]), ca])
    side_b = g.op("Div", [g.sum(g.op("Mul", [best_b, mb]), [1]), cb])
    few = [g.sum(g.op("Mul", [na, nb]), [1]), g.op("Add", [side_a, side_b]), g.op("Abs", [g.op("Sub", [side_a, side_b])]), g.op("Max", [side_a, side_b])]
    few = g.op("Concat", [g.unsqueeze(one_, [1]) for one_ in few], axis=1)
    w = g.op("Softmax", [g.op("Add", [g.linear(x, "looks"), g.unsqueeze(absent, [2])])], axis=1)
    seen = g.op("MatMul", [g.op("Transpose", [w], perm=[0, 2, 1]), g.op("Tanh", [g.linear(x, "squeeze")])])
    seen = g.op("Reshape", [seen, g.const("flat", [0, looks * t["squeeze.weight"].shape[0]], np.int64)])
    z = g.op("Concat", [
        g.op("Mul", [g.op("Mul", [na, nb]), g.const("twenty", 20.0)]),
        g.op("Mul", [g.op("Abs", [g.op("Sub", [na, nb])]), g.const("ten", 10.0)]),
        g.op("Mul", [g.op("Add", [pa, pb]), g.const("half", 0.5)]),
        seen,
        g.op("Mul", [few, g.const("four", 4.0)]),
    ], axis=1)
    logits = g.linear(g.gelu(g.linear(z, "hidden")), "out")
    g.nodes.append(helper.make_node("Identity", [logits], ["logits"], name="logits"))
    info = helper.make_tensor_value_info
    inputs = [info("states_a", TensorProto.FLOAT, ["pairs", "tokens_a", 384]), info("mask_a", TensorProto.INT64, ["pairs", "tokens_a"]),
              info("states_b", TensorProto.FLOAT, ["pairs", "tokens_b", 384]), info("mask_b", TensorProto.INT64, ["pairs", "tokens_b"])]
    return finish(g, "judge", inputs, [info("logits", TensorProto.FLOAT, ["pairs", 4])])


def joint_layer(g, x, p, other4, key_absent, width, heads):
    split, merge = g.const("split", [0, 0, heads, width // heads], np.int64), g.const("merge", [0, 0, width], np.int64)
    t = g.tensors
    part = lambda name, perm: g.op("Transpose", [g.op("Reshape", [g.linear(x, p + name), split])], perm=perm)
    q, k, v = part("q", [0, 2, 1, 3]), part("k", [0, 2, 3, 1]), part("v", [0, 2, 1, 3])
    s = g.op("Mul", [g.op("MatMul", [q, k]), g.const("scale", (width // heads) ** -0.5)])
    s = g.op("Add", [s, g.op("Mul", [g.const(p + "other_bias", t[p + "other_bias"][None, :, None, None]), other4])])
    w = g.op("Softmax", [g.op("Add", [s, key_absent])], axis=-1)
    a = g.op("MatMul", [w, v])
    to_other = g.sum(g.op("Mul", [w, other4]), [3], 1)
    a = g.op("Add", [a, g.op("Mul", [to_other, g.const(p + "other_value", t[p + "other_value"][None, :, None, :])])])
    a = g.op("Reshape", [g.op("Transpose", [a], perm=[0, 2, 1, 3]), merge])
    x = g.norm(g.op("Add", [x, g.linear(a, p + "o")]), p + "ln1")
    return g.norm(g.op("Add", [x, g.linear(g.gelu(g.linear(x, p + "up")), p + "down")]), p + "ln2")


def interaction_graph(state, store):
    t = {k: v.float().numpy() for k, v in state.items()}
    g = Graph(t, store)
    width = t["enter.weight"].shape[0]
    layers = 1 + max(int(k.split(".")[1]) for k in t if k.startswith("layers."))
    looks = t["looks.weight"].shape[0]
    f = lambda name: g.op("Cast", [name], to=TensorProto.FLOAT)
    mul, add, sub = (lambda a, b: g.op("Mul", [a, b])), (lambda a, b: g.op("Add", [a, b])), (lambda a, b: g.op("Sub", [a, b]))
    c = lambda name, value: g.const(name, value)
    ma, mb = f("mask_a"), f("mask_b")
    raw = g.op("Concat", ["states_a", "states_b"], axis=1)
    mask = g.op("Concat", [ma, mb], axis=1)
    one, zero = c("one", 1.0), c("zero", 0.0)
    of_b = g.op("Concat", [mul(ma, zero), add(mul(mb, zero), one)], axis=1)
    other = g.op("Abs", [sub(g.unsqueeze(of_b, [2]), g.unsqueeze(of_b, [1]))])
    absent = mul(sub(mask, one), c("far", 1e4))
    unit = g.unit(raw, 2)
    turn = lambda x: g.op("Transpose", [x], perm=[0, 2, 1])
    cosine = g.op("MatMul", [unit, turn(unit)])
    far = add(mul(sub(other, one), c("far", 1e4)), g.unsqueeze(absent, [1]))
    best = g.op("ReduceMax", [add(cosine, far)], axes=[2], keepdims=0)
    x = g.op("LayerNormalization", [g.linear(raw, "enter"), g.const("ln.weight", t["ln.weight"]), g.const("ln.bias", t["ln.bias"])], axis=-1, epsilon=1e-5)
    m = g.linear(raw, "meet")
    learned = mul(g.op("MatMul", [m, turn(m)]), c("meet_scale", t["meet.weight"].shape[0] ** -0.5 * 0.3))
    to = g.op("Softmax", [add(add(mul(cosine, c("twelve", 12.0)), learned), far)], axis=-1)
    near = g.op("MatMul", [to, x])
    mass = g.sum(mul(to, cosine), [2])
    three = c("three", 3.0)
    y = g.op("Concat", [x, near, mul(x, near), g.op("Abs", [sub(x, near)]), mul(g.unsqueeze(best, [2]), three), mul(g.unsqueeze(mass, [2]), three)], axis=2)
    x = g.op("LayerNormalization", [add(x, g.gelu(g.linear(y, "compare"))), g.const("ln2.weight", t["ln2.weight"]), g.const("ln2.bias", t["ln2.bias"])], axis=-1, epsilon=1e-5)
    other4, key_absent = g.unsqueeze(other, [1]), g.unsqueeze(absent, [1, 2])
    for n in range(layers):
        x = joint_layer(g, x, f"layers.{n}.", other4, key_absent, width, len(t[f"layers.{n}.other_bias"]))
    tokens_a = g.op("Gather", [g.op("Shape", ["mask_a"]), g.const("i1", [1], np.int64)])
    start, end, axis = g.const("i0", [0], np.int64), g.const("end", [2**31], np.int64), g.const("i1", [1], np.int64)
    first = lambda v: g.op("Slice", [v, start, tokens_a, axis])
    second = lambda v: g.op("Slice", [v, tokens_a, end, axis])
    xa, xb = first(x), second(x)
    ca, cb = g.sum(ma, [1]), g.sum(mb, [1])
    pa, pb = g.mean(xa, ma, ca), g.mean(xb, mb, cb)
    top = lambda v, k: g.op("ReduceMax", [add(v, mul(sub(g.unsqueeze(k, [2]), one), c("far", 1e4)))], axes=[1], keepdims=0)
    ha, hb = top(xa, ma), top(xb, mb)
    w = g.op("Softmax", [add(g.linear(x, "looks"), g.unsqueeze(absent, [2]))], axis=1)
    seen = g.op("Reshape", [g.op("MatMul", [turn(w), x]), g.const("flat", [0, looks * width], np.int64)])
    ra, rb = g.unit(g.mean(first(raw), ma, ca), 1), g.unit(g.mean(second(raw), mb, cb), 1)
    ba, bb = first(best), second(best)
    sa, sb = g.op("Div", [g.sum(mul(ba, ma), [1]), ca]), g.op("Div", [g.sum(mul(bb, mb), [1]), cb])

    def two(v, k):
        name = f"topk_{len(g.nodes)}"
        g.nodes.append(helper.make_node("TopK", [add(v, mul(sub(k, one), c("nine", 9.0))), g.const("two_i", [2], np.int64)], [name, name + "_at"], name=name, axis=1))
        return g.op("ReduceMean", [name], axes=[1], keepdims=0)

    whole = g.sum(mul(ra, rb), [1])
    few = [whole, add(sa, sb), g.op("Abs", [sub(sa, sb)]), g.op("Max", [sa, sb]), g.op("Min", [sa, sb]), add(two(ba, ma), two(bb, mb))]
    few = g.op("Concat", [g.unsqueeze(o, [1]) for o in few], axis=1)
    z = g.op("Concat", [add(pa, pb), g.op("Abs", [sub(pa, pb)]), mul(pa, pb), add(ha, hb), g.op("Abs", [sub(ha, hb)]), seen, mul(few, c("four", 4.0))], axis=1)
    logits = add(add(g.linear(g.gelu(g.linear(z, "hidden")), "out"), mul(g.unsqueeze(whole, [1]), c("slope", t["slope"]))), c("start", t["start"]))
    g.nodes.append(helper.make_node("Identity", [logits], ["logits"], name="logits"))
    info = helper.make_tensor_value_info
    inputs = [info("states_a", TensorProto.FLOAT, ["pairs", "tokens_a", 384]), info("mask_a", TensorProto.INT64, ["pairs", "tokens_a"]),
              info("states_b", TensorProto.FLOAT, ["pairs", "tokens_b", 384]), info("mask_b", TensorProto.INT64, ["pairs", "tokens_b"])]
    return finish(g, "judge", inputs, [info("logits", TensorProto.FLOAT, ["pairs", 4])])


def finish(g, name, inputs, outputs):
    model = helper.make_model(helper.make_graph(g.nodes, name, inputs, outputs, g.initializers), opset_imports=[helper.make_opsetid("", OPSET)], producer_name="concord")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def encoder_graph(convert, weights, base, lower):
    """convert.build with one more output: the states after layer `lower`."""
    from bert import Shape, safetensors

    shape = Shape.read(json.loads((base / "config.json").read_text()))
    g = convert.Graph(safetensors(weights.read_bytes()))
    x, bias = convert.embeddings(g, shape), convert.mask_bias(g)
    outputs = []
    for number in range(shape.layers):
        x = convert.layer(g, x, bias, f"encoder.layer.{number}", shape)
        if number + 1 == lower:
            g.nodes.append(helper.make_node("Identity", [x], ["lower_hidden_state"], name="lower_hidden_state"))
    g.nodes.append(helper.make_node("Identity", [x], ["last_hidden_state"], name="last_hidden_state"))
    info, ids = helper.make_tensor_value_info, ["batch", "tokens"]
    return finish(g, "encoder", [info(n, TensorProto.INT64, ids) for n in ("input_ids", "attention_mask", "token_type_ids")],
                  [info(n, TensorProto.FLOAT, [*ids, shape.hidden]) for n in ("last_hidden_state", "lower_hidden_state")])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("convert", "base", "encoder", "judge", "out"):
        p.add_argument(f"--{name}", type=Path, required=True)
    p.add_argument("--check", type=Path, help="JSON lines with `text`, to check on")
    args = p.parse_args()
    sys.path.insert(0, str(args.convert))
    import convert
    import onnxruntime as ort
    from safetensors.torch import load_file, save_file

    from encoder import load, pad, token_ids
    from judge import of_state
    from nets import FROZEN, Bottoms, batch_states

    state = torch.load(args.judge) if args.judge.suffix == ".pt" else load_file(args.judge)
    state = {k: v.float().contiguous().clone() for k, v in state.items()}
    args.out.mkdir(parents=True, exist_ok=True)
    save_file(state, args.out / "judge.safetensors", metadata={"format": "pt"})
    for store, name in (("fp32", "judge-fp32.onnx"), ("fp16", "judge.onnx"), ("int8", "judge-int8.onnx")):
        (args.out / name).write_bytes((interaction_graph if "enter.weight" in state else judge_graph)(state, store).SerializeToString(deterministic=True))
    (args.out / "encoder.onnx").write_bytes(encoder_graph(convert, args.encoder, args.base, FROZEN).SerializeToString(deterministic=True))

    torch.set_num_threads(1)
    judge = of_state(state).eval()
    model, bottoms = load(args.encoder).eval(), Bottoms(args.base)
    texts = [json.loads(l)["text"] for l in open(args.check)][:40]
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = lambda name: ort.InferenceSession(str(args.out / name), options, providers=["CPUExecutionProvider"])
    encoder = session("encoder.onnx")
    ids, mask = pad([token_ids(bottoms.tokenizer, t) for t in texts])
    last, lower = encoder.run(["last_hidden_state", "lower_hidden_state"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy(), "token_type_ids": 0 * ids.numpy()})
    with torch.no_grad():
        own = model.run(model.bottom(ids), mask, 0, FROZEN)
        top = model.run(own, mask, FROZEN)
    keep = mask.numpy()[..., None]
    print("encoder.onnx: largest difference of a token", np.abs((last - top.numpy()) * keep).max(), "lower", np.abs((lower - own.numpy()) * keep).max())
    if not judge.lower:  # it reads the last layer's states
        lower, own = last, top
    a, b = lower[0::2], lower[1::2]
    feed = {"states_a": a, "mask_a": mask[0::2].numpy(), "states_b": b, "mask_b": mask[1::2].numpy()}
    swap = {"states_a": b, "mask_a": mask[1::2].numpy(), "states_b": a, "mask_b": mask[0::2].numpy()}
    with torch.no_grad():
        want = judge(own[0::2], mask[0::2], own[1::2], mask[1::2]).numpy()
        back = judge(own[1::2], mask[1::2], own[0::2], mask[0::2]).numpy()
    print("PyTorch, order swapped: largest difference of a logit", np.abs(want - back).max())
    for name in ("judge-fp32.onnx", "judge.onnx", "judge-int8.onnx"):
        j = session(name)
        got = j.run(["logits"], feed)[0]
        print(f"{name} {(args.out / name).stat().st_size / 1e6:.1f} MB: largest difference to PyTorch {np.abs(got - want).max():.5f}, swapped {np.abs(got - j.run(['logits'], swap)[0]).max():.6f}")
    # Cost of a pair of 60 tokens each against embedding one text of 60 tokens, one thread.
    x = np.random.randn(30, 60, 384).astype(np.float32)
    ones = np.ones((30, 60), np.int64)
    j = session("judge.onnx")
    for _ in range(2):
        t = time.time()
        j.run(["logits"], {"states_a": x, "mask_a": ones, "states_b": x, "mask_b": ones})
        t1 = time.time()
        encoder.run(["last_hidden_state"], {"input_ids": ones * 2000, "attention_mask": ones, "token_type_ids": 0 * ones})
        t2 = time.time()
    print(f"30 pairs of 60 + 60 tokens {1000 * (t1 - t) / 30:.1f} ms a pair, encoder {1000 * (t2 - t1) / 30:.1f} ms a text of 60")


if __name__ == "__main__":
    main()
