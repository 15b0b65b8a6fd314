from __future__ import annotations


class LineSplitter:
    """Splits a stream into lines at line feeds only; other line separators may occur within JSON."""

    def __init__(self) -> None:
        self._rest = ""

    def push(self, text: str) -> list[str]:
        *lines, self._rest = (self._rest + text).split("\n")
        return [line for line in lines if line.strip()]

    def end(self) -> list[str]:
        return [self._rest] if self._rest.strip() else []
