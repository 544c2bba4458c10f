"""What ``qgis --code`` runs: the story that the environment names."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.environ["CONTROL_UNITS_STORIES"])
import driver

driver.run(driver.story(os.environ["CONTROL_UNITS_STORY"]))
