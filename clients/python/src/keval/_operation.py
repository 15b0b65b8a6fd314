"""
Methods that are written once and typed twice: on a blocking client an operation returns its result, on an asynchronous
client a coroutine of it.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from ._calls import Call, Program, parse
from ._runners import AsyncRunner, SyncRunner

P = ParamSpec("P")
T = TypeVar("T")


class Blocking:
    """An object whose operations block."""

    _runner: SyncRunner


class Asynchronous:
    """An object whose operations are awaited."""

    _runner: AsyncRunner


class operation(Generic[P, T]):
    """Turns a function that returns a program into a method."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Program[T]]) -> None:
        self.describe = describe

    @overload
    def __get__(self, instance: Blocking, owner: object = None) -> Callable[P, T]: ...

    @overload
    def __get__(self, instance: Asynchronous, owner: object = None) -> Callable[P, Coroutine[Any, Any, T]]: ...

    def __get__(self, instance: Any, owner: object = None) -> Any:
        if instance is None:
            return self.describe

        @functools.wraps(self.describe)
        def run(*arguments: P.args, **options: P.kwargs) -> Any:
            return instance._runner.run(self.describe(instance, *arguments, **options))

        return run


@dataclass(frozen=True)
class Lines(Generic[T]):
    """A call whose answer is in JSON Lines."""

    call: Call[str]
    line: type[T]


class stream(Generic[P, T]):
    """Turns a function into a method that yields the lines of an answer as they arrive."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Lines[T]]) -> None:
        self.describe = describe

    @overload
    def __get__(self, instance: Blocking, owner: object = None) -> Callable[P, Iterator[T]]: ...

    @overload
    def __get__(self, instance: Asynchronous, owner: object = None) -> Callable[P, AsyncIterator[T]]: ...

    def __get__(self, instance: Any, owner: object = None) -> Any:
        if instance is None:
            return self.describe

        @functools.wraps(self.describe)
        def run(*arguments: P.args, **options: P.kwargs) -> Any:
            lines = self.describe(instance, *arguments, **options)
            return instance._runner.stream(lines.call, functools.partial(parse, lines.line))

        return run
