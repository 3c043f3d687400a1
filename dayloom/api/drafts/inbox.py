"""Routes: the user's inbox, and where else they want to be told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from dayloom.api.http.backend import Backend
from dayloom.api.http.dependencies import CurrentBackend, CurrentTenant
from dayloom.api.http.parameters import MessagePath
from dayloom.api.http.responses import problems
from dayloom.messages.address import check_address
from dayloom.messages.mail import check_email
from dayloom.messages.webhook import new_secret
from dayloom.runs.tenants import Tenant
from dayloom.stores.owner.told import RedisInbox
from state.message import Contact, Message

router = APIRouter(tags=["inbox"])


class Inbox(BaseModel):
    """Messages, the newest first; `unread` counts all that were not read."""

    messages: list[Message]
    unread: int


class MessageUpdate(BaseModel):
    """Whether a message was read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"read": True}]})

    read: bool


class ContactUpdate(BaseModel):
    """Where the user wants to be told beside the inbox: a webhook, an e-mail address; null for neither."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"webhook": None, "email": "ann@example.org"}]}
    )

    webhook: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None
    email: Annotated[str, Field(min_length=3, max_length=320)] | None = None


class ContactJson(BaseModel):
    """Where the user is told; the `secret` that signs what goes to their webhook is told once, when that is set."""

    webhook: str | None
    email: str | None
    secret: str | None = None


@router.get("/inbox", responses=problems())
async def list_(
    tenant: CurrentTenant,
    backend: CurrentBackend,
    unread: bool = False,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Inbox:
    """List the messages, or those that were not read."""
    found = await _inbox(backend, tenant).all()
    shown = [message for message in found if not (unread and message.read)]
    return Inbox(messages=shown[:limit], unread=sum(not message.read for message in found))


@router.get("/inbox/{message_id}", responses=problems(404))
async def get(message_id: MessagePath, tenant: CurrentTenant, backend: CurrentBackend) -> Message:
    """Return a message; reading it this way does not mark it."""
    return await _inbox(backend, tenant).get(message_id)


@router.patch("/inbox/{message_id}", responses=problems(404))
async def update(
    message_id: MessagePath, given: MessageUpdate, tenant: CurrentTenant, backend: CurrentBackend
) -> Message:
    """Mark a message as read, or as not read."""
    return await _inbox(backend, tenant).mark(message_id, read=given.read)


@router.delete("/inbox/{message_id}", status_code=204, responses=problems(404))
async def delete(message_id: MessagePath, tenant: CurrentTenant, backend: CurrentBackend) -> None:
    """Delete a message."""
    await _inbox(backend, tenant).delete(message_id)


@router.get("/contact", responses=problems())
async def get_contact(tenant: CurrentTenant, backend: CurrentBackend) -> ContactJson:
    """Return where the user is told beside the inbox."""
    kept = await _inbox(backend, tenant).contact()
    return ContactJson(webhook=kept.webhook, email=kept.email)


@router.put("/contact", responses=problems())
async def set_contact(given: ContactUpdate, tenant: CurrentTenant, backend: CurrentBackend) -> ContactJson:
    """Set where the user is told beside the inbox; another webhook has another secret."""
    if given.webhook:
        check_address(given.webhook, private=backend.settings.private_addresses)
    email = check_email(given.email) if given.email else None
    inbox = _inbox(backend, tenant)
    before = await inbox.contact()
    fresh = new_secret() if given.webhook and given.webhook != before.webhook else None
    secret = fresh or (before.secret if given.webhook else "")
    await inbox.set_contact(Contact(webhook=given.webhook, secret=secret, email=email))
    return ContactJson(webhook=given.webhook, email=email, secret=fresh)


def _inbox(backend: Backend, tenant: Tenant) -> RedisInbox:
    return backend.jobs.post_of(tenant.user).inbox
