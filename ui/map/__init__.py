"""A plan on QGIS's map: its layers, the preview of a trial, places and clicks."""
