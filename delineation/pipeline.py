"""Door of one version more: ``pipeline.run`` is ``verbs.run`` now."""

from .verbs.pipeline import delineate, run

__all__ = ["delineate", "run"]
