"""Route: who approved, refused, cancelled and wrote what on a thread."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from dayloom.api.http.dependencies import CurrentTenant
from dayloom.api.http.parameters import ThreadPath
from dayloom.api.http.responses import problems
from dayloom.stores.threads.audit import AuditEntry, audit_entries

router = APIRouter(tags=["threads"])


class Audit(BaseModel):
    """The whole log, oldest first; each line was checked to follow on the one before it."""

    thread_id: str
    entries: list[AuditEntry]


@router.get("/threads/{thread_id}/audit", responses=problems(404))
async def audit(thread: ThreadPath, tenant: CurrentTenant) -> Audit:
    """Return the audit log; one that was changed since it was written is a problem with the code `damaged`."""
    await tenant.index.require(thread)
    return Audit(thread_id=thread, entries=audit_entries(await tenant.threads.audit(thread)))
