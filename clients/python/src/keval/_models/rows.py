from __future__ import annotations

from dataclasses import dataclass

from .._decoding import Model
from .choices import RowVerdict
from .judgments import JudgmentWarning


@dataclass(frozen=True, kw_only=True)
class RowTurn(Model):
    """A turn of a row: its rating, and the label it is compared with."""

    turn: int
    rating: float | None
    judgments: int
    verdict: RowVerdict
    label: float | None
    difference: float | None


@dataclass(frozen=True, kw_only=True)
class SummaryTurn(RowTurn):
    labelled_by_hand: bool


@dataclass(frozen=True, kw_only=True)
class RowSummary(Model):
    row: int
    id: str
    model: str | None
    category: str | None
    question: str
    answer: str
    turns: list[SummaryTurn]


@dataclass(frozen=True, kw_only=True)
class RowPage(Model):
    """Some of the rows that match; ``total`` counts all of them."""

    data: list[RowSummary]
    total: int
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class HandLabel(Model):
    """A label that a person gave."""

    label: float
    note: str
    key: str
    updated_at: str


@dataclass(frozen=True, kw_only=True)
class RowResult(Model):
    """One judgment of a turn."""

    repeat: int
    template: str
    rating: float | None
    verdict: RowVerdict
    explanation: str | None
    judgment_id: str | None
    warnings: list[JudgmentWarning]
    error: str | None


@dataclass(frozen=True, kw_only=True)
class WholeTurn(RowTurn):
    question: str | None
    answer: str | None
    reference: str | None
    labelled_by_hand: HandLabel | None
    results: list[RowResult]


@dataclass(frozen=True, kw_only=True)
class RowPlace(Model):
    """The place of a row among those that match."""

    position: int
    total: int
    previous: int | None
    next: int | None


@dataclass(frozen=True, kw_only=True)
class EvaluationRow(Model):
    """One row with its texts and all judgments."""

    evaluation: str
    row: int
    id: str
    model: str | None
    category: str | None
    prompt: str | None
    turns: list[WholeTurn]
    place: RowPlace | None


@dataclass(frozen=True, kw_only=True)
class Agreement(Model):
    """Agreement of the judge with the labels."""

    pairs: int
    by_hand: int
    spearman: float | None
    kendall_tau_b: float | None
    cohen_kappa: float | None
    quadratic_weighted_kappa: float | None
    mean_absolute_error: float | None


@dataclass(frozen=True, kw_only=True)
class ExportedLabel(Model):
    """A label that was given by hand, with the row and turn it belongs to."""

    row: int
    id: str
    model: str | None
    category: str | None
    turn: int
    label: float
    note: str
    rating: float | None
    question: str | None
    answer: str | None
    key: str
    created_at: str
    updated_at: str
