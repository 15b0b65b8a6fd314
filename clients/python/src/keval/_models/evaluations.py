from __future__ import annotations

from dataclasses import dataclass

from .._decoding import Model
from .choices import Interval, Protocol, RatingSummary
from .runs import RunStatus, TokenEstimate


@dataclass(frozen=True, kw_only=True)
class Dataset(Model):
    """A set of questions by name and version; ``digest`` is its identity."""

    digest: str
    name: str
    version: int


@dataclass(frozen=True, kw_only=True)
class NamedDataset(Dataset):
    """A dataset with its numbers of questions and evaluations."""

    questions: int
    evaluations: int
    created: int


@dataclass(frozen=True, kw_only=True)
class DatasetPage(Model):
    data: list[NamedDataset]
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class BoardDataset(Dataset):
    """``complete`` says whether the model answered all questions of this version."""

    complete: bool


@dataclass(frozen=True, kw_only=True)
class EvaluationPreview(Model):
    """The gateway's reading of an upload."""

    format: str | None
    rows: int
    judgments: int
    turns: dict[str, int]
    labels: int
    references: int
    categories: dict[str, int]
    models: dict[str, int]
    templates: dict[str, int]
    ignored_fields: list[str]
    skipped_rows: int
    estimated_tokens: TokenEstimate


@dataclass(frozen=True, kw_only=True)
class PreviewAnswer(Model):
    preview: EvaluationPreview
    estimated_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class EvaluationStatus(RunStatus):
    """Progress and settings of an evaluation."""

    created: int
    tags: list[str]
    baseline_for: list[str]
    dataset: Dataset | None
    protocol: Protocol
    template: str
    repeats: int
    summary: RatingSummary
    weights_digest: str | None
    # None while the upload is being received
    preview: EvaluationPreview | None


@dataclass(frozen=True, kw_only=True)
class EvaluationPage(Model):
    data: list[EvaluationStatus]
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class EvaluationResult(Model):
    """The judgment of one row and turn. ``question``, ``answer`` and ``reference`` come with ``texts=True``."""

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
    question: str | None = None
    answer: str | None = None
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class HistoryRun(Model):
    """One run of a tag or dataset. ``changed`` says what differs from the run before.

    ``imported_from`` names the gateway that judged it; None where it was this one.
    """

    id: str
    name: str
    created: int
    model: str
    protocol: str
    rows: int
    rated: int
    mean_rating: float | None
    score: float | None
    interval: Interval | None
    dataset: Dataset | None
    imported_from: str | None
    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class EvaluationHistory(Model):
    """The completed runs of a tag or dataset, oldest first; ``baseline`` is the id of the tag's baseline."""

    tag: str | None
    baseline: str | None
    data: list[HistoryRun]


@dataclass(frozen=True, kw_only=True)
class TagCount(Model):
    """A tag and the number of evaluations that have it."""

    tag: str
    evaluations: int


@dataclass(frozen=True, kw_only=True)
class TagList(Model):
    data: list[TagCount]


@dataclass(frozen=True, kw_only=True)
class LeaderboardEntry(Model):
    """An answering model in a ranking of models that share questions, protocol and judge."""

    model: str
    rank: int | None
    score: float | None
    mean_rating: float | None
    interval: Interval | None
    rows: int
    dataset: BoardDataset
    evaluation_id: str
    protocol: Protocol
    judge: str
    imported_from: str | None
    not_separated_from: list[str]


@dataclass(frozen=True, kw_only=True)
class Leaderboard(Model):
    data: list[LeaderboardEntry]


@dataclass(frozen=True, kw_only=True)
class ShareLink(Model):
    """A read-only link to a report."""

    id: str
    evaluation: str
    show_rows: bool
    created_at: str
    expires_at: str


@dataclass(frozen=True, kw_only=True)
class NewShareLink(ShareLink):
    """A link that has just been created. Its address is shown only once."""

    url: str


@dataclass(frozen=True, kw_only=True)
class ShareLinkList(Model):
    data: list[ShareLink]
