"""Answers of the gateway. ``raw`` holds the whole answer; fields that a newer gateway adds are found there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One wrong field: its path, and what is allowed."""

    field: str
    message: str


@dataclass(frozen=True)
class Judgment:
    """One judgment. ``rating`` is 0 to 10; 0 is a verdict, None means that the judge gave none."""

    id: str
    model: str
    template: str
    protocol: str
    rating: float | None
    verdict: str
    explanation: str
    text: str
    finish_reason: str
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Judgment:
        names = ("id", "model", "template", "protocol", "rating", "verdict", "explanation", "text", "finish_reason")
        return cls(**{name: body[name] for name in names}, raw=body)


@dataclass(frozen=True)
class EvaluationStatus:
    """How far an evaluation is."""

    id: str
    name: str
    model: str
    status: str
    progress: float
    rows: int
    counts: dict[str, int]
    rate: float | None
    seconds_left: float | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> EvaluationStatus:
        names = ("id", "name", "model", "status", "progress", "rows", "counts", "rate", "seconds_left")
        return cls(**{name: body[name] for name in names}, raw=body)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens by itself; a paused evaluation waits for ``resume`` or ``cancel``."""
        return self.status not in ("receiving", "running")


@dataclass(frozen=True)
class EvaluationResult:
    """The judgment of one row and turn."""

    row: int
    id: str
    model: str | None
    category: str | None
    turn: int
    repeat: int
    label: float | None
    rating: float | None
    verdict: str
    explanation: str | None
    error: str | None
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> EvaluationResult:
        names = (
            "row",
            "id",
            "model",
            "category",
            "turn",
            "repeat",
            "label",
            "rating",
            "verdict",
            "explanation",
            "error",
        )
        return cls(**{name: body[name] for name in names}, raw=body)


@dataclass(frozen=True)
class Report:
    """The tables of an evaluation. Each of ``notes`` is a caveat: ``code``, ``params``, ``message``."""

    id: str
    name: str
    model: str
    complete: bool
    summary: dict[str, Any]
    categories: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    raw: dict[str, Any] = field(repr=False, compare=False)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Report:
        names = ("id", "name", "model", "complete", "summary", "categories", "notes")
        return cls(**{name: body[name] for name in names}, raw=body)

    @property
    def mean_rating(self) -> float | None:
        """The mean rating, 0 to 10; None without ratings."""
        mean: float | None = self.summary["mean_rating"]
        return mean
