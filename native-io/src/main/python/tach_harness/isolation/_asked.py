"""Worker: wide fixtures that a plugin's own fixtures ask for by name, of which pytest's closure of a test knows nothing.

pytest-django makes its databases in ``django_db_setup``, of the session. Its mark and its ``TestCase`` ask for it by name in
a fixture that every test has. Taken for what a test's code asks for, it would be the test's own: databases made and
migrated once for every test.
"""

from __future__ import annotations

from typing import Any

from tach_harness.base import _compat

_DJANGO_MARKER = "_django_db_marker"
_DJANGO_DATABASES = "django_db_setup"


def asked_for(item: Any) -> tuple[tuple[str, Any], ...]:
    """Return name and definition of what the item's own fixtures will ask for; nothing that it is known to need anyway."""
    known = item._fixtureinfo.name2fixturedefs
    if _DJANGO_MARKER not in known or _DJANGO_DATABASES in known or not _wants_databases(item):
        return ()
    found = _compat.fixtures_named(item, _DJANGO_DATABASES)
    return ((_DJANGO_DATABASES, found[-1]),) if found else ()


def _wants_databases(item: Any) -> bool:
    """Say what pytest-django's fixtures would find: a mark, or a class of Django's that is allowed to use databases."""
    if item.get_closest_marker("django_db") is not None:
        return True
    test_class = getattr(item, "cls", None)
    return hasattr(test_class, "_pre_setup") and bool(getattr(test_class, "databases", None))
