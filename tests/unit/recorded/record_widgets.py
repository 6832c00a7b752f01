"""Records what widgets of a real kernel send; run by hand, writes widgets.json beside it.

Needs ipykernel, ipywidgets and tqdm.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyter_client.manager import start_new_kernel

CELLS = {
    "tqdm": """
from tqdm.notebook import tqdm
import time
for i in tqdm(range(3), desc='load', mininterval=0):
    for j in tqdm(range(2), desc='inner', leave=False, mininterval=0):
        time.sleep(0.02)
""",
    "controls": """
import ipywidgets as w
from IPython.display import display
display(w.VBox([
    w.IntSlider(value=3, min=0, max=10, description='n'),
    w.Checkbox(value=True, description='on'),
    w.Dropdown(options=['a', 'b'], value='b', description='pick'),
    w.Button(description='Go'),
    w.Text(value='hi', description='name'),
    w.HBox([w.Label('x'), w.FloatText(2.5)]),
    w.IntProgress(value=5, max=10, bar_style='success'),
    w.ColorPicker(value='red'),
]))
""",
}


def record(client: Any, code: str) -> list[dict[str, Any]]:
    client.execute(code)
    messages = []
    while True:
        message = client.get_iopub_msg(timeout=30)
        kind, content = message["msg_type"], message["content"]
        if kind == "status" and content["execution_state"] == "idle":
            return messages
        if kind.startswith(("comm", "display")):
            state = content.get("data", {}).get("state", {})
            for key in [key for key, value in state.items() if value is None]:
                del state[key]
            messages.append({"msg_type": kind, "content": content})


if __name__ == "__main__":
    manager, client = start_new_kernel(kernel_name="python3")
    recorded = {name: record(client, code) for name, code in CELLS.items()}
    manager.shutdown_kernel(now=True)
    target = Path(__file__).with_name("widgets.json")
    target.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
