from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from ._calls import Call, Program, send
from ._judging import choose_model
from ._models.choices import (
    Charset,
    EmptyAnswers,
    ListOrder,
    Notify,
    OnWeightsChange,
    Protocol,
    RatingSummary,
    TemplateChoice,
)
from ._models.evaluations import (
    DatasetPage,
    EvaluationHistory,
    EvaluationPage,
    EvaluationPreview,
    EvaluationStatus,
    Leaderboard,
    LeaderboardEntry,
    NamedDataset,
    PreviewAnswer,
    TagCount,
    TagList,
)
from ._models.reports import Comparison
from ._operation import operation
from ._uploads import File, Source, Upload, to_content, to_name, to_upload

E = TypeVar("E")

PAGE = 100


class EvaluatingOperations(Generic[E]):
    """Evaluations: files of answers that are judged as a whole."""

    def _open_evaluation(self, status: EvaluationStatus) -> E:
        raise NotImplementedError

    @operation
    def evaluate(
        self,
        source: Source,
        *,
        references: Sequence[File] = (),
        model: str | None = None,
        name: str | None = None,
        dataset: str | None = None,
        tags: Sequence[str] | None = None,
        protocol: Protocol | None = None,
        template: TemplateChoice | None = None,
        repeats: int | None = None,
        summary: RatingSummary | None = None,
        temperature: float | None = None,
        seed: int | None = None,
        max_tokens: int | None = None,
        charset: Charset | None = None,
        empty: EmptyAnswers | None = None,
        on_weights_change: OnWeightsChange | None = None,
        notify: Notify | None = None,
    ) -> Program[E]:
        """
        Starts an evaluation of files, rows or a DataFrame. The gateway checks the whole upload before it judges.
        ``references`` are files of reference answers as FastChat has them.
        """
        query = {
            "model": (yield from choose_model(model)),
            "name": name or to_name(source),
            "dataset": dataset,
            "tags": tags,
            "protocol": protocol,
            "template": template,
            "repeats": repeats,
            "summary": summary,
            "temperature": temperature,
            "seed": seed,
            "max_tokens": max_tokens,
            "charset": charset,
            "empty": empty,
            "on_weights_change": on_weights_change,
            "notify": notify,
        }
        upload = to_upload(source, references)
        call = Call("POST", "/v1/evaluations", EvaluationStatus, query=query, upload=upload, repeatable=False)
        return self._open_evaluation((yield from send(call)))

    @operation
    def preview(
        self,
        source: Source,
        *,
        references: Sequence[File] = (),
        model: str | None = None,
        protocol: Protocol | None = None,
        template: TemplateChoice | None = None,
        repeats: int | None = None,
        charset: Charset | None = None,
        empty: EmptyAnswers | None = None,
    ) -> Program[EvaluationPreview]:
        """Returns how the gateway reads an upload, without starting an evaluation."""
        query = {
            "model": (yield from choose_model(model)),
            "protocol": protocol,
            "template": template,
            "repeats": repeats,
            "charset": charset,
            "empty": empty,
            "preview": True,
        }
        call = Call("POST", "/v1/evaluations", PreviewAnswer, query=query, upload=to_upload(source, references))
        return (yield from send(call)).preview

    @operation
    def get_evaluation(self, evaluation_id: str) -> Program[E]:
        """Returns an evaluation that was started before."""
        call = Call("GET", "/v1/evaluations/{id}", EvaluationStatus, {"id": evaluation_id})
        return self._open_evaluation((yield from send(call)))

    @operation
    def evaluations(
        self,
        *,
        search: str | None = None,
        tag: str | None = None,
        sort: ListOrder | None = None,
        limit: int = PAGE,
    ) -> Program[list[E]]:
        """Returns the newest evaluations, at most ``limit``; ``search`` is a part of their names."""
        found: list[EvaluationStatus] = []
        after: str | None = None
        while len(found) < limit:
            size = min(PAGE, limit - len(found))
            query = {"search": search, "tag": tag, "sort": sort, "limit": size, "after": after}
            page = yield from send(Call("GET", "/v1/evaluations", EvaluationPage, query=query))
            found += page.data
            if not page.has_more or not page.data:
                break
            after = page.data[-1].id
        return [self._open_evaluation(one) for one in found]

    @operation
    def import_evaluation(
        self, archive: File | bytes, *, name: str | None = None, tags: Sequence[str] | None = None
    ) -> Program[E]:
        """Imports an exported evaluation. Nothing is judged again; the evaluation is marked as imported."""
        upload = Upload(content=to_content(archive), type="application/zip")
        query = {"name": name, "tags": tags}
        call = Call("POST", "/v1/evaluations/import", EvaluationStatus, query=query, upload=upload, repeatable=False)
        return self._open_evaluation((yield from send(call)))

    @operation
    def datasets(self, *, name: str | None = None) -> Program[list[NamedDataset]]:
        """Returns all datasets, by name and version."""
        found: list[NamedDataset] = []
        while True:
            query = {"name": name, "limit": PAGE, "after": found[-1].digest if found else None}
            page = yield from send(Call("GET", "/v1/datasets", DatasetPage, query=query))
            found += page.data
            if not page.has_more or not page.data:
                return found

    @operation
    def rename_dataset(self, digest: str, name: str, *, all_versions: bool | None = None) -> Program[NamedDataset]:
        """Renames a dataset, alone or with the other versions of its name."""
        body = {"name": name, "all_versions": all_versions}
        return send(Call("PATCH", "/v1/datasets/{digest}", NamedDataset, {"digest": digest}, body=body))

    @operation
    def compare(
        self, x: str, y: str, *, model: str | None = None, with_model: str | None = None
    ) -> Program[Comparison]:
        """
        Compares two evaluations of the same questions; the difference is ``y`` minus ``x``. ``model`` and
        ``with_model`` name the answering models where the files have several.
        """
        return compare_evaluations(x, y, model=model, with_model=with_model)

    @operation
    def history(
        self, tag: str | None = None, *, dataset: str | None = None, limit: int | None = None
    ) -> Program[EvaluationHistory]:
        """Returns the scores of the completed runs of a tag or dataset, oldest first, and the baseline of the tag."""
        query = {"tag": tag, "dataset": dataset, "limit": limit}
        return send(Call("GET", "/v1/evaluations/history", EvaluationHistory, query=query))

    @operation
    def tags(self) -> Program[list[TagCount]]:
        """Returns all tags in alphabetical order."""
        return (yield from send(Call("GET", "/v1/evaluations/tags", TagList))).data

    @operation
    def leaderboard(self, *, dataset: str | None = None, version: int | None = None) -> Program[list[LeaderboardEntry]]:
        """Ranks the answering models that share dataset, protocol and judge."""
        query = {"dataset": dataset, "version": version}
        return (yield from send(Call("GET", "/v1/leaderboard", Leaderboard, query=query))).data


def compare_evaluations(x: str, y: str, **query: Any) -> Program[Comparison]:
    return send(Call("GET", "/v1/evaluations/{id}/comparison", Comparison, {"id": x}, {"with": y, **query}))
