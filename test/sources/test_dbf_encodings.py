"""200 Shapefiles of exactly known bytes: no text is read wrong without a word."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.sources.layer import read_layer
from dbf import Column, shapefile

FILES = 200


def words(text: str) -> list[str]:
    return text.split()


PLACES = words("""
    厦门市 思明区 海沧区 湖里区 集美区 同安区 翔安区 厦港街道 中华街道 天马华侨农场 兴山县 古夫镇 昭君镇
    峡口镇 南阳镇 黄粮镇 水月寺镇 榛子乡 大良街道 容桂街道 伦教街道 勒流街道 陈村镇 北滘镇 乐从镇 龙江镇
    杏坛镇 均安镇 天山区 沙依巴克区 新市区 水磨沟区 头屯河区 达坂城区 米东区 乌鲁木齐县 甘沟乡 永丰镇
    萨尔达坂乡 联通 东方市 八所镇 感城镇 板桥镇 三家镇 四更镇
""")
RULES = words("""
    禁止新建扩建不符合国家产业政策的项目 生态保护红线内自然保护地核心保护区原则上禁止人为活动
    严格控制新增建设用地 污染物排放执行特别排放限值 城镇生活污水集中处理率达到95%以上 万元GDP用水量≤35m³
    大气环境高排放重点管控区：新增VOCs倍量替代 禁养区内不得新建规模化畜禽养殖场
    水源一级保护区（GB3838—2002Ⅱ类） 一般管控单元①执行“三线一单”总体要求
""")
RARE = words("朱镕基 陶喆 㐂寿 𠮷野家 犇犇养殖 赵堃 王玥玥 鱼䲟村 李翀 堽城镇 垚塬 甪直镇 浬浦镇 柘荣县 漷县镇")
TRADITIONAL = words("臺灣省 廈門縣 鳳山區 龍潭鄉 烏來區 關廟區 鹽埕區 觀音區 雙溪區 萬巒鄉 麥寮鄉 龜山區")
PLAIN = words("ZH35020310001 A-1 Xiamen unit_7 GB3838 B2 35020310002 N/A")
TITLES = ("乡镇代码", "乡镇名称", "环境管控单元名称", "NAME", "管控要求", "HJGKDYMC")
CPG = {
    "right": {
        "UTF-8": (b"UTF-8", b"utf8", b"UTF8\r\n", b"\xef\xbb\xbfUTF-8", b"65001"),
        "GBK": (b"GBK", b"936", b"CP936", b"GB2312\n", b"ANSI 936", b"GB18030", b"gbk\0"),
        "GB18030": (b"GB18030", b"54936"),
        "BIG5": (b"BIG5", b"950", b"CP950"),
    },
    "wrong": {
        "UTF-8": (b"GBK", b"936", b"GB2312", b"ISO-8859-1", b"1252"),
        "GBK": (b"UTF-8", b"utf8", b"ISO-8859-1"),
        "GB18030": (b"UTF-8", b"ISO-8859-1"),
        "BIG5": (b"UTF-8", b"ISO-8859-1"),
    },
    "none": {},
    "empty": {},
    "vague": {},
}


@dataclass(frozen=True)
class Made:
    """A file, what its texts are, and how many values end in half a character."""

    path: object
    kind: str
    texts: list[list[str]]
    halved: int


def fitting(words: list[str], encoding: str) -> list[str]:
    out = []
    for word in words:
        try:
            word.encode(encoding)
        except UnicodeEncodeError:
            continue
        out.append(word)
    return out


def make(folder, number: int) -> Made:
    """File ``number``: its kind by turns, everything else drawn."""
    draw = random.Random(f"dbf-{number}")  # noqa: S311 - a seeded generator of test files
    kinds = ("places", "rules", "short", "rare", "traditional", "mixed", "plain", "numbers", "cut", "one value")
    kind = kinds[number % len(kinds)]
    encoding = draw.choice(("UTF-8", "GBK", "GB18030", *(["BIG5"] if kind == "traditional" else [])))
    pool = {
        "places": PLACES,
        "rules": RULES,
        "short": words("联通 厦门 兴山 东方 海沧 集美 同安"),
        "rare": RARE + PLACES[:6],
        "traditional": TRADITIONAL,
        "mixed": PLACES + PLAIN + RULES,
        "plain": PLAIN,
        "numbers": ["350203", "350205", "12", "7"],
        "cut": [a + b for a in RULES for b in RULES],
        "one value": PLACES,
    }[kind]
    pool = fitting(pool, encoding)
    if not pool:
        encoding, pool = "UTF-8", list(TRADITIONAL)
    rows = 1 if kind == "one value" else draw.randint(2, 60)
    width = draw.choice((20, 21, 22, 23)) if kind == "cut" else 200
    columns, texts, halved = [], [], 0
    for title in draw.sample(TITLES, draw.randint(1, 3)):
        chosen = [draw.choice(pool) for _ in range(rows)]
        values = [text.encode(encoding) for text in chosen]
        columns.append(Column(title.encode("GBK" if encoding == "BIG5" else encoding), values, width))
        kept = [value[:width].decode(encoding, errors="ignore") for value in values]
        texts.append([text.rstrip() for text in kept])
        halved += sum(text.encode(encoding) != value[:width] for text, value in zip(kept, values, strict=True))
    state = draw.choice(("right", "wrong", "none", "empty", "vague"))
    label = CPG[state].get(encoding)
    cpg = draw.choice(label) if label else {"none": None, "empty": b"", "vague": draw.choice((b"OEM", b"ANSI"))}[state]
    language = draw.choice((0, 0, 77, 87, 3, 79))
    path = shapefile(folder / f"乡镇 {number}.shp", columns, language=language, cpg=cpg)
    return Made(path, f"{kind}/{encoding}/{state}/{language}", texts, halved)


def judge(made: Made) -> str:
    """``right``, ``right, said`` or ``refused``; anything else is a fault."""
    try:
        layer = read_layer(made.path)
    except BadInput as error:
        assert "cannot be read as" in str(error.what), error
        return "refused"
    ids = {finding.id: finding for finding in layer.findings}
    read = [values.tolist() for values in layer.raw.columns.values()]
    same = [[(a or "") for a in values] for values in read] == made.texts
    told = ids.get("S02") or ids.get("S22") or ids.get("S23")
    if same:
        # Half characters at the end of values are counted exactly.
        assert ("S21" in ids) == (made.halved > 0), (made.kind, made.halved)
        assert not made.halved or ids["S21"].facts["count"] == made.halved, made.kind
        return "right, said" if told else "right"
    if told is not None and told.facts["confidence"] < 0.6:
        return "wrong, but doubted"
    return f"SILENT GARBAGE {made.kind}"


@pytest.mark.slow
def test_no_silent_garbage_in_200_files(tmp_path):
    made = [make(tmp_path, number) for number in range(FILES)]
    verdicts = [judge(item) for item in made]
    counts = Counter(verdicts)
    bad = [f"{item.kind}: {verdict}" for item, verdict in zip(made, verdicts, strict=True) if "GARBAGE" in verdict]
    assert not bad, f"{dict(counts)}: {bad}"
    odd = [item.kind for item, verdict in zip(made, verdicts, strict=True) if not verdict.startswith("right")]
    assert counts["right"] + counts["right, said"] >= 0.95 * FILES, (counts, odd)
    # Only what is stated nowhere and is neither UTF-8 nor GB 18030 may be read wrong, and then with a doubt.
    assert all("BIG5" in kind for kind in odd), odd
    # A statement that is true is no news; most others are.
    assert counts["right"] >= 40, counts
    assert counts["right, said"] >= 60, counts


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_values_cut_at_the_width_lose_half_a_character_and_it_is_counted(tmp_path, encoding):
    values = [text.encode(encoding) for text in ("一般管控单元执行总体要求", "严格控制新增用地", "厦门")]
    # An odd width for GBK, one that no multiple of three makes for UTF-8.
    layer = read_layer(shapefile(tmp_path / "a.shp", [Column(b"TEXT", values, 19)], cpg=encoding.encode()))
    assert layer.raw.columns["TEXT"].tolist() == [value[:19].decode(encoding, errors="ignore") for value in values]
    (told,) = [finding for finding in layer.findings if finding.id == "S21"]
    assert told.facts["count"] == sum(len(value) > 19 for value in values)
    assert told.facts["fields"] == ("TEXT",)
    assert layer.raw.encoding == encoding
    assert not [finding for finding in layer.findings if finding.id in ("S02", "S22", "S23")]


def test_one_broken_value_among_many_is_marked_and_said(tmp_path):
    values = [place.encode() for place in PLACES * 3]
    values[7] = b"\xe5\x8e\xff" + "门市".encode()
    layer = read_layer(shapefile(tmp_path / "a.shp", [Column(b"NAME", values)], cpg=b"UTF-8"))
    assert layer.raw.columns["NAME"][7].endswith("门市")
    assert "\ufffd" in layer.raw.columns["NAME"][7]
    (told,) = [finding for finding in layer.findings if finding.id == "S23"]
    assert told.facts["count"] == 1
    assert "NAME, feature 7" in str(told.facts["first"])


def test_bytes_that_are_nothing_are_refused_with_field_and_bytes(tmp_path):
    path = shapefile(tmp_path / "a.shp", [Column(b"NAME", [b"\xff\xfe\x81\x8d\x9d", b"\x81\x8d\xff"])])
    with pytest.raises(BadInput) as caught:
        read_layer(path)
    assert "feature 0, field NAME" in str(caught.value.where)
    assert "ff fe 81 8d 9d" in str(caught.value.what)


def test_the_case_is_obeyed_refused_or_doubted(tmp_path):
    gbk = shapefile(tmp_path / "a.shp", [Column(b"NAME", [p.encode("GBK") for p in PLACES])], cpg=b"UTF-8")
    assert read_layer(gbk, encoding="936").raw.columns["NAME"].tolist() == PLACES
    assert [finding.id for finding in read_layer(gbk, encoding="936").findings] == []
    with pytest.raises(BadInput, match=r"field NAME: value .* cannot be read as UTF-8;"):
        read_layer(gbk, encoding="UTF-8")
    with pytest.raises(BadInput, match="unknown encoding 'GBQ'"):
        read_layer(gbk, encoding="GBQ")
    doubted = read_layer(gbk, encoding="ISO-8859-1")
    assert doubted.raw.encoding == "ISO-8859-1"
    (told,) = [finding for finding in doubted.findings if finding.id == "S22"]
    assert told.facts["better"] == "GB18030"


@pytest.mark.parametrize(("encoding", "language", "shown"), [("GBK", 77, "GBK"), ("BIG5", 79, "BIG5")])
def test_the_language_byte_is_believed_where_it_fits(tmp_path, encoding, language, shown):
    words = {"GBK": PLACES, "BIG5": TRADITIONAL}[encoding]
    path = shapefile(tmp_path / "a.shp", [Column(b"N", [w.encode(encoding) for w in words])], language=language)
    layer = read_layer(path)
    assert layer.raw.columns["N"].tolist() == words
    assert layer.raw.encoding == shown
    assert layer.raw.reading.basis == "ldid"


def test_plain_texts_are_what_is_stated_or_ascii(tmp_path):
    columns = [Column(b"NAME", [b"A", b"B"])]
    assert read_layer(shapefile(tmp_path / "a.shp", columns)).raw.encoding == "ASCII"
    assert read_layer(shapefile(tmp_path / "b.shp", columns, language=77)).raw.encoding == "GBK"
    assert read_layer(shapefile(tmp_path / "c.shp", columns, cpg=b"UTF-8")).raw.encoding == "UTF-8"


def test_a_condition_in_chinese_finds_its_rows_in_every_encoding(tmp_path):
    for number, encoding in enumerate(("UTF-8", "GBK")):
        column = Column("乡镇".encode(encoding), [p.encode(encoding) for p in PLACES])
        path = shapefile(tmp_path / f"{number}.shp", [column], language=87)
        layer = read_layer(path, where="\"乡镇\" = '集美区'")
        assert layer.raw.columns["乡镇"].tolist() == ["集美区"]
        # All values are witnesses, not only those that the condition leaves.
        assert layer.raw.reading.count > 40


def test_names_and_values_may_be_in_two_encodings(tmp_path):
    for names, values in (("GBK", "UTF-8"), ("UTF-8", "GBK")):
        column = Column("乡镇名称".encode(names), [place.encode(values) for place in PLACES])
        layer = read_layer(shapefile(tmp_path / f"{names}.shp", [column], cpg=values.encode()))
        assert {title: read.tolist() for title, read in layer.raw.columns.items()} == {
            {"GBK": "乡镇名称", "UTF-8": "乡镇名"}[names]: PLACES
        }
        (told,) = [finding for finding in layer.findings if finding.id == "S29"]
        assert told.facts["names"] == {"GBK": "GB18030", "UTF-8": "UTF-8"}[names]


def test_a_long_text_cut_at_254_bytes(tmp_path):
    text = "一般管控单元执行总体要求" * 12
    for encoding in ("UTF-8", "GBK"):
        layer = read_layer(shapefile(tmp_path / "a.shp", [Column(b"KJBJYS", [text.encode(encoding)], 253)]))
        assert layer.raw.columns["KJBJYS"].tolist() == [text.encode(encoding)[:253].decode(encoding, errors="ignore")]


@pytest.mark.parametrize("cpg", ["GBK".encode("utf-16"), b"KLINGON", b"\xff\xfe", b"\0\0"])
def test_a_cpg_that_says_nothing_sensible_harms_nothing(tmp_path, cpg):
    column = Column(b"NAME", [place.encode("GBK") for place in PLACES])
    assert read_layer(shapefile(tmp_path / "a.shp", [column], cpg=cpg)).raw.columns["NAME"].tolist() == PLACES
