"""What the nine layers of the synthetic county mean: label grids over the relief, and their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from relief import Ground, fractal, grow
from scipy import ndimage, sparse
from skimage.measure import label as components

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["AIR", "URBAN", "WATER", "Layer", "layers"]

# zone value in the file → zone identifier of the `national` profile
WATER = {
    "优先保护区": "priority",
    "工业污染重点管控区": "industrial",
    "城镇生活污染重点管控区": "urban",
    "农业污染重点管控区": "agricultural",
    "一般管控区": "general",
}
AIR = {
    "优先保护区": "priority",
    "高排放重点管控区": "high_emission",
    "布局敏感重点管控区": "layout_sensitive",
    "弱扩散重点管控区": "weak_dispersion",
    "受体敏感重点管控区": "receptor_sensitive",
    "一般管控区": "general",
}
URBAN = {"集中建设区": "concentrated", "弹性发展区": "elastic", "特别用途区": "special"}


@dataclass(frozen=True)
class Layer:
    """One layer before digitising: a label a cell (0 = none) and a row of fields a label."""

    role: str
    labels: NDArray[np.int32]
    fields: pd.DataFrame


def layers(rng: np.random.Generator, ground: Ground, *, townships: int, counties: int) -> list[Layer]:
    """The nine layers; the lines they have in common lie on the same cells' edges."""
    basin, study = ground.basin, ground.basin > 0
    height = ndimage.gaussian_filter(ground.height, 1.5)
    n = len(height)
    town_of = grow(rng, ground.links, townships)
    county_of = grow(rng, _merge(ground.links, town_of), counties)
    town = _lookup(town_of + 1, basin)
    county = _lookup(county_of[town_of] + 1, basin)

    level = np.quantile(height[study], [0.22, 0.45, 0.62, 0.78])
    pattern, texture, heat = (
        ndimage.gaussian_filter(fractal(rng, n, longest=longest, roughness=0.9), 1.5) for longest in (80, 60, 50)
    )
    rank = np.quantile(pattern[study], [0.10, 0.84, 0.90])
    red = _clean(study & (height > level[3]), 30)
    eco = (_clean(study & (height > level[2]), 40) | red) & ~red
    lowland = study & (height < level[1])
    town_land = _clean(lowland & (pattern > rank[1]), 40)
    core = _clean(town_land & (pattern > rank[2]), 20)
    park = _clean(study & (height < level[2]) & (heat > np.quantile(heat[study], 0.975)), 60) & ~(town_land & ~core)
    park = _clean(park, 25)
    farm = _clean(study & (height < level[2]) & ~town_land & ~park & (texture > np.quantile(texture[study], 0.5)), 30)
    farm &= ~town_land & ~park & ~red & ~eco

    special = _clean(town_land & (texture > 0.7), 20) & ~core
    urban_type = np.where(core, 1, np.where(special, 3, np.where(town_land, 2, 0)))
    water_type, water = _water(rng, ground, townships, red=red, urban=town_land, park=park, farm=farm)
    quiet = _share(height < level[0], basin) > 0.4
    upwind = rng.uniform(size=ground.basins) < 0.12
    air_type = np.where(_lookup(quiet, basin) > 0, 4, np.where(_lookup(upwind, basin) > 0, 3, 6))
    for mask, kind in ((core, 5), (park, 2), (_clean(red, 300), 1)):
        air_type[mask] = kind
    air_type[~study] = 0

    codes = np.array([f"9999{i:02d}" for i in range(1, counties + 1)])
    town_county = county_of[: int(town_of.max()) + 1]
    serial = pd.Series(town_county).groupby(town_county).cumcount() + 1
    town_codes = np.array([f"{codes[c]}{s:03d}" for c, s in zip(town_county, serial, strict=True)])
    return [
        Layer("county", county, pd.DataFrame({"code": codes, "name": [f"示意{i}县" for i in range(1, counties + 1)]})),
        Layer("township", town, pd.DataFrame({"code": town_codes, "name": [f"示意{c[-5:]}镇" for c in town_codes]})),
        _patches("red_line", red, "HX"),
        _patches("general_eco_space", eco, "ST"),
        Layer("water_zone", water, _zoned(np.arange(1, water.max() + 1), water_type, list(WATER), "W")),
        _typed("air_zone", air_type, county, list(AIR), "A"),
        _patches("industrial_park", park, "YQ", name="示意{}号产业园区"),
        _typed("urban_boundary", urban_type, np.zeros_like(county), list(URBAN), "CZ"),
        _patches("farmland", farm, "NT"),
    ]


def _merge(links: sparse.csr_matrix, group: NDArray[np.int64]) -> sparse.csr_matrix:
    """The graph of groups of cells."""
    edge = links.tocoo()
    left, right = group[edge.row], group[edge.col]
    different = left != right
    k = int(group.max()) + 1
    key, first = np.unique(left[different] * k + right[different], return_index=True)
    return sparse.csr_matrix((edge.data[different][first], (key // k, key % k)), shape=(k, k))


def _lookup(value: NDArray[np.generic], basin: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.concatenate([[0], value]).astype(np.int32)[basin]


def _share(mask: NDArray[np.bool_], basin: NDArray[np.int32]) -> NDArray[np.float64]:
    size = np.bincount(basin.ravel())
    return (np.bincount(basin.ravel(), weights=mask.ravel(), minlength=len(size)) / size)[1:]


def _clean(mask: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """Drop patches and fill holes of fewer than `least` cells."""
    for _ in range(2):
        piece, _count = ndimage.label(mask)
        keep = np.bincount(piece.ravel()) >= least
        keep[0] = False
        mask = ~keep[piece]
    return mask


def _water(
    rng: np.random.Generator, ground: Ground, townships: int, **masks: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Water zones: catchments of other outlets than the townships', typed by what prevails in them."""
    zone_of = grow(rng, ground.links, max(4, townships * 5 // 4))
    zone = _lookup(zone_of + 1, ground.basin)
    share = {name: _share(mask, zone) for name, mask in masks.items()}
    kind = np.full(int(zone.max()), 5)
    for name, value, limit in (("farm", 4, 0.25), ("urban", 3, 0.07), ("park", 2, 0.03), ("red", 1, 0.4)):
        kind[share[name] > limit] = value
    return kind, zone


def _zoned(ids: NDArray[np.int64], kind: NDArray[np.int64], names: list[str], prefix: str) -> pd.DataFrame:
    return pd.DataFrame({"code": [f"{prefix}{i:05d}" for i in ids], "zone": np.array(names)[kind - 1]})


def _patches(role: str, mask: NDArray[np.bool_], prefix: str, name: str = "") -> Layer:
    piece, count = ndimage.label(mask)
    fields = pd.DataFrame({"code": [f"{prefix}{i:05d}" for i in range(1, count + 1)]})
    if name:
        fields["name"] = [name.format(i) for i in range(1, count + 1)]
    return Layer(role, piece.astype(np.int32), fields)


def _typed(role: str, kind: NDArray[np.generic], county: NDArray[np.int32], names: list[str], prefix: str) -> Layer:
    """One feature a connected patch of a type within a county."""
    piece = components(county * 10 + kind, background=0, connectivity=1).astype(np.int32)
    piece[kind == 0] = 0
    count = int(piece.max())
    first = np.flatnonzero(np.diff(np.maximum.accumulate(piece.ravel()), prepend=0))
    of = np.zeros(count + 1, np.int64)
    of[piece.ravel()[first]] = kind.ravel()[first]
    return Layer(role, piece, _zoned(np.arange(1, count + 1), of[1:], names, prefix))
