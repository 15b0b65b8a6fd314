"""The address of a gateway, the key, and how requests are sent."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True, repr=False)
class Settings:
    url: str
    api_key: str
    language: str
    timeout: float
    max_retries: int

    @classmethod
    def resolve(
        cls, url: str | None, api_key: str | None, language: str, timeout: float, max_retries: int
    ) -> Settings:
        """Returns the settings; ``KEVAL_URL`` and ``KEVAL_API_KEY`` replace what is not given."""
        url = url or os.environ.get("KEVAL_URL")
        api_key = api_key or os.environ.get("KEVAL_API_KEY")
        if not url or not api_key:
            raise ValueError("Keval needs url and api_key, or KEVAL_URL and KEVAL_API_KEY.")
        api_key = api_key.strip()
        if not re.fullmatch(r"[ -~]+", api_key):
            raise ValueError("The API key is empty, or has line breaks or letters other than ASCII in it.")
        return cls(normalize_url(url), api_key, language, timeout, max_retries)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key}", "accept-language": self.language}

    def __repr__(self) -> str:
        return f"Settings(url={self.url!r})"


def normalize_url(url: str) -> str:
    """Returns the address of a gateway without a trailing ``/v1``, which OpenAI clients want."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not the address of a gateway; it looks like https://gateway.example.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("The address of a gateway has no user name, query or fragment.")
    path = parts.path.rstrip("/").removesuffix("/v1")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
