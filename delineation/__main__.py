"""The command line: the engine's verbs with their contracts of exit codes and output."""

from __future__ import annotations

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
