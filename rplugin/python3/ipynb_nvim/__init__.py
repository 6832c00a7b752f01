"""The remote plugin's handlers, nothing else; the rest is imported when the first one is called.

An import error here would drop the plugin from ``:UpdateRemotePlugins``, so that only the
standard library and pynvim are imported at the top.
"""

from __future__ import annotations

import atexit
import logging
import sys
from typing import TYPE_CHECKING, Any

import pynvim

if TYPE_CHECKING:
    from ipynb_nvim.nvim.plugin import Plugin

logger = logging.getLogger(__name__)


@pynvim.plugin
# False: strings are decoded already; pynvim must not look again at every line of every message.
@pynvim.decode(False)  # pyright: ignore[reportArgumentType]  (pynvim itself tests it for truth)
class IpynbHost:
    """The entry points: one for messages, one for questions."""

    def __init__(self, nvim: pynvim.Nvim) -> None:
        """Remember the connection; nothing is imported yet."""
        # Mutable state: the plugin, once something was asked of it.
        self._nvim = nvim
        self._plugin: Plugin | None = None

    @pynvim.rpc_export("ipynb_notify")
    def on_notify(self, method: str, *args: Any) -> None:
        """Take a message that nobody waits for."""
        try:
            self._loaded().notify(method, args)
        except Exception:  # the outermost edge: an escaped exception is a hit-enter prompt
            logger.exception("message %s failed", method)

    @pynvim.rpc_export("ipynb_request", sync=True)
    def on_request(self, method: str, *args: Any) -> Any:
        """Answer a question; ``{"error": line}`` when that fails."""
        try:
            return self._loaded().request(method, args)
        except Exception as error:  # the outermost edge: Neovim waits for an answer
            logger.exception("request %s failed", method)
            return {"error": f"internal error ({type(error).__name__}: {error}); see the log"}

    @pynvim.function("IpynbHostVersion", sync=True)
    def version(self, _args: list[Any]) -> str:
        """Name the Python that runs the host; the function the manifest needs to list us."""
        return sys.version.split()[0]

    @pynvim.shutdown_hook
    def on_shutdown(self) -> None:
        """End what the host has started."""
        if self._plugin is not None:
            self._plugin.keep_changes()
            self._plugin.kill_kernels()

    def _loaded(self) -> Plugin:
        if self._plugin is None:
            from ipynb_nvim.nvim.bridge import Bridge  # noqa: PLC0415 (start-up: see above)
            from ipynb_nvim.nvim.plugin import Plugin  # noqa: PLC0415 (start-up: see above)

            self._plugin = Plugin(Bridge(self._nvim))
            atexit.register(self.on_shutdown)
        return self._plugin
