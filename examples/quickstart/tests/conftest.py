from decimal import Decimal

import pytest

from inventory import Item, Warehouse


@pytest.fixture(scope="session")
def catalogue():
    return {
        "bolt": Item("BO-0001", "bolt", Decimal("0.10")),
        "nut": Item("NU-0001", "nut", Decimal("0.05")),
        "drill": Item("DR-0007", "drill", Decimal("89.90")),
    }


@pytest.fixture
def warehouse(catalogue):
    stocked = Warehouse()
    stocked.receive(catalogue["bolt"], 100)
    stocked.receive(catalogue["drill"])
    return stocked
