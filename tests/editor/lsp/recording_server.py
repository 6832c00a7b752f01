"""A language server that keeps what it is told, as the protocol says, and tells it when asked.

`recording/state` answers with the documents, the notebooks and every breach of the protocol seen.
It applies incremental changes by itself: in Python, in UTF-16 units, by offsets in one string.

$RECORD: what it announces. `notebook`: notebook documents; `dynamic`: registers them later;
`shadow`: documents only; `markdown`: markdown cells, too. $FAULT: `crash` ends at hover, `garbage`
answers nonsense. $SHOWS: announces tokens, hints and lenses, too, and has none;
each document has one symbol, its first line.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

RECORD = os.environ.get("RECORD", "notebook")
SHOWS = os.environ.get("SHOWS", "")
FAULT = os.environ.get("FAULT", "")
ENCODING = os.environ.get("ENCODING", "utf-16")
SYNC = {"notebookSelector": [{"notebook": "*", "cells": [{"language": "python"}]}], "save": True}
if RECORD == "markdown":
    SYNC["notebookSelector"][0]["cells"].append({"language": "markdown"})  # type: ignore[index]
GARBAGE: list[Any] = ["text", 7, [[[]]], {"range": 3}, [{"range": {"start": {"line": -9}}}]]
CELL_SCHEME = "vscode-notebook-cell:"
Json = dict[str, Any]


def send(message: Json) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    sys.stdout.buffer.flush()


def read() -> Json | None:
    length = 0
    while (line := sys.stdin.buffer.readline()) not in {b"\r\n", b""}:
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length)) if length else None


def units(text: str) -> int:
    """Return the length of a text as positions count it."""
    if ENCODING == "utf-8":
        return len(text.encode())
    return len(text.encode("utf-16-le")) // 2


@dataclass
class Document:
    """A text that is open."""

    version: int
    text: str
    language: str

    def offset(self, position: Json) -> int:
        """Return where a position is; IndexError or ValueError where it is nowhere."""
        lines = self.text.split("\n")
        line = lines[position["line"]]
        before = sum(len(one) + 1 for one in lines[: position["line"]])
        for i in range(len(line) + 1):
            if units(line[:i]) == position["character"]:
                return before + i
        raise ValueError(position)

    def apply(self, change: Json) -> None:
        if "range" not in change:
            self.text = change["text"]
            return
        first = self.offset(change["range"]["start"])
        last = self.offset(change["range"]["end"])
        if last < first:
            raise ValueError(change)
        self.text = self.text[:first] + change["text"] + self.text[last:]


@dataclass
class Notebook:
    """A notebook that is open."""

    version: int
    cells: list[Json]
    saves: int = 0


@dataclass
class Recorder:
    """All that was told."""

    documents: dict[str, Document] = field(default_factory=dict)
    notebooks: dict[str, Notebook] = field(default_factory=dict)
    last_versions: dict[str, int] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    capabilities: Json = field(default_factory=dict)

    def check(self, is_right: bool, text: str) -> None:
        if not is_right:
            self.breaches.append(text)

    def open(self, item: Json) -> None:
        uri, version = item["uri"], item["version"]
        self.check(uri not in self.documents, f"opened twice: {uri}")
        if uri.startswith(CELL_SCHEME):
            last = self.last_versions.get(uri, -1)
            self.check(version > last, f"{uri} reopened at {version} after {last}")
        self.last_versions[uri] = version
        self.documents[uri] = Document(version, item["text"], item["languageId"])

    def close(self, uri: str) -> None:
        self.check(uri in self.documents, f"closed and not open: {uri}")
        self.documents.pop(uri, None)

    def change(self, about: Json, changes: list[Json]) -> None:
        uri, version = about["uri"], about["version"]
        document = self.documents.get(uri)
        if document is None:
            self.breaches.append(f"changed and not open: {uri}")
            return
        self.check(version > document.version, f"{uri}: {document.version} then {version}")
        self.check(bool(changes), f"{uri}: a change that is none")
        document.version = self.last_versions[uri] = version
        before = document.text
        for one in changes:
            try:
                document.apply(one)
            except (IndexError, ValueError) as problem:
                self.breaches.append(f"{uri}: no such place: {problem!r}")
        is_cell = uri.startswith(CELL_SCHEME)
        self.check(not is_cell or document.text != before, f"{uri}: told, and not changed")

    def open_notebook(self, params: Json) -> None:
        about = params["notebookDocument"]
        self.check(about["uri"] not in self.notebooks, f"opened twice: {about['uri']}")
        self.notebooks[about["uri"]] = Notebook(about["version"], list(about["cells"]))
        for item in params["cellTextDocuments"]:
            self.open(item)
        self.check_cells(about["uri"])

    def change_notebook(self, params: Json) -> None:
        about, cells = params["notebookDocument"], params["change"].get("cells", {})
        notebook = self.notebooks[about["uri"]]
        self.check(about["version"] > notebook.version, f"{about} after {notebook.version}")
        self.check(any(cells.values()), "a change of a notebook that is none")
        notebook.version = about["version"]
        structure = cells.get("structure")
        if structure:
            self.splice(notebook, structure)
        for one in cells.get("data") or []:
            places = [
                i for i, cell in enumerate(notebook.cells) if one["document"] == cell["document"]
            ]
            self.check(len(places) == 1, f"data of no cell: {one}")
            for i in places:
                notebook.cells[i] = one
        for one in cells.get("textContent") or []:
            self.change(one["document"], one["changes"])
        self.check_cells(about["uri"])

    def splice(self, notebook: Notebook, structure: Json) -> None:
        array = structure["array"]
        first, count = array["start"], array["deleteCount"]
        inserted = array.get("cells") or []
        self.check(first + count <= len(notebook.cells), f"a splice beyond the end: {array}")
        notebook.cells[first : first + count] = inserted
        for item in structure.get("didOpen") or []:
            self.open(item)
        for item in structure.get("didClose") or []:
            self.close(item["uri"])

    def check_cells(self, uri: str) -> None:
        """Each cell is there once and open, and no other is."""
        cells = [cell["document"] for cell in self.notebooks[uri].cells]
        prefix = CELL_SCHEME + uri.removeprefix("file://") + "#"
        held = {one for one in self.documents if one.startswith(prefix)}
        self.check(len(set(cells)) == len(cells), f"a cell twice: {cells}")
        self.check(set(cells) == held, f"cells {sorted(cells)} but open are {sorted(held)}")

    def close_notebook(self, params: Json) -> None:
        uri = params["notebookDocument"]["uri"]
        cells = {cell["document"] for cell in self.notebooks.pop(uri).cells}
        closed = [item["uri"] for item in params["cellTextDocuments"]]
        self.check(cells == set(closed), f"closed {closed} of {cells}")
        for one in closed:
            self.close(one)
        prefix = CELL_SCHEME + uri.removeprefix("file://") + "#"
        kept = {one: last for one, last in self.last_versions.items() if not one.startswith(prefix)}
        self.last_versions = kept  # a notebook that is opened again begins anew

    def take(self, method: str, params: Json) -> None:
        """Take a notification."""
        if method.startswith(("textDocument/", "notebookDocument/")):
            self.told.append(method)
        about = params.get("textDocument", {})
        uri = about.get("uri", "")
        is_cell = method.startswith("textDocument/") and uri.startswith(CELL_SCHEME)
        self.check(not is_cell, f"{method} of a cell")
        if method == "textDocument/didOpen":
            self.open(about)
        elif method == "textDocument/didChange":
            self.change(about, params["contentChanges"])
        elif method == "textDocument/didClose":
            self.close(uri)
        elif method == "notebookDocument/didOpen":
            self.open_notebook(params)
        elif method == "notebookDocument/didChange":
            self.change_notebook(params)
        elif method == "notebookDocument/didSave":
            self.notebooks[params["notebookDocument"]["uri"]].saves += 1
        elif method == "notebookDocument/didClose":
            self.close_notebook(params)

    def state(self) -> Json:
        return {
            "documents": {
                uri: {"version": one.version, "text": one.text, "language": one.language}
                for uri, one in self.documents.items()
            },
            "notebooks": {
                uri: {"version": one.version, "cells": one.cells, "saves": one.saves}
                for uri, one in self.notebooks.items()
            },
            "breaches": self.breaches,
            "told": self.told,
            "asked": self.asked,
            "synchronization": self.capabilities.get("notebookDocument", {}).get("synchronization"),
            "pid": os.getpid(),
        }


def capabilities() -> Json:
    announced: Json = {
        "positionEncoding": ENCODING,
        "textDocumentSync": {"openClose": True, "change": 2, "save": True},
        "hoverProvider": True,
        "definitionProvider": True,
        "referencesProvider": True,
        "renameProvider": True,
        "documentSymbolProvider": True,
        "documentFormattingProvider": True,
        "codeActionProvider": True,
        "foldingRangeProvider": True,
    }
    if SHOWS:
        legend = {"tokenTypes": ["function"], "tokenModifiers": []}
        announced["semanticTokensProvider"] = {"legend": legend, "full": True, "range": True}
        announced |= dict.fromkeys(("inlayHintProvider", "codeLensProvider"), True)
    if RECORD in {"notebook", "markdown"}:
        announced["notebookDocumentSync"] = SYNC
    return announced


def everywhere(recorder: Recorder, params: Json) -> Any:
    """Name the first character of all that is open, or rename that."""
    first, last = {"line": 0, "character": 0}, {"line": 0, "character": 1}
    place = {"start": first, "end": last}
    if "newName" not in params:
        return [{"uri": uri, "range": place} for uri in recorder.documents]
    edit = {"range": place, "newText": params["newName"]}
    return {"changes": {uri: [edit] for uri in recorder.documents}}


def answer(recorder: Recorder, method: str, params: Json) -> Any:
    if method == "initialize":
        recorder.capabilities = params["capabilities"]
        return {"capabilities": capabilities()}
    recorder.asked[method] += 1
    cell = params.get("textDocument", {}).get("uri", "").partition("#")[2]
    recorder.asked[f"{method} {cell}"] += 1
    if method == "recording/state":
        return recorder.state()
    if FAULT == "crash" and method == "textDocument/hover":
        os._exit(3)
    if FAULT == "garbage" and method != "shutdown":
        return GARBAGE[len(method) % len(GARBAGE)]
    return about_text(recorder, method, params)


def about_text(recorder: Recorder, method: str, params: Json) -> Any:
    uri = params.get("textDocument", {}).get("uri", "")
    if method in {"textDocument/references", "textDocument/rename"}:
        return everywhere(recorder, params)
    if method.startswith("textDocument/semanticTokens"):
        return {"data": []}
    if method == "textDocument/documentSymbol" and SHOWS:
        line = recorder.documents[uri].text.split("\n")[0]
        place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": len(line)}}
        return [{"name": line, "kind": 13, "range": place, "selectionRange": place}]
    if method == "textDocument/hover":
        position = params["position"]
        line = recorder.documents[uri].text.split("\n")[position["line"]]
        return {"contents": f"line {position['line']} is <{line}>"}
    return None


def register(method: str = "client/registerCapability") -> None:
    what = {"id": "cells", "method": "notebookDocument/sync", "registerOptions": SYNC}
    key = "registrations" if method.startswith("client/reg") else "unregisterations"
    send({"id": f"r-{key}", "method": method, "params": {key: [what]}})


def main() -> None:
    recorder = Recorder()
    while (message := read()) is not None:
        method, params = message.get("method"), message.get("params") or {}
        if method == "exit":
            return
        if method is None:
            continue
        if "id" in message:
            send({"id": message["id"], "result": answer(recorder, method, params)})
        else:
            recorder.take(method, params)
        if method == "initialized" and RECORD == "dynamic":
            register()
        elif method == "recording/unregister":
            register("client/unregisterCapability")


if __name__ == "__main__":
    main()
