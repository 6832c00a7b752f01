"""Records what a real kernel sends for a few cells; run by hand, writes outputs.json beside it.

Needs ipykernel, tqdm and rich.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel

CELLS = {
    "tqdm": """
import time
from tqdm import tqdm
for i in tqdm(range(5), ncols=60, mininterval=0):
    time.sleep(0.01)
""",
    "tqdm_nested": """
for i in tqdm(range(3), ncols=60, desc='outer', mininterval=0):
    for j in tqdm(range(4), ncols=60, desc='inner', leave=False, mininterval=0):
        time.sleep(0.01)
""",
    "rich_progress": """
from rich.console import Console
from rich.progress import Progress
console = Console(force_terminal=True, force_jupyter=False, width=60)
with Progress(console=console, refresh_per_second=50) as progress:
    tasks = [progress.add_task(name, total=3) for name in ('one', 'two')]
    for _ in range(3):
        for task in tasks:
            progress.update(task, advance=1)
        time.sleep(0.05)
""",
    "rich_traceback": """
try:
    {}['missing']
except KeyError:
    Console(force_terminal=True, force_jupyter=False, width=60).print_exception()
""",
    "error": "def f(x):\n    return 1 / x\nf(0)",
    "syntax_error": "print(1\nx = = 2",
    "repr": "{i: list(range(20)) for i in range(3)}",
    "update_display": """
import sys
from IPython.display import HTML, Markdown, clear_output, display
handle = display('first', display_id='d1')
print('between', end='')
print('to stderr', file=sys.stderr)
handle.update('second')
""",
    "html": "HTML('<h1>Title</h1><p>one &amp; <b>two</b></p>')",
    "markdown": "Markdown('# Title\\n\\n*text*')",
    "grep": "!printf 'abc\\nxbx\\n' | grep --color=always b",
    "clear_output": "for i in range(3):\n    clear_output(wait=True)\n    print(i)",
    "image": r"""
import struct
import zlib
from IPython.display import Image
def chunk(kind, data):
    crc = zlib.crc32(kind + data)
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', crc)
header = struct.pack('>IIBBBBB', 640, 480, 8, 0, 0, 0, 0)
pixels = zlib.compress(b'\0' * (641 * 480))
Image(data=b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', pixels)
      + chunk(b'IEND', b''))
""",
}

KINDS = {
    "stream",
    "display_data",
    "execute_result",
    "error",
    "clear_output",
    "update_display_data",
}


def main() -> None:
    manager, client = start_new_kernel(kernel_name="python3")
    recorded: dict[str, list[dict[str, Any]]] = {}
    try:
        for name, code in CELLS.items():
            messages = recorded[name] = []

            def on_output(message: dict[str, Any], messages: list[Any] = messages) -> None:
                if message["msg_type"] in KINDS:
                    messages.append({key: message[key] for key in ("msg_type", "content")})

            client.execute_interactive(code, output_hook=on_output, timeout=60)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    path = Path(__file__).with_name("outputs.json")
    path.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
