from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path

import httpx
import pandas
import pytest
from conftest import Gateway
from keval import AsyncKeval, Keval, KevalError

QUESTION = "광합성이 무엇인지 설명해 주세요."
ANSWERS = ["광합성은 식물이 빛으로 양분을 만드는 일입니다.", "모르겠습니다.", "식물의 일입니다."]


@pytest.fixture
def keval(gateway: Gateway) -> Keval:
    return Keval(gateway.url + "/v1/", gateway.key)


@pytest.fixture
def frame() -> pandas.DataFrame:
    return pandas.DataFrame({"question": QUESTION, "answer": ANSWERS}, index=["x", "y", "z"])


def test_judges(keval: Keval) -> None:
    judgment = keval.judge(QUESTION, ANSWERS[0])
    assert judgment.verdict in ("rated", "no_rating") and judgment.model == "keval-mini"
    assert judgment.raw["object"] == "judgment"
    turns = [{"question": "바다는?", "answer": "넓습니다."}, {"question": "산은?", "answer": "높습니다."}]
    assert keval.judge(turns=turns).template == "single-v1-multi-turn"


def test_judges_a_frame(keval: Keval, frame: pandas.DataFrame) -> None:
    frame["reference"] = ["빛으로 양분을 만드는 일", None, float("nan")]
    judged = keval.judge_frame(frame, model="keval-mini", progress=False)
    assert list(judged.index) == ["x", "y", "z"]
    assert "rating" not in frame.columns
    assert judged["error"].isna().all()
    assert judged["judgment_id"].notna().all()
    alone = keval.judge(QUESTION, ANSWERS[1], model="keval-mini")
    assert judged.loc["y", "explanation"] == alone.explanation


def test_names_what_a_frame_lacks(keval: Keval, frame: pandas.DataFrame) -> None:
    with pytest.raises(ValueError, match="no column 'reply'"):
        keval.judge_frame(frame, answer="reply")


def test_keeps_the_rows_that_were_judged(keval: Keval, frame: pandas.DataFrame) -> None:
    frame.loc["y", "answer"] = "가" * 200_001
    judged = keval.judge_frame(frame, progress=False)
    assert judged["verdict"]["y"] == "failed" and "answer" in judged["error"]["y"]
    assert judged["error"].isna().sum() == 2


@pytest.mark.parametrize("column", ["question", "answer"])
@pytest.mark.parametrize("missing", [None, float("nan"), pandas.NA])
def test_keeps_the_place_of_a_row_that_lacks_a_text(
    keval: Keval, frame: pandas.DataFrame, column: str, missing: object
) -> None:
    frame.loc["y", column] = missing
    judged = keval.judge_frame(frame, progress=False)
    assert list(judged.index) == ["x", "y", "z"]
    assert judged["verdict"]["y"] == "failed" and pandas.isna(judged["rating"]["y"])
    assert f"no {column}" in judged["error"]["y"]
    assert judged["error"].isna().sum() == 2 and judged["judgment_id"].isna().sum() == 1


def test_evaluates_a_frame_and_a_file(keval: Keval, frame: pandas.DataFrame, tmp_path: Path) -> None:
    frame["label"] = [8, None, 3]
    evaluation = keval.evaluate(frame, name="frame").wait(progress=False, interval=0.1)
    assert evaluation.status.status == "completed"
    assert evaluation.status.preview is not None and evaluation.status.preview.labels == 2
    report = evaluation.report("ko")
    assert (report.name, report.complete, report.summary.rows) == ("frame", True, 3)
    results = list(evaluation.results())
    assert len(results) == 3 and len(evaluation.to_frame()) == 3
    assert "<!doctype html>" in evaluation.report_text("html")

    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps({"question": QUESTION, "answer": one}) + "\n" for one in ANSWERS))
    seen: list[float] = []
    other = keval.evaluate(path).wait(progress=False, interval=0.1, on_progress=lambda one: seen.append(one.progress))
    assert other.status.name == "answers" and seen[-1] == 1
    compared = keval.compare(evaluation.id, other.id)
    assert (compared.x.id, compared.y.id, compared.rating.pairs) == (evaluation.id, other.id, compared.rating.wins.tie)
    assert evaluation.compare(other.id) == compared
    assert keval.preview(frame).rows == 3
    assert keval.get_evaluation(other.id).status.status == "completed"
    assert other.id in [one.id for one in keval.evaluations(limit=200)]


def test_evaluates_several_files(keval: Keval, tmp_path: Path) -> None:
    for name in ("small", "large"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"id": "1", "question": QUESTION, "answer": name}) + "\n")
    evaluation = keval.evaluate([tmp_path / "small.jsonl", tmp_path / "large.jsonl"], name="both")
    evaluation.wait(progress=False, interval=0.1)
    assert {one.model for one in evaluation.report().models} == {"small", "large"}
    with pytest.raises(ValueError, match="not both"):
        keval.evaluate([tmp_path / "small.jsonl", {"question": "a", "answer": "b"}])  # type: ignore[list-item]


def test_reads_results_with_texts_and_labels_rows(keval: Keval, frame: pandas.DataFrame) -> None:
    evaluation = keval.evaluate(frame, name="rows").wait(progress=False, interval=0.1)
    assert next(evaluation.results()).question is None
    assert {one.answer for one in evaluation.results(texts=True)} == set(ANSWERS)
    assert set(evaluation.to_frame(texts=True)["answer"]) == set(ANSWERS)

    page = evaluation.rows(search="모르", limit=1)
    assert page.total == 1 and page.data[0].answer == ANSWERS[1] and page.data[0].turns[0].label is None
    second = evaluation.rows(limit=1, offset=1)
    assert second.has_more and second.data[0].row == page.data[0].row
    row = evaluation.row(page.data[0].row)
    assert row.turns[0].question == QUESTION and row.turns[0].results[0].judgment_id

    assert evaluation.label(row.row, 0, note="빈 답").by_hand == 1
    labelled = evaluation.row(row.row).turns[0].labelled_by_hand
    assert labelled is not None and (labelled.label, labelled.note) == (0, "빈 답")
    assert [(one.label, one.question) for one in evaluation.labels()] == [(0, QUESTION)]
    assert evaluation.rows(labelled="by_hand").total == 1
    assert evaluation.remove_label(row.row).by_hand == 0 and evaluation.agreement().pairs == 0


def test_tags_baselines_and_shares(keval: Keval, frame: pandas.DataFrame) -> None:
    tag = f"nightly-{secrets.token_hex(4)}"
    first = keval.evaluate(frame, name="first", tags=[tag, "other"]).wait(progress=False, interval=0.1)
    second = keval.evaluate(frame, name="second", tags=[tag]).wait(progress=False, interval=0.1)
    assert first.change(baseline_for=[tag]).baseline_for == [tag]
    assert second.change(name="renamed").name == "renamed" and second.status.tags == [tag]
    history = keval.history(tag)
    assert history.baseline == first.id and [one.name for one in history.data] == ["first", "renamed"]
    assert history.data[1].changed == []
    assert {one.id for one in keval.evaluations(tag=tag)} == {first.id, second.id}
    assert isinstance(keval.leaderboard(), list)
    assert (tag, 2) in [(one.tag, one.evaluations) for one in keval.tags()]

    assert first.status.dataset is not None
    dataset = first.status.dataset
    renamed = keval.rename_dataset(dataset.digest, tag)
    assert renamed.name == tag and [one.digest for one in keval.datasets(name=tag)] == [dataset.digest]
    archive = first.export()
    with pytest.raises(KevalError) as known:
        keval.import_evaluation(archive, name="copy")
    assert known.value.code == "conflict"

    link = first.share(expires_in_days=1, show_rows=True)
    assert "first" in httpx.get(link.url).text
    assert [(one.id, one.show_rows) for one in first.share_links()] == [(link.id, True)]
    first.revoke_share_link(link.id)
    assert first.share_links() == [] and httpx.get(link.url).status_code == 404


def test_audits_a_judge(keval: Keval, frame: pandas.DataFrame) -> None:
    frame["answer"] = [answer * 20 for answer in ANSWERS]
    size = keval.preview_audit(frame, repeats=2)
    assert size.file_rows == 3 and size.judgments > 0
    probes = [name for name, count in size.applicable.items() if count > 0 and name != "repeat"][:1]
    audit = keval.audit(frame, name="audit", repeats=2, probes=probes).wait(progress=False, interval=0.1)
    report = audit.report("ko")
    assert report.audit.status == "completed" and report.drift is None
    assert [one.probe for one in report.probes] == probes and report.reliability.rows > 0
    assert "<!doctype html>" in audit.report_text("html")

    again = keval.audit_again(audit.id).wait(progress=False, interval=0.1)
    drift = again.report().drift
    assert drift is not None and (drift.baseline, drift.causes) == (audit.id, [])
    compared = audit.compare(again.id)
    assert (compared.first.id, compared.second.id) == (audit.id, again.id)
    assert {audit.id, again.id} <= {one.id for one in keval.audits()}
    assert keval.get_audit(audit.id).status == audit.status


def test_raises_with_code_fields_and_request_id(keval: Keval, gateway: Gateway) -> None:
    with pytest.raises(KevalError) as refused:
        keval.judge("", "답", model="keval-mini")
    assert refused.value.code == "invalid_request" and refused.value.status == 400
    assert refused.value.errors[0].field == "question" and refused.value.request_id
    assert str(refused.value).count("question:") == 1
    with pytest.raises(KevalError) as wrong_key:
        Keval(gateway.url, "kev_test_wrong").judge_frame(pandas.DataFrame({"question": ["a"], "answer": ["b"]}))
    assert wrong_key.value.status == 401
    with pytest.raises(KevalError) as lost:
        Keval("http://127.0.0.1:9", "key", max_retries=0).models()
    assert lost.value.code == "unreachable"


def test_is_asynchronous(gateway: Gateway, frame: pandas.DataFrame) -> None:
    async def use() -> None:
        async with AsyncKeval(gateway.url, gateway.key) as keval:
            judgments = await asyncio.gather(*(keval.judge(QUESTION, answer) for answer in ANSWERS))
            judged = await keval.judge_frame(frame, progress=False)
            assert list(judged["explanation"]) == [one.explanation for one in judgments]
            evaluation = await keval.evaluate(frame)
            await evaluation.wait(progress=False, interval=0.1)
            assert (await evaluation.report()).summary.rows == 3
            assert len([one async for one in evaluation.results()]) == 3
            assert len(await evaluation.to_frame()) == (await evaluation.rows()).total == 3
            audit = await keval.audit(frame, repeats=2, probes=["repeat"])
            assert (await audit.wait(progress=False, interval=0.1)).status.has_ended
            with pytest.raises(KevalError, match="not_found"):
                await keval.get_evaluation("evl_none")

    asyncio.run(use())


def respond(*responses: httpx.Response) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    waiting, requests = list(responses), []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return waiting.pop(0)

    return httpx.MockTransport(handle), requests


def test_tries_again_where_that_does_no_harm() -> None:
    busy = httpx.Response(429, headers={"retry-after": "0"}, json={"code": "rate_limited", "detail": "busy"})
    served = httpx.Response(200, json={"data": [{"id": "judge"}]})
    transport, requests = respond(busy, httpx.Response(502), served)
    assert Keval("http://gateway.test", "key", transport=transport).models() == ["judge"]
    assert len(requests) == 3 and requests[0].headers["authorization"] == "Bearer key"
    # an upload that may have begun is not sent twice
    transport, requests = respond(httpx.Response(502))
    with pytest.raises(KevalError):
        Keval("http://gateway.test", "key", transport=transport).evaluate(b"{}", model="judge")
    assert len(requests) == 1
    # a quota comes back tomorrow
    spent = httpx.Response(429, headers={"retry-after": "40000"}, json={"code": "quota_exceeded", "detail": "spent"})
    transport, requests = respond(spent)
    with pytest.raises(KevalError) as refused:
        Keval("http://gateway.test", "key", transport=transport).models()
    assert refused.value.retry_after == 40000 and len(requests) == 1


RUNNING = {
    **{"id": "evl_1", "name": "n", "model": "m", "status": "running", "progress": 0.5, "rows": 1, "created": 1},
    "counts": dict.fromkeys(("judgments", "rated", "wrong", "failed", "pending"), 0),
    **{"tags": [], "baseline_for": [], "protocol": "ko-bench", "template": "auto", "repeats": 1, "summary": "mean"},
    **dict.fromkeys(("rate", "seconds_left", "paused_because", "dataset", "weights_digest", "preview")),
}


def test_streams_results() -> None:
    names = ("row", "id", "model", "category", "turn", "repeat", "label", "rating", "verdict", "explanation", "error")
    values = {"row": 0, "id": "1", "turn": 1, "repeat": 1, "verdict": "rated", "explanation": "가\u2028나\x85다"}
    line = json.dumps(dict.fromkeys(names) | values, ensure_ascii=False)
    busy = httpx.Response(503, headers={"retry-after": "0"})
    broken = httpx.Response(200, text=line + "\n" + line[:20])
    transport, _ = respond(httpx.Response(200, json=RUNNING), busy, broken)
    results = Keval("http://gateway.test", "key", transport=transport).get_evaluation("evl_1").results()
    # lines end at line feeds alone
    assert next(results).explanation == "가\u2028나\x85다"
    with pytest.raises(KevalError) as broke_off:
        next(results)
    assert broke_off.value.code == "broken_answer"


def test_says_when_something_else_answers() -> None:
    for answer in (httpx.Response(200, text="<html>"), httpx.Response(200, json={"data": {}})):
        transport, _ = respond(answer)
        with pytest.raises(KevalError) as refused:
            Keval("http://gateway.test", "key", transport=transport).models()
        assert refused.value.code == "broken_answer"


def test_waits_no_longer_than_told() -> None:
    transport, _ = respond(*[httpx.Response(200, json=RUNNING)] * 2)
    evaluation = Keval("http://gateway.test", "key", transport=transport).get_evaluation("evl_1")
    with pytest.raises(TimeoutError, match="evl_1"):
        evaluation.wait(timeout=-1, progress=False)


@pytest.mark.parametrize("url", ["gateway.test", "ftp://gateway.test", "http://user:pw@gateway.test", "http://g.test?x=1"])
def test_refuses_addresses(url: str) -> None:
    with pytest.raises(ValueError):
        Keval(url, "key")


@pytest.mark.parametrize("key", ["kev_first\nkev_second", "키값한글", "  "])
def test_refuses_keys_that_no_header_takes(key: str) -> None:
    with pytest.raises(ValueError, match="API key") as refusal:
        Keval("http://gateway.test", key)
    assert "kev_" not in str(refusal.value)


def test_does_not_show_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEVAL_API_KEY", raising=False)
    keval = Keval("http://gateway.test", "secret")
    assert "secret" not in repr(vars(keval)) + repr(vars(vars(keval)["_runner"]))
    with pytest.raises(ValueError, match="KEVAL_API_KEY"):
        Keval("http://gateway.test")
