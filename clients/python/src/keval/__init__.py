"""Python client of a keval-edge gateway."""

from ._audit import AsyncAudit, Audit
from ._client import AsyncKeval, Keval
from ._errors import FieldError, KevalError
from ._evaluation import AsyncEvaluation, Evaluation
from ._models.audits import AuditComparison, AuditPreview, AuditReport, AuditStatus, Drift, ProbeResult, Reliability
from ._models.evaluations import (
    Dataset,
    EvaluationHistory,
    EvaluationPreview,
    EvaluationResult,
    EvaluationStatus,
    HistoryRun,
    LeaderboardEntry,
    NamedDataset,
    NewShareLink,
    ShareLink,
    TagCount,
)
from ._models.judgments import Judgment, JudgmentWarning, StoredJudgment
from ._models.reports import Comparison, PairedDifference, Report, Scores
from ._models.rows import Agreement, EvaluationRow, ExportedLabel, RowPage, RowSummary
from ._models.runs import Counts, Note

__all__ = [
    "Agreement",
    "AsyncAudit",
    "AsyncEvaluation",
    "AsyncKeval",
    "Audit",
    "AuditComparison",
    "AuditPreview",
    "AuditReport",
    "AuditStatus",
    "Comparison",
    "Counts",
    "Dataset",
    "Drift",
    "Evaluation",
    "EvaluationHistory",
    "EvaluationPreview",
    "EvaluationResult",
    "EvaluationRow",
    "EvaluationStatus",
    "ExportedLabel",
    "FieldError",
    "HistoryRun",
    "Judgment",
    "JudgmentWarning",
    "Keval",
    "KevalError",
    "LeaderboardEntry",
    "NamedDataset",
    "NewShareLink",
    "Note",
    "PairedDifference",
    "ProbeResult",
    "Reliability",
    "Report",
    "RowPage",
    "RowSummary",
    "Scores",
    "ShareLink",
    "StoredJudgment",
    "TagCount",
]
