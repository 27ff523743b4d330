"""Worker: the test that will follow, while its file is not imported here.

pytest has imported all files before its first test. A worker imports a file when it is given tests of it, which may be while a
class or module is set up that takes modules out of ``sys.modules``, patches them or blocks imports. What such a file then
holds is not what its tests are to find. So it is imported once that is torn down; until then it is enough to know which
file comes.
"""

from __future__ import annotations

from typing import Any

import pytest


class _Upcoming(pytest.Item):
    """Stands for a test of a file that is not imported yet: hooks may ask it where it is and what marks its parents have."""

    def runtest(self) -> None:
        """Never called: it is only a ``nextitem``."""
        raise NotImplementedError


def stand_in(node: Any) -> Any:
    """Return what stands for a test of the file."""
    return _Upcoming.from_parent(node, name="(not collected yet)")


def is_stand_in(item: Any) -> bool:
    """Say whether it stands for a test of a file that is not imported yet."""
    return isinstance(item, _Upcoming)
