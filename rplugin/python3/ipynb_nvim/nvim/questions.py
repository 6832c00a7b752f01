"""Answers what the editor asks of the kernel, each answer by its number; knows no RPC.

Nothing waits for an answer, and any may fail to come: the editor drops a question that took too
long, and its task ends here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.answers import parse_completions, parse_inspection
from ipynb_nvim.domain.code_text import CodeText, Place
from ipynb_nvim.nvim.wire import from_wire
from ipynb_nvim.services.kernel_variables import parse_variables, variables_request
from ipynb_nvim.view.inspection import sections_of
from ipynb_nvim.view.sanitize import without_controls, without_sequences

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Coroutine

    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.services.kernel_guest import KernelGuest
    from ipynb_nvim.services.kernel_session import KernelSession

    Wire = dict[str, Any]
    Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Questions:
    """The questions of one notebook; ``tell`` takes a number and its answer, None if none."""

    def __init__(
        self,
        kernel: Callable[[], KernelSession | KernelGuest | None],
        tell: Callable[[int, Wire | None], None],
        spawn: Spawn,
    ) -> None:
        """Ask whatever ``kernel`` returns at that time."""
        # Mutable state: the tasks of the questions under way, by number.
        self._kernel = kernel
        self._tell = tell
        self._spawn = spawn
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._kinds = {
            "complete": self._complete,
            "inspect": self._inspect,
            "variables": self._variables,
        }

    def ask(self, question_no: int, kind: str, about: Wire) -> None:
        """Take a question."""
        self._tasks[question_no] = self._spawn(self._answer(question_no, kind, about))

    def drop(self, question_no: int) -> None:
        """Forget a question: its answer is not wanted any more."""
        task = self._tasks.pop(question_no, None)
        if task is not None:
            task.cancel()

    def close(self) -> None:
        """Forget all questions."""
        for question_no in list(self._tasks):
            self.drop(question_no)

    async def _answer(self, question_no: int, kind: str, about: Wire) -> None:
        answer: Wire | None = None
        try:
            answer = await self._kinds[kind](about)
        finally:
            if self._tasks.pop(question_no, None) is not None:  # else it was dropped
                self._tell(question_no, answer)

    async def _complete(self, about: Wire) -> Wire:
        text = CodeText(from_wire(about["lines"]))
        cursor_pos = text.cursor_pos(Place(about["row"], about["offset"]))
        reply = await self._request(
            "complete_request", {"code": text.code, "cursor_pos": cursor_pos}
        )
        found = parse_completions(reply)
        items: list[list[Any]] = []
        for one in found.candidates:
            start, end = text.place(one.start), text.place(one.end)
            if one.text.isprintable() and start.row == end.row:
                place = [start.row, start.offset, end.offset]
                items.append([one.text, one.kind, _plain(one.signature), *place])
        return {"items": items, "is_cut": found.is_cut}

    async def _inspect(self, about: Wire) -> Wire:
        text = CodeText(from_wire(about["lines"]))
        cursor_pos = text.cursor_pos(Place(about["row"], about["offset"]))
        detail_level = about.get("detail_level", 0)
        content = {"code": text.code, "cursor_pos": cursor_pos, "detail_level": detail_level}
        found = parse_inspection(await self._request("inspect_request", content))
        sections = [] if found is None else sections_of(found)
        return {"sections": [{"title": one.title, "lines": one.lines} for one in sections]}

    async def _variables(self, about: Wire) -> Wire | None:
        kernel = self._kernel()
        if kernel is None or kernel.spec.language.lower() != "python":
            name = "This kernel" if kernel is None else kernel.spec.display_name
            return {"note": f"{name} cannot list variables: Jupyter has a way for Python only"}
        content = variables_request(about["names"], is_all=about["is_all"])
        report = parse_variables(await self._request("execute_request", content, is_main=True))
        if report is None:
            return None
        rows = [_row(row) for row in report["rows"] if isinstance(row, dict)]
        return {"rows": rows, "left": report.get("left", 0)}

    async def _request(
        self, msg_type: str, content: JsonObject, *, is_main: bool = False
    ) -> JsonObject | None:
        kernel = self._kernel()
        if kernel is None or kernel.questions is None:
            return None
        return await kernel.questions.ask(msg_type, content, is_main=is_main)


def _row(row: Wire) -> Wire:
    shown = {key: _plain(str(row.get(key, ""))) for key in ("name", "type", "shape", "value")}
    size = row.get("size")
    return {**shown, "size": size if isinstance(size, int) else -1}


def _plain(text: str) -> str:
    """Return the text as one line that Neovim can take and a terminal can show."""
    return without_controls(without_sequences(text.replace("\n", " ").replace("\t", " ")))
