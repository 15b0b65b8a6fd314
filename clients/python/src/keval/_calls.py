"""
Requests as values, and programs of them. A program is a generator that yields effects and returns a result; a runner
performs the effects, blocking or asynchronously. So every operation is written once.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, Union
from urllib.parse import quote

import httpx

from ._decoding import decode
from ._errors import KevalError

if TYPE_CHECKING:
    from ._uploads import Upload

T = TypeVar("T")


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request and the type of its answer."""

    method: str
    # as in /openapi.json, such as /v1/evaluations/{id}
    path: str
    returns: type[T]
    ids: Mapping[str, str | int] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    upload: Upload | None = None
    # whether a second delivery does no harm; others are sent again only when the gateway refused the first
    repeatable: bool = True

    def to_request(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        path = self.path.format_map({name: quote(str(value), safe="") for name, value in self.ids.items()})
        arguments = {} if self.upload is None else self.upload.to_arguments()
        body = None if self.body is None else drop_missing(self.body)
        query = {name: to_text(value) for name, value in drop_missing(self.query).items()}
        return client.build_request(self.method, path, params=query, json=body, **arguments)

    def read(self, response: httpx.Response) -> T:
        if self.returns is bytes:
            return response.content  # type: ignore[return-value]
        if self.returns is str:
            return response.text  # type: ignore[return-value]
        if self.returns is type(None):
            return None
        return parse(self.returns, response.text)


@dataclass(frozen=True)
class Attempt:
    """One delivery of a call. With ``streamed`` the body of the response has not been read."""

    call: Call[Any]
    streamed: bool = False


@dataclass(frozen=True)
class Sleep:
    seconds: float


@dataclass(frozen=True)
class Parallel:
    """Programs that run at the same time, at most ``concurrency`` of them; the result is the list of their results."""

    programs: Sequence[Program[Any]]
    concurrency: int


Effect: TypeAlias = Union[Call[Any], Attempt, Sleep, Parallel]
Program: TypeAlias = Generator[Effect, Any, T]


def send(call: Call[T]) -> Program[T]:
    """Sends a call and reads the answer; the call is retried where the gateway is busy."""
    return call.read((yield call))


def parse(returns: type[T], text: str) -> T:
    """Reads one JSON document."""
    try:
        value: T = decode(returns, json.loads(text))
        return value
    except (ValueError, TypeError, KeyError) as error:
        message = f"The gateway's answer could not be read ({type(error).__name__}: {error})."
        raise KevalError(message, code="broken_answer") from error


def drop_missing(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def to_text(value: Any) -> str:
    """Returns a value as a query has it: lists with commas, booleans as in JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple, set, frozenset)):
        return ",".join(str(one) for one in value)
    return str(value)
