"""The public face: what it is, and that asking for it costs nothing else."""

import subprocess
import sys
from types import ModuleType

import pytest

import diversity

HEAVY = ["numpy", "pandas", "torch", "sklearn", "umap", "streamlit", "plotly", "litellm", "numba"]


def modules_after(statement):
    code = f"{statement}\nimport sys; print(*sys.modules)"
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()


@pytest.mark.parametrize("name", diversity.__all__)
def test_every_public_name_is_there(name):
    assert getattr(diversity, name) is not None


def test_every_public_name_is_listed_once():
    assert len(diversity.__all__) == len(set(diversity.__all__))
    assert set(diversity.__all__) <= set(dir(diversity))


def test_no_public_name_is_hidden_by_a_module_of_that_name():
    for name in diversity.__all__:
        getattr(diversity, name)
    modules = {name for name, value in vars(diversity).items() if isinstance(value, ModuleType)}
    assert modules & set(diversity.__all__) == {"agent", "samples"}


def test_a_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="umbrella"):
        diversity.umbrella  # noqa: B018


def test_importing_the_package_loads_no_heavy_library():
    assert not {*HEAVY} & {*modules_after("import diversity")}


def test_showing_the_help_loads_no_heavy_library():
    statement = "from diversity.cli import group; group.main(['--help'], standalone_mode=False)"
    assert not {*HEAVY} & {*modules_after(statement)}


def test_the_core_has_never_heard_of_streamlit():
    statement = "import diversity\nfor name in diversity.__all__: getattr(diversity, name)"
    assert "streamlit" not in modules_after(statement)
