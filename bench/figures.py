"""What one measurement says: a value, its floor, the limit, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Rule(Enum):
    """How a limit is meant."""

    RATIO = "×"  # measured / floor
    DIFFERENCE = "+"  # measured - floor
    VALUE = "="  # measured alone


@dataclass(frozen=True)
class Figure:
    """One row of the table; ``measured`` and ``floor`` are in ``unit``."""

    name: str
    measured: float
    floor: float
    unit: str
    rule: Rule
    limit: float
    note: str = ""

    @property
    def result(self) -> float:
        """The number that the limit is for."""
        if self.rule is Rule.RATIO:
            return self.measured / self.floor
        return self.measured - (self.floor if self.rule is Rule.DIFFERENCE else 0)

    @property
    def is_ok(self) -> bool:
        """Tell whether the limit holds."""
        return self.result <= self.limit

    def as_json(self) -> dict[str, object]:
        """Return the row for bench/results."""
        return {
            "name": self.name,
            "measured": round(self.measured, 4),
            "floor": round(self.floor, 4),
            "unit": self.unit,
            "rule": self.rule.name.lower(),
            "result": round(self.result, 4),
            "limit": self.limit,
            "is_ok": self.is_ok,
            "note": self.note,
        }

    def as_row(self) -> str:
        """Return the row of the printed table."""
        number = f"{self.result:.2f}×" if self.rule is Rule.RATIO else f"{self.result:+.2f}"
        limit = f"{self.limit:g}×" if self.rule is Rule.RATIO else f"{self.limit:+g}"
        return (
            f"{self.name:<46} {self.measured:>10.2f} {self.floor:>10.2f} {self.unit:<5} "
            f"{number:>9} {limit:>8}  {'ok' if self.is_ok else 'MISSED'}  {self.note}"
        ).rstrip()


HEADER = f"{'figure':<46} {'measured':>10} {'floor':>10} {'unit':<5} {'result':>9} {'limit':>8}"


def percentile(values: list[float], share: float) -> float:
    """Return the value that ``share`` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
