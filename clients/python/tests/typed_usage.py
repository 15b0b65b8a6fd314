"""What a type checker sees of both clients: .ci/run gives this file to mypy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from keval import AsyncEvaluation, AsyncKeval, Audit, AuditReport, EvaluationResult, Judgment, Keval, Report
from typing_extensions import assert_type


def use(keval: Keval) -> None:
    assert_type(keval.judge("질문", "답변", protocol="ko-bench"), Judgment)
    assert_type(keval.evaluate("answers.jsonl").wait().report(), Report)
    assert_type(keval.get_evaluation("id").results(texts=True), Iterator[EvaluationResult])
    assert_type(keval.audits(), list[Audit])
    assert_type(keval.audit_again("id").report("ko"), AuditReport)
    keval.evaluate("answers.jsonl", protocol="unknown")  # type: ignore[arg-type]


async def use_async(keval: AsyncKeval) -> None:
    assert_type(await keval.judge("질문", "답변"), Judgment)
    evaluation = await (await keval.evaluate([{"question": "질문", "answer": "답변"}])).wait()
    assert_type(evaluation, AsyncEvaluation)
    assert_type(evaluation.results(), AsyncIterator[EvaluationResult])
