"""Cells of all kinds whose outputs do not depend on time, place or chance."""

from __future__ import annotations

_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Er"
    "kJggg=="
)

CELLS: dict[str, str] = {
    "a result": "6 * 7",
    "no result": "x = 1",
    "a result hidden by a semicolon": "x + 1;",
    "None is no result": "None",
    "an empty cell": "",
    "a comment": "# nothing",
    "print": "print('one')\nprint('two')",
    "print without a newline": "print('no newline', end='')",
    "an empty print": "print()",
    "trailing blank lines": "print('a\\n\\n')",
    "stderr": "import sys\nprint('bad', file=sys.stderr)",
    "stdout, then stderr, then stdout": (
        "import sys\nprint('1', flush=True)\nprint('2', file=sys.stderr, flush=True)\n"
        "print('3', flush=True)"
    ),
    "print and a result": "print('text')\n'value'",
    "a display between prints": (
        "from IPython.display import display\nprint('before', flush=True)\ndisplay([1, 2])\n"
        "print('after')"
    ),
    "several displays": "for i in range(4): display(i)",
    "a long text": "print('\\n'.join(str(i) for i in range(3000)))",
    "many flushed lines": "for i in range(300): print(i, flush=True)",
    "a long line": "print('x' * 100_000)",
    "unicode": "print('λ → 日本語 🎉 e\\u0301')\n'ünï'",
    "other line ends": "print('a\\u2028b\\x0bc\\x0cd\\x85e')",
    "colours": "print('\\x1b[31mred\\x1b[0m and \\x1b[1;38;5;208mbold\\x1b[0m')",
    "a progress line": (
        "import sys\nfor i in range(5):\n    sys.stdout.write(f'\\r{i * 20:3d}%')\n"
        "    sys.stdout.flush()\nprint()"
    ),
    "windows line ends": "print('a\\r\\nb')",
    "an error": "1 / 0",
    "a syntax error": "def f(:",
    "an error of several frames": "def f(n):\n    return f(n - 1) if n else {}['key']\nf(3)",
    "a chained error": (
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('λ\\nsecond') from e"
    ),
    "output before an error": "print('so far')\nassert False, 'here'",
    "an own exception": "class Odd(Exception):\n    pass\nraise Odd()",
    "SystemExit with a message": "raise SystemExit('enough')",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "html": (
        "from IPython.display import HTML\nHTML('<b>bold</b>\\n<table><tr><td>1</td></tr></table>')"
    ),
    "markdown": "from IPython.display import Markdown\nMarkdown('# Head\\n\\n- one\\n')",
    "latex": "from IPython.display import Latex\nLatex(r'$\\frac{1}{2}$')",
    "json": "from IPython.display import JSON\nJSON({'b': [1, None, True], 'a': {'c': 'd\\ne'}})",
    "svg": (
        "from IPython.display import SVG\n"
        "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\">\\n<g/>\\n</svg>')"
    ),
    "png with its size": (
        "from IPython.display import Image\nimport base64\n"
        f"Image(base64.b64decode('{_PNG}'), width=20, height=10)"
    ),
    "javascript": "from IPython.display import Javascript\nJavascript('let a = 1;\\nlet b;')",
    "a bundle of its own": (
        "display({'text/plain': 'plain\\ntext', 'application/x-own+json': {'k': [1, 'a\\nb']},\n"
        "         'application/x-other': 'p\\nq'}, raw=True, metadata={'text/plain': {'m': 1}})"
    ),
    "a rich repr": (
        "class Rich:\n    def _repr_html_(self): return '<i>i</i>'\n"
        "    def __repr__(self): return 'Rich'\nRich()"
    ),
    "a mimebundle with metadata": (
        "class Bundle:\n    def _repr_mimebundle_(self, **_):\n"
        "        return {'text/plain': 'p'}, {'text/plain': {'isolated': True}}\n"
        "Bundle()"
    ),
    "a repr that fails": "class Bad:\n    def __repr__(self): raise RuntimeError('repr')\nBad()",
    "a display with an id": "shown = display('first', display_id='an-id')",
    "its update from another cell": "shown.update(HTML('<b>new</b>'))",
    "the same id once more": "_ = display('again', display_id='an-id')",
    "both are updated": "shown.update('last')",
    "an id with an update at once": (
        "handle = display(0, display_id='count')\nfor i in range(20): handle.update(i)"
    ),
    "an id that two cells have": "display('one', display_id='twice')\nprint('text')",
    "the other of the two": "display('two', display_id='twice')",
    "an update of an id never seen": (
        "from IPython.display import update_display\nupdate_display(1, display_id='unseen')"
    ),
    "clear_output": (
        "from IPython.display import clear_output\nprint('gone', flush=True)\nclear_output()\n"
        "print('kept')"
    ),
    "clear_output(wait=True)": (
        "for i in range(10):\n    clear_output(wait=True)\n    print(i, flush=True)"
    ),
    "clear_output(wait=True) and nothing after": (
        "print('stays', flush=True)\nclear_output(wait=True)"
    ),
    "output after a clear that waits": "print('more')",
    "a clear and an update": (
        "h = display(1, display_id='cleared')\nclear_output()\nh.update(2)\nprint('end')"
    ),
    "%%capture": "%%capture out\nprint('hidden')\ndisplay(1)",
    "what was captured": "out.show()",
    "a magic": "%xmode",
    "a magic that is missing": "%no_such_magic",
    "a shell line": "!echo from the shell; echo and again",
    "a shell line that fails": "!exit 3",
    "%%bash": "%%bash\necho out\nexit 0",
    "a background thread that is joined": (
        "import threading\nt = threading.Thread(target=lambda: print('from a thread'))\n"
        "t.start(); t.join()"
    ),
    "a comm that nobody knows": (
        "from comm import create_comm\nc = create_comm(target_name='unknown', data={'a': 1})\n"
        "c.send({'b': 2}); c.close(); print('sent')"
    ),
    "await": "import asyncio\nawait asyncio.sleep(0, 'awaited')",
    "a warning": "import warnings\nwarnings.simplefilter('always')\nprint('w')",
    "set_next_input": "get_ipython().set_next_input('y = 2')\nprint('asked')",
    "history": "In[1], Out[1]",
    "a large result": "list(range(2000))",
    "tqdm": (
        "from tqdm import tqdm\n"
        "for i in tqdm(range(5), bar_format='{desc}{n_fmt}/{total_fmt}', mininterval=0): pass"
    ),
    "a widget": "import ipywidgets\nslider = ipywidgets.IntSlider(value=3, max=9)\nslider",
    "a widget that changes": "slider.value = 5\ndisplay(slider)",
    "tqdm.notebook": (
        "from tqdm.notebook import tqdm\n"
        "for i in tqdm(range(3), bar_format='{desc}{n_fmt}/{total_fmt}', mininterval=0): pass"
    ),
    "a dict": "{'a': [1, 2], 'b': {'c': 3}}",
}
