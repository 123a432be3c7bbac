"""How does the script of a component reach the browser? Once, by plain HTTP, named by its content.

A component of Streamlit carries its script in every message, so that each change of a filter would
send it again. Here the message carries two lines that fetch it, and the browser keeps it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from diversity.fingerprint import fingerprint
from pages.ui.points import HEADERS, base

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

_SCRIPTS: dict[str, str] = {}


def asset(folder: str, name: str) -> str:
    """Read a file that belongs to a component."""
    return (Path(__file__).parent / folder / name).read_text(encoding="utf-8")


def served(folder: str, names: Sequence[str]) -> str:
    """Join the scripts of a component into one, and return what fetches and runs it.

    Parameters
    ----------
    folder : str
        Beside this module.
    names : sequence of str
        Files without their ending, in the order they need each other.
    """
    script = "\n".join(asset(folder, f"{name}.js") for name in names)
    name = fingerprint("script", script)
    _SCRIPTS[name] = script
    return (
        f'const address = new URL("{base()}/scripts/{name}.js", globalThis.location.origin);\n'
        "const { default: shown } = await import(address);\n"
        "export default shown;\n"
    )


def routes() -> "list[Route]":
    """Return the HTTP route of all scripts for ``st.App(routes=...)``; 404 for an unknown name."""
    from starlette.routing import Route

    return [Route(f"{base()}/scripts/{{name}}.js", _serve, methods=["GET"])]


async def _serve(request: "Request") -> "Response":
    from starlette.responses import Response

    script = _SCRIPTS.get(request.path_params["name"])
    if script is None:
        return Response(status_code=404)
    return Response(script, media_type="text/javascript", headers=HEADERS)
