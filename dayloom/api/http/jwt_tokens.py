"""Verification of JSON Web Tokens: signature, expiry, audience, issuer; another sign-in issues them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from dayloom.api.http.problem_kind import Problem, ProblemKind
from dayloom.api.http.user import USER_ID, Scope, User
from dayloom.settings import Settings
from dayloom.stores.owner.tokens import digest
from state.errors import BadInput

MIN_SECRET_BYTES: Final = 32
LEEWAY_SECONDS: Final = 30
"""Seconds two clocks may differ."""

BAD_JWT: Final = ProblemKind(401, "bad_token", "The token does not hold", "Sign in again for a fresh one.")


@dataclass(frozen=True)
class JwtVerifier:
    """What a JWT must show: the key decides the one algorithm that is taken, whatever its header says.

    `fingerprint` is the digest of the key.
    """

    key: Any
    algorithm: str
    audience: str | None
    issuer: str | None
    fingerprint: str

    @classmethod
    def from_settings(cls, settings: Settings) -> JwtVerifier:
        """Return what the settings ask for; raises BadInput when the key cannot be used."""
        text = settings.jwt_key.get_secret_value().replace("\\n", "\n").strip()
        key, algorithm = _read_public_key(text) if text.startswith("-----BEGIN") else (_check_secret(text), "HS256")
        return cls(key, algorithm, settings.jwt_audience, settings.jwt_issuer, digest(text))

    def verify(self, token: str) -> User:
        """Return the user `sub` names, with the scopes of the `scope` claim; raises Problem."""
        try:
            claims = jwt.decode(
                token,
                self.key,
                algorithms=[self.algorithm],
                audience=self.audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "sub"], "verify_aud": self.audience is not None},
            )
        except jwt.ExpiredSignatureError as error:
            raise _bad_jwt("The token has expired.") from error
        except jwt.PyJWTError as error:
            raise _bad_jwt(f"The token is not valid here ({type(error).__name__}).") from error
        if not USER_ID.fullmatch(claims["sub"]):
            raise _bad_jwt("The `sub` of the token is not a user id dayloom takes.")
        expires = datetime.fromtimestamp(claims["exp"], UTC)
        return User(claims["sub"], frozenset(_read_scopes(claims.get("scope"))), expires)


def _bad_jwt(why: str) -> Problem:
    return Problem(BAD_JWT, why, headers={"WWW-Authenticate": 'Bearer realm="dayloom", error="invalid_token"'})


def _read_scopes(claim: object) -> list[Scope]:
    """Read the scopes that are ours among those a sign-in may give, separated by blanks."""
    words = claim.split() if isinstance(claim, str) else []
    return [Scope(word) for word in words if word in set(Scope)]


def _check_secret(text: str) -> str:
    if len(text.encode()) < MIN_SECRET_BYTES:
        raise BadInput(
            f"DAYLOOM_JWT_KEY is too short: a secret has {MIN_SECRET_BYTES} bytes or more, or give a PEM public key."
        )
    return text


def _read_public_key(text: str) -> tuple[Any, str]:
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput("DAYLOOM_JWT_KEY is not a PEM public key.") from error
    if isinstance(key, RSAPublicKey):
        return key, "RS256"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key, "ES256"
    raise BadInput("DAYLOOM_JWT_KEY is a key of a kind that is not taken; use RSA, P-256, or a shared secret.")
