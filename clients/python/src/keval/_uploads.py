"""
What is uploaded: files, rows and DataFrames. pandas is not imported: only methods of a given frame are called.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, Union

if TYPE_CHECKING:
    import pandas

File: TypeAlias = Union[str, os.PathLike[str]]
Source: TypeAlias = Union[File, bytes, Sequence[File], Sequence[Mapping[str, Any]], "pandas.DataFrame"]


@dataclass(frozen=True)
class Upload:
    """One file as it is, or several named ones that belong together."""

    content: bytes = b""
    type: str = "application/x-ndjson"
    # name of the form's part, name of the file, bytes
    parts: Sequence[tuple[str, str, bytes]] = ()

    def to_arguments(self) -> dict[str, Any]:
        if self.parts:
            return {"files": [(part, (name, content)) for part, name, content in self.parts]}
        return {"content": self.content, "headers": {"content-type": self.type}}


def to_upload(source: Source, references: Sequence[File] = ()) -> Upload:
    files = list_files(source)
    if files is None or (len(files) == 1 and not references):
        if references:
            raise ValueError("References go with files of answers; rows and frames have a column of their own.")
        return Upload(content=to_content(source if files is None else files[0]))
    named = [("file", one) for one in files] + [("reference", one) for one in references]
    return Upload(parts=[(part, Path(one).name, Path(one).read_bytes()) for part, one in named])


def list_files(source: Source) -> list[File] | None:
    """Returns the files that a source names; None for rows."""
    if isinstance(source, (str, os.PathLike)):
        return [source]
    if isinstance(source, bytes) or is_frame(source):
        return None
    files = [one for one in source if isinstance(one, (str, os.PathLike))]
    if not files:
        return None
    if len(files) != len(source):
        raise ValueError("A source is a list of files or a list of rows, not both.")
    return files


def to_content(source: Any) -> bytes:
    """Returns the bytes of an upload: a file as it is, rows as JSON Lines."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, (str, os.PathLike)):
        return Path(source).read_bytes()
    rows: Sequence[Mapping[str, Any]] = source.to_dict("records") if is_frame(source) else source
    lines = [json.dumps(clean_row(row), ensure_ascii=False, allow_nan=False) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode()


def to_name(source: Source) -> str | None:
    """Returns the name of the only file of an upload."""
    files = list_files(source)
    return Path(files[0]).stem if files is not None and len(files) == 1 else None


def is_frame(source: object) -> bool:
    return hasattr(source, "to_dict") and hasattr(source, "columns")


def clean_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row without its missing values, and with plain numbers in place of those of NumPy."""
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
