from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._decoding import Model
from .choices import Finding, Interval, Protocol
from .runs import RunStatus, TokenEstimate


@dataclass(frozen=True, kw_only=True)
class AuditPreview(Model):
    """The size of an audit. ``applicable`` counts the rows that each probe can use."""

    file_rows: int
    rows: int
    judgments: int
    applicable: dict[str, int]
    estimated_tokens: TokenEstimate
    estimated_seconds: float | None


@dataclass(frozen=True, kw_only=True)
class AuditStatus(RunStatus):
    """Progress of an audit. ``baseline`` is the audit whose cases are judged again."""

    created: int
    evaluation: str
    baseline: str | None
    protocol: Protocol
    file_rows: int
    repeats: int
    seed: int
    applicable: dict[str, int]
    plan_digest: str


@dataclass(frozen=True, kw_only=True)
class AuditPage(Model):
    data: list[AuditStatus]
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class Reliability(Model):
    """Agreement of repeated judgments of the same row."""

    rows: int
    within_deviation: float | None
    icc: float | None
    icc_interval: Interval | None
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class ProbeResult(Model):
    """The result of one probe."""

    probe: str
    relation: str
    reason: str
    applicable: int
    compared: int
    unrated: int
    violations: int
    violation_rate: float | None
    violation_interval: Interval | None
    noise_rate: float | None
    shift: float | None
    shift_interval: Interval | None
    p_value: float | None
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class Drift(Model):
    """The comparison with the baseline; ``causes`` is empty where the judge has not changed."""

    baseline: str
    compared: int
    shift: float
    shift_p: float
    movement: float
    movement_p: float
    causes: list[str]
    false_alarm: float


@dataclass(frozen=True, kw_only=True)
class AuditReport(Model):
    """The findings of an audit. ``drift`` is set where the audit repeats another one."""

    audit: AuditStatus
    summary: list[str]
    use: dict[str, Any]
    reliability: Reliability
    probes: list[ProbeResult]
    drift: Drift | None


@dataclass(frozen=True, kw_only=True)
class AuditedJudge(Model):
    id: str
    name: str
    model: str


@dataclass(frozen=True, kw_only=True)
class AuditComparison(Model):
    """Two judges on the same cases."""

    first: AuditedJudge
    second: AuditedJudge
    rating: dict[str, Any]
    probes: list[dict[str, Any]]
