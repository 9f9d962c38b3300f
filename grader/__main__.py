"""`python -m grader`."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    # Python puts the working directory first on the path. A torch.py or random.py there must not replace the real module.
    if sys.path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]
    from grader.cli.main import entry

    entry()
