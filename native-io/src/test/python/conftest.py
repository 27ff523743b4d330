"""The harness is imported from its source directory, as the zygote does."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "main" / "python"))
