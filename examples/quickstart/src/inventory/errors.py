"""What can go wrong."""


class InventoryError(Exception):
    """Base of all errors here."""


class UnknownItem(InventoryError):
    """No item with this number."""


class OutOfStock(InventoryError):
    """Fewer are there than were asked for."""
