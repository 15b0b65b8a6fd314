"""The allowed values of parameters and fields."""

from __future__ import annotations

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["en", "ko"]
DocumentFormat: TypeAlias = Literal["markdown", "html"]
Protocol: TypeAlias = Literal["ko-bench", "simple-keval"]
Template: TypeAlias = Literal["single-v1", "single-math-v1", "single-v1-multi-turn", "single-math-v1-multi-turn"]
TemplateChoice: TypeAlias = Literal[
    "auto", "single-v1", "single-math-v1", "single-v1-multi-turn", "single-math-v1-multi-turn"
]
RatingSummary: TypeAlias = Literal["mean", "median", "trimmed_mean", "expected"]
Charset: TypeAlias = Literal["utf-8", "cp949"]
EmptyAnswers: TypeAlias = Literal["refuse", "judge", "skip"]
OnWeightsChange: TypeAlias = Literal["pause", "continue"]
Notify = Literal["mail"]
Status: TypeAlias = Literal["receiving", "running", "paused", "completed", "cancelled"]
Verdict: TypeAlias = Literal["rated", "no_rating", "truncated"]
RowVerdict: TypeAlias = Literal["rated", "no_rating", "truncated", "failed", "pending"]
Labelled: TypeAlias = Literal["yes", "by_hand", "no"]
RowOrder: TypeAlias = Literal["row", "lowest_rating", "highest_rating", "disagreement"]
ListOrder: TypeAlias = Literal["newest", "oldest", "name", "score"]
WarningCode: TypeAlias = Literal[
    "empty_reference", "rating_in_answer", "template_marker_in_answer", "near_context_limit", "script_mismatch"
]
Finding: TypeAlias = Literal["holds", "violated", "inconclusive"]
Interval: TypeAlias = tuple[float, float]
