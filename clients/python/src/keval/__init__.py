"""Python client of a keval-edge gateway."""

from ._async_client import AsyncEvaluation, AsyncKeval
from ._client import Evaluation, Keval
from ._errors import KevalError
from ._models import EvaluationResult, EvaluationStatus, FieldError, Judgment, Report

__all__ = [
    "AsyncEvaluation",
    "AsyncKeval",
    "Evaluation",
    "EvaluationResult",
    "EvaluationStatus",
    "FieldError",
    "Judgment",
    "Keval",
    "KevalError",
    "Report",
]
