"""The Python code of the documentation runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import Gateway, root

pages = [root / "docs/CLIENTS.md"]
snippets = [
    pytest.param(code, id=f"{page.name}-{number}")
    for page in pages
    for number, code in enumerate(re.findall(r"^```python\n(.*?)^```", page.read_text("utf8"), re.M | re.S), 1)
]


def test_there_are_snippets() -> None:
    assert len(snippets) >= 3


@pytest.mark.parametrize("code", snippets)
def test_runs(
    code: str,
    gateway: Gateway,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {"KEVAL_URL": gateway.url, "KEVAL_API_KEY": gateway.key, "JUDGE": "keval-mini"}.items():
        monkeypatch.setenv(name, value)
    exec(compile(code, "snippet", "exec"), {})
    shown = capsys.readouterr().out
    assert shown != ""
    assert "Error" not in shown
