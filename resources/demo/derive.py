"""The illustrative (示意) layers of the demo case, by stated rules from the open ones (development only).

Statutory red lines, plan boundaries, parks and element zones are not public. Every rule here is a plain threshold on
relief, land cover, vegetation, water or places, chosen so that the shares look like a real northern city's; nothing
here says anything about the true lines. ATTRIBUTION.md repeats the rules in Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from shapes import EPSG, Frame, above, catchments, smooth, texture, tidy, tiles

NOTE = "示意"
KM2 = 1e6
CROPS, TOWN = (12, 14), 13  # IGBP classes of MCD12C1: croplands, cropland mosaics, urban
Field = NDArray[np.float32]
Shapes = NDArray[np.object_]

# (name, level, blocks of (lon, lat, width m, height m, turn °, cut corner share)); places chosen by hand
PARKS = (
    ("头屯河工业园(示意)", "省级", ((87.318, 43.905, 5200, 3000, 18, 0.3),)),
    ("北郊产业园(示意)", "国家级", ((87.560, 43.958, 6400, 4200, 12, 0.25),)),
    ("米东化工园(示意)", "国家级", ((87.720, 43.985, 6200, 3600, -14, 0.35),)),
    ("东道新材料产业园(示意)", "国家级", ((87.735, 44.105, 6600, 5200, 8, 0.3), (87.640, 44.170, 4200, 2600, 8, 0.2))),
    ("达坂城风电装备园(示意)", "省级", ((88.200, 43.425, 5200, 2400, -22, 0.3),)),
    ("南山生态产业园(示意)", "省级", ((87.272, 43.506, 3600, 2200, 25, 0.25),)),
    ("柴窝堡循环经济园(示意)", "省级", ((87.8, 43.575, 4200, 2400, -28, 0.3), (88.015, 43.47, 2800, 1800, -28, 0.2))),
)


@dataclass(frozen=True)
class Land:
    """The evidence on the working grid and the city in EPSG:4538."""

    frame: Frame
    city: shapely.Geometry
    height: Field
    slope: Field
    relief: Field
    ndvi: Field
    crop: Field
    town: Field

    def metres(self, lon: float, lat: float) -> tuple[float, float]:
        """Project a place of EPSG:4490."""
        point = gpd.GeoSeries(gpd.points_from_xy([lon], [lat]), crs=4490).to_crs(EPSG).iloc[0]
        return point.x, point.y

    def noise(self, seed: int, metres: float = 600.0) -> Field:
        """Roughen a border: noise of unit spread."""
        return texture(self.frame, seed, metres)

    def outside(self, west: float, south: float, east: float, north: float) -> Field:
        """How far (km, wavering by some km) a cell lies outside a rectangle of kilometres of the projected grid."""
        x, y = self.frame.x[None, :] / 1000, self.frame.y[:, None] / 1000
        across = np.maximum(np.maximum(west - x, x - east), 0)
        along = np.maximum(np.maximum(south - y, y - north), 0)
        return np.asarray(np.maximum(np.hypot(across, along) + 1.5 * self.noise(11, 2_500), 0), dtype=np.float32)


def land(frame: Frame, city: shapely.Geometry, height: Field, ndvi: Field, cover: Field, place: Shapes) -> Land:
    """Slope (°), relief within 3 km (m), and softened shares of cropland and town; a place adds to the town share."""
    even = smooth(height, 300)
    gy, gx = np.gradient(even, 150.0)
    relief = ndimage.maximum_filter(even, 21) - ndimage.minimum_filter(even, 21)
    x, y = shapely.get_x(place), shapely.get_y(place)
    near = np.zeros_like(even)
    for px, py in zip(x, y, strict=True):
        near += np.exp(-((frame.x[None, :] - px) ** 2 + (frame.y[:, None] - py) ** 2) / (2 * 1_300**2))
    town = smooth(cover == TOWN, 1_500) + 0.45 * np.minimum(near, 1)
    slope = np.degrees(np.arctan(np.hypot(gx, gy)))
    return Land(frame, city, even, slope, smooth(relief, 300), ndvi, smooth(np.isin(cover, CROPS), 1_800), town)


def layer(shapes: Shapes, **columns: object) -> gpd.GeoDataFrame:
    """Make a layer of shapes and columns that says 示意."""
    frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=EPSG)
    frame.insert(len(frame.columns) - 1, "note", NOTE)
    return frame


def ecology(w: Land) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Red line and general ecological space: high mountain, steep relief, desert vegetation, each at two levels.

    The second layer is cut by a coarser copy of the first, as two offices draw it: their common edges run within
    some tens of metres of one another.
    """
    rough = w.noise(1)
    away = w.outside(0, 4_932, 999, 9_999)
    fields = {
        "水源涵养": (w.height + 700 * (w.ndvi - 0.45) + 60 * rough, 2_750.0, 2_350.0),
        "水土保持": (w.relief + 260 * (w.ndvi - 0.35) + 30 * rough, 450.0, 345.0),
        "防风固沙": (w.ndvi * 100 + 5 * w.noise(2, 1_500) - 60 * w.crop - 3 * away, 21.5, 17.5),
    }
    edge = w.city.simplify(25)
    taken = shapely.Polygon()
    red, red_type = [], []
    for kind, (field, level, _) in fields.items():
        made = shapely.union_all(above(w.frame, field, level, least=1.2e6, hole=0.6e6, simplify=35))
        parts = tidy(made.intersection(edge).difference(taken), 0.8e6)
        taken = shapely.union(taken, shapely.union_all(parts))
        red.extend(parts)
        red_type.extend([kind] * len(parts))
    coarse = taken.simplify(90)
    eco, eco_type = [], []
    for kind, (field, _, level) in fields.items():
        made = shapely.union_all(above(w.frame, field, level, least=2e6, hole=1e6, simplify=60))
        parts = tidy(made.intersection(edge).difference(coarse), 0.5e6)
        coarse = shapely.union(coarse, shapely.union_all(parts))
        eco.extend(parts)
        eco_type.extend([kind] * len(parts))
    code = [f"HX{i:03d}" for i, _ in enumerate(red, 1)]
    name = [f"{k}生态保护红线{i}号(示意)" for i, k in enumerate(red_type, 1)]
    red_line = layer(np.array(red, dtype=object), 编码=code, 名称=name, 类型=red_type)
    code = [f"ST{i:03d}" for i in range(1, len(eco) + 1)]
    return red_line, layer(np.array(eco, dtype=object), 编码=code, 类型=eco_type)


def protected(w: Land, water: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Two reserves above a height, a forest park by vegetation, two wetland parks round lakes."""
    rough = w.noise(3, 900)

    def largest(field: Field, level: float, cost: float, *rectangle: float) -> shapely.Geometry:
        kept = smooth(field - cost * w.outside(*rectangle), 450)
        made = above(w.frame, kept, level, least=1e6, hole=3e6, simplify=60)
        return tidy(shapely.intersection(made[0], w.city.simplify(60)), 1e6)[0]

    def round_lake(name: str, metres: float) -> shapely.Geometry:
        lake = water.loc[water["名称"] == name, "geometry"].union_all()
        return lake.buffer(metres * 2).buffer(-metres).segmentize(300).simplify(25)

    forest = 1_000 * (w.ndvi - 0.6) + 8 * w.slope + 40 * rough
    rows = [
        ("天山北坡自然保护区(示意)", "自然保护区", largest(w.height + 90 * rough, 3_250, 90, 0, 0, 537, 4_800)),
        ("博格达山自然保护区(示意)", "自然保护区", largest(w.height + 90 * rough, 3_000, 90, 575, 4_830, 999, 9_999)),
        ("南山森林自然公园(示意)", "自然公园", largest(forest, 85, 30, 508, 4_786, 542, 4_808)),
        ("柴窝堡湖湿地自然公园(示意)", "自然公园", round_lake("柴窝堡湖", 800)),
        ("东道海子湿地自然公园(示意)", "自然公园", round_lake("东道海子", 600).intersection(w.city)),
    ]
    shapes = np.array([r[2] for r in rows], dtype=object)
    return layer(shapes, 名称=[r[0] for r in rows], 保护地类型=[r[1] for r in rows])


def basins(w: Land) -> Shapes:
    """Sub-catchments of the relief, some 60 km² each, without fingers narrower than 2 km.

    On the plain some metres of noise keep streams from running in parallel.
    """
    rough = w.height + 14 * w.noise(4, 2_400) + 3 * w.noise(5, 600)
    coarse = catchments(np.asarray(smooth(rough, 300)[1::3, 1::3]), 330, 180)
    border = ndimage.maximum_filter(coarse, 3) != ndimage.minimum_filter(coarse, 3)
    core = ndimage.distance_transform_edt(~border) >= 2.5
    nearest = ndimage.distance_transform_edt(~core, return_distances=False, return_indices=True)
    coarse = coarse[tuple(nearest)]
    label = np.repeat(np.repeat(coarse, 3, 0), 3, 1)[: w.frame.rows, : w.frame.columns]
    pad = ((0, w.frame.rows - label.shape[0]), (0, w.frame.columns - label.shape[1]))
    shapes, _ = tiles(w.frame, np.pad(label, pad, mode="edge"), w.city, blur=850, simplify=300)
    return shapes


def drinking_water(water: gpd.GeoDataFrame, basin: Shapes) -> gpd.GeoDataFrame:
    """Rings round two reservoirs: 300 m first grade, 1.8 km second; within 7 km of them their catchments third."""
    rows = []
    for name in ("乌拉泊水库", "红雁池水库"):
        lake = water.loc[water["名称"] == name, "geometry"].union_all().buffer(40).buffer(-40)
        first = lake.buffer(300, quad_segs=6)
        second = lake.buffer(1_800, quad_segs=10)
        drained = shapely.union_all(basin[shapely.intersects(basin, first)]).intersection(lake.buffer(7_000))
        rows.append((name, "一级", first))
        rows.append((name, "二级", second.difference(first)))
        rows.append((name, "准保护区", drained.difference(second).buffer(-200).buffer(200).simplify(30)))
    done = [r[2] for r in rows]
    rows[5] = (*rows[5][:2], done[5].difference(shapely.union_all(done[:5])))
    rows[2] = (*rows[2][:2], done[2].difference(shapely.union_all([done[3], done[4]])))
    name = [f"{r[0]}饮用水水源{r[1] if r[1].endswith('区') else r[1] + '保护区'}(示意)" for r in rows]
    return layer(np.array([r[2] for r in rows], dtype=object), 名称=name, 级别=[r[1] for r in rows])


def block(w: Land, lon: float, lat: float, width: float, height: float, turn: float, cut: float) -> shapely.Geometry:
    """Make a turned rectangle with a notch and a cut corner, as plots along streets make."""
    x, y = w.metres(lon, lat)
    p = np.array([(0, 0), (1, 0), (1, 0.62), (1 - cut, 0.62), (1 - cut, 1), (cut / 2, 1), (0, 1 - cut / 2)]) - 0.5
    a = np.radians(turn)
    p = p * (width, height) @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return shapely.Polygon(np.add(p, (x, y)))


def parks(w: Land) -> gpd.GeoDataFrame:
    """Blocks at the chosen places; several blocks are one park (一区多园)."""
    shapes = [shapely.union_all([block(w, *b) for b in blocks]) for _, _, blocks in PARKS]
    code = [f"YQ{i:02d}" for i in range(1, len(PARKS) + 1)]
    levels = [p[1] for p in PARKS]
    return layer(np.array(shapes, dtype=object), 园区代码=code, 园区名称=[p[0] for p in PARKS], 级别=levels)


def urban(w: Land) -> gpd.GeoDataFrame:
    """Town share above two levels on gentle ground: concentrated construction, and the ring of elastic growth."""
    field = w.town + 0.055 * w.noise(6, 500) - 0.05 * np.maximum(w.slope - 5, 0)
    inner = above(w.frame, field, 0.44, least=1.5e6, hole=0.8e6, simplify=70)
    outer = above(w.frame, field + 0.05 * w.noise(7, 1_500), 0.34, least=1.5e6, hole=0.8e6, simplify=70)
    inner = tidy(shapely.intersection(shapely.union_all(inner), w.city), 0.8e6)
    ring = shapely.union_all(outer).intersection(w.city).difference(shapely.union_all(inner))
    ring = tidy(ring.buffer(-90, join_style="mitre").buffer(90, join_style="mitre"), 0.4e6)
    ring = tidy(shapely.difference(shapely.union_all(ring), shapely.union_all(inner)), 0.4e6)
    zone = ["集中建设区"] * len(inner) + ["弹性发展区"] * len(ring)
    return layer(np.concatenate([inner, ring]), 编码=[f"CZ{i:03d}" for i in range(1, len(zone) + 1)], 类型=zone)


def farmland(w: Land, town: gpd.GeoDataFrame, park: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cropland on gentle ground outside towns and parks, cut into strips of fields by lanes 40 m wide."""
    field = w.crop + 0.06 * w.noise(8, 1_200) - 0.08 * np.maximum(w.slope - 3, 0) + 0.25 * (w.ndvi - 0.4)
    built = shapely.union_all([*town.geometry.buffer(30), *park.geometry])
    ground = shapely.union_all(above(w.frame, field, 0.30, least=1e6, hole=0.5e6, simplify=50))
    ground = ground.intersection(w.city).difference(built)
    rng = np.random.default_rng(9)
    left, low, right, top = ground.bounds
    gx, gy = np.meshgrid(np.arange(left, right, 900.0), np.arange(low, top, 1_500.0))
    seeds = np.column_stack([gx.ravel(), gy.ravel()]) + rng.uniform(-160, 160, (gx.size, 2))
    a = np.radians(14.0)
    middle = seeds.mean(axis=0)
    seeds = (seeds - middle) @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) + middle
    plots = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds)))
    plots = plots[shapely.intersects(plots, ground)]
    plots = plots[rng.uniform(size=len(plots)) > 0.12]
    fields = tidy(shapely.intersection(shapely.buffer(plots, -20, join_style="mitre"), ground), 0.12e6)
    return layer(fields, 图斑号=[f"NT{i:04d}" for i in range(1, len(fields) + 1)])


def water_zones(
    w: Land, basin: Shapes, source: gpd.GeoDataFrame, town: gpd.GeoDataFrame, park: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Each sub-catchment gets the first type that fits: sources or headwaters, parks, towns, crops, the rest."""
    size = shapely.area(basin)

    def share(shapes: gpd.GeoSeries) -> NDArray[np.float64]:
        return np.asarray(shapely.area(shapely.intersection(basin, shapes.union_all())) / size)

    safe = share(source.loc[source["级别"] != "准保护区", "geometry"])
    built = share(town.loc[town["类型"] == "集中建设区", "geometry"])
    zone = np.select(
        [
            ((safe > 0.04) & (built < 0.30)) | (w.frame.mean(w.height, basin) > 3_050),
            share(park.geometry) > 0.10,
            built > 0.20,
            w.frame.mean(w.crop, basin) > 0.62,
        ],
        ["优先保护区", "工业污染重点管控区", "城镇生活污染重点管控区", "农业污染重点管控区"],
        "一般管控区",
    )
    code = [f"SHJ{i:03d}" for i in range(1, len(basin) + 1)]
    return layer(basin, 分区编码=code, 分区名称=[f"{c}号子流域(示意)" for c in code], 分区类型=zone)


def air_zones(w: Land, reserve: gpd.GeoDataFrame, town: gpd.GeoDataFrame, park: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Full cover: reserves, 500 m round parks, built-up land, enclosed low ground near the town, the rest."""
    names = ("一般管控区", "弱扩散重点管控区", "受体敏感重点管控区", "高排放重点管控区", "优先保护区")
    label = np.zeros(w.height.shape, np.int32)
    sunken = smooth(w.height, 12_000) - w.height
    near = (smooth(w.town, 3_000) > 0.10) & (w.slope < 4)
    label[near & (sunken + 12 * w.noise(10, 1_000) - 6 * w.outside(524, 4_838, 556, 4_868) > 45)] = 1
    label[w.frame.burn(town.loc[town["类型"] == "集中建设区", "geometry"].union_all())] = 2
    label[w.frame.burn(park.geometry.union_all().buffer(500))] = 3
    label[w.frame.burn(reserve.loc[reserve["保护地类型"] == "自然保护区", "geometry"].union_all())] = 4
    # What touches the city's border goes on beyond it, so that the border itself and not a stair of cells ends it.
    near_city = ndimage.distance_transform_edt(
        ~w.frame.burn(w.city.buffer(-200)), return_distances=False, return_indices=True
    )
    label = label[tuple(near_city)]
    shapes, value = tiles(w.frame, label, w.city, blur=220, simplify=160)
    parts, index = shapely.get_parts(shapes, return_index=True)
    keep = (shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)
    parts, zone = parts[keep], np.array(names)[value[index[keep]]]
    return layer(parts, 分区编码=[f"DQ{i:03d}" for i in range(1, len(zone) + 1)], 分区类型=zone)


def soil_zones(field: gpd.GeoDataFrame, park: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Contiguous farmland (gaps of 60 m closed, 3 km² and more), and one plot of risk in each of four parks."""
    block_of = tidy(shapely.union_all(field.geometry.buffer(32).array).buffer(-30).simplify(15), 3e6)
    chosen = park.geometry.array[:4]
    plot = shapely.intersection(shapely.buffer(shapely.point_on_surface(chosen), 650, quad_segs=3), chosen)
    zone = ["农用地优先"] * len(block_of) + ["建设用地风险"] * len(plot)
    return layer(np.concatenate([block_of, np.asarray(plot)]), 类型=zone)


def fuel_ban(town: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Close the gaps of the largest built-up area up to a kilometre."""
    core = town.loc[town["类型"] == "集中建设区", "geometry"].iloc[0]
    shape = core.buffer(500).buffer(-500).simplify(150)
    return layer(np.array([shape], dtype=object), 名称=["高污染燃料禁燃区(示意)"], 类型=["高污染燃料禁燃区"])


def capacity(w: Land) -> NDArray[np.uint8]:
    """Carrying grade 1 (low) … 5 (high) of 300 m cells: gentle, low, green ground is high; the grades by quintiles."""
    gentle = 1 - np.clip(w.slope / 20, 0, 1)
    low = 1 - np.clip((w.height - 500) / 2_500, 0, 1)
    score = 0.3 * gentle + 0.2 * low + 0.5 * np.clip((w.ndvi - 0.15) / 0.45, 0, 1)
    rows, columns = (n // 2 * 2 for n in score.shape)
    score = score[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3))
    inside = w.frame.burn(w.city.buffer(600))[:rows:2, :columns:2]
    grade = 1 + np.searchsorted(np.quantile(score[inside], (0.2, 0.4, 0.6, 0.8)), score)
    return np.where(inside, grade, 0).astype(np.uint8)
