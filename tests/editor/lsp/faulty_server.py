"""A language server that does what it should not, as $FAULT says, and what no server at hand does:
code lenses, links, colours, edits after typed characters, inline completions, related information.

slow: answers after ten seconds. garbage: answers with what is no answer. crash: ends at hover.
outside: edits a marker line. late: edits for a text that has changed. bad-format: nonsense edits.
half-format: the first cell that it is to format has an error.
Requests that are cancelled stand in the file $CANCELLED, one method a line.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

FAULT = os.environ.get("FAULT", "")
SLOW_S = 10
CAPABILITIES = {
    "textDocumentSync": 2,
    "hoverProvider": True,
    "definitionProvider": True,
    "renameProvider": True,
    "documentSymbolProvider": True,
    "completionProvider": {},
    "codeActionProvider": True,
    "documentFormattingProvider": True,
    "codeLensProvider": {"resolveProvider": True},
    "documentLinkProvider": {"resolveProvider": True},
    "colorProvider": True,
    "documentOnTypeFormattingProvider": {
        "firstTriggerCharacter": ";",
        "moreTriggerCharacter": ["\n"],
    },
    "inlineCompletionProvider": True,
    "executeCommandProvider": {"commands": ["faulty.edit"]},
}
PUT = {
    "textDocument/colorPresentation",
    "textDocument/documentColor",
    "textDocument/inlineCompletion",
    "textDocument/onTypeFormatting",
}
ERROR = object()
FORMATTED: list[str] = []
GARBAGE: list[Any] = ["text", 7, [[[]]], {"range": 3}, [{"range": {"start": {"line": -9}}}]]


def send(message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    sys.stdout.buffer.flush()


def read() -> dict[str, Any] | None:
    length = 0
    while (line := sys.stdin.buffer.readline()) not in {b"\r\n", b""}:
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length)) if length else None


def edit_at(uri: str, line: int, character: int, end: int, text: str) -> dict[str, Any]:
    place = {"line": line, "character": character}
    edit = {"range": {"start": place, "end": {"line": line, "character": end}}, "newText": text}
    return {"changes": {uri: [edit]}}


def range_at(line: int, character: int, end: int) -> dict[str, Any]:
    place = {"line": line, "character": character}
    return {"start": place, "end": {"line": line, "character": end}}


def resolved(item: dict[str, Any]) -> dict[str, Any]:
    """Return a lens or link as it is when it is asked for again, with what it was given."""
    if item["data"] == "lens":
        arguments = [item["uri"]]
        command = {"title": "a lens", "command": "faulty.edit", "arguments": arguments}
        return item | {"command": command}
    return item | {"target": "file:///tmp/target"}


def edit_in(line: int, character: int, end: int, text: str) -> dict[str, Any]:
    return {"range": range_at(line, character, end), "newText": text}


def color_of(method: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the colours, in each cell one, or how one may be written."""
    if method == "textDocument/documentColor":
        red = {"red": 1, "green": 0, "blue": 0, "alpha": 1}
        return [{"range": range_at(line, 4, 5), "color": red} for line in (1, 5)]
    edit = {"range": params["range"], "newText": "blue"}
    beyond = edit_in(5, 0, 1, "?")
    return [
        {"label": "beyond", "textEdit": edit, "additionalTextEdits": [beyond]},
        {"label": "blue", "textEdit": edit},
    ]


def typed(method: str, params: dict[str, Any]) -> Any:
    """Return what comes after a typed character; a line break has an edit beyond the cell, too."""
    line, character = params["position"]["line"], params["position"]["character"]
    if method == "textDocument/inlineCompletion":
        beyond = {"insertText": "beyond", "range": {"start": {"line": 0, "character": 0}}}
        beyond["range"]["end"] = params["position"]
        item = {"insertText": "whole line", "range": range_at(line, 0, character)}
        return {"items": [beyond, item]}
    edits = [edit_in(line, 0, 0, "typed ")]
    return edits if params["ch"] == ";" else [*edits, edit_in(0, 0, 0, "typed ")]


def extra(method: str, params: dict[str, Any]) -> Any:
    """Answer what servers at hand do not; NotImplemented: it is something else."""
    uri = params.get("textDocument", {}).get("uri", "")
    if method in PUT:
        return color_of(method, params) if "olor" in method else typed(method, params)
    if method == "textDocument/codeLens":
        return [{"range": range_at(1, 0, 1), "data": "lens", "uri": uri}]
    if method == "textDocument/documentLink":
        return [{"range": range_at(1, 0, 1), "data": "link"}]
    if method in {"codeLens/resolve", "documentLink/resolve"}:
        return resolved(params)
    if method == "workspace/executeCommand":
        edit = edit_at(params["arguments"][0], 1, 4, 5, "77")
        send({"id": "edit", "method": "workspace/applyEdit", "params": {"edit": edit}})
        return None
    return NotImplemented


def report(uri: str) -> None:
    """Say that something is wrong, and that another place has to do with it."""
    about = {"location": {"uri": uri, "range": range_at(1, 0, 1)}, "message": "defined here"}
    wrong = {"range": range_at(5, 4, 5), "message": "wrong", "relatedInformation": [about]}
    params = {"uri": uri, "diagnostics": [wrong]}
    send({"method": "textDocument/publishDiagnostics", "params": params})


def answer(method: str, params: dict[str, Any]) -> Any:  # noqa: C901, PLR0911 (one for each fault)
    uri = params.get("textDocument", {}).get("uri", "")
    if method == "initialize":
        return {"capabilities": CAPABILITIES}
    if not FAULT and (found := extra(method, params)) is not NotImplemented:
        return found
    if FAULT == "garbage" and method != "shutdown":
        return GARBAGE[hash(method) % len(GARBAGE)]
    if FAULT == "crash" and method == "textDocument/hover":
        os._exit(3)
    if FAULT == "outside" and method == "textDocument/rename":
        return edit_at(uri, 0, 0, 0, "x = 1\n")
    if FAULT == "outside" and method == "textDocument/codeAction":
        return [{"title": "outside", "edit": edit_at(uri, 0, 0, 0, "not an import\n")}]
    if method == "textDocument/rename":
        return edit_at(uri, 1, 0, 1, params["newName"])
    if method == "textDocument/hover":
        return {"contents": "what hover says"}
    if FAULT == "half-format" and method == "textDocument/formatting":
        FORMATTED.append(uri)
        return [edit_in(0, 0, 1, "formatted")] if len(FORMATTED) > 1 else ERROR
    if FAULT == "bad-format" and method == "textDocument/formatting":
        return [{"range": {"start": {"line": 99}}, "newText": None}]
    return None


def main() -> None:
    methods: dict[int, str] = {}
    while (message := read()) is not None:
        if message.get("method") == "exit":
            return
        if message.get("method") == "$/cancelRequest" and "CANCELLED" in os.environ:
            with Path(os.environ["CANCELLED"]).open("a", encoding="utf-8") as file:
                file.write(methods[message["params"]["id"]] + "\n")
        if "id" in message and "method" in message:
            methods[message["id"]] = message["method"]
        if message.get("method") == "textDocument/didOpen" and not FAULT:
            report(message["params"]["textDocument"]["uri"])
        if "id" not in message or "method" not in message:
            continue
        result = answer(message["method"], message.get("params") or {})
        reply = {"id": message["id"], "result": result}
        if result is ERROR:
            reply = {"id": message["id"], "error": {"code": -32803, "message": "no such syntax"}}
        is_slow = FAULT == "slow" and message["method"].startswith("textDocument/")
        if is_slow:
            timer = threading.Timer(SLOW_S, send, [reply])
            timer.daemon = True
            timer.start()
        else:
            send(reply)


if __name__ == "__main__":
    main()
