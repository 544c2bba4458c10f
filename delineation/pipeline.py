"""Door of one version more: ``pipeline.run`` is ``verbs.run`` now."""

from .verbs.running import delineate, run

__all__ = ["delineate", "run"]
