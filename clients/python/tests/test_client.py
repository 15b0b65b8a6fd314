from __future__ import annotations

import asyncio
import json

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
    frame.loc["y", "answer"] = None
    with pytest.raises(ValueError, match="Row 'y' has no answer"):
        keval.judge_frame(frame)


def test_keeps_the_rows_that_were_judged(keval: Keval, frame: pandas.DataFrame) -> None:
    frame.loc["y", "answer"] = "가" * 200_001
    judged = keval.judge_frame(frame, progress=False)
    assert judged["verdict"]["y"] == "failed" and "answer" in judged["error"]["y"]
    assert judged["error"].isna().sum() == 2


def test_evaluates_a_frame_and_a_file(keval: Keval, frame: pandas.DataFrame, tmp_path) -> None:
    frame["label"] = [8, None, 3]
    evaluation = keval.evaluate(frame, name="frame").wait(progress=False, interval=0.1)
    assert evaluation.status.status == "completed" and evaluation.status.raw["preview"]["labels"] == 2
    report = evaluation.report("ko")
    assert (report.name, report.complete, report.summary["rows"]) == ("frame", True, 3)
    results = list(evaluation.results())
    assert len(results) == 3 and len(evaluation.to_frame()) == 3
    assert "<!doctype html>" in evaluation.report_text("html")

    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps({"question": QUESTION, "answer": one}) + "\n" for one in ANSWERS))
    seen: list[float] = []
    other = keval.evaluate(path).wait(progress=False, interval=0.1, on_progress=lambda one: seen.append(one.progress))
    assert other.status.name == "answers" and seen[-1] == 1
    assert keval.compare(evaluation.id, other.id)["object"] == "evaluation.comparison"
    assert keval.preview(frame)["rows"] == 3
    assert keval.evaluation(other.id).status.status == "completed"


def test_raises_with_code_fields_and_request_id(keval: Keval, gateway: Gateway) -> None:
    with pytest.raises(KevalError) as refused:
        keval.judge("", "답", model="keval-mini")
    assert refused.value.code == "invalid_request" and refused.value.status == 400
    assert refused.value.errors[0].field == "question" and refused.value.request_id
    assert "question" in str(refused.value)
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
            assert (await evaluation.report()).summary["rows"] == 3
            assert len([one async for one in evaluation.results()]) == 3
            with pytest.raises(KevalError, match="not_found"):
                await keval.evaluation("evl_none")

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


def test_splits_results_at_line_feeds_alone() -> None:
    names = ("row", "id", "model", "category", "turn", "repeat", "label", "rating", "verdict", "explanation", "error")
    line = json.dumps(dict.fromkeys(names) | {"explanation": "가\u2028나\x85다"}, ensure_ascii=False)
    status = {"id": "evl_1", "name": "n", "model": "m", "status": "completed", "progress": 1, "rows": 1}
    status |= {"counts": {}, "rate": None, "seconds_left": None}
    transport, _ = respond(httpx.Response(200, json=status), httpx.Response(200, text=line + "\n"))
    results = list(Keval("http://gateway.test", "key", transport=transport).evaluation("evl_1").results())
    assert [one.explanation for one in results] == ["가\u2028나\x85다"]


@pytest.mark.parametrize("url", ["gateway.test", "ftp://gateway.test", "http://user:pw@gateway.test", "http://g.test?x=1"])
def test_refuses_addresses(url: str) -> None:
    with pytest.raises(ValueError):
        Keval(url, "key")


def test_does_not_show_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEVAL_API_KEY", raising=False)
    assert "secret" not in repr(vars(Keval("http://gateway.test", "secret")))
    with pytest.raises(ValueError, match="KEVAL_API_KEY"):
        Keval("http://gateway.test")
