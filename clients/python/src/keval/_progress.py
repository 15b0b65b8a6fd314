from __future__ import annotations

import importlib
from typing import Any


class Progress:
    """A progress bar of tqdm. It shows nothing where tqdm is not installed or not wanted."""

    def __init__(self, total: int, label: str, shown: bool) -> None:
        self._bar: Any = None
        if shown:
            try:
                self._bar = importlib.import_module("tqdm.auto").tqdm(total=total, desc=label)
            except ImportError:
                pass

    def set(self, done: int) -> None:
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def advance(self) -> None:
        if self._bar is not None:
            self._bar.update(1)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
