"""Conversion between DataFrames and the texts and judgments of their rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ._errors import KevalError
from ._models.judgments import Judgment
from ._uploads import is_missing

if TYPE_CHECKING:
    import pandas


def to_texts(
    frame: pandas.DataFrame, question: str, answer: str, reference: str | None
) -> list[dict[str, str | None] | KevalError]:
    """
    Returns the texts of each row; for a row without question or answer the error that its result shows. Raises
    ValueError where the frame lacks a whole column.
    """
    chosen = reference if reference is not None else ("reference" if "reference" in frame.columns else None)
    columns = {"question": question, "answer": answer} | ({} if chosen is None else {"reference": chosen})
    for column in columns.values():
        if column not in frame.columns:
            raise ValueError(f"The frame has no column {column!r}; it has {', '.join(map(str, frame.columns))}.")
    rows: list[dict[str, str | None] | KevalError] = []
    for values in zip(*(frame[column].tolist() for column in columns.values())):
        texts = {name: None if is_missing(value) else str(value) for name, value in zip(columns, values)}
        missing = [name for name in ("question", "answer") if texts[name] is None]
        if missing:
            rows.append(KevalError(f"The row has no {' and no '.join(missing)}.", code="invalid_request"))
        else:
            rows.append(texts | {"reference": texts.get("reference") or None})
    return rows


def to_columns(outcomes: Sequence[Judgment | KevalError]) -> dict[str, list[Any]]:
    """Returns the columns that hold the outcomes of the rows."""
    judgments = [one if isinstance(one, Judgment) else None for one in outcomes]
    return {
        "rating": [one.rating if one else None for one in judgments],
        "verdict": [one.verdict if one else "failed" for one in judgments],
        "explanation": [one.explanation if one else None for one in judgments],
        "judgment_id": [one.id if one else None for one in judgments],
        "error": [str(one) if isinstance(one, KevalError) else None for one in outcomes],
    }
