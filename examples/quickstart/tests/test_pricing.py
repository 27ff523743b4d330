from decimal import Decimal

import pytest

from inventory import Discount, total

BULK = [Discount(from_pieces=10, percent=5), Discount(from_pieces=100, percent=20)]


def test_nothing_costs_nothing():
    assert total([]) == 0


def test_lines_are_added(catalogue):
    assert total([(catalogue["bolt"], 3), (catalogue["drill"], 1)]) == Decimal("90.20")


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [(1, "0.10"), (9, "0.90"), (10, "0.95"), (99, "9.41"), (100, "8.00"), (1000, "80.00")],
)
def test_discounts(catalogue, pieces, expected):
    assert total([(catalogue["bolt"], pieces)], BULK) == Decimal(expected)


@pytest.mark.parametrize("percent", [1, 33, 50, 99], ids=lambda percent: f"{percent}%")
def test_a_discount_is_never_a_surcharge(catalogue, percent):
    lines = [(catalogue["drill"], 2)]
    assert total(lines, [Discount(1, percent)]) < total(lines)


@pytest.mark.xfail(reason="discounts are not stacked", strict=True)
def test_discounts_are_stacked(catalogue):
    assert total([(catalogue["bolt"], 100)], BULK) == Decimal("7.60")
