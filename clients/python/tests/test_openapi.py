"""The client against the description that the gateway gives of itself: routes, parameters, bodies and answers."""

from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import httpx
import pandas
import pytest
from conftest import Gateway
from keval import Audit, Evaluation, Keval, _uploads
from keval._calls import Attempt, Call, Effect, Parallel
from keval._decoding import Model
from keval._operation import Lines, operation, stream

# what the package leaves to others: the official openai client, and the console
LEFT_OUT = {
    ("post", "/v1/chat/completions"),
    ("get", "/v1/models/{id}"),
    ("get", "/v1/models/{owner}/{name}"),
    ("get", "/v1/judgments"),
    ("post", "/v1/judgments/{id}/replay"),
    ("get", "/v1/usage"),
    ("get", "/v1/limits"),
    ("get", "/v1/evaluations/{id}/comparison/rows"),
    ("get", "/v1/datasets/{digest}"),
}
COVERED_ROOTS = ("/v1/judgments", "/v1/evaluations", "/v1/audits", "/v1/leaderboard", "/v1/models", "/v1/datasets")

# names that Python has in place of those of the API
RENAMED = {"judgment_id": "id", "evaluation_id": "id", "audit_id": "id"}
# parameters of the package itself
LOCAL = {"archive", "source", "references", "frame", "concurrency", "progress", "timeout", "interval", "on_progress"}


@pytest.fixture(scope="module")
def document(gateway: Gateway) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{gateway.url}/openapi.json").json()
    return found


def find_operations() -> list[tuple[type, str, Any]]:
    found = []
    for owner in (Keval, Evaluation, Audit):
        for name in dir(owner):
            described = inspect.getattr_static(owner, name)
            if isinstance(described, (operation, stream)):
                found.append((owner, name, described.describe))
    return found


class Sent(Exception):
    def __init__(self, call: Call[Any]) -> None:
        super().__init__(call.path)
        self.call = call


class Recorder:
    """Fails at the first call of a program, which is what a test wants to see."""

    def run(self, program: Any) -> None:
        self.meet(next(program))

    def stream(self, call: Call[Any], read: Any) -> None:
        raise Sent(call)

    def meet(self, effect: Effect) -> None:
        if isinstance(effect, Parallel):
            self.run(effect.programs[0])
        assert isinstance(effect, (Call, Attempt))
        raise Sent(effect if isinstance(effect, Call) else effect.call)


def record(owner: type, name: str, describe: Any) -> Call[Any]:
    """The call of an operation, with every parameter given."""
    subject = object.__new__(owner)
    subject._runner = Recorder()
    subject.status = SimpleNamespace(id="one", name="name", counts=SimpleNamespace(judgments=1))
    hints = read_hints(describe)
    parameters = list(inspect.signature(describe).parameters)[1:]
    with pytest.raises(Sent) as sent:
        getattr(subject, name)(**{one: make_value(one, hints[one]) for one in parameters})
    call: Call[Any] = sent.value.call
    return call


def read_hints(describe: Any) -> dict[str, Any]:
    return get_type_hints(describe, localns={**vars(_uploads), "pandas": pandas})


def make_value(name: str, hint: Any) -> Any:
    if name in ("source", "archive"):
        return b"{}"
    if name == "references":
        return ()
    if name == "frame":
        return pandas.DataFrame({"question": ["q"], "answer": ["a"], "reference": ["r"]})
    if name in ("progress", "on_progress"):
        return None
    if name in ("question", "answer", "reference"):
        return name
    choices = [one for one in get_args(hint) if one is not type(None)] if is_union(hint) else [hint]
    kind = choices[0]
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    return {str: "text", int: 1, float: 1.0, bool: True}.get(kind, ["one"])


def is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, types.UnionType)


operations = [pytest.param(*one, id=f"{one[0].__name__}.{one[1]}") for one in find_operations()]


@pytest.mark.parametrize(("owner", "name", "describe"), operations)
def test_calls_a_described_route(document: dict[str, Any], owner: type, name: str, describe: Any) -> None:
    call = record(owner, name, describe)
    route = document["paths"][call.path][call.method.lower()]
    parameters = {one["name"]: one for one in route.get("parameters", [])}
    assert set(call.ids) == {one for one, of in parameters.items() if of["in"] == "path"}
    assert set(call.query) <= {one for one, of in parameters.items() if of["in"] == "query"}
    properties = collect_properties(document, get_body_schema(route)) if call.body is not None else {}
    assert set(call.body or ()) <= set(properties)
    # choices are those of the gateway, no more and no fewer
    hints = read_hints(describe)
    described = {one: of["schema"] for one, of in parameters.items()} | properties
    for one in inspect.signature(describe).parameters:
        chosen = [of for of in [hints.get(one), *get_args(hints.get(one))] if get_origin(of) is Literal]
        if chosen and one != "format":
            assert set(get_args(chosen[0])) == set(described[one]["enum"]) - {None}, one
    assert set(inspect.signature(describe).parameters) - LOCAL - {"self"} <= {
        *described,
        *RENAMED,
        *({"x", "y", "other"} if "with" in described else ()),
    }


@pytest.mark.parametrize(("owner", "name", "describe"), operations)
def test_reads_what_is_described(document: dict[str, Any], owner: type, name: str, describe: Any) -> None:
    call = record(owner, name, describe)
    answers = document["paths"][call.path][call.method.lower()]["responses"]
    model: Any = call.returns
    if model is type(None):
        assert "204" in answers or "content" not in answers["200"]
        return
    if model is bytes:
        assert "application/zip" in answers["200"]["content"]
        return
    if model is str:
        lines = describe(SimpleNamespace(id="one", _results=lambda _: call)) if name in ("results", "labels") else None
        if not isinstance(lines, Lines):
            return
        model = lines.line
    kind = "application/x-ndjson" if name in ("results", "labels") else "application/json"
    schemas = [of["content"][kind]["schema"] for code, of in answers.items() if code[0] == "2" and "content" in of]
    faults = [list(compare(document, model, schema, model.__name__)) for schema in schemas]
    assert [] in faults, faults


def test_every_route_is_covered_or_left_out(document: dict[str, Any]) -> None:
    described = {
        (method, path)
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith(COVERED_ROOTS) and method != "parameters"
    }
    covered = {(call.method.lower(), call.path) for call in (record(*one) for one in find_operations())}
    assert described - covered == LEFT_OUT & described
    assert covered & LEFT_OUT == set()


def compare(document: dict[str, Any], hint: Any, schema: Any, path: str) -> Iterator[str]:
    """Where the type of a value is not the one that a schema describes."""
    schema = resolve(document, schema)
    alternatives = schema.get("anyOf") or schema.get("oneOf")
    if alternatives:
        faults = [list(compare(document, hint, one, path)) for one in alternatives]
        yield from min(faults, key=len)
        return
    kinds = schema.get("type", [])
    kinds = set(kinds if isinstance(kinds, list) else [kinds])
    if is_union(hint):
        if "null" not in kinds and None not in schema.get("enum", []):
            # a field with a default may be absent, and is None then
            yield f"{path} is never null"
        hint = next(one for one in get_args(hint) if one is not type(None))
    elif "null" in kinds and hint is not Any:
        yield f"{path} may be null"
    kinds -= {"null"}
    origin = get_origin(hint)
    if hint is Any:
        return
    if origin is Literal:
        if set(get_args(hint)) != set(schema.get("enum", [])) - {None}:
            yield f"{path} has other choices"
    elif origin in (list, tuple):
        if kinds != {"array"}:
            yield f"{path} is no array"
        for item in schema.get("prefixItems", [schema.get("items", {})]):
            yield from compare(document, get_args(hint)[0], item, f"{path}[]")
    elif origin is dict:
        if kinds != {"object"}:
            yield f"{path} is no object"
    elif isinstance(hint, type) and issubclass(hint, Model):
        if kinds != {"object"}:
            yield f"{path} is no object"
            return
        hints = get_type_hints(hint)
        for one in dataclasses.fields(hint):
            if one.name == "raw":
                continue
            of = schema.get("properties", {}).get(one.name)
            if of is None:
                yield f"{path}.{one.name} is not described"
            elif one.default is dataclasses.MISSING and one.name not in schema.get("required", []):
                yield f"{path}.{one.name} may be absent"
            elif one.default is dataclasses.MISSING:
                yield from compare(document, hints[one.name], of, f"{path}.{one.name}")
    elif hint in (str, int, float, bool):
        allowed = {str: {"string"}, int: {"integer"}, float: {"number", "integer"}, bool: {"boolean"}}[hint]
        if not kinds <= allowed or not kinds:
            yield f"{path} is {kinds}, not {hint.__name__}"
    else:
        yield f"{path} has the unexpected type {hint}"


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].split("/")[-1]]
    return schema


def get_body_schema(route: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = route["requestBody"]["content"]["application/json"]["schema"]
    return found


def collect_properties(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """All properties that a schema allows, in any of its alternatives."""
    schema = resolve(document, schema)
    found: dict[str, Any] = {}
    for word in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(word, []):
            found |= collect_properties(document, part)
    return found | schema.get("properties", {})
