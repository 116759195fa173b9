"""Agencies: one id for every spelling of a name, and none where the place is not sure."""

from __future__ import annotations

import pytest

from mingzhang.agencies import identify, located, place_names, scope_of


@pytest.mark.parametrize(
    ("names", "agency_id", "level", "sector"),
    [
        (("江苏省委办公厅", "中共江苏省委办公厅", "中国共产党江苏省委员会办公厅"), "320000-省委办公厅", "provincial", "党委"),
        (("江苏省政协办公厅", "中国人民政治协商会议江苏省委员会办公厅"), "320000-省政协办公厅", "provincial", "政协"),
        (("江苏省人大常委会办公厅", "江苏省人民代表大会常务委员会办公厅"), "320000-省人大常委会办公厅", "provincial", "人大"),
        (("福州市工业和信息化局（本级）", "福州市工业和信息化局"), "350100-工业和信息化局", "municipal", "工业和信息化"),
        (("上海市普陀区人民政府万里街道办事处",), "310107-人民政府万里街道办事处", "township", "街道乡镇"),
        (("中共上海市普陀区委社会工作部",), "310107-区委社会工作部", "district", "党委"),
        (("丰润区工业和信息化局",), "130208-工业和信息化局", "district", "工业和信息化"),
        (("国家知识产权局",), "100000-国家知识产权局", "central", "市场监管"),
    ],
)
def test_every_spelling_has_one_id(names: tuple[str, ...], agency_id: str, level: str, sector: str) -> None:
    for name in names:
        agency = identify(name)
        assert agency is not None
        assert (agency.agency_id, agency.level, agency.sector) == (agency_id, level, sector)


def test_a_place_that_is_not_sure_gives_no_agency() -> None:
    assert identify("鼓楼区财政局") is None
    assert identify("财政局") is None
    known = identify("鼓楼区财政局", "福建省", "福州市鼓楼区")
    assert known is not None
    assert known.agency_id == "350102-财政局"


def test_unit_of_a_department() -> None:
    agency = identify("杭州市民政局社会福利中心")
    assert agency is not None
    assert (agency.agency_id, agency.parent) == ("330100-民政局社会福利中心", "330100-民政局")


def test_places() -> None:
    assert place_names("350102") == ("福建省", "福州市鼓楼区")
    assert place_names("310107") == ("上海市", "普陀区")
    assert located("泉州市鲤城区工业和信息化局") == ("350502", "工业和信息化局")


@pytest.mark.parametrize(
    ("org", "title", "scope"),
    [
        ("福州市工业和信息化局（本级）", "福州市工业和信息化局（本级）2024年度单位决算", "unit"),
        ("厦门市工业和信息化局", "厦门市工业和信息化局2024年部门预算", "department"),
        ("上海市普陀区商务委员会", "上海市普陀区2025年区级单位预算", "unit"),
        ("某局", "收支总表", ""),
    ],
)
def test_scope(org: str, title: str, scope: str) -> None:
    assert scope_of(org, title, ()) == scope
