"""A small warehouse: what is in stock, what is reserved, what it is worth."""

from inventory.errors import InventoryError, OutOfStock, UnknownItem
from inventory.item import Item
from inventory.pricing import Discount, total
from inventory.store import load, save
from inventory.warehouse import Warehouse

__all__ = ["Discount", "InventoryError", "Item", "OutOfStock", "UnknownItem", "Warehouse", "load", "save", "total"]
