"""The engine: one planar partition, many labelings. No QGIS, no Qt."""
