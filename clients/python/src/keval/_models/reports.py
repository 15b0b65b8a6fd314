from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._decoding import Model
from .choices import Interval, Protocol
from .runs import Note


@dataclass(frozen=True, kw_only=True)
class Scores(Model):
    """Scores of a group of rows. ``score`` is the mean rating divided by 10, ``interval`` its 95% interval."""

    rows: int
    judgments: int
    rated: int
    wrong: int
    mean_rating: float | None
    score: float | None
    interval: Interval | None
    few_rows: bool


@dataclass(frozen=True, kw_only=True)
class Summary(Scores):
    failed: int
    pending: int


@dataclass(frozen=True, kw_only=True)
class CategoryScores(Scores):
    category: str | None


@dataclass(frozen=True, kw_only=True)
class TurnScores(Scores):
    turn: int


@dataclass(frozen=True, kw_only=True)
class ModelScores(Scores):
    model: str


@dataclass(frozen=True, kw_only=True)
class Report(Model):
    """The tables of an evaluation."""

    id: str
    name: str
    model: str
    protocol: Protocol
    template: str
    repeats: int
    status: str
    complete: bool
    summary: Summary
    categories: list[CategoryScores]
    turns: list[TurnScores]
    models: list[ModelScores]
    agreement: dict[str, Any] | None
    notes: list[Note]

    @property
    def mean_rating(self) -> float | None:
        """Returns the mean rating, 0 to 10; None without ratings."""
        return self.summary.mean_rating


@dataclass(frozen=True, kw_only=True)
class ComparedRun(Model):
    id: str
    name: str
    answering_model: str | None
    model: str
    protocol: Protocol
    imported_from: str | None


@dataclass(frozen=True, kw_only=True)
class Wins(Model):
    """Numbers of questions on which each side is rated higher."""

    x: int
    tie: int
    y: int


@dataclass(frozen=True, kw_only=True)
class PairedDifference(Model):
    """The difference y minus x on the questions that both sides have, with a paired test."""

    pairs: int
    difference: float | None
    interval: Interval | None
    p_value: float | None
    wins: Wins


@dataclass(frozen=True, kw_only=True)
class Comparison(Model):
    """Two evaluations of the same questions. ``pairing`` counts and lists the rows that do not pair."""

    x: ComparedRun
    y: ComparedRun
    rating: PairedDifference
    pairing: dict[str, Any]
    same_answers: bool
    categories: list[dict[str, Any]]
    notes: list[Note]
