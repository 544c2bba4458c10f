"""Door: what ``python -m delineation.libraries`` prints is told by ``core.libraries``."""

from .core.libraries import main

if __name__ == "__main__":
    raise SystemExit(main())
