"""The project's own error tree: what can go wrong, in one line a user can act on.

Every message is one line: what failed, on which file or cell, what to do. Edges rename
foreign exceptions to one of these; nothing here knows Neovim, files or kernels.
"""


class IpynbError(Exception):
    """Base of every error that a user may see; ``str(error)`` is the one line shown."""


class FileError(IpynbError):
    """A notebook file cannot be read or written."""


class NotebookSyntaxError(FileError):
    """A file is not JSON; carries the place of the error.

    ``lnum`` is 1-based, ``col`` a 0-based code point in that line.
    """

    def __init__(self, message: str, lnum: int = 1, col: int = 0) -> None:
        super().__init__(message)
        self.lnum = lnum
        self.col = col


class NotANotebookError(FileError):
    """A file is JSON but not a notebook."""


class FileChangedError(FileError):
    """A file changed on disk since it was read, so writing would lose the other's work."""


class KernelError(IpynbError):
    """A kernel cannot be started, reached or used."""


class NoKernelError(KernelError):
    """No kernelspec or environment fits the notebook."""


class KernelDiedError(KernelError):
    """A kernel process ended without being asked to."""


class OldFormatError(NotANotebookError):
    """A notebook is of nbformat 1 to 3 and must be upgraded before it can be edited."""

    def __init__(self, nbformat: int, nbformat_minor: int) -> None:
        super().__init__(f"nbformat {nbformat} must be upgraded first")
        self.nbformat = nbformat
        self.nbformat_minor = nbformat_minor


class MissingFileError(FileError):
    """A notebook file does not exist."""
