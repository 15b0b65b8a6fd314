from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from ._calls import Program, Sleep
from ._errors import KevalError
from ._models.runs import RunStatus
from ._progress import Progress
from ._retries import is_temporary

S = TypeVar("S", bound=RunStatus)

MAX_SILENT_SECONDS = 120.0


def wait_for_end(
    refresh: Callable[[], Program[S]],
    first: S,
    *,
    progress: bool,
    timeout: float | None,
    interval: float,
    on_progress: Callable[[S], None] | None,
) -> Program[S]:
    """Polls until the work has ended or is paused. Temporary failures of the gateway are retried."""
    bar = Progress(first.counts.judgments, first.name, progress)
    started = last_answer = time.monotonic()
    try:
        while True:
            try:
                status = yield from refresh()
                last_answer = time.monotonic()
                bar.set(status.counts.judgments - status.counts.pending)
                if on_progress is not None:
                    on_progress(status)
                if status.has_ended:
                    return status
            except KevalError as error:
                if not is_temporary(error) or time.monotonic() - last_answer > MAX_SILENT_SECONDS:
                    raise
            if timeout is not None and time.monotonic() - started > timeout:
                raise TimeoutError(f"{first.id} has not ended within {timeout} s; it goes on at the gateway.")
            yield Sleep(interval)
    finally:
        bar.close()
