"""YAML 1.2 with the core schema, and the place of every key and value."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from grader.spec.yaml_source import read_file, read_text


def data_of(text):
    source, problems = read_text(text, "a.yaml")
    assert problems == []
    return source.data


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e-3", 0.001),
        ("1E5", 1e5),
        ("010", 10),
        ("-7", -7),
        ("+7", 7),
        ("0x1F", 31),
        ("0o17", 15),
        (".5", 0.5),
        ("1.", 1.0),
        ("-.inf", float("-inf")),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("on", "on"),
        ("yes", "yes"),
        ("no", "no"),
        ("off", "off"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2026-11-22", "2026-11-22"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("0b11", "0b11"),
        ("=", "="),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(written, value):
    (found,) = data_of(f"a: {written}\n").values()
    assert found == value
    assert type(found) is type(value)


def test_nan_is_a_number():
    assert str(data_of("a: .nan\n")["a"]) == "nan"


def test_all_keys_are_words():
    assert data_of("{1: a, on: b, null: c, 2.5: d}\n") == {"1": "a", "on": "b", "null": "c", "2.5": "d"}


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfid: a\r\ntitle: b\r\n")
    source, problems = read_file(file, "a.yaml")
    assert problems == []
    assert source.data == {"id": "a", "title": "b"}
    assert str(source.where(("title",))) == "a.yaml:2:8"
    assert source.where(("title",)).text == "title: b"


def test_the_first_byte_that_is_not_utf8_is_shown(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_bytes("id: a\ntitle: Übung\n".encode("latin-1"))
    source, (problem,) = read_file(file, "a.yaml")
    assert source is None
    assert str(problem) == ("a.yaml:2:8: this file is not UTF-8.\n    2 | title: \ufffdbung\n      |        ^ save it as UTF-8")


def test_the_error_about_an_unreadable_file_has_the_reason(tmp_path):
    source, (problem,) = read_file(tmp_path, "a.yaml")
    assert source is None
    assert str(problem) == "a.yaml: this file cannot be read: Is a directory."


def test_places_count_characters_not_bytes():
    source, _ = read_text("a: [é, ü, z]\n", "a.yaml")
    assert source.where(("a", 2)).column == 11
    assert source.where(("a", 2)).width == 1


def test_a_key_and_its_value_have_their_own_places():
    source, _ = read_text("steps:\n  - zero: abc\n", "a.yaml")
    assert (source.where(("steps", 0, "zero"), key=True).column, source.where(("steps", 0, "zero")).column) == (5, 11)
    assert source.where(("steps", 0, "zero")).width == 3


def test_a_missing_value_is_shown_at_the_mapping_around_it():
    source, _ = read_text("steps:\n  - zero: abc\n", "a.yaml")
    assert source.where(("steps", 0, "missing")) == source.where(("steps", 0))
    assert source.get(("steps", 0, "zero")) == "abc"
    assert source.get(("steps", 3, "zero")) is None


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn", "Co")), max_size=12)
numbers = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(texts, below, max_size=4),
    max_leaves=20,
)


@given(values=st.dictionaries(texts, values, min_size=1), indent=st.sampled_from([None, 2]))
def test_json_is_read_with_the_same_values(values, indent):
    assert data_of(json.dumps(values, indent=indent, ensure_ascii=False)) == values


@given(values=st.dictionaries(texts, values, min_size=1), flow=st.booleans())
def test_every_place_is_in_the_text(values, flow):
    text = yaml.safe_dump(values, default_flow_style=flow, allow_unicode=True)
    source, _ = read_text(text, "a.yaml")
    lines = text.splitlines()
    for path in [*source.values, *source.keys]:
        where = source.where(path)
        assert 1 <= where.line <= len(lines) + 1
        assert 1 <= where.column <= len(where.text) + 1
