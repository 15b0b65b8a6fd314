"""Rows of files, lists and DataFrames. pandas is not imported: only methods of a given frame are called."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import pandas

Source: TypeAlias = "str | os.PathLike[str] | bytes | Sequence[Mapping[str, Any]] | pandas.DataFrame"


def is_frame(source: object) -> bool:
    return hasattr(source, "to_dict") and hasattr(source, "columns")


def to_content(source: Source) -> bytes:
    """The bytes of an upload: a file as it is, rows as JSON Lines."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, (str, os.PathLike)):
        return Path(source).read_bytes()
    rows: Sequence[Mapping[str, Any]]
    rows = source.to_dict("records") if is_frame(source) else source  # type: ignore[union-attr]
    lines = [json.dumps(clean_row(row), ensure_ascii=False, allow_nan=False) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode()


def to_name(source: Source) -> str | None:
    return Path(source).stem if isinstance(source, (str, os.PathLike)) else None


def clean_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without its missing values, numbers of NumPy as plain ones."""
    return {str(name): to_plain(value) for name, value in row.items() if not is_missing(value)}


def is_missing(value: Any) -> bool:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return True
    # pandas.NA and NaT, without importing pandas
    return type(value).__name__ in ("NAType", "NaTType")


def to_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return clean_row(value)
    if isinstance(value, (list, tuple)):
        return [to_plain(one) for one in value]
    return value.item() if hasattr(value, "item") and not isinstance(value, (str, bytes)) else value


def to_requests(
    frame: pandas.DataFrame, question: str, answer: str, reference: str | None
) -> list[dict[str, str | None]]:
    """One judgment per row of a frame. A missing question or answer is refused with the label of its row."""
    chosen = reference if reference is not None else ("reference" if "reference" in frame.columns else None)
    for column in (question, answer, *(() if chosen is None else (chosen,))):
        if column not in frame.columns:
            raise ValueError(f"The frame has no column {column!r}; it has {', '.join(map(str, frame.columns))}.")
    columns = {"question": question, "answer": answer} | ({} if chosen is None else {"reference": chosen})
    requests = []
    for label, values in zip(frame.index, zip(*(frame[column].tolist() for column in columns.values()))):
        texts = {
            name: None if is_missing(value) else str(value) for name, value in zip(columns.keys(), values)
        }
        for name in ("question", "answer"):
            if texts[name] is None:
                raise ValueError(f"Row {label!r} has no {name}.")
        texts["reference"] = texts.get("reference") or None
        requests.append(texts)
    return requests
