from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ._calls import Call, Program, parse, send
from ._evaluating import compare_evaluations
from ._lines import LineSplitter
from ._models.choices import Labelled, Language, RowOrder, RowVerdict, WarningCode
from ._models.evaluations import EvaluationResult, EvaluationStatus, NewShareLink, ShareLink, ShareLinkList
from ._models.reports import Comparison, Report
from ._models.rows import Agreement, EvaluationRow, ExportedLabel, RowPage
from ._operation import Asynchronous, Blocking, Lines, operation, stream
from ._run import RunOperations
from ._runners import AsyncRunner, SyncRunner

if TYPE_CHECKING:
    import pandas

E = TypeVar("E")


class EvaluationOperations(RunOperations[E, EvaluationStatus]):
    """An evaluation at the gateway. It continues whether or not this program waits for it."""

    _path = "/v1/evaluations/{id}"
    _status_type = EvaluationStatus

    @operation
    def change(
        self,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        baseline_for: Sequence[str] | None = None,
    ) -> Program[EvaluationStatus]:
        """Renames the evaluation, replaces its tags, or makes it the baseline of some of them."""
        body = {"name": name, "tags": to_list(tags), "baseline_for": to_list(baseline_for)}
        return self._update("PATCH", body=body)

    @operation
    def delete(self) -> Program[None]:
        """Deletes the evaluation with its rows; its judgments are kept until they are deleted themselves."""
        return send(Call("DELETE", "/v1/evaluations/{id}", type(None), {"id": self.id}))

    @operation
    def export(self) -> Program[bytes]:
        """Returns the whole evaluation as a zip archive, which another gateway can import."""
        return send(Call("GET", "/v1/evaluations/{id}/export", bytes, {"id": self.id}))

    @operation
    def report(self, language: Language | None = None) -> Program[Report]:
        """Returns the tables of the report, with their intervals and caveats."""
        query = {"language": language}
        return send(Call("GET", "/v1/evaluations/{id}/report", Report, {"id": self.id}, query))

    @operation
    def compare(
        self, other: str, *, model: str | None = None, with_model: str | None = None
    ) -> Program[Comparison]:
        """Compares the evaluation with another evaluation of the same questions; the difference is ``other`` minus this one."""
        return compare_evaluations(self.id, other, model=model, with_model=with_model)

    @stream
    def results(self, texts: bool = False) -> Lines[EvaluationResult]:
        """Yields every judgment as it arrives; with ``texts``, question, answer and reference too."""
        return Lines(self._results(texts), EvaluationResult)

    @operation
    def to_frame(self, texts: bool = False) -> Program[pandas.DataFrame]:
        """Returns the results as a DataFrame; with ``texts``, question, answer and reference too."""
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
        """Returns a page of the rows, filtered, sorted or searched."""
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
        """Returns one row with its texts and all judgments."""
        return send(Call("GET", "/v1/evaluations/{id}/rows/{row}", EvaluationRow, {"id": self.id, "row": row}))

    @operation
    def label(self, row: int, label: float, *, turn: int = 1, note: str | None = None) -> Program[Agreement]:
        """Labels a turn of a row by hand, from 0 to 10; this label replaces the one of the file."""
        return send(self._label("PUT", row, turn, {"label": label, "note": note}))

    @operation
    def remove_label(self, row: int, *, turn: int = 1) -> Program[Agreement]:
        """Removes a label given by hand; the label of the file counts again."""
        return send(self._label("DELETE", row, turn))

    @stream
    def labels(self) -> Lines[ExportedLabel]:
        """Yields the labels that were given by hand."""
        return Lines(Call("GET", "/v1/evaluations/{id}/labels", str, {"id": self.id}), ExportedLabel)

    @operation
    def agreement(self) -> Program[Agreement]:
        """Returns the agreement of the judge with all labels, including those given by hand."""
        return send(Call("GET", "/v1/evaluations/{id}/agreement", Agreement, {"id": self.id}))

    @operation
    def share(self, *, expires_in_days: int | None = None, show_rows: bool | None = None) -> Program[NewShareLink]:
        """Creates a link that shows the report, and with ``show_rows`` the rows, to anyone who has it."""
        body = {"expires_in_days": expires_in_days, "show_rows": show_rows}
        path = "/v1/evaluations/{id}/share-links"
        return send(Call("POST", path, NewShareLink, {"id": self.id}, body=body, repeatable=False))

    @operation
    def share_links(self) -> Program[list[ShareLink]]:
        """Lists the links that share this evaluation, without their addresses."""
        call = Call("GET", "/v1/evaluations/{id}/share-links", ShareLinkList, {"id": self.id})
        return (yield from send(call)).data

    @operation
    def revoke_share_link(self, link: str) -> Program[None]:
        """Revokes a link by its id."""
        path = "/v1/evaluations/{id}/share-links/{link}"
        return send(Call("DELETE", path, type(None), {"id": self.id, "link": link}))

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
