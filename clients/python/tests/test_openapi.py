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
    taken = document["components"]["schemas"]["JudgmentRequest"]["properties"]
    assert set(inspect.signature(Keval.judge).parameters) - {"self"} <= set(taken)
    query = {one["name"] for one in document["paths"]["/v1/evaluations"]["post"]["parameters"]}
    assert {"model", "name", "preview"} <= query
