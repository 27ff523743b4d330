"""A warehouse in a file."""

import csv
from decimal import Decimal
from pathlib import Path

from inventory.item import Item
from inventory.warehouse import Warehouse


def save(warehouse: Warehouse, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for item in warehouse.items():
            writer.writerow([item.number, item.name, item.price, warehouse.available(item.number)])


def load(path: Path) -> Warehouse:
    warehouse = Warehouse()
    with path.open(newline="", encoding="utf-8") as file:
        for number, name, price, count in csv.reader(file):
            warehouse.receive(Item(number, name, Decimal(price)), int(count))
    return warehouse
