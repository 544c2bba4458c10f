"""A lattice of square polygons with two smooth, noisy variables: `regions_prepare.py FOLDER ROWS COLUMNS`.

Writes LATTICE.npz (values, pairs of rook neighbours) for what takes arrays, and LATTICE.shp for what takes polygons.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import geopandas
import numpy as np
import shapely

folder, rows, columns = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
row, column = np.divmod(np.arange(rows * columns), columns)
random = np.random.default_rng(1)
size = max(rows, columns)
waves = [np.sin((1 + n) * 3 * row / size) + np.cos((2 + n) * 2 * column / size) for n in range(2)]
values = np.column_stack(waves) + 0.3 * random.normal(size=(len(row), 2))
values = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
node = np.arange(rows * columns).reshape(rows, columns)
across = np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()])
down = np.column_stack([node[:-1].ravel(), node[1:].ravel()])
pairs = np.vstack([across, down])
pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
np.savez(folder / "lattice.npz", values=values, pairs=pairs)
cells = shapely.box(column, row, column + 1, row + 1)
frame = geopandas.GeoDataFrame({"A": values[:, 0], "B": values[:, 1]}, geometry=cells)
frame.to_file(folder / "lattice.shp")
print(json.dumps({"nodes": len(row), "pairs": len(pairs)}))
