"""The declarations agree with each other and with the Network."""

import dataclasses

import pytest

from network.network import Network
from network.parameters import PARAMETERS, parameter
from network.schema import ADJUSTMENTS, TABLES, Field, table


def test_names_paths_and_columns_are_unique() -> None:
    for names in ([t.name for t in TABLES], [t.path for t in TABLES], [p.name for p in PARAMETERS]):
        assert len(names) == len(set(names))
    for declared in (*TABLES, ADJUSTMENTS):
        assert len(declared.columns) == len(set(declared.columns)), declared.name


def test_keys_and_references_name_declared_fields() -> None:
    for declared in TABLES:
        for name in declared.key:
            field = declared.field(name)
            assert field.required or field.dtype == "year", (declared.name, name)
        for field in declared.fields:
            for target, column in field.targets:
                assert table(target).field(column).required


def test_every_number_with_a_unit_in_its_name_declares_the_unit() -> None:
    for declared in TABLES:
        for field in declared.fields:
            measured = field.name.endswith(
                ("_h", "_km", "_musd", "_deg", "_per_year", "_per_teu", "_per_t", "_per_day")
            )
            assert not (field.dtype == "float" and measured) or field.unit, (declared.name, field.name)


def test_defaults_are_valid_values() -> None:
    for declared in TABLES:
        for field in declared.fields:
            if field.default is None:
                continue
            assert not field.choices or field.default in field.choices
            assert field.is_number == isinstance(field.default, (int, float))
            if isinstance(field.default, (int, float)):
                assert field.minimum is None or field.default >= field.minimum
                assert field.maximum is None or field.default <= field.maximum


def test_a_required_field_with_a_default_is_refused() -> None:
    with pytest.raises(ValueError, match="field x: a required field takes no default"):
        Field("x", "float", "X.", default=1)


def test_a_network_has_one_attribute_a_table() -> None:
    attributes = {field.name for field in dataclasses.fields(Network)}
    assert attributes == {declared.name for declared in TABLES} | {"adjustments", "folder"}


def test_four_tables_are_required() -> None:
    assert [declared.name for declared in TABLES if declared.required] == ["places", "links", "commodities", "lanes"]


def test_defaults_of_parameters_lie_within_their_bounds() -> None:
    for declared in PARAMETERS:
        assert declared.minimum <= declared.default
        assert declared.maximum is None or declared.default <= declared.maximum
        assert declared.basis


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(KeyError, match="no table is called plces; tables: places, links"):
        table("plces")
    with pytest.raises(KeyError, match="links has no field length"):
        table("links").field("length")
    with pytest.raises(KeyError, match="no parameter is called rate; parameters: discount_rate"):
        parameter("rate")
