"""Decoding of JSON into dataclasses by their type hints."""

from __future__ import annotations

import dataclasses
import functools
import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


@dataclasses.dataclass(frozen=True, kw_only=True)
class Model:
    """An object of the API. ``raw`` holds all of it, fields that a newer gateway adds included."""

    raw: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False, compare=False)


def decode(hint: Any, value: Any) -> Any:
    """Returns the value as its type; raises TypeError or KeyError where the JSON does not match."""
    if hint is Any:
        return value
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return decode(next(one for one in get_args(hint) if one is not type(None)), value)
    if origin is Literal:
        return value
    if origin in (list, tuple, dict):
        expect(value, dict if origin is dict else list)
        if origin is dict:
            return {name: decode(get_args(hint)[1], one) for name, one in value.items()}
        return origin(decode(get_args(hint)[0], one) for one in value)
    if isinstance(hint, type) and issubclass(hint, Model):
        expect(value, dict)
        return hint(**{name: decode(of, value[name]) for name, of in get_decoders(hint, value)}, raw=value)
    expect(value, (int, float) if hint is float else hint)
    return value


def get_decoders(model: Any, value: dict[str, Any]) -> list[tuple[str, Any]]:
    """Returns the fields to read with their types; a field with a default may be missing."""
    return [(name, of) for name, of, optional in list_fields(model) if name in value or not optional]


@functools.lru_cache(maxsize=None)
def list_fields(model: Any) -> list[tuple[str, Any, bool]]:
    hints = get_type_hints(model)
    return [
        (one.name, hints[one.name], one.default is not dataclasses.MISSING)
        for one in dataclasses.fields(model)
        if one.name != "raw"
    ]


def expect(value: Any, kind: Any) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{type(value).__name__} in place of {getattr(kind, '__name__', kind)}")
