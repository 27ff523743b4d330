from decimal import Decimal

import pytest

from inventory import Item, Warehouse, load, save


@pytest.fixture
def file(tmp_path):
    return tmp_path / "stock.csv"


def test_round_trip(warehouse, file):
    save(warehouse, file)
    loaded = load(file)
    assert loaded.items() == warehouse.items()
    assert loaded.available("BO-0001") == 100


def test_an_empty_warehouse_is_an_empty_file(file):
    save(Warehouse(), file)
    assert file.read_text() == ""
    assert load(file).items() == []


@pytest.mark.parametrize("name", ["nut, M8", 'a "quoted" name', "Ümlaut"])
def test_names_survive(file, name):
    warehouse = Warehouse()
    warehouse.receive(Item("NU-0002", name, Decimal("0.07")))
    save(warehouse, file)
    assert [item.name for item in load(file).items()] == [name]


def test_a_missing_file_is_an_error(file):
    with pytest.raises(FileNotFoundError):
        load(file)


@pytest.mark.slow
def test_many_items(file):
    warehouse = Warehouse()
    for number in range(2000):
        warehouse.receive(Item(f"AA-{number:04}", f"item {number}", Decimal(number) / 100), number + 1)
    save(warehouse, file)
    assert len(load(file).items()) == 2000
