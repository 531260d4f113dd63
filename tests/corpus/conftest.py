"""Cases may use the makers of small files in tests/io."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "io"))
