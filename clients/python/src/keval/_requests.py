"""What both clients send, and when it is sent again."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import httpx

from ._errors import KevalError

MAX_RETRY_AFTER = 60.0
MAX_SILENT_SECONDS = 120.0


@dataclass(frozen=True)
class Settings:
    url: str
    api_key: str
    language: str
    timeout: float
    max_retries: int

    @classmethod
    def resolve(
        cls, url: str | None, api_key: str | None, language: str, timeout: float, max_retries: int
    ) -> Settings:
        url = url or os.environ.get("KEVAL_URL")
        api_key = api_key or os.environ.get("KEVAL_API_KEY")
        if not url or not api_key:
            raise ValueError("Keval needs url and api_key, or KEVAL_URL and KEVAL_API_KEY.")
        return cls(normalize_url(url), api_key.strip(), language, timeout, max_retries)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key}", "accept-language": self.language}

    def __repr__(self) -> str:
        return f"Settings(url={self.url!r})"


def normalize_url(url: str) -> str:
    """The address of a gateway; a trailing ``/v1``, as OpenAI clients want it, is dropped."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not the address of a gateway; it looks like https://gateway.example.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("The address of a gateway has no user name, query or fragment.")
    path = parts.path.rstrip("/").removesuffix("/v1")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


@dataclass(frozen=True)
class ApiRequest:
    method: str
    path: str
    # whether a second delivery does no harm; others are sent again only when the gateway refused the first
    repeatable: bool = True
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None

    def arguments(self) -> dict[str, Any]:
        arguments: dict[str, Any] = {"params": dict(self.params)}
        if self.json is not None:
            arguments["json"] = self.json
        if self.content is not None:
            arguments["content"] = self.content
            arguments["headers"] = {"content-type": "application/x-ndjson"}
        return arguments


def judge_request(values: Mapping[str, Any]) -> ApiRequest:
    body = {name: value for name, value in values.items() if value is not None}
    return ApiRequest("POST", "/v1/judgments", json=body)


def evaluate_request(content: bytes, options: Mapping[str, Any]) -> ApiRequest:
    params = {name: str(value) for name, value in options.items() if value is not None}
    return ApiRequest("POST", "/v1/evaluations", repeatable=False, params=params, content=content)


def evaluation_request(evaluation_id: str, part: str = "", method: str = "GET", **params: str) -> ApiRequest:
    suffix = f"/{part}" if part else ""
    return ApiRequest(method, f"/v1/evaluations/{quote(evaluation_id, safe='')}{suffix}", params=params)


def results_request(evaluation_id: str, texts: bool) -> ApiRequest:
    return evaluation_request(evaluation_id, "results", texts=str(texts).lower())


def to_unreachable(url: str, error: httpx.HTTPError) -> KevalError:
    return KevalError(f"No gateway answers at {url} ({type(error).__name__}).", code="unreachable")


def get_retry_delay(error: KevalError, request: ApiRequest, attempt: int, max_retries: int) -> float | None:
    """Seconds until the next attempt; None when there is none."""
    if attempt >= max_retries or error.code == "quota_exceeded" or (error.retry_after or 0) > MAX_RETRY_AFTER:
        return None
    is_busy = error.status in (429, 503)
    is_lost = request.repeatable and (error.code == "unreachable" or error.status in (502, 504))
    if not is_busy and not is_lost:
        return None
    if error.retry_after is not None:
        return error.retry_after + random.random() * min(1.0, 0.1 + error.retry_after * 0.1)
    return 0.05 + random.random() * min(60.0, 0.5 * 2.0**attempt)


def is_temporary(error: KevalError) -> bool:
    return error.code == "unreachable" or error.status >= 500 or error.status == 429


class LineSplitter:
    """Lines of a stream, ended by line feeds alone: other line separators stand within JSON."""

    def __init__(self) -> None:
        self._rest = ""

    def push(self, text: str) -> list[str]:
        *lines, self._rest = (self._rest + text).split("\n")
        return [line for line in lines if line.strip()]

    def end(self) -> list[str]:
        return [self._rest] if self._rest.strip() else []


def choose_model(model: str | None, served: list[str]) -> str:
    if model is not None:
        return model
    if len(served) == 1:
        return served[0]
    raise ValueError("No model is served." if not served else f"Name the judge: model= one of {', '.join(served)}.")
