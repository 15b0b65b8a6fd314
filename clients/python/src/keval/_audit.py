from __future__ import annotations

from typing import TypeVar

from ._calls import Call, Program, send
from ._models.audits import AuditComparison, AuditReport, AuditStatus
from ._models.choices import Language
from ._operation import Asynchronous, Blocking, operation
from ._run import RunOperations
from ._runners import AsyncRunner, SyncRunner

A = TypeVar("A")


class AuditOperations(RunOperations[A, AuditStatus]):
    """An audit of a judge at the gateway. It continues whether or not this program waits for it."""

    _path = "/v1/audits/{id}"
    _status_type = AuditStatus

    @operation
    def delete(self) -> Program[None]:
        """Deletes the audit with its cases."""
        return send(Call("DELETE", "/v1/audits/{id}", type(None), {"id": self.id}))

    @operation
    def report(self, language: Language | None = None) -> Program[AuditReport]:
        """Returns the findings of the audit, with their intervals."""
        return send(Call("GET", "/v1/audits/{id}/report", AuditReport, {"id": self.id}, {"language": language}))

    @operation
    def compare(self, other: str, language: Language | None = None) -> Program[AuditComparison]:
        """Compares the judges of two audits of the same cases; the difference is ``other`` minus this one."""
        ids = {"id": self.id, "other": other}
        return send(Call("GET", "/v1/audits/{id}/compare/{other}", AuditComparison, ids, {"language": language}))


class Audit(Blocking, AuditOperations["Audit"]):
    def __init__(self, runner: SyncRunner, status: AuditStatus) -> None:
        self._runner = runner
        self.status = status


class AsyncAudit(Asynchronous, AuditOperations["AsyncAudit"]):
    def __init__(self, runner: AsyncRunner, status: AuditStatus) -> None:
        self._runner = runner
        self.status = status


Audit.__doc__ = AsyncAudit.__doc__ = AuditOperations.__doc__
