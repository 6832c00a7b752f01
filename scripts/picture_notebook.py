"""The notebooks that the README's pictures show, as cells of type and source."""

from __future__ import annotations

from textwrap import dedent

SETUP = """\
    import math

    HARBOURS = {"Cuxhaven": (1.5, 32), "Harlingen": (1.0, 33), "Esbjerg": (0.8, 36)}

    def height(name, hour):
        \"\"\"Metres above mean sea level.\"\"\"
        amplitude, _ = HARBOURS[name]
        return amplitude * math.cos(2 * math.pi * hour / 12.42)
"""
CHART = """\
    for name, (_, colour) in HARBOURS.items():
        levels = [round(3.5 + 2.3 * height(name, hour / 2)) for hour in range(60)]
        curve = "".join("▁▂▃▄▅▆▇█"[level] for level in levels)
        print(f"\\x1b[1;{colour}m{name:>10}\\x1b[0m \\x1b[{colour}m{curve}\\x1b[0m")
"""
OVERVIEW = (
    ("markdown", "# Tides\n\nA day at three harbours, by the largest constituent, **M2**, alone."),
    ("code", SETUP),
    ("code", CHART),
    ("code", "max(HARBOURS, key=lambda name: height(name, 0))"),
    ("code", 'height("Atlantis", 0)'),
)

MARKDOWN = (
    (
        "markdown",
        """\
        # Constituents of the tide

        Heights are a sum of *cosines*, one for each **constituent** $k$:

        $$ h(t) = \\sum_k a_k \\cos(\\omega_k t - \\varphi_k) $$

        | name | period | amplitude | cause              |
        | :--- | -----: | --------: | ------------------ |
        | `M2` | 12.42 h | 1.50 m   | the Moon           |
        | `S2` | 12.00 h | 0.36 m   | the Sun            |
        | `O1` | 25.82 h | 0.09 m   | the Moon's *tilt*  |

        ## To do

        - [x] fit amplitudes to the [gauges](https://example.org)
        - [ ] add shallow water:
          1. `M4`, ~~`M6`~~
          2. storm surges

        > Time and tide wait for no man.

        ```python
        omega = 2 * math.pi / 12.42
        ```
        """,
    ),
    ("code", 'height("Cuxhaven", 6.21)'),
)

# The third cell waits at 62 % for as long as it takes to look.
RUNNING = (
    ("code", "import time\n\nSTEPS, LAST = range(101), 62\nlen(STEPS)"),
    (
        "code",
        """\
        for step in STEPS:
            bar = "━" * (step // 2) + "╌" * (50 - step // 2)
            print(f"\\rsimulating {bar} {step:3} %", end="", flush=True)
            time.sleep(1000 if step == LAST else 0.001)
        """,
    ),
    ("code", "plot(result)"),
    ("markdown", "## Results"),
    ("code", "result.describe()"),
)

NARROW = (
    ("markdown", "# Tides\n\nHigh water, **M2** alone."),
    ("code", "period = 12.42  # hours\ntimes = [n * period for n in range(3)]\ntimes"),
    ("code", "for n in times:\n    print(f'{n:6.2f} h', '~' * int(n))"),
    ("code", "times[3]"),
)


def cells(notebook: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Return the cells with the indent of this file taken off."""
    return [(cell_type, dedent(source).rstrip("\n")) for cell_type, source in notebook]
