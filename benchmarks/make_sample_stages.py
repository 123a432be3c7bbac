"""Make the finished stages of the sample's analysis that ship in diversity/samples/artefacts."""

import shutil
from pathlib import Path
from unittest.mock import patch

import diversity
from diversity.store import Store

FOLDER = Path(diversity.samples.__file__).parent


def main():
    """Analyze the sample afresh, into its own folder."""
    shutil.rmtree(FOLDER / "artefacts", ignore_errors=True)
    vectors = diversity.samples.vectors()
    with patch("diversity.samples.stages", lambda: Store(FOLDER / "nothing")):
        diversity.analyze(diversity.samples.load(), store=Store(FOLDER), vectors=vectors)
    for path in sorted((FOLDER / "artefacts").iterdir()):
        print(path.name, f"{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
