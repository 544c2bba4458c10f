"""Door of one version more: what ``python -m delineation.mapping`` draws is drawn by ``export.map_png``."""

from .export.map_png import main

if __name__ == "__main__":
    raise SystemExit(main())
