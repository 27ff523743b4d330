"""Stock and reservations."""

import logging

from inventory.errors import OutOfStock, UnknownItem
from inventory.item import Item

log = logging.getLogger(__name__)


class Warehouse:
    """Counts items; a reservation holds some of them back."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}
        self._stock: dict[str, int] = {}
        self._reserved: dict[str, int] = {}

    def receive(self, item: Item, count: int = 1) -> None:
        if count < 1:
            raise ValueError("count must be positive")
        self._items[item.number] = item
        self._stock[item.number] = self._stock.get(item.number, 0) + count

    def available(self, number: str) -> int:
        if number not in self._items:
            raise UnknownItem(number)
        return self._stock[number] - self._reserved.get(number, 0)

    def reserve(self, number: str, count: int = 1) -> None:
        if self.available(number) < count:
            raise OutOfStock(number)
        self._reserved[number] = self._reserved.get(number, 0) + count
        if self.available(number) == 0:
            log.warning("the last %s is reserved", number)

    def release(self, number: str, count: int = 1) -> None:
        if self._reserved.get(number, 0) < count:
            raise ValueError(f"{count} of {number} are not reserved")
        self._reserved[number] -= count

    def ship(self, number: str, count: int = 1) -> None:
        self.release(number, count)
        self._stock[number] -= count

    def items(self) -> list[Item]:
        return sorted(self._items.values(), key=lambda item: item.number)
