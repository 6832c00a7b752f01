"""The notebooks that methods are tried in, one for each language, and where in their text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.harness import CellSpec


@dataclass(frozen=True)
class Edit:
    """A text that is changed, and what comes of it."""

    before: str
    after: str


@dataclass(frozen=True)
class Action:
    """Where an action is asked for; what its title begins with and its line becomes, if one is."""

    line: str
    word: str
    title: str = ""
    after: str = ""


@dataclass(frozen=True)
class Sample:
    """A notebook that defines `area` in one cell and calls it in others.

    One call stands behind two characters that UTF-16 counts double. Lines are without indent.
    ``None``: no server of this language does it.
    """

    language: str
    cells: tuple[CellSpec, ...]
    neighbour: tuple[str, str]  # a file beside it that has `circle`: name and text
    definition: str  # line
    use: str  # the text before that ends in `area`
    use_line: str
    other_use: str  # line of another cell that has `circle`
    uses: tuple[str, ...]  # lines that have `area`, and no other such word
    loose: Edit  # a line that is not formatted well
    loose_elsewhere: Edit  # the same in another cell
    kept: tuple[str, ...]  # lines that no formatter changes
    broken: str  # line that is an error
    action: Action
    sound: str  # line of the last cell above which that is put, and its number in the cell
    sound_row: int
    hover: str = "area"
    parameters: Edit | None = None  # a word of the call in `loose`, and what is said of it
    member: tuple[str, str] = ("", "")  # begin of a word of a library, and all of it
    described: tuple[str, str, str] = ("", "", "")  # begin, all, and a word of its description
    token: str = "function"
    hinted: str = ""  # the text before an inlay hint
    lens: str = ""  # title of one on `fold`
    fold: str = ""  # first line of a fold in the cell of `use`
    selected: str = ""  # what the selection around `area` grows to
    classes: Classes | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def neighbour_line(self) -> str:
        """The line of the neighbour that defines `circle`."""
        lines = self.neighbour[1].splitlines()
        return next(line for line in lines if "circle" in line)


@dataclass(frozen=True)
class Classes:
    """`Solid` of the neighbour, `Shape` below it, `Ball` below that; the neighbour's `Cube`."""

    shape: str  # lines
    ball: str
    instance: str  # of `Ball`, a line that begins with, or has, `ball`


def kernel(language: str) -> dict[str, Any]:
    """Return metadata that names a kernel of a language."""
    return {
        "kernelspec": {"name": language, "language": language, "display_name": language},
        "language_info": {"name": language},
    }


PYTHON = Sample(
    language="python",
    cells=(
        "import math\n%matplotlib inline",
        "",
        ("markdown", "# area and volume"),
        "def area(r: float) -> float:\n    return math.pi * r * r",
        "def volume(r: float, h: float) -> float:\n"
        "    name = '😀😀'; return area(r) * h\n"
        "\n"
        "%timeit area(3)\n"
        "x =  volume(1.0, 2.0)\n"
        "area(4)",
        "r = 1\n",
        "from neighbour import circle, Solid\n"
        "class Shape(Solid):\n"
        "    pass\n"
        "class Ball(Shape):\n"
        "    pass\n"
        "ball = Ball()\n"
        "y = circle()\n"
        "ball",
    ),
    neighbour=(
        "neighbour.py",
        "é = 'é'\n\n\ndef circle() -> float:\n    return 3.0\n\n\n"
        "class Solid:\n    pass\n\n\nclass Cube(Solid):\n    pass\n",
    ),
    definition="def area(r: float) -> float:",
    use="; return area",
    use_line="return area(r) * h",
    other_use="y = circle()",
    uses=("def area(r: float) -> float:", "%timeit area(3)", "area(4)"),
    loose=Edit("x =  volume(1.0, 2.0)", "x = volume(1.0, 2.0)"),
    loose_elsewhere=Edit("\nclass Shape", "\n\n\nclass Shape"),
    kept=("%timeit area(3)", "area(4)"),
    parameters=Edit("1.0", "r: float, h: float"),
    member=("math.acos", "acosh"),
    described=("math.aco", "acosh", "hyperbolic"),
    hinted="x",
    fold="def volume(r: float, h: float) -> float:",
    selected="area(r)",
    classes=Classes("class Shape(Solid):", "class Ball(Shape):", "ball = Ball()"),
    action=Action("return math.pi", "math.pi * r"),
    broken="def (",
    sound="ball = Ball()",
    sound_row=5,
)

TYPESCRIPT = Sample(
    language="typescript",
    cells=(
        "const scale: number = 1.0",
        ("markdown", "# area and volume"),
        "function area(r: number): number {\n  return Math.PI * r * r\n}",
        "function volume(r: number, h: number): number {\n"
        "  const name = '😀😀'; return area(r) * h\n"
        "}\n"
        "\n"
        "var x =  volume(1.0, 2.0)\n"
        "area(4)",
        "import { circle, Solid } from './neighbour'\n"
        "class Shape extends Solid {}\n"
        "class Ball extends Shape {}\n"
        "const ball = new Ball()\n"
        "const y = circle()\n"
        "const z =  1\n"
        "await Promise.resolve(ball)",
    ),
    neighbour=(
        "neighbour.ts",
        "export const é = 'é'\n\n"
        "export function circle(): number { return 3 }\n"
        "export class Solid {}\n"
        "export class Cube extends Solid {}\n",
    ),
    definition="function area(r: number): number {",
    use="; return area",
    use_line="return area(r) * h",
    other_use="const y = circle()",
    uses=("function area(r: number): number {", "area(4)"),
    loose=Edit("var x =  volume(1.0, 2.0)", "var x = volume(1.0, 2.0)"),
    loose_elsewhere=Edit("\nconst z =  1", "\nconst z = 1"),
    kept=("area(4)",),
    parameters=Edit("1.0", "r: number, h: number"),
    # No member of it is a symbol: with one, Neovim 0.11 completes none, in plain files too.
    member=("console.time", "timeEnd"),
    described=("console.timeE", "timeEnd", "stops a timer"),
    hinted="var x =  volume(",
    lens="1 reference",
    fold="function volume(r: number, h: number): number {",
    selected="area(r)",
    classes=Classes(
        "class Shape extends Solid {}", "class Ball extends Shape {}", "const ball = new Ball()"
    ),
    action=Action("  const name = '😀😀'; return", "name", "Remove unused declaration", " return"),
    broken="const = 1",
    sound="const ball = new Ball()",
    sound_row=3,
    metadata=kernel("typescript"),
)

BASH = Sample(
    language="bash",
    cells=(
        "set -u",
        ("markdown", "# area and volume"),
        "area() {\n  echo $(($1 * 3))\n}",
        "volume() {\n  echo '😀😀' && area \"$1\"\n}\n\nvolume 1   2\narea 4\necho $HOME",
        'source ./neighbour.sh\nshape=$(circle)\necho   "$shape"',
    ),
    neighbour=("neighbour.sh", "# é\ncircle() {\n  echo 3\n}\n"),
    definition="area() {",
    use="&& area",
    use_line='area "$1"',
    other_use="shape=$(circle)",
    uses=("area() {", "area 4"),
    loose=Edit("volume 1   2", "volume 1 2"),
    loose_elsewhere=Edit('\necho   "$shape"', '\necho "$shape"'),
    kept=("area 4", "echo $HOME"),
    member=("compge", "compgen"),
    described=("compge", "compgen", "possible completions"),
    action=Action("echo $HOME", "$HOME", "Apply fix", 'echo "$HOME"'),
    broken="x = 1",
    sound="shape=$(circle)",
    sound_row=1,
    metadata=kernel("bash"),
)

SAMPLES = {"bashls": BASH, "ts_ls": TYPESCRIPT}


def sample_of(server: str) -> Sample:
    """Return the notebook that a server is tried in."""
    return SAMPLES.get(server, PYTHON)
