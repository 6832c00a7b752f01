"""Make tests/notebooks: notebooks as real tools write them, and oddities that they let pass.

Run ``python -m tests.make_notebooks``; it needs the packages of the extra ``notebooks`` and runs
real kernels. The files are committed, since tests must not depend on what the tools write today.
"""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

import jupytext
import nbclient
import nbformat
import papermill
from nbconvert.preprocessors import ExecutePreprocessor
from nbformat import v2, v3, v4

from tests.odd_notebooks import (
    PYTHON,
    by_content,
    by_hand,
    by_layout,
    code,
    dump,
    notebook,
    png,
    sample,
)

FOLDER = Path(__file__).parent / "notebooks"


def by_nbformat() -> dict[str, bytes]:
    """Return what nbformat itself writes: all minors of 4, and 2 and 3."""
    made: dict[str, bytes] = {}
    for minor in range(6):
        content = nbformat.from_dict(copy.deepcopy(sample()))
        content.nbformat_minor = minor
        for cell in content.cells:
            if minor < 5:
                cell.pop("id")
            if minor < 1:
                cell.pop("attachments", None)
        nbformat.validate(content)
        made[f"nbformat-4.{minor}"] = (v4.writes(content) + "\n").encode()
    made["nbformat-3"] = v3.writes_json(format_3()).encode()
    made["nbformat-2"] = v2.writes_json(format_2()).encode()
    return made


def format_3() -> Any:
    """Return a notebook of IPython 1 to 2, with two worksheets."""
    outputs = [
        v3.new_output("stream", output_text="out\n", stream="stderr"),
        v3.new_output("pyout", output_text="2", output_html="<b>2</b>", prompt_number=3),
        v3.new_output("display_data", output_png=png(), output_text="<Figure>"),
        v3.new_output("pyerr", ename="E", evalue="no", traceback=["\x1b[31mE\x1b[0m: no"]),
    ]
    first = [
        v3.new_heading_cell("Überschrift 😀", level=2),
        v3.new_text_cell("markdown", "Some *text*\nin lines"),
        v3.new_code_cell("1+1\n", prompt_number=3, outputs=outputs, collapsed=True),
        v3.new_text_cell("raw", "raw"),
        v3.new_text_cell("html", "<b>html</b>"),
    ]
    second = [v3.new_code_cell("second = 'worksheet'")]
    sheets = [
        v3.new_worksheet(cells=first, metadata={"sheet": "one"}),
        v3.new_worksheet(cells=second),
    ]
    metadata = v3.new_metadata(name="Old notebook", authors=[v3.new_author("Ada")])
    return v3.new_notebook(metadata=metadata, worksheets=sheets)


def format_2() -> Any:
    """Return a notebook of IPython 0.12."""
    output = v2.new_output("pyout", output_text="2", prompt_number=1)
    cells = [
        v2.new_code_cell("1+1", prompt_number=1, outputs=[output]),
        v2.new_text_cell("markdown", "Text"),
        v2.new_text_cell("html", "<b>html</b>"),
    ]
    return v2.new_notebook(
        metadata=v2.new_metadata(name="Older"), worksheets=[v2.new_worksheet(cells=cells)]
    )


def by_jupytext() -> dict[str, bytes]:
    """Return what jupytext makes of scripts and markdown."""
    script = "# %% [markdown]\n# # Title\n\n# %% tags=['a']\nx = 1\n\n# %% [raw]\n# raw\n"
    text = "# Title\n\nProse\n\n```python\nprint('é')\n```\n\n```bash\nls\n```\n"
    return {
        "jupytext-percent": jupytext.writes(jupytext.reads(script, "py:percent"), "ipynb").encode(),
        "jupytext-markdown": jupytext.writes(jupytext.reads(text, "md"), "ipynb").encode(),
    }


def by_execution() -> dict[str, bytes]:
    """Return what nbclient, nbconvert and papermill leave of a run on a real kernel."""
    sources = [
        "n = 3",
        "for i in range(n):\n    print(i)",
        "import sys\nprint('e', file=sys.stderr)",
        "n ** 2",
        "from IPython.display import HTML\nHTML('<b>b</b>')",
        "1/0",
    ]
    cells = [v4.new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    plain = v4.new_notebook(cells=cells[:-1], metadata={"kernelspec": PYTHON["kernelspec"]})
    failing = v4.new_notebook(cells=copy.deepcopy(cells))
    bash = v4.new_notebook(cells=[v4.new_code_cell("echo one; echo two >&2\nfalse")])
    executed = nbclient.execute(copy.deepcopy(failing), allow_errors=True)
    converted, _ = ExecutePreprocessor().preprocess(copy.deepcopy(plain), {})
    made = {
        "nbclient-error": executed,
        "nbconvert-executed": converted,
        "bash-kernel": nbclient.execute(bash, kernel_name="bash", allow_errors=True),
    }
    texts = {name: (nbformat.writes(content) + "\n").encode() for name, content in made.items()}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.ipynb"), Path(folder, "out.ipynb")
        nbformat.write(plain, source)
        papermill.execute_notebook(source, target, {"n": 5}, cwd=folder, progress_bar=False)
        clean = target.read_text(encoding="utf-8").replace(folder + "/", "")
    return {**texts, "papermill": clean.encode()}


def by_editors() -> dict[str, bytes]:
    """Return what VS Code, Colab, Kaggle, Deepnote and others are known to write."""
    vscode = {**PYTHON, "interpreter": {"hash": "aee8b7b246df8f9039afb4144a1f6fd8d2ca17a180786b69"}}
    cells = copy.deepcopy(sample()["cells"])
    for cell in cells:
        cell["metadata"]["vscode"] = {"languageId": "python"}
        del cell["id"]
    colab_cells = []
    for index, cell in enumerate(copy.deepcopy(cells)):
        order = {"cell_type": cell.pop("cell_type"), "source": cell.pop("source")}
        colab_cells.append({**order, **cell, "metadata": {"id": f"aB{index}dEfGhIjK"}})
    colab = {
        "nbformat": 4,
        "nbformat_minor": 0,
        "metadata": {
            "colab": {"provenance": [], "toc_visible": True, "authorship_tag": "ABX9TyM"},
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
            "language_info": {"name": "python"},
            "accelerator": "GPU",
        },
        "cells": colab_cells,
    }
    kaggle = notebook(*cells, minor=4, metadata={**PYTHON, "kaggle": {"isGpuEnabled": False}})
    deepnote = notebook(
        code("x") | {"metadata": {"tags": [], "cell_id": "00000-ab", "deepnote_cell_type": "code"}},
        metadata={"deepnote_notebook_id": "e4", "orig_nbformat": 2},
    )
    vs_1 = notebook(*cells, minor=2, metadata=vscode)
    return {
        "vscode-indent-1": dump(vs_1, end=""),
        "vscode-indent-4": dump(notebook(*cells, metadata=vscode), indent=4, end=""),
        "colab": dump(colab, indent=2, ensure_ascii=True, end=""),
        "kaggle-minified": dump(kaggle, indent=None, separators=(",", ":"), end=""),
        "deepnote": dump(deepnote, indent=2, end=""),
        "google-minified-spaces": dump(colab, indent=None, ensure_ascii=True, end=""),
    }


def main() -> None:
    """Write all notebooks."""
    makers = (by_nbformat, by_jupytext, by_execution, by_editors, by_layout, by_content, by_hand)
    for make in makers:
        for name, content in make().items():
            (FOLDER / f"{name}.ipynb").write_bytes(content)
            print(name, len(content))


if __name__ == "__main__":
    main()
