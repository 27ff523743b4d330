"""What a warehouse holds."""

import re
from dataclasses import dataclass
from decimal import Decimal

NUMBER = re.compile(r"[A-Z]{2}-\d{4}")


@dataclass(frozen=True)
class Item:
    """A thing with a number and a price."""

    number: str
    name: str
    price: Decimal

    def __post_init__(self) -> None:
        if not NUMBER.fullmatch(self.number):
            raise ValueError(f"not an item number: {self.number!r}")
        if self.price < 0:
            raise ValueError(f"negative price: {self.price}")
