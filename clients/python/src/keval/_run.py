from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from ._calls import Call, Program, send
from ._models.choices import DocumentFormat, Language
from ._models.runs import RunStatus
from ._operation import operation
from ._waiting import wait_for_end

R = TypeVar("R")
S = TypeVar("S", bound=RunStatus)


class RunOperations(Generic[R, S]):
    """The operations of evaluations and audits. A run continues whether or not this program waits for it."""

    status: S
    _path: str
    _status_type: type[S]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, {self.status.status}, {self.status.progress:.0%})"

    @property
    def id(self) -> str:
        return self.status.id

    @operation
    def refresh(self) -> Program[S]:
        """Fetches the current status."""
        return self._update("GET")

    @operation
    def wait(
        self,
        *,
        progress: bool = True,
        timeout: float | None = None,
        interval: float = 1.0,
        on_progress: Callable[[S], None] | None = None,
    ) -> Program[R]:
        """Waits until the run has ended or is paused. Temporary failures of the gateway are retried."""
        yield from wait_for_end(
            lambda: self._update("GET"),
            self.status,
            progress=progress,
            timeout=timeout,
            interval=interval,
            on_progress=on_progress,
        )
        return cast(R, self)

    @operation
    def cancel(self) -> Program[S]:
        """Cancels the run; finished judgments are kept."""
        return self._update("POST", "/cancel")

    @operation
    def resume(self) -> Program[S]:
        """Resumes a cancelled or paused run; an evaluation retries its failed rows."""
        return self._update("POST", "/resume")

    @operation
    def report_text(self, format: DocumentFormat = "markdown", language: Language | None = None) -> Program[str]:
        """Returns the report as a document; ``html`` has plots."""
        query = {"format": format, "language": language}
        return send(Call("GET", f"{self._path}/report", str, {"id": self.id}, query))

    def _update(self, method: str, step: str = "", body: dict[str, Any] | None = None) -> Program[S]:
        call = Call(method, f"{self._path}{step}", self._status_type, {"id": self.id}, body=body)
        self.status = yield from send(call)
        return self.status
