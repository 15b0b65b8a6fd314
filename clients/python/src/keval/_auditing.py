from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from ._calls import Call, Program, send
from ._judging import choose_model
from ._models.audits import AuditPage, AuditPreview, AuditStatus
from ._models.choices import Charset, EmptyAnswers, OnWeightsChange, Protocol, TemplateChoice
from ._operation import operation
from ._uploads import File, Source, Upload, to_name, to_upload

A = TypeVar("A")

PAGE = 100


class AuditingOperations(Generic[A]):
    """Audits of judges. An audit measures how far the ratings of your own answers can be trusted."""

    def _open_audit(self, status: AuditStatus) -> A:
        raise NotImplementedError

    @operation
    def audit(
        self,
        source: Source,
        *,
        references: Sequence[File] = (),
        model: str | None = None,
        name: str | None = None,
        probes: Sequence[str] | None = None,
        sample_size: int | None = None,
        repeats: int | None = None,
        seed: int | None = None,
        protocol: Protocol | None = None,
        template: TemplateChoice | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        charset: Charset | None = None,
        empty: EmptyAnswers | None = None,
        on_weights_change: OnWeightsChange | None = None,
    ) -> Program[A]:
        """Starts an audit of a judge on files, rows or a DataFrame of answers."""
        query = {
            "model": (yield from choose_model(model)),
            "name": name or to_name(source),
            "probes": probes,
            "sample_size": sample_size,
            "repeats": repeats,
            "seed": seed,
            "protocol": protocol,
            "template": template,
            "temperature": temperature,
            "max_tokens": max_tokens,
            "charset": charset,
            "empty": empty,
            "on_weights_change": on_weights_change,
        }
        return self._open_audit((yield from send(start_audit(query, to_upload(source, references)))))

    @operation
    def preview_audit(
        self,
        source: Source,
        *,
        references: Sequence[File] = (),
        model: str | None = None,
        probes: Sequence[str] | None = None,
        sample_size: int | None = None,
        repeats: int | None = None,
        protocol: Protocol | None = None,
        template: TemplateChoice | None = None,
        charset: Charset | None = None,
        empty: EmptyAnswers | None = None,
    ) -> Program[AuditPreview]:
        """Returns the size of an audit without starting it."""
        query = {
            "model": (yield from choose_model(model)),
            "probes": probes,
            "sample_size": sample_size,
            "repeats": repeats,
            "protocol": protocol,
            "template": template,
            "charset": charset,
            "empty": empty,
            "preview": True,
        }
        call = Call("POST", "/v1/audits", AuditPreview, query=query, upload=to_upload(source, references))
        return (yield from send(call))

    @operation
    def audit_again(self, baseline: str, *, name: str | None = None, model: str | None = None) -> Program[A]:
        """Judges the cases of a completed audit again. ``report().drift`` says whether the judge has changed."""
        query = {"baseline": baseline, "name": name, "model": model}
        return self._open_audit((yield from send(start_audit(query))))

    @operation
    def get_audit(self, audit_id: str) -> Program[A]:
        """Returns an audit that was started before."""
        return self._open_audit((yield from send(Call("GET", "/v1/audits/{id}", AuditStatus, {"id": audit_id}))))

    @operation
    def audits(self, *, limit: int = PAGE) -> Program[list[A]]:
        """Returns the newest audits, at most ``limit``."""
        found: list[AuditStatus] = []
        after: str | None = None
        while len(found) < limit:
            query = {"limit": min(PAGE, limit - len(found)), "after": after}
            page = yield from send(Call("GET", "/v1/audits", AuditPage, query=query))
            found += page.data
            if not page.has_more or not page.data:
                break
            after = page.data[-1].id
        return [self._open_audit(one) for one in found]


def start_audit(query: Mapping[str, Any], upload: Upload | None = None) -> Call[AuditStatus]:
    return Call("POST", "/v1/audits", AuditStatus, query=query, upload=upload, repeatable=False)
