from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from ._calls import Call, Program, send
from ._models.audits import AuditComparison, AuditReport, AuditStatus
from ._models.choices import DocumentFormat, Language
from ._operation import Asynchronous, Blocking, operation
from ._runners import AsyncRunner, SyncRunner
from ._waiting import wait_for_end

A = TypeVar("A")


class AuditOperations(Generic[A]):
    """An audit of a judge at the gateway. It goes on whether or not this program waits for it."""

    status: AuditStatus

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, {self.status.status}, {self.status.progress:.0%})"

    @property
    def id(self) -> str:
        return self.status.id

    @operation
    def refresh(self) -> Program[AuditStatus]:
        """Asks how far it is."""
        return self._update(self._call("GET"))

    @operation
    def wait(
        self,
        *,
        progress: bool = True,
        timeout: float | None = None,
        interval: float = 1.0,
        on_progress: Callable[[AuditStatus], None] | None = None,
    ) -> Program[A]:
        """Waits for the end. A gateway that does not answer for a moment is asked again."""
        yield from wait_for_end(
            lambda: self._update(self._call("GET")),
            self.status,
            progress=progress,
            timeout=timeout,
            interval=interval,
            on_progress=on_progress,
        )
        return cast(A, self)

    @operation
    def cancel(self) -> Program[AuditStatus]:
        """Cancels it; finished judgments are kept."""
        return self._update(self._call("POST", "/cancel"))

    @operation
    def resume(self) -> Program[AuditStatus]:
        """Resumes a cancelled or paused audit."""
        return self._update(self._call("POST", "/resume"))

    @operation
    def delete(self) -> Program[None]:
        """Deletes it with its cases."""
        return send(Call("DELETE", "/v1/audits/{id}", type(None), {"id": self.id}))

    @operation
    def report(self, language: Language | None = None) -> Program[AuditReport]:
        """Returns the findings of the audit, with their intervals."""
        return send(Call("GET", "/v1/audits/{id}/report", AuditReport, {"id": self.id}, {"language": language}))

    @operation
    def report_text(self, format: DocumentFormat = "markdown", language: Language | None = None) -> Program[str]:
        """The report as a document; ``html`` has plots."""
        query = {"format": format, "language": language}
        return send(Call("GET", "/v1/audits/{id}/report", str, {"id": self.id}, query))

    @operation
    def compare(self, other: str, language: Language | None = None) -> Program[AuditComparison]:
        """Compares the judges of two audits of the same cases; the difference is of ``other`` over this one."""
        ids = {"id": self.id, "other": other}
        return send(Call("GET", "/v1/audits/{id}/compare/{other}", AuditComparison, ids, {"language": language}))

    def _call(self, method: str, step: str = "") -> Call[AuditStatus]:
        return Call(method, f"/v1/audits/{{id}}{step}", AuditStatus, {"id": self.id})

    def _update(self, call: Call[AuditStatus]) -> Program[AuditStatus]:
        self.status = yield from send(call)
        return self.status


class Audit(Blocking, AuditOperations["Audit"]):
    def __init__(self, runner: SyncRunner, status: AuditStatus) -> None:
        self._runner = runner
        self.status = status


class AsyncAudit(Asynchronous, AuditOperations["AsyncAudit"]):
    def __init__(self, runner: AsyncRunner, status: AuditStatus) -> None:
        self._runner = runner
        self.status = status


Audit.__doc__ = AsyncAudit.__doc__ = AuditOperations.__doc__
