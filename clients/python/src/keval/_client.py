from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx

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


class Keval:
    """A client of a keval-edge gateway. Refusals are raised as :class:`KevalError`."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        language: str = "en",
        timeout: float = 600.0,
        max_retries: int = 2,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = Settings.resolve(url, api_key, language, timeout, max_retries)
        self._http = httpx.Client(
            base_url=self._settings.url, headers=self._settings.headers, timeout=timeout, transport=transport
        )

    def __enter__(self) -> Keval:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def models(self) -> list[str]:
        """The ids of the models that can be asked for."""
        return [one["id"] for one in self._json(ApiRequest("GET", "/v1/models"))["data"]]

    def judge(
        self,
        question: str | None = None,
        answer: str | None = None,
        *,
        reference: str | None = None,
        turns: Sequence[Mapping[str, str]] | None = None,
        model: str | None = None,
        template: str | None = None,
        protocol: str | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        max_tokens: int | None = None,
    ) -> Judgment:
        """Judges one answer, or a conversation of two ``turns``."""
        request = judge_request(
            {
                "model": choose_model(model, [] if model else self.models()),
                "question": question,
                "answer": answer,
                "reference": reference,
                "turns": turns,
                "template": template,
                "protocol": protocol,
                "temperature": temperature,
                "top_p": top_p,
                "seed": seed,
                "max_tokens": max_tokens,
            }
        )
        return Judgment.from_json(self._json(request))

    def judge_frame(
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
        """
        A copy of the frame with the columns ``rating``, ``verdict``, ``explanation``, ``judgment_id`` and ``error``.
        A row that could not be judged has no rating and its error; the others are not lost.
        """
        requests = to_requests(frame, question, answer, reference)
        judge = choose_model(model, [] if model else self.models())
        bar = Progress(len(requests), "judging", progress)

        def judge_row(texts: dict[str, str | None]) -> Judgment | KevalError:
            try:
                return self.judge(model=judge, **texts, **options)  # type: ignore[arg-type]
            except KevalError as error:
                if error.status in (401, 403):
                    raise
                return error
            finally:
                bar.advance()

        try:
            with ThreadPoolExecutor(max_workers=max(1, concurrency)) as pool:
                futures = [pool.submit(judge_row, texts) for texts in requests]
                try:
                    outcomes = [future.result() for future in futures]
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        finally:
            bar.close()
        return frame.assign(**to_columns(outcomes))

    def evaluate(self, source: Source, *, model: str | None = None, name: str | None = None, **options: Any) -> Evaluation:
        """Starts an evaluation of a file, rows or a DataFrame; the gateway checks all of it first."""
        judge = choose_model(model, [] if model else self.models())
        values = {"model": judge, "name": name or to_name(source), **options}
        body = self._json(evaluate_request(to_content(source), values))
        return Evaluation(self, EvaluationStatus.from_json(body))

    def preview(self, source: Source, *, model: str | None = None, **options: Any) -> dict[str, Any]:
        """How an upload is understood; starts nothing."""
        judge = choose_model(model, [] if model else self.models())
        body = self._json(evaluate_request(to_content(source), {"model": judge, **options, "preview": "true"}))
        preview: dict[str, Any] = body["preview"]
        return preview

    def evaluation(self, evaluation_id: str) -> Evaluation:
        """An evaluation that was started before."""
        return Evaluation(self, EvaluationStatus.from_json(self._json(evaluation_request(evaluation_id))))

    def compare(self, x: str, y: str, **options: str) -> dict[str, Any]:
        """Compares two evaluations of the same questions; the difference is of ``y`` over ``x``."""
        compared: dict[str, Any] = self._json(evaluation_request(x, "comparison", **{"with": y, **options}))
        return compared

    def _json(self, request: ApiRequest) -> Any:
        return json.loads(self._send(request).content)

    def _send(self, request: ApiRequest) -> httpx.Response:
        attempt = 0
        while True:
            try:
                return self._attempt(request)
            except KevalError as error:
                delay = get_retry_delay(error, request, attempt, self._settings.max_retries)
                if delay is None:
                    raise
                time.sleep(delay)
                attempt += 1

    def _attempt(self, request: ApiRequest) -> httpx.Response:
        try:
            response = self._http.request(request.method, request.path, **request.arguments())
        except httpx.HTTPError as error:
            raise to_unreachable(self._settings.url, error) from error
        if response.is_error:
            raise KevalError.from_response(response)
        return response

    def _lines(self, request: ApiRequest) -> Iterator[str]:
        try:
            with self._http.stream(request.method, request.path, **request.arguments()) as response:
                if response.is_error:
                    response.read()
                    raise KevalError.from_response(response)
                splitter = LineSplitter()
                for text in response.iter_text():
                    yield from splitter.push(text)
                yield from splitter.end()
        except httpx.HTTPError as error:
            raise to_unreachable(self._settings.url, error) from error


class Evaluation:
    """An evaluation at the gateway. It goes on whether or not this program waits for it."""

    def __init__(self, keval: Keval, status: EvaluationStatus) -> None:
        self._keval = keval
        self.status = status

    def __repr__(self) -> str:
        return f"Evaluation({self.id!r}, {self.status.status}, {self.status.progress:.0%})"

    @property
    def id(self) -> str:
        return self.status.id

    def refresh(self) -> EvaluationStatus:
        self.status = EvaluationStatus.from_json(self._keval._json(evaluation_request(self.id)))
        return self.status

    def wait(
        self,
        *,
        progress: bool = True,
        timeout: float | None = None,
        interval: float = 1.0,
        on_progress: Callable[[EvaluationStatus], None] | None = None,
    ) -> Evaluation:
        """Waits for the end. A gateway that does not answer for a moment is asked again."""
        bar = Progress(self.status.counts["judgments"], self.status.name, progress)
        started = last_answer = time.monotonic()
        try:
            while True:
                try:
                    status = self.refresh()
                    last_answer = time.monotonic()
                    bar.set(status.counts["judgments"] - status.counts["pending"])
                    if on_progress is not None:
                        on_progress(status)
                    if status.has_ended:
                        return self
                except KevalError as error:
                    if not is_temporary(error) or time.monotonic() - last_answer > MAX_SILENT_SECONDS:
                        raise
                if timeout is not None and time.monotonic() - started > timeout:
                    raise TimeoutError(f"{self.id} has not ended within {timeout} s; it goes on at the gateway.")
                time.sleep(interval)
        finally:
            bar.close()

    def report(self, language: str | None = None) -> Report:
        params = {} if language is None else {"language": language}
        return Report.from_json(self._keval._json(evaluation_request(self.id, "report", **params)))

    def report_text(self, format: str = "markdown", language: str | None = None) -> str:
        """The report as a document: ``markdown``, or ``html`` with plots."""
        params = {"format": format} | ({} if language is None else {"language": language})
        return self._keval._send(evaluation_request(self.id, "report", **params)).text

    def results(self, texts: bool = False) -> Iterator[EvaluationResult]:
        """Every judgment, as it arrives; with ``texts``, ``raw`` has question, answer and reference."""
        for line in self._keval._lines(results_request(self.id, texts)):
            yield EvaluationResult.from_json(json.loads(line))

    def to_frame(self, texts: bool = False) -> pandas.DataFrame:
        """The results as a DataFrame; with ``texts``, question, answer and reference too."""
        import pandas

        return pandas.DataFrame([result.raw for result in self.results(texts)])

    def cancel(self) -> Evaluation:
        return self._change("cancel")

    def resume(self) -> Evaluation:
        """Resumes a cancelled evaluation and retries its failed rows."""
        return self._change("resume")

    def _change(self, step: str) -> Evaluation:
        body = self._keval._json(evaluation_request(self.id, step, "POST"))
        self.status = EvaluationStatus.from_json(body)
        return self


def to_columns(outcomes: Sequence[Judgment | KevalError]) -> dict[str, list[Any]]:
    judgments = [one if isinstance(one, Judgment) else None for one in outcomes]
    return {
        "rating": [one.rating if one else None for one in judgments],
        "verdict": [one.verdict if one else "failed" for one in judgments],
        "explanation": [one.explanation if one else None for one in judgments],
        "judgment_id": [one.id if one else None for one in judgments],
        "error": [str(one) if isinstance(one, KevalError) else None for one in outcomes],
    }
