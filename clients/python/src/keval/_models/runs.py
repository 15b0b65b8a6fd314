"""Fields that evaluations and audits share."""

from __future__ import annotations

from dataclasses import dataclass

from .._decoding import Model
from .choices import Status


@dataclass(frozen=True, kw_only=True)
class Counts(Model):
    """Numbers of judgments. ``wrong`` ones have no rating, ``failed`` ones no judgment."""

    judgments: int
    rated: int
    wrong: int
    failed: int
    pending: int


@dataclass(frozen=True, kw_only=True)
class RunStatus(Model):
    """The progress of an evaluation or audit."""

    id: str
    name: str
    model: str
    status: Status
    progress: float
    rows: int
    counts: Counts
    rate: float | None
    seconds_left: float | None
    paused_because: str | None

    @property
    def has_ended(self) -> bool:
        """Returns whether the run has ended or is paused; a paused run waits for ``resume`` or ``cancel``."""
        return self.status not in ("receiving", "running")


@dataclass(frozen=True, kw_only=True)
class TokenEstimate(Model):
    prompt: int
    completion: int


@dataclass(frozen=True, kw_only=True)
class Note(Model):
    """A caveat of a report: a stable ``code``, and a ``message`` for people."""

    code: str
    message: str
