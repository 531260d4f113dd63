"""Windows without a screen; every warning of Qt fails the test (see pyproject)."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
