"""Runners perform programs, blocking or asynchronously."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx

from ._calls import Attempt, Call, Effect, Parallel, Program, Sleep
from ._errors import KevalError
from ._lines import LineSplitter
from ._retries import attempt
from ._settings import Settings

T = TypeVar("T")


class SyncRunner:
    def __init__(self, settings: Settings, transport: httpx.BaseTransport | None) -> None:
        self._settings = settings
        self._http = httpx.Client(
            base_url=settings.url, headers=settings.headers, timeout=settings.timeout, transport=transport
        )

    def close(self) -> None:
        self._http.close()

    def run(self, program: Program[T]) -> T:
        proceed: Callable[[], Effect] = lambda: next(program)  # noqa: E731
        while True:
            try:
                effect = proceed()
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                value = self._perform(effect)
                proceed = lambda: program.send(value)  # noqa: E731
            except KevalError as error:
                failure = error
                proceed = lambda: program.throw(failure)  # noqa: E731

    def stream(self, call: Call[Any], read: Callable[[str], T]) -> Iterator[T]:
        """Yields the lines of an answer as they arrive."""
        response = self.run(attempt(call, self._settings.max_retries, streamed=True))
        splitter = LineSplitter()
        try:
            for text in response.iter_text():
                yield from map(read, splitter.push(text))
            yield from map(read, splitter.end())
        except httpx.HTTPError as error:
            raise to_unreachable(self._settings.url, error) from error
        finally:
            response.close()

    def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Call):
            return self.run(attempt(effect, self._settings.max_retries))
        if isinstance(effect, Attempt):
            return self._deliver(effect)
        if isinstance(effect, Sleep):
            return time.sleep(effect.seconds)
        return self._run_all(effect)

    def _deliver(self, delivery: Attempt) -> httpx.Response:
        try:
            response = self._http.send(delivery.call.to_request(self._http), stream=delivery.streamed)
            if response.is_error:
                response.read()
        except httpx.HTTPError as error:
            raise to_unreachable(self._settings.url, error) from error
        if response.is_error:
            raise KevalError.from_response(response)
        return response

    def _run_all(self, parallel: Parallel) -> list[Any]:
        with ThreadPoolExecutor(max_workers=max(1, parallel.concurrency)) as pool:
            futures = [pool.submit(self.run, program) for program in parallel.programs]
            try:
                return [future.result() for future in futures]
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


class AsyncRunner:
    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None) -> None:
        self._settings = settings
        self._http = httpx.AsyncClient(
            base_url=settings.url, headers=settings.headers, timeout=settings.timeout, transport=transport
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def run(self, program: Program[T]) -> T:
        proceed: Callable[[], Effect] = lambda: next(program)  # noqa: E731
        while True:
            try:
                effect = proceed()
            except StopIteration as end:
                result: T = end.value
                return result
            try:
                value = await self._perform(effect)
                proceed = lambda: program.send(value)  # noqa: E731
            except KevalError as error:
                failure = error
                proceed = lambda: program.throw(failure)  # noqa: E731

    async def stream(self, call: Call[Any], read: Callable[[str], T]) -> AsyncIterator[T]:
        """Yields the lines of an answer as they arrive."""
        response = await self.run(attempt(call, self._settings.max_retries, streamed=True))
        splitter = LineSplitter()
        try:
            async for text in response.aiter_text():
                for line in splitter.push(text):
                    yield read(line)
            for line in splitter.end():
                yield read(line)
        except httpx.HTTPError as error:
            raise to_unreachable(self._settings.url, error) from error
        finally:
            await response.aclose()

    async def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Call):
            return await self.run(attempt(effect, self._settings.max_retries))
        if isinstance(effect, Attempt):
            return await self._deliver(effect)
        if isinstance(effect, Sleep):
            return await asyncio.sleep(effect.seconds)
        return await self._run_all(effect)

    async def _deliver(self, delivery: Attempt) -> httpx.Response:
        try:
            response = await self._http.send(delivery.call.to_request(self._http), stream=delivery.streamed)
            if response.is_error:
                await response.aread()
        except httpx.HTTPError as error:
            raise to_unreachable(self._settings.url, error) from error
        if response.is_error:
            raise KevalError.from_response(response)
        return response

    async def _run_all(self, parallel: Parallel) -> list[Any]:
        room = asyncio.Semaphore(max(1, parallel.concurrency))

        async def run(program: Program[Any]) -> Any:
            async with room:
                return await self.run(program)

        tasks = [asyncio.ensure_future(run(program)) for program in parallel.programs]
        try:
            return await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            raise


def to_unreachable(url: str, error: httpx.HTTPError) -> KevalError:
    return KevalError(f"No gateway answers at {url} ({type(error).__name__}).", code="unreachable")
