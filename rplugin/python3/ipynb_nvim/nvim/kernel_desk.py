"""What the user asks about kernels: to name another, to list them, what runs and why; no cells."""

from __future__ import annotations

import asyncio
import importlib
from typing import TYPE_CHECKING

from ipynb_nvim.errors import KernelError
from ipynb_nvim.view.output_view import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ipynb_nvim.nvim.choices import Choices
    from ipynb_nvim.nvim.kernel_chooser import KernelChooser
    from ipynb_nvim.nvim.notebook_file import NotebookFile
    from ipynb_nvim.services.kernel_choice import KernelChoice
    from ipynb_nvim.services.launch_spec import LaunchSpec
    from ipynb_nvim.services.runner import Runner

    Fact = list[str]


class KernelDesk:
    """Serves one notebook.

    ``tell`` brings operations to Lua; ``on_renamed`` hears that the metadata is another one.
    """

    def __init__(
        self,
        runner: Runner,
        chooser: KernelChooser,
        file: NotebookFile,
        tell: Callable[..., None],
        on_renamed: Callable[[], None],
        choices: Choices,
    ) -> None:
        """Speak of ``runner``'s kernel and of those that ``chooser`` finds."""
        self._runner = runner
        self._chooser = chooser
        self._file = file
        self._tell = tell
        self._on_renamed = on_renamed
        self._choices = choices

    async def set_kernel(self, asked: str, cwd: Path) -> None:
        """Let the notebook name another kernel; one that runs makes room for it."""
        try:
            spec = await self._chooser.choose(asked)
        except KernelError as error:
            self._tell("message", level="error", text=str(error))
            return
        self._file.set_kernelspec(spec)
        self._on_renamed()
        self._tell("language", language=self._file.language)
        is_replaced = self._runner.keeper.is_alive
        if is_replaced:
            self._runner.start(asked, cwd)
        how = "the one that ran makes room for it" if is_replaced else "the next run starts it"
        self._tell("message", level="info", text=f"kernel: {_line(spec.display_name)}; {how}")

    async def connect(self, file: Path | None) -> None:
        """Use a kernel that runs already; without a ``file`` the user chooses if need be."""
        if file is not None:
            self._runner.connect(file)
            return
        found = await self._running()
        if not found:
            text = "no kernel runs that can be connected to; name its connection file"
            self._tell("message", level="info", text=text)
            return
        items = [f"{path.parent.name}/{path.name}" for path in found]
        index = 0
        if len(found) > 1:
            chosen = await self._choices.ask("Connect to the kernel (the newest first)", items)
            if chosen is None:
                return
            index = chosen
        self._runner.connect(found[index])

    async def _running(self) -> list[Path]:
        module = await asyncio.get_running_loop().run_in_executor(
            None, importlib.import_module, "ipynb_nvim.services.running_kernels"
        )
        record = None if self._runner.session is None else self._runner.session.record
        found: list[Path] = await module.running_kernels()
        return [path for path in found if record is None or str(path.parent) != record.directory]

    async def list_kernels(self, purpose: str) -> None:
        """Tell Lua which kernels there are; ``purpose`` is what Lua does with them."""
        try:
            used = await self._used()
            choices = await self._chooser.list()
        except KernelError as error:
            self._tell("message", level="error", text=str(error))
            return
        is_found = False
        rows: list[dict[str, object]] = []
        for choice in choices:
            is_used = not is_found and used is not None and _is_of(choice, used)
            is_found = is_found or is_used
            rows.append(
                {
                    "name": choice.name,
                    "title": _line(choice.title),
                    "language": _line(choice.language),
                    "path": _line(choice.path),
                    "note": _line(choice.note),
                    "is_used": is_used,
                }
            )
        self._tell("kernels", rows=rows, purpose=purpose)

    async def show_status(self) -> None:
        """Tell Lua all about the kernel that runs, or would."""
        session = self._runner.session
        facts: list[Fact] = []
        if session is None:
            facts.append(["kernel", "none runs"])
            facts += await self._prospect()
        else:
            record = session.record
            process = f", pid {record.pid}" if record else ""
            state = f"{session.execution_state.value}{process}"
            facts.append(["kernel", f"{session.spec.display_name} ({state})"])
            facts += _spec_facts(session.spec)
        info = self._runner.info
        if info is not None and session is not None and session.is_alive:
            facts.append(["is", f"{info.implementation} {info.implementation_version}".strip()])
            facts.append(["protocol", info.protocol_version])
            facts += [["", line] for line in info.banner.splitlines() if line.strip()]
        order = await self._chooser.search_order()
        facts += [["search" if n == 1 else "", f"{n} {how}"] for n, how in enumerate(order, 1)]
        self._tell("kernel_status", facts=[[_line(text) for text in fact] for fact in facts])

    def describe(self) -> list[tuple[str, str]]:
        """Return what ``:NotebookInfo`` says of the choice, from what is known already."""
        session = self._runner.session
        return [] if session is None else [("chosen", _line(_why(session.spec)))]

    async def _used(self) -> LaunchSpec | None:
        session = self._runner.session
        if session is not None and session.is_alive:
            return session.spec
        try:
            return await self._chooser.find(None)
        except KernelError:
            return None

    async def _prospect(self) -> list[Fact]:
        try:
            spec = await self._chooser.find(None)
        except KernelError as error:
            return [["next", str(error)]]
        return [["next", spec.display_name], *_spec_facts(spec)]


def _spec_facts(spec: LaunchSpec) -> list[Fact]:
    return [["chosen", _why(spec)], ["program", spec.argv[0] if spec.argv else ""]]


def _why(spec: LaunchSpec) -> str:
    return spec.why or f"kernelspec {spec.name}"


def _is_of(choice: KernelChoice, spec: LaunchSpec) -> bool:
    is_environments = not spec.resource_dir
    return choice.path == spec.argv[0] if is_environments else choice.name == spec.name


def _line(text: str) -> str:
    """Return a text as one line that is safe to show: kernels and files are not trusted."""
    return " ".join(plain_text(text).split("\n")).strip()
