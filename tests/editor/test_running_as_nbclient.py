"""What a saved notebook has after a run, beside what nbclient writes for the same cells."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import nbformat
from nbclient import NotebookClient

from tests.conftest import open_in
from tests.editor.nbclient_cells import CELLS
from tests.editor.running import states
from tests.harness import write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

RUN_TIMEOUT_S = 90


def run_by_nbclient(path: Path) -> list[dict[str, Any]]:
    """Return the cells as nbclient and nbformat write them."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, resources=resources)
    client.execute(stderr=subprocess.DEVNULL)  # it warns of the TCP ports it uses
    written = path.with_name("nbclient.ipynb")
    nbformat.write(notebook, written)
    return json.loads(written.read_text(encoding="utf-8"))["cells"]


def joined_streams(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join what one stream wrote in a row, and let a carriage return do its work.

    Where nbclient cuts a stream is chance; joined, as JupyterLab and nbclient's
    ``coalesce_streams`` have it, it is the same each time. JupyterLab writes no carriage return
    before a line's end (``fixCarriageReturn``); IPython's ``!`` puts one before each.
    """
    joined: list[dict[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] = "".join(last["text"]) + "".join(output["text"])
        else:
            joined.append(dict(output))
    for output in joined:
        if output["output_type"] == "stream":
            text = "".join(output["text"]).replace("\r\n", "\n")
            text = re.sub(r".*\r(?=[^\n])", "", text)
            output["text"] = text.splitlines(keepends=True)
    return joined


def without_model_ids(cell: dict[str, Any]) -> dict[str, Any]:
    """Replace the names of widgets, which are chance."""
    text = json.dumps(cell)
    return json.loads(re.sub(r'("model_id": ")[0-9a-f]{32}"', r'\1-"', text))


def test_a_saved_notebook_has_what_nbclient_writes(
    start_child: Callable[..., Child], tmp_path: Path
) -> None:
    sources = list(CELLS.values())
    path = write_notebook(tmp_path / "test.ipynb", sources)
    expected = run_by_nbclient(path)
    child = start_child(init="require('ipynb').setup({ kernel = { stop_on_error = false } })")
    open_in(child, path, sources)
    child.keys(":NotebookExecuteAll<CR>")
    child.wait_for(lambda: "idle" not in states(child), RUN_TIMEOUT_S, "the first cell")
    child.wait_for(lambda: not {"busy", "queued"} & set(states(child)), RUN_TIMEOUT_S, "all cells")
    child.keys_and_settle(":write<CR>")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    differing = {}
    for name, own, nbclients in zip(CELLS, cells, expected, strict=True):
        nbclients["outputs"] = joined_streams(nbclients["outputs"])
        nbclients["metadata"] = {}  # times
        if without_model_ids(own) != without_model_ids(nbclients):
            differing[name] = own, nbclients
    assert not differing
    assert len(CELLS) >= 60
