"""Rasters: files, grids, cells, and grades that cut the partition."""
