"""What an order costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from inventory.item import Item

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Discount:
    """A part of the price that is taken off from a number of pieces on."""

    from_pieces: int
    percent: int


def total(lines: Iterable[tuple[Item, int]], discounts: Iterable[Discount] = ()) -> Decimal:
    """Return the price of all lines; the largest discount that applies counts, once."""
    lines = list(lines)
    pieces = sum(count for _, count in lines)
    gross = sum((item.price * count for item, count in lines), Decimal(0))
    percent = max((d.percent for d in discounts if pieces >= d.from_pieces), default=0)
    return (gross * (100 - percent) / 100).quantize(CENT, ROUND_HALF_UP)
