from __future__ import annotations

import httpx

from ._audit import AsyncAudit, Audit
from ._auditing import AuditingOperations
from ._evaluating import EvaluatingOperations
from ._evaluation import AsyncEvaluation, Evaluation
from ._judging import JudgingOperations
from ._models.audits import AuditStatus
from ._models.choices import Language
from ._models.evaluations import EvaluationStatus
from ._operation import Asynchronous, Blocking
from ._runners import AsyncRunner, SyncRunner
from ._settings import Settings


class Keval(Blocking, JudgingOperations, EvaluatingOperations[Evaluation], AuditingOperations[Audit]):
    """A client of a keval-edge gateway. Refusals are raised as :class:`KevalError`."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        language: Language = "en",
        timeout: float = 600.0,
        max_retries: int = 2,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._runner = SyncRunner(Settings.resolve(url, api_key, language, timeout, max_retries), transport)

    def __enter__(self) -> Keval:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._runner.close()

    def _open_evaluation(self, status: EvaluationStatus) -> Evaluation:
        return Evaluation(self._runner, status)

    def _open_audit(self, status: AuditStatus) -> Audit:
        return Audit(self._runner, status)


class AsyncKeval(
    Asynchronous, JudgingOperations, EvaluatingOperations[AsyncEvaluation], AuditingOperations[AsyncAudit]
):
    """The asynchronous client of a keval-edge gateway: the operations of :class:`Keval`, awaited."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        language: Language = "en",
        timeout: float = 600.0,
        max_retries: int = 2,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._runner = AsyncRunner(Settings.resolve(url, api_key, language, timeout, max_retries), transport)

    async def __aenter__(self) -> AsyncKeval:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._runner.close()

    def _open_evaluation(self, status: EvaluationStatus) -> AsyncEvaluation:
        return AsyncEvaluation(self._runner, status)

    def _open_audit(self, status: AuditStatus) -> AsyncAudit:
        return AsyncAudit(self._runner, status)
