"""Whose token is whose: configured, stored, or signed by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dayloom.api.http.authentication import Authentication, make_authentication
from dayloom.api.http.problem_kind import Problem
from dayloom.api.http.user import Scope
from dayloom.settings import Settings
from dayloom.stores.owner.tokens import RedisTokens
from dayloom.stores.redis.connection import AsyncRedis
from dayloom.stores.redis.keys import TOKENS
from state.errors import BadInput

SECRET = "s" * 32
NOW = datetime.now(UTC)
RSA = rsa.generate_private_key(65537, 2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def signed(key: Any = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    given = {"sub": "ann", "exp": NOW + timedelta(hours=1), "scope": "openid write", **claims}
    return jwt.encode({name: value for name, value in given.items() if value is not None}, key, algorithm)


async def authenticating(redis: AsyncRedis, **settings: Any) -> Authentication:
    return await make_authentication(Settings(**{"data_dir": Path("unused"), **settings}), redis)


async def refusal(authentication: Authentication, headers: Mapping[str, str]) -> Problem:
    with pytest.raises(Problem) as refused:
        await authentication.authenticate(headers)
    assert refused.value.kind.status == 401
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")
    return refused.value


async def test_without_tokens_whoever_is_at_the_machine_is_the_local_user(redis: AsyncRedis) -> None:
    assert (await (await authenticating(redis)).authenticate({})).id == "local"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org", ""])
async def test_without_tokens_no_other_address_is_opened(host: str, redis: AsyncRedis) -> None:
    with pytest.raises(BadInput, match=r"does not listen on .* without tokens"):
        await authenticating(redis, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
async def test_loopback_needs_no_token(host: str, redis: AsyncRedis) -> None:
    assert (await authenticating(redis, host=host)).open_to_all


async def test_a_configured_token_names_its_user(redis: AsyncRedis) -> None:
    it = await authenticating(redis, host="0.0.0.0", api_tokens="ann:first,second")

    assert (await it.authenticate(bearer("first"))).id == "ann"
    assert (await it.authenticate({"x-api-key": "second"})).id == "local"
    assert (await it.authenticate(bearer("first"))).may(Scope.ADMIN)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer(""),
        bearer("firs"),
        bearer("ann:first"),
        bearer("FIRST"),
        {"authorization": "Basic Zmlyc3Q="},
        {"authorization": "first"},
        {"x-api-key": "\xff"},
    ],
)
async def test_anything_else_is_refused(headers: dict[str, str], redis: AsyncRedis) -> None:
    await refusal(await authenticating(redis, api_tokens="ann:first"), headers)


@pytest.mark.parametrize("entry", ["ann:", ":token", "ann smith:token", "-ann:token", f"{'a' * 129}:token"])
async def test_an_entry_without_user_or_token_is_no_entry(entry: str, redis: AsyncRedis) -> None:
    with pytest.raises(BadInput, match="DAYLOOM_API_TOKENS") as refused:
        await authenticating(redis, api_tokens=entry)

    assert "token" not in str(refused.value).replace("`user:token` or `token`", "")


async def test_a_stored_token_holds_until_it_expires_or_is_revoked(redis: AsyncRedis) -> None:
    tokens = RedisTokens(redis)
    token, kept = await tokens.create("ann", ("read",), now=NOW, expires=NOW + timedelta(hours=1))
    late, _ = await tokens.create("ann", ("read",), now=NOW, expires=NOW - timedelta(seconds=1))
    it = await authenticating(redis)

    who = await it.authenticate(bearer(token))
    assert (who.id, who.may(Scope.READ), who.may(Scope.WRITE)) == ("ann", True, False)
    await refusal(it, bearer(late))

    assert await tokens.revoke(kept.id)
    await refusal(it, bearer(token))
    assert not await tokens.revoke(kept.id)


async def test_the_store_does_not_know_the_token_itself(redis: AsyncRedis) -> None:
    token, kept = await RedisTokens(redis).create("ann", ("read",), now=NOW)

    stored = b"".join(await redis.hvals(TOKENS)).decode()
    assert token not in stored
    assert token.rpartition("_")[2] not in stored
    assert kept.digest in stored


async def test_a_token_whose_secret_is_another_is_refused(redis: AsyncRedis) -> None:
    tokens = RedisTokens(redis)
    (first, _), (second, _) = [await tokens.create("ann", ("read",), now=NOW) for _ in range(2)]
    mixed = first[:16] + second[16:]

    assert mixed != first
    await refusal(await authenticating(redis), bearer(mixed))


@pytest.mark.parametrize(
    ("key", "given", "algorithm"),
    [(SECRET, SECRET, "HS256"), (RSA, pem(RSA), "RS256"), (CURVE, pem(CURVE), "ES256")],
)
async def test_a_signed_token_names_its_user_and_scopes(
    key: Any, given: str, algorithm: str, redis: AsyncRedis
) -> None:
    it = await authenticating(redis, host="0.0.0.0", jwt_key=given)

    who = await it.authenticate(bearer(signed(key, algorithm)))

    assert (who.id, who.scopes) == ("ann", {Scope.WRITE})


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW - timedelta(minutes=5)},
        {"exp": None},
        {"sub": None},
        {"sub": "ann smith"},
        {"nbf": NOW + timedelta(hours=1)},
        {"aud": "somewhere else"},
        {"iss": "somebody else"},
        {"aud": None},
    ],
)
async def test_a_signed_token_with_wrong_claims_is_refused(claims: dict[str, Any], redis: AsyncRedis) -> None:
    it = await authenticating(redis, jwt_key=SECRET, jwt_audience="dayloom", jwt_issuer="sign-in")
    right = {"aud": "dayloom", "iss": "sign-in"}

    assert (await it.authenticate(bearer(signed(**right)))).id == "ann"
    await refusal(it, bearer(signed(**{**right, **claims})))


async def test_the_header_of_a_token_does_not_choose_how_it_is_checked(redis: AsyncRedis) -> None:
    public = pem(RSA)
    it = await authenticating(redis, jwt_key=public)
    header, payload, _ = signed().split(".")
    unsigned = f"{jwt.encode({}, None, 'none').split('.')[0]}.{payload}."

    await refusal(it, bearer(unsigned))
    await refusal(it, bearer(signed()))
    await refusal(it, bearer(f"{header}.{payload}.{'A' * 43}"))


@pytest.mark.parametrize("key", ["short", "-----BEGIN PUBLIC KEY-----\nno\n-----END PUBLIC KEY-----"])
async def test_a_key_that_cannot_be_used_is_named(key: str, redis: AsyncRedis) -> None:
    with pytest.raises(BadInput, match="DAYLOOM_JWT_KEY"):
        await authenticating(redis, jwt_key=key)
