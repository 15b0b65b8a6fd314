from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ._calls import Call, Program, parse, send
from ._evaluating import compare_evaluations
from ._lines import LineSplitter
from ._models.choices import DocumentFormat, Labelled, Language, RowOrder, RowVerdict, WarningCode
from ._models.evaluations import EvaluationResult, EvaluationStatus, NewShareLink, ShareLink, ShareLinkList
from ._models.reports import Comparison, Report
from ._models.rows import Agreement, EvaluationRow, ExportedLabel, RowPage
from ._operation import Asynchronous, Blocking, Lines, operation, stream
from ._runners import AsyncRunner, SyncRunner
from ._waiting import wait_for_end

if TYPE_CHECKING:
    import pandas

E = TypeVar("E")


class EvaluationOperations(Generic[E]):
    """An evaluation at the gateway. It goes on whether or not this program waits for it."""

    status: EvaluationStatus

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, {self.status.status}, {self.status.progress:.0%})"

    @property
    def id(self) -> str:
        return self.status.id

    @operation
    def refresh(self) -> Program[EvaluationStatus]:
        """Asks how far it is."""
        return self._update(self._call("GET"))

    @operation
    def wait(
        self,
        *,
        progress: bool = True,
        timeout: float | None = None,
        interval: float = 1.0,
        on_progress: Callable[[EvaluationStatus], None] | None = None,
    ) -> Program[E]:
        """Waits for the end. A gateway that does not answer for a moment is asked again."""
        yield from wait_for_end(
            lambda: self._update(self._call("GET")),
            self.status,
            progress=progress,
            timeout=timeout,
            interval=interval,
            on_progress=on_progress,
        )
        return cast(E, self)

    @operation
    def cancel(self) -> Program[EvaluationStatus]:
        """Cancels it; finished judgments are kept."""
        return self._update(self._call("POST", "/cancel"))

    @operation
    def resume(self) -> Program[EvaluationStatus]:
        """Resumes a cancelled or paused evaluation and retries its failed rows."""
        return self._update(self._call("POST", "/resume"))

    @operation
    def change(
        self,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        baseline_for: Sequence[str] | None = None,
    ) -> Program[EvaluationStatus]:
        """Renames it, replaces its tags, or makes it the baseline of some of them."""
        body = {"name": name, "tags": to_list(tags), "baseline_for": to_list(baseline_for)}
        return self._update(self._call("PATCH", body=body))

    @operation
    def delete(self) -> Program[None]:
        """Deletes it with its rows; judgments are kept until they are deleted themselves."""
        return send(Call("DELETE", "/v1/evaluations/{id}", type(None), {"id": self.id}))

    @operation
    def export(self) -> Program[bytes]:
        """The whole evaluation as a zip archive, which another gateway can import."""
        return send(Call("GET", "/v1/evaluations/{id}/export", bytes, {"id": self.id}))

    @operation
    def report(self, language: Language | None = None) -> Program[Report]:
        """The tables, with their intervals and caveats."""
        query = {"language": language}
        return send(Call("GET", "/v1/evaluations/{id}/report", Report, {"id": self.id}, query))

    @operation
    def report_text(self, format: DocumentFormat = "markdown", language: Language | None = None) -> Program[str]:
        """The report as a document; ``html`` has plots."""
        query = {"format": format, "language": language}
        return send(Call("GET", "/v1/evaluations/{id}/report", str, {"id": self.id}, query))

    @operation
    def compare(
        self, other: str, *, model: str | None = None, with_model: str | None = None
    ) -> Program[Comparison]:
        """Compares it with another evaluation of the same questions; the difference is of ``other`` over this one."""
        return compare_evaluations(self.id, other, model=model, with_model=with_model)

    @stream
    def results(self, texts: bool = False) -> Lines[EvaluationResult]:
        """Every judgment, as it arrives; with ``texts``, question, answer and reference too."""
        return Lines(self._results(texts), EvaluationResult)

    @operation
    def to_frame(self, texts: bool = False) -> Program[pandas.DataFrame]:
        """The results as a DataFrame; with ``texts``, question, answer and reference too."""
        import pandas

        text = yield from send(self._results(texts))
        splitter = LineSplitter()
        lines = splitter.push(text) + splitter.end()
        return pandas.DataFrame([parse(EvaluationResult, line).raw for line in lines])

    @operation
    def rows(
        self,
        *,
        search: str | None = None,
        category: str | None = None,
        model: str | None = None,
        turn: int | None = None,
        verdict: RowVerdict | None = None,
        warning: WarningCode | None = None,
        min_rating: float | None = None,
        max_rating: float | None = None,
        labelled: Labelled | None = None,
        min_difference: float | None = None,
        sort: RowOrder | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Program[RowPage]:
        """Some of the rows: filtered, sorted, searched."""
        query = {
            "search": search,
            "category": category,
            "model": model,
            "turn": turn,
            "verdict": verdict,
            "warning": warning,
            "min_rating": min_rating,
            "max_rating": max_rating,
            "labelled": labelled,
            "min_difference": min_difference,
            "sort": sort,
            "limit": limit,
            "offset": offset,
        }
        return send(Call("GET", "/v1/evaluations/{id}/rows", RowPage, {"id": self.id}, query))

    @operation
    def row(self, row: int) -> Program[EvaluationRow]:
        """One row with its texts and all judgments."""
        return send(Call("GET", "/v1/evaluations/{id}/rows/{row}", EvaluationRow, {"id": self.id, "row": row}))

    @operation
    def label(self, row: int, label: float, *, turn: int = 1, note: str | None = None) -> Program[Agreement]:
        """Labels a turn of a row by hand, 0 to 10; it counts in place of the label of the file."""
        return send(self._label("PUT", row, turn, {"label": label, "note": note}))

    @operation
    def remove_label(self, row: int, *, turn: int = 1) -> Program[Agreement]:
        """Takes a label given by hand back; the label of the file counts again."""
        return send(self._label("DELETE", row, turn))

    @stream
    def labels(self) -> Lines[ExportedLabel]:
        """The labels that were given by hand."""
        return Lines(Call("GET", "/v1/evaluations/{id}/labels", str, {"id": self.id}), ExportedLabel)

    @operation
    def agreement(self) -> Program[Agreement]:
        """Agreement of the judge with all labels, those given by hand included."""
        return send(Call("GET", "/v1/evaluations/{id}/agreement", Agreement, {"id": self.id}))

    @operation
    def share(self, *, expires_in_days: int | None = None, show_rows: bool | None = None) -> Program[NewShareLink]:
        """Makes a link that shows the report, and the rows where ``show_rows``, to whoever has it."""
        body = {"expires_in_days": expires_in_days, "show_rows": show_rows}
        path = "/v1/evaluations/{id}/share-links"
        return send(Call("POST", path, NewShareLink, {"id": self.id}, body=body, repeatable=False))

    @operation
    def share_links(self) -> Program[list[ShareLink]]:
        """The links that share this evaluation, without their addresses."""
        call = Call("GET", "/v1/evaluations/{id}/share-links", ShareLinkList, {"id": self.id})
        return (yield from send(call)).data

    @operation
    def revoke_share_link(self, link: str) -> Program[None]:
        """Revokes a link by its id."""
        path = "/v1/evaluations/{id}/share-links/{link}"
        return send(Call("DELETE", path, type(None), {"id": self.id, "link": link}))

    def _call(
        self, method: str, step: str = "", body: dict[str, Any] | None = None
    ) -> Call[EvaluationStatus]:
        return Call(method, f"/v1/evaluations/{{id}}{step}", EvaluationStatus, {"id": self.id}, body=body)

    def _update(self, call: Call[EvaluationStatus]) -> Program[EvaluationStatus]:
        self.status = yield from send(call)
        return self.status

    def _results(self, texts: bool) -> Call[str]:
        return Call("GET", "/v1/evaluations/{id}/results", str, {"id": self.id}, {"texts": texts})

    def _label(self, method: str, row: int, turn: int, body: dict[str, Any] | None = None) -> Call[Agreement]:
        path = "/v1/evaluations/{id}/rows/{row}/labels/{turn}"
        return Call(method, path, Agreement, {"id": self.id, "row": row, "turn": turn}, body=body)


def to_list(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else list(values)


class Evaluation(Blocking, EvaluationOperations["Evaluation"]):
    def __init__(self, runner: SyncRunner, status: EvaluationStatus) -> None:
        self._runner = runner
        self.status = status


class AsyncEvaluation(Asynchronous, EvaluationOperations["AsyncEvaluation"]):
    def __init__(self, runner: AsyncRunner, status: EvaluationStatus) -> None:
        self._runner = runner
        self.status = status


Evaluation.__doc__ = AsyncEvaluation.__doc__ = EvaluationOperations.__doc__
