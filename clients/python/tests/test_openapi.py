"""The client against the description that the gateway gives of itself."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import httpx
import pytest
from conftest import Gateway
from keval import EvaluationResult, EvaluationStatus, Judgment, Keval, Report


@pytest.fixture(scope="module")
def document(gateway: Gateway) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{gateway.url}/openapi.json").json()
    return found


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/v1/models"),
        ("post", "/v1/judgments"),
        ("post", "/v1/evaluations"),
        ("get", "/v1/evaluations/{id}"),
        ("get", "/v1/evaluations/{id}/report"),
        ("get", "/v1/evaluations/{id}/results"),
        ("get", "/v1/evaluations/{id}/comparison"),
        ("post", "/v1/evaluations/{id}/cancel"),
        ("post", "/v1/evaluations/{id}/resume"),
    ],
)
def test_every_route_exists(document: dict[str, Any], method: str, path: str) -> None:
    assert method in document["paths"][path]


@pytest.mark.parametrize(
    ("model", "schema"),
    [
        (Judgment, "Judgment"),
        (EvaluationStatus, "Evaluation"),
        (EvaluationResult, "EvaluationResult"),
        (Report, "EvaluationReport"),
    ],
)
def test_every_field_is_described(document: dict[str, Any], model: type, schema: str) -> None:
    described = document["components"]["schemas"][schema]["properties"]
    fields = {one.name for one in dataclasses.fields(model)} - {"raw"}
    assert fields <= set(described)


def test_every_parameter_is_taken(document: dict[str, Any]) -> None:
    body = document["paths"]["/v1/judgments"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(inspect.signature(Keval.judge).parameters) - {"self"} <= collect_properties(document, body)
    query = {one["name"] for one in document["paths"]["/v1/evaluations"]["post"]["parameters"]}
    assert {"model", "name", "preview"} <= query


def collect_properties(document: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    """The names of all properties that a schema allows, in any of its alternatives."""
    if "$ref" in schema:
        return collect_properties(document, document["components"]["schemas"][schema["$ref"].split("/")[-1]])
    parts = [part for word in ("allOf", "anyOf", "oneOf") for part in schema.get(word, [])]
    return set(schema.get("properties", {})).union(*(collect_properties(document, part) for part in parts))
