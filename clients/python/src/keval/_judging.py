from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._calls import Call, Parallel, Program, send
from ._errors import KevalError
from ._frames import to_columns, to_texts
from ._models.choices import Protocol, Template
from ._models.judgments import Judgment, ModelList, StoredJudgment
from ._operation import operation
from ._progress import Progress

if TYPE_CHECKING:
    import pandas


class JudgingOperations:
    """Models and single judgments."""

    @operation
    def models(self) -> Program[list[str]]:
        """Returns the ids of the models that are served."""
        return list_models()

    @operation
    def judge(
        self,
        question: str | None = None,
        answer: str | None = None,
        *,
        reference: str | None = None,
        turns: Sequence[Mapping[str, str | None]] | None = None,
        model: str | None = None,
        template: Template | None = None,
        protocol: Protocol | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        max_tokens: int | None = None,
        rating_probabilities: bool | None = None,
    ) -> Program[Judgment]:
        """Judges one answer, or a conversation of two ``turns``."""
        body = {
            "model": (yield from choose_model(model)),
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
            "rating_probabilities": rating_probabilities,
        }
        return (yield from post_judgment(body))

    @operation
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
        template: Template | None = None,
        protocol: Protocol | None = None,
        temperature: float | None = None,
        top_p: float | None = None,
        seed: int | None = None,
        max_tokens: int | None = None,
    ) -> Program[pandas.DataFrame]:
        """
        Judges each row; returns a copy of the frame with the columns ``rating``, ``verdict``, ``explanation``,
        ``judgment_id`` and ``error``. A row that cannot be judged, for example because its answer is missing, keeps
        its place: it has no rating, the verdict ``failed`` and an error.
        """
        rows = to_texts(frame, question, answer, reference)
        shared = {
            "model": (yield from choose_model(model)),
            "template": template,
            "protocol": protocol,
            "temperature": temperature,
            "top_p": top_p,
            "seed": seed,
            "max_tokens": max_tokens,
        }
        bar = Progress(len(rows), "judging", progress)

        def judge_row(texts: dict[str, str | None] | KevalError) -> Program[Judgment | KevalError]:
            try:
                if isinstance(texts, KevalError):
                    return texts
                return (yield from post_judgment(shared | texts))
            except KevalError as error:
                # the key is refused, for every row alike
                if error.status in (401, 403):
                    raise
                return error
            finally:
                bar.advance()

        try:
            outcomes = yield Parallel([judge_row(texts) for texts in rows], concurrency)
        finally:
            bar.close()
        return frame.assign(**to_columns(outcomes))

    @operation
    def get_judgment(self, judgment_id: str) -> Program[StoredJudgment]:
        """Returns a stored judgment with the texts that were judged."""
        return send(Call("GET", "/v1/judgments/{id}", StoredJudgment, {"id": judgment_id}))

    @operation
    def delete_judgment(self, judgment_id: str) -> Program[None]:
        """Deletes a judgment from the store and the cache."""
        return send(Call("DELETE", "/v1/judgments/{id}", type(None), {"id": judgment_id}))


def list_models() -> Program[list[str]]:
    return [one.id for one in (yield from send(Call("GET", "/v1/models", ModelList))).data]


def post_judgment(body: Mapping[str, Any]) -> Program[Judgment]:
    return send(Call("POST", "/v1/judgments", Judgment, body=body))


def choose_model(model: str | None) -> Program[str]:
    """Returns the given model, or the only one that is served."""
    if model is not None:
        return model
    served = yield from list_models()
    if len(served) == 1:
        return served[0]
    raise ValueError("No model is served." if not served else f"Name the judge: model= one of {', '.join(served)}.")
