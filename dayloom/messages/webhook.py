"""Webhooks as Standard Webhooks has them: signed, with an id that stays the same over all tries."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

from dayloom.messages.address import find_target
from dayloom.messages.failure import DeliveryFailed
from state.errors import BadInput

PREFIX: Final = "whsec_"
PATIENCE: Final = 10.0
"""Seconds that a call may take."""
_SECRET_BYTES: Final = 24
_GONE: Final = 410
"""Whoever answers so wants nothing more."""


def new_secret() -> str:
    """Return a secret to sign with."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def read_secret(secret: str) -> bytes:
    """Return the bytes of a secret; raises BadInput for none."""
    text = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadInput("a webhook secret is base64 behind whsec_") from error


def headers_of(id: str, at: datetime, body: bytes, secret: str) -> dict[str, str]:
    """Return the headers of a call; without a secret it is not signed."""
    stamp = str(int(at.timestamp()))
    named = {"webhook-id": id, "webhook-timestamp": stamp, "idempotency-key": id, "content-type": "application/json"}
    if not secret:
        return named
    signed = hmac.new(read_secret(secret), f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {**named, "webhook-signature": f"v1,{base64.b64encode(signed).decode()}"}


async def call(url: str, body: bytes, headers: dict[str, str], *, private: bool) -> None:
    """Call a webhook once; raises DeliveryFailed. A redirect is not followed: it could lead anywhere."""
    import httpx2  # noqa: PLC0415 a tenth of a second that only who sends needs

    try:
        target = await find_target(url, private=private)
        async with (
            asyncio.timeout(PATIENCE),
            httpx2.AsyncClient(timeout=PATIENCE, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "POST", target.url, content=body, headers={**headers, **target.headers}, extensions=target.extensions
            ) as answer,
        ):
            status = answer.status_code
    except BadInput as error:
        raise DeliveryFailed(str(error), for_good=True) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError) as error:
        raise DeliveryFailed(f"it could not be reached ({type(error).__name__})") from error
    if not 200 <= status < 300:
        raise DeliveryFailed(f"it answered with status {status}", for_good=status == _GONE)
