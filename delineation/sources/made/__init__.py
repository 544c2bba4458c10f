"""Sources and base units made on the spot: grids, hexagons, catchments of a DEM, townships of what they consist of."""
