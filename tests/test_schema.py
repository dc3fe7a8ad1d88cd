"""Every table that leaves a module has its columns, types and levels, and says so when it has not."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import schema
from analysis.errors import SchemaError
from analysis.schema import Study


@pytest.mark.parametrize("name", schema.TABLES)
def test_no_rows_give_an_empty_table_of_the_same_types_as_rows(name: str) -> None:
    spec = schema.TABLES[name]
    values = {"str": "x", "int": 1, "float": 0.5, "bool": True, "int?": None}
    row = tuple(values[column.type] if column.type != "level" else column.levels[0] for column in spec.columns)
    empty, full = schema.table(name), schema.table(name, [row])
    assert list(empty.columns) == spec.names
    assert (empty.dtypes == full.dtypes).all()


def test_an_empty_table_is_not_shared() -> None:
    changed = schema.table("zones")
    changed["extra"] = 1
    assert "extra" not in schema.table("zones")


def test_an_unknown_level_is_named_with_the_allowed_ones() -> None:
    with pytest.raises(SchemaError, match="unknown level 'bodyy'; allowed: headline"):
        schema.table("zones", [("a", 0, "bodyy", 0, 1)])


def test_a_missing_column_is_named() -> None:
    with pytest.raises(SchemaError, match=r"lacks the columns \['zone'\]"):
        schema.table("zones", pd.DataFrame({"article_id": ["a"], "zone_no": [0], "start": [0], "end": [1]}))


def test_rows_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(ValueError, match="argument"):
        schema.table("zones", [("a", 0, "body", 0)])


def test_a_table_passes_through_unchanged() -> None:
    table = schema.table("hits", [("a", 0, "t", "c", "loaded", 1, 2, "x", 0, "narrator", None, False, True)])
    pd.testing.assert_frame_equal(schema.table("hits", table), table)


def test_missing_texts_become_empty_texts() -> None:
    table = schema.table("issues", [(None, float("nan"), "read", "note", None, pd.NA)])
    assert table.iloc[0][["path", "article_id", "message"]].tolist() == ["", "", ""]


def test_a_repeated_key_is_named() -> None:
    table = schema.table("zones", [("a", 0, "body", 0, 1), ("a", 0, "body", 1, 2)])
    with pytest.raises(SchemaError, match="occurs twice"):
        schema.check("zones", table)
    schema.check("zones", table.iloc[:1])
    with pytest.raises(SchemaError, match="lacks"):
        schema.check("zones", table.drop(columns="start"))


def test_the_law_of_surfaces(study: Study) -> None:
    """`text[start:end] == surface` in every table with a surface, and the check sees one that is off by one."""
    for name in ("spans", "hits", "names"):
        table = study.tables()[name]
        assert len(table)
        assert schema.surfaces_hold(study.articles, table)
    assert not schema.surfaces_hold(study.articles, study.hits.assign(start=study.hits["start"] + 1))


def test_the_dictionary_names_every_column() -> None:
    text = schema.data_dictionary()
    for spec in schema.TABLES.values():
        assert f"## {spec.name}" in text
        assert all(f"| `{column}` |" in text for column in spec.names)


def test_a_study_says_its_size_not_its_texts(study: Study) -> None:
    assert repr(study).startswith("Study(24 articles, ")
    assert len(repr(study)) < 300
