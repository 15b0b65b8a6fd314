from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class FieldError:
    """One wrong field: its path and what is allowed."""

    field: str
    message: str


class KevalError(Exception):
    """A refusal of the gateway, or a failure to reach it (``code`` is ``unreachable`` and ``status`` is 0)."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: int = 0,
        request_id: str | None = None,
        errors: Sequence[FieldError] = (),
        retry_after: float | None = None,
    ) -> None:
        wrong = [f"{error.field}: {error.message}" for error in errors[:20]]
        # the first wrong field is often the message
        parts = [message, *(one for one in wrong if one not in message)]
        marks = code if request_id is None else f"{code}, request {request_id}"
        super().__init__(f"{'; '.join(parts)} ({marks})")
        self.message = message
        self.code = code
        self.status = status
        self.request_id = request_id
        self.errors = list(errors)
        self.retry_after = retry_after

    @classmethod
    def from_response(cls, response: httpx.Response) -> KevalError:
        """Reads an error in either of its shapes: problem details, or OpenAI's error object."""
        body: dict[str, Any] = {}
        try:
            parsed = json.loads(response.content)
            if isinstance(parsed, dict):
                nested = parsed.get("error")
                body = {**nested, "detail": nested.get("message")} if isinstance(nested, dict) else parsed
        except ValueError:
            pass  # an error page of something else, such as a proxy
        errors = [FieldError(str(one.get("field")), str(one.get("message"))) for one in body.get("errors") or []]
        return cls(
            str(body.get("detail") or f"The gateway answered {response.status_code}."),
            code=str(body.get("code") or "unknown"),
            status=response.status_code,
            request_id=body.get("request_id") or response.headers.get("x-request-id"),
            errors=errors,
            retry_after=_parse_retry_after(response.headers.get("retry-after")),
        )


def _parse_retry_after(header: str | None) -> float | None:
    try:
        return None if header is None else max(0.0, float(header))
    except ValueError:
        return None
