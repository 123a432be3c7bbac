"""How is a BERT sentence encoder run two to four times as fast on a CPU? As an OpenVINO graph.

The graph is built straight from the model's weights (no torch, no conversion, nothing written):
embeddings, transformer layers (Devlin et al. 2019, section 3), mean pooling over the tokens
(Reimers and Gurevych 2019, section 3), unit length. It covers BERT models of that shape and no
others; everything else runs on sentence-transformers.
"""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from diversity.arrays import Bool, Float32
from diversity.embedders.windows import longer_than

TOKENS_AT_ONCE = 2048
MASKED = -1e4

Node = Any  # OpenVINO publishes no types
Weights = dict[str, npt.NDArray[np.float32]]


class OpenVinoEmbedder:
    """A BERT sentence encoder on OpenVINO, in bfloat16 where the processor has it.

    Parameters
    ----------
    model : str
        Its name.
    folder : path
        With ``config.json``, ``tokenizer.json``, ``sentence_bert_config.json`` and
        ``model.safetensors``.
    """

    def __init__(self, model: str, folder: Path) -> None:
        import openvino
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text("utf-8"))
        limits = json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))
        self._window: int = limits["max_seq_length"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        core = openvino.Core()
        precision = _precision(core)
        self.name = f"{model} (OpenVINO {precision})"
        graph = _graph(load_file(str(folder / "model.safetensors")), config)
        self._compiled = core.compile_model(graph, "CPU", _settings(precision))
        self._n_requests: int = self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")

    def encode(self, texts: Sequence[str]) -> Float32:
        """Embed texts.

        Requests are waited for in turn. OpenVINO's own queue calls back into Python from its
        threads, and taking it down while one of them waits for the interpreter stood still.
        """
        self._tokenizer.enable_truncation(self._window)
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        width = self._compiled.output(0).partial_shape[1].get_length()
        vectors = np.empty((len(texts), width), np.float32)
        running: deque[tuple[Node, list[int]]] = deque()
        free = [self._compiled.create_infer_request() for _ in range(self._n_requests)]
        for rows in _batches(tokens):
            request = free.pop() if free else _finished(running, vectors)
            request.start_async(_padded([tokens[row] for row in rows]))
            running.append((request, rows))
        while running:
            _finished(running, vectors)
        return vectors

    def truncated(self, texts: Sequence[str]) -> Bool:
        """Tell which texts are longer than the model's window."""
        self._tokenizer.no_truncation()
        return longer_than(
            self._window,
            texts,
            lambda long: [encoding.ids for encoding in self._tokenizer.encode_batch_fast(long)],
        )


def _finished(running: "deque[tuple[Node, list[int]]]", vectors: Float32) -> Node:
    """Wait for the oldest request, take its vectors, and hand it back for another batch."""
    request, rows = running.popleft()
    request.wait()
    vectors[rows] = request.get_output_tensor(0).data
    return request


def _precision(core: Node) -> str:
    return "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def _settings(precision: str) -> dict[str, str]:
    return {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "THROUGHPUT"}


def _batches(tokens: list[list[int]]) -> Iterator[list[int]]:
    """Group rows of like length so that little is spent on padding."""
    order = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))
    start = 0
    while start < len(order):
        size = max(1, TOKENS_AT_ONCE // len(tokens[order[start]]))
        yield order[start : start + size]
        start += size


def _padded(tokens: list[list[int]]) -> list[npt.NDArray[Any]]:
    longest = max(map(len, tokens))
    ids = np.zeros((len(tokens), longest), np.int32)
    mask = np.zeros((len(tokens), longest), np.float32)
    for row, row_tokens in enumerate(tokens):
        ids[row, : len(row_tokens)] = row_tokens
        mask[row, : len(row_tokens)] = 1
    return [ids, mask]


def _graph(weights: Weights, config: dict[str, Any]) -> Node:
    import openvino
    from openvino import opset13 as ops

    ids = ops.parameter([-1, -1], np.int32, name="ids")
    mask = ops.parameter([-1, -1], np.float32, name="mask")
    layer = _Layers(weights, config)
    hidden = layer.embedded(ids)
    masked = ops.multiply(ops.subtract(_constant(1.0), mask), _constant(MASKED))
    bias = ops.unsqueeze(masked, _axes(1, 2))
    for number in range(config["num_hidden_layers"]):
        hidden = layer.transformed(hidden, bias, f"encoder.layer.{number}.")
    return openvino.Model([_pooled(hidden, mask)], [ids, mask], "sentence-encoder")


def _pooled(hidden: Node, mask: Node) -> Node:
    """Average the tokens that are not padding, and scale to unit length."""
    from openvino import opset13 as ops

    weight = ops.unsqueeze(mask, _axes(2))
    total = ops.reduce_sum(ops.multiply(hidden, weight), _axes(1))
    mean = ops.divide(total, ops.reduce_sum(weight, _axes(1)))
    return ops.normalize_l2(mean, _axes(1), 1e-12, "add")


class _Layers:
    """The layers of one BERT model, by the names that its weights have."""

    def __init__(self, weights: Weights, config: dict[str, Any]) -> None:
        self.weights = weights
        self.n_heads: int = config["num_attention_heads"]
        self.width: int = config["hidden_size"]
        self.epsilon: float = config["layer_norm_eps"]

    def embedded(self, ids: Node) -> Node:
        from openvino import opset13 as ops

        words = ops.gather(self.constant("embeddings.word_embeddings.weight"), ids, _constant(0))
        length = ops.gather(ops.shape_of(ids, output_type="i32"), _constant(1), _constant(0))
        position = ops.range(_constant(0), length, _constant(1), "i32")
        places = self.constant("embeddings.position_embeddings.weight")
        kind = ops.constant(self.weights["embeddings.token_type_embeddings.weight"][0])
        place = ops.add(ops.gather(places, position, _constant(0)), kind)
        return self.normalized(ops.add(words, place), "embeddings.LayerNorm")

    def transformed(self, hidden: Node, bias: Node, layer: str) -> Node:
        from openvino import opset13 as ops

        attended = self.linear(self.attended(hidden, bias, layer), f"{layer}attention.output.dense")
        hidden = self.normalized(ops.add(hidden, attended), f"{layer}attention.output.LayerNorm")
        wide = ops.gelu(self.linear(hidden, f"{layer}intermediate.dense"), "erf")
        narrow = self.linear(wide, f"{layer}output.dense")
        return self.normalized(ops.add(hidden, narrow), f"{layer}output.LayerNorm")

    def attended(self, hidden: Node, bias: Node, layer: str) -> Node:
        from openvino import opset13 as ops

        query, key, value = (
            self.headed(self.linear(hidden, f"{layer}attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        heads = ops.scaled_dot_product_attention(query, key, value, bias)
        joined = ops.transpose(heads, _axes(0, 2, 1, 3))
        return ops.reshape(joined, _axes(0, 0, self.width), True)

    def headed(self, hidden: Node) -> Node:
        from openvino import opset13 as ops

        split = _axes(0, 0, self.n_heads, self.width // self.n_heads)
        return ops.transpose(ops.reshape(hidden, split, True), _axes(0, 2, 1, 3))

    def linear(self, hidden: Node, name: str) -> Node:
        from openvino import opset13 as ops

        product = ops.matmul(hidden, self.constant(f"{name}.weight"), False, True)
        return ops.add(product, self.constant(f"{name}.bias"))

    def normalized(self, hidden: Node, name: str) -> Node:
        from openvino import opset13 as ops

        standard = ops.mvn(hidden, _axes(-1), True, self.epsilon, "inside_sqrt")
        scaled = ops.multiply(standard, self.constant(f"{name}.weight"))
        return ops.add(scaled, self.constant(f"{name}.bias"))

    def constant(self, name: str) -> Node:
        from openvino import opset13 as ops

        return ops.constant(self.weights[name])


def _constant(value: float) -> Node:
    from openvino import opset13 as ops

    return ops.constant(np.float32(value) if isinstance(value, float) else np.int32(value))


def _axes(*axes: int) -> Node:
    from openvino import opset13 as ops

    return ops.constant(np.array(axes, np.int64))
