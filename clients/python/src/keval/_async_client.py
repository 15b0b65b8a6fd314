from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import httpx

from ._client import to_columns
from ._errors import KevalError
from ._models import EvaluationResult, EvaluationStatus, Judgment, Report
from ._progress import Progress
from ._requests import (
    MAX_SILENT_SECONDS,
    ApiRequest,
    LineSplitter,
    Settings,
    choose_model,
    evaluate_request,
    evaluation_request,
    get_retry_delay,
    is_temporary,
    judge_request,
    results_request,
    to_unreachable,
)
from ._rows import Source, to_content, to_name, to_requests

if TYPE_CHECKING:
    import pandas


class AsyncKeval:
    """The asynchronous client of a keval-edge gateway; as :class:`keval.Keval`, awaited."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        language: str = "en",
        timeout: float = 600.0,
        max_retries: int = 2,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = Settings.resolve(url, api_key, language, timeout, max_retries)
        self._http = httpx.AsyncClient(
            base_url=self._settings.url, headers=self._settings.headers, timeout=timeout, transport=transport
        )

    async def __aenter__(self) -> AsyncKeval:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def models(self) -> list[str]:
        """The ids of the models that can be asked for."""
        return [one["id"] for one in (await self._json(ApiRequest("GET", "/v1/models")))["data"]]

    async def judge(
        self,
        question: str | None = None,
        answer: str | None = None,
        *,
        reference: str | None = None,
        turns: Sequence[Mapping[str, str]] | None = None,
        model: str | None = None,
        **options: Any,
    ) -> Judgment:
        """Judges one answer, or a conversation of two ``turns``."""
        values = {"question": question, "answer": answer, "reference": reference, "turns": turns, **options}
        judge = choose_model(model, [] if model else await self.models())
        return Judgment.from_json(await self._json(judge_request({"model": judge, **values})))

    async def judge_frame(
        self,
        frame: pandas.DataFrame,
        *,
        question: str = "question",
        answer: str = "answer",
        reference: str | None = None,
        model: str | None = None,
        concurrency: int = 8,
        progress: bool = True,
        **options: Any,
    ) -> pandas.DataFrame:
        """A copy of the frame with the judgments; see :meth:`keval.Keval.judge_frame`."""
        requests = to_requests(frame, question, answer, reference)
        judge = choose_model(model, [] if model else await self.models())
        bar = Progress(len(requests), "judging", progress)
        room = asyncio.Semaphore(max(1, concurrency))

        async def judge_row(texts: dict[str, str | None]) -> Judgment | KevalError:
            async with room:
                try:
                    return await self.judge(model=judge, **texts, **options)  # type: ignore[arg-type]
                except KevalError as error:
                    if error.status in (401, 403):
                        raise
                    return error
                finally:
                    bar.advance()

        tasks = [asyncio.ensure_future(judge_row(texts)) for texts in requests]
        try:
            outcomes = await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            raise
        finally:
            bar.close()
        return frame.assign(**to_columns(outcomes))

    async def evaluate(
        self, source: Source, *, model: str | None = None, name: str | None = None, **options: Any
    ) -> AsyncEvaluation:
        """Starts an evaluation of a file, rows or a DataFrame; the gateway checks all of it first."""
        judge = choose_model(model, [] if model else await self.models())
        values = {"model": judge, "name": name or to_name(source), **options}
        body = await self._json(evaluate_request(to_content(source), values))
        return AsyncEvaluation(self, EvaluationStatus.from_json(body))

    async def evaluation(self, evaluation_id: str) -> AsyncEvaluation:
        """An evaluation that was started before."""
        body = await self._json(evaluation_request(evaluation_id))
        return AsyncEvaluation(self, EvaluationStatus.from_json(body))

    async def _json(self, request: ApiRequest) -> Any:
        return json.loads((await self._send(request)).content)

    async def _send(self, request: ApiRequest) -> httpx.Response:
        attempt = 0
        while True:
            try:
                return await self._attempt(request)
            except KevalError as error:
                delay = get_retry_delay(error, request, attempt, self._settings.max_retries)
                if delay is None:
                    raise
                await asyncio.sleep(delay)
                attempt += 1

    async def _attempt(self, request: ApiRequest) -> httpx.Response:
        try:
            response = await self._http.request(request.method, request.path, **request.arguments())
        except httpx.HTTPError as error:
            raise to_unreachable(self._settings.url, error) from error
        if response.is_error:
            raise KevalError.from_response(response)
        return response

    async def _lines(self, request: ApiRequest) -> AsyncIterator[str]:
        try:
            async with self._http.stream(request.method, request.path, **request.arguments()) as response:
                if response.is_error:
                    await response.aread()
                    raise KevalError.from_response(response)
                splitter = LineSplitter()
                async for text in response.aiter_text():
                    for line in splitter.push(text):
                        yield line
                for line in splitter.end():
                    yield line
        except httpx.HTTPError as error:
            raise to_unreachable(self._settings.url, error) from error


class AsyncEvaluation:
    """An evaluation at the gateway. It goes on whether or not this program waits for it."""

    def __init__(self, keval: AsyncKeval, status: EvaluationStatus) -> None:
        self._keval = keval
        self.status = status

    @property
    def id(self) -> str:
        return self.status.id

    async def refresh(self) -> EvaluationStatus:
        self.status = EvaluationStatus.from_json(await self._keval._json(evaluation_request(self.id)))
        return self.status

    async def wait(
        self,
        *,
        progress: bool = True,
        interval: float = 1.0,
        on_progress: Callable[[EvaluationStatus], None] | None = None,
    ) -> AsyncEvaluation:
        """Waits for the end. A gateway that does not answer for a moment is asked again."""
        bar = Progress(self.status.counts["judgments"], self.status.name, progress)
        last_answer = time.monotonic()
        try:
            while True:
                try:
                    status = await self.refresh()
                    last_answer = time.monotonic()
                    bar.set(status.counts["judgments"] - status.counts["pending"])
                    if on_progress is not None:
                        on_progress(status)
                    if status.has_ended:
                        return self
                except KevalError as error:
                    if not is_temporary(error) or time.monotonic() - last_answer > MAX_SILENT_SECONDS:
                        raise
                await asyncio.sleep(interval)
        finally:
            bar.close()

    async def report(self, language: str | None = None) -> Report:
        params = {} if language is None else {"language": language}
        return Report.from_json(await self._keval._json(evaluation_request(self.id, "report", **params)))

    async def results(self, texts: bool = False) -> AsyncIterator[EvaluationResult]:
        """Every judgment, as it arrives; with ``texts``, ``raw`` has question, answer and reference."""
        async for line in self._keval._lines(results_request(self.id, texts)):
            yield EvaluationResult.from_json(json.loads(line))

    async def cancel(self) -> AsyncEvaluation:
        body = await self._keval._json(evaluation_request(self.id, "cancel", "POST"))
        self.status = EvaluationStatus.from_json(body)
        return self
