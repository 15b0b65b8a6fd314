"""Repetition of calls that failed for the moment."""

from __future__ import annotations

import random
from typing import Any

import httpx

from ._calls import Attempt, Call, Program, Sleep
from ._errors import KevalError

MAX_RETRY_AFTER = 60.0


def attempt(call: Call[Any], max_retries: int, streamed: bool = False) -> Program[httpx.Response]:
    """Sends a call until it is answered or refused for good."""
    retries = 0
    while True:
        try:
            response: httpx.Response = yield Attempt(call, streamed)
            return response
        except KevalError as error:
            delay = get_retry_delay(error, call.repeatable, retries, max_retries)
            if delay is None:
                raise
        yield Sleep(delay)
        retries += 1


def get_retry_delay(error: KevalError, repeatable: bool, retries: int, max_retries: int) -> float | None:
    """Returns the seconds until the next attempt; None when there is none."""
    if retries >= max_retries or error.code == "quota_exceeded" or (error.retry_after or 0) > MAX_RETRY_AFTER:
        return None
    is_busy = error.status in (429, 503)
    is_lost = repeatable and (error.code == "unreachable" or error.status in (502, 504))
    if not is_busy and not is_lost:
        return None
    if error.retry_after is not None:
        return error.retry_after + random.random() * min(1.0, 0.1 + error.retry_after * 0.1)
    return 0.05 + random.random() * min(60.0, 0.5 * 2.0**retries)


def is_temporary(error: KevalError) -> bool:
    return error.code == "unreachable" or error.status >= 500 or error.status == 429
