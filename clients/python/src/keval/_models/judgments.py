from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._decoding import Model
from .choices import Verdict, WarningCode


@dataclass(frozen=True, kw_only=True)
class JudgmentWarning(Model):
    """A circumstance that may have influenced a rating."""

    code: WarningCode
    field: str | None
    message: str


@dataclass(frozen=True, kw_only=True)
class Judgment(Model):
    """One judgment. ``rating`` is 0 to 10. 0 is a real rating; None means that the judge gave none."""

    id: str
    created: int
    model: str
    template: str
    protocol: str
    rating: float | None
    verdict: Verdict
    explanation: str
    text: str
    finish_reason: str
    fingerprint: str
    provenance: dict[str, Any]
    warnings: list[JudgmentWarning]
    stored: bool


@dataclass(frozen=True, kw_only=True)
class StoredJudgment(Judgment):
    """A judgment with ``input``, the texts that were judged."""

    input: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServedModel(Model):
    """A model that is served."""

    id: str


@dataclass(frozen=True, kw_only=True)
class ModelList(Model):
    data: list[ServedModel]
