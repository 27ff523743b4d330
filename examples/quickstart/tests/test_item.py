from decimal import Decimal

import pytest

from inventory import Item


@pytest.mark.parametrize("number", ["AB-1234", "ZZ-0000"])
def test_number_is_accepted(number):
    assert Item(number, "thing", Decimal(1)).number == number


@pytest.mark.parametrize("number", ["", "AB1234", "ab-1234", "AB-12345", "A-1234"])
def test_number_is_refused(number):
    with pytest.raises(ValueError, match="not an item number"):
        Item(number, "thing", Decimal(1))


def test_price_is_not_negative():
    with pytest.raises(ValueError, match="negative price"):
        Item("AB-1234", "thing", Decimal(-1))


def test_items_are_values(catalogue):
    assert catalogue["bolt"] == Item("BO-0001", "bolt", Decimal("0.10"))
    assert len({catalogue["bolt"], catalogue["bolt"], catalogue["nut"]}) == 2


def test_an_item_does_not_change(catalogue):
    with pytest.raises(AttributeError):
        catalogue["bolt"].name = "screw"
