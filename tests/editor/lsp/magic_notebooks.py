"""Notebooks that IPython runs without an error and that are no Python: the plain text of each is
flagged by servers. Each is right for every server that knows what IPython does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.harness import CellSpec

NOTEBOOKS: dict[str, list[CellSpec]] = {
    "line magics": ["%matplotlib inline\n%load_ext autoreload\n%autoreload 2\nx = 1\nx"],
    "help": ["x = 1\nx?\nx??\n?x\n??x\n%timeit?\n*int*?\nx"],
    "help of members": ["import os\n\nos.path?\nos.path.join??\n?os.getcwd\nos.*dir*?"],
    "shell": ["!ls -la\n!pip install 'numpy[all]>=1'\nfiles = !ls\nfiles[0]"],
    "shell twice": ["!!ls\nfor i in range(2):\n    !echo $i"],
    "shell with braces": ["name = 'a b'\n!echo {name} > /dev/null; cat $name | grep -v '^#'\nname"],
    "shell in a block": [
        "import sys\n\nif sys.platform == 'linux':\n    !uname -a\nelse:\n    !ver",
        "try:\n    !false\nexcept OSError:\n    %debug\nfinally:\n    !true",
    ],
    "assigned shell": ["lines = !cat /etc/hosts\nfirst, *rest = !ls\nprint(lines, first, rest)"],
    "assigned magics": ["where = %pwd\nprint(where)"],
    "assigned in a function": [
        "def listing():\n    found = !ls\n    return found",
        "def timed():\n    result = %timeit -o sum([1])\n    return result",
        "listing(), timed()",
    ],
    "timeit": ["def f(a):\n    return a\n\n\n%timeit f(3)\n%timeit -n 10 f(4)\n%time y = f(5)\ny"],
    "cell timeit": ["def g():\n    return 1", "%%timeit\ng()", "%%time\nz = g()\nz"],
    "cell time over lines": [
        "%%time\ntotal = 0\nfor i in range(3):\n    total += i\ntotal",
        "total",
    ],
    "cell prun": ["%%prun -s cumulative\nprint(sum(range(9)))"],
    "bash cell": ["%%bash\nfor i in 1 2 3; do echo $i; done", "1 + 1"],
    "bash output": ["%%bash --out listing\nls", "print(listing)"],
    "script cells": [
        "%%script bash\necho $0 && [[ -f x ]]",
        "%%perl\nmy $x = 1;",
        "%%ruby\nputs [1]",
    ],
    "html cell": ["%%html\n<b>bold</b>", "2"],
    "markup cells": ["%%latex\n$\\frac{a}{b}$", "%%markdown\n# Head *line*", "%%svg\n<svg></svg>"],
    "javascript cell": ["%%javascript\nconsole.log('x');", "3"],
    "sql cell": ["%load_ext sql", "%%sql\nselect * from t where a > 1;"],
    "sql results": [
        "%load_ext sql\n%sql sqlite://\nrows = %sql select * from t\nrows",
        "%%sql found <<\nselect a, b\nfrom t",
        "print(found)",
    ],
    "R cell": ["%load_ext rpy2.ipython", "%%R\nx <- c(1, 2)\nplot(x)"],
    "R in and out": [
        "data = [1]",
        "%%R -i data -o model\nmodel <- lm(y ~ x)",
        "print(data, model)",
    ],
    "cython": ["%load_ext cython", "%%cython\ndef twice(int n):\n    return 2 * n", "twice(3)"],
    "writefile": ["%%writefile out.txt\nthis is { no python"],
    "capture": ["%%capture out\nprint('x')", "out.show()"],
    "run defines": ["%run other.py", "print(name_from_other)"],
    "pylab defines": ["%pylab inline", "plot([1, 2])"],
    "store": ["%store -r kept", "print(kept)"],
    "store all": ["%store -r", "print(whatever)"],
    "autoreloaded": ["%load_ext autoreload\n%aimport json", "json.dumps([])"],
    "await": ["import asyncio", "await asyncio.sleep(0)", "x = await asyncio.sleep(0, 1)\nx"],
    "await in blocks": [
        "import asyncio",
        "for i in range(2):\n    await asyncio.sleep(0)\nif i:\n    await asyncio.sleep(0)",
    ],
    "await in expressions": [
        "import asyncio\n\nprint(await asyncio.sleep(0, 1) or 2)",
        "both = [await asyncio.sleep(0, n) for n in range(2)]\nboth",
        "try:\n    await asyncio.sleep(0)\nexcept asyncio.CancelledError:\n    both = []",
    ],
    "async for": [
        "async def numbers():\n    yield 1",
        "async for n in numbers():\n    print(n)",
        "print([n async for n in numbers()])",
    ],
    "async with": [
        "import asyncio\n\nlock = asyncio.Lock()",
        "async with lock:\n    print(lock)",
    ],
    "last expression": ["x = {'a': 1}", "x['a']", "x", "[1, 2, 3]", "x == {}"],
    "last expression of a block": ["x = [1]", "for i in x:\n    print(i)\nx"],
    "suppressed": ["x = 1\nx;"],
    "last before comment": ["x = 1\nx\n# the end"],
    "names across cells": ["def first():\n    return 1", ("markdown", "text"), "first()"],
    "ipython names": ["display(1)", "get_ipython()", "_", "Out[1]", "In[0]", "_1", "__", "_i, _oh"],
    "imports everywhere": ["x = 1", "import json\njson.dumps(x)", "import re\nre.compile('x')"],
    "future late": ["x = 1", "import sys\nprint(sys.path, x)", "from os import path\npath.sep"],
    "indented magics": ["if True:\n    %matplotlib inline\nelse:\n    !ls"],
    "magics in functions": ["def show():\n    %matplotlib inline\n    return 1\n\n\nshow()"],
    "magics with a class": [
        "class A:\n    x = 1\n\n    def f(self):\n        !ls\n        return 1\n\n\nA().f()"
    ],
    "continued": ["!ls \\\n  -la\n%timeit \\\n  1 + 1\nx = 2\nx"],
    "quoted percent": [
        "a = 7\nb = 3\nprint(a\n      % b)\n'''\n%not magic\n!neither\n'''",
        "%matplotlib inline",
    ],
    "after a string": ["text = '''\n%in text\n!in text\n'''\n%time print(text)\n!echo done"],
    "blank lines before": ["\n\n%%bash\nls", "\n\n%%time\nprint(1)", "# first\n%time print(1)"],
    "non-ascii": ["näme = '😀'\n%timeit len(näme)\nnäme"],
    "escaped calls": [",print a b\n;print a b\n/print 1"],
    "several blank": ["import os\n\nos.getcwd()", "\n\n\nos.sep", "!ls"],
    "conda": ["%pip install x\n%conda install y\n%cd ..\n%env A=1\n%who"],
    "prun and debug": ["def h():\n    return 1\n\n\n%prun h()\n%debug\n%xmode Plain"],
    "user variables": [
        "%env HOME\n%alias show echo\n%macro m 1-2\n%history -n\n%lsmagic\n%quickref"
    ],
}
# Names that nothing defines are not told from those that these bring.
ANY_NAME = {"run defines", "pylab defines", "store all", "user variables"}
# One file of it is right: it is flagged only by an approach that shows each cell alone.
CELL_BY_CELL = {"names across cells"}


def code_of(cells: list[CellSpec]) -> str:
    """Return the text of the code cells as one file, as a plain approach gives it to servers."""
    return "\n\n\n".join(cell for cell in cells if isinstance(cell, str)) + "\n"
