"""Settings, and the only place that reads the environment.

From the strongest to the weakest: environment variables; the TOML file that DAYLOOM_CONFIG names, or else
`dayloom.toml` in the data folder; defaults. A file in the working folder is not read: a folder somebody else made could
send the key from the environment to another address. In the file a setting has its own name in lower case:
`model = "offline"`, `openai_base_url = "…"`.
"""

from __future__ import annotations

import os
import re
import tomllib
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from state.common import RunSettings
from state.errors import BadInput
from state.when import Locale

OFFLINE: Final = "offline"
CONFIG_NAME: Final = "dayloom.toml"
_LAST_PORT: Final = 65535
_ZONEINFO: Final = "zoneinfo/"
_SECRET: Final = frozenset({"openai_api_key", "api_tokens", "jwt_key", "redis_url", "webhook_secret", "smtp_url"})
_REDIS_SCHEMES: Final = ("redis://", "rediss://", "unix://")

ALLOWED: Final[Mapping[str, str]] = {
    "redis_url": "redis://HOST:PORT, rediss://HOST:PORT or unix:///PATH",
    "redis_server": "the path of a redis-server or valkey-server",
    "data_dir": "a folder",
    "model": "'offline', or the name of a model",
    "fallback_models": "names of models, separated by commas; NAME@URL for one at another address, NAME@URL#VARIABLE "
    "if its key is in that environment variable",
    "model_timeout": "a time such as 90s, 10m or 1h; a bare number is seconds",
    "openai_base_url": "http://… or https://…",
    "host": "a host name or address",
    "port": "a whole number from 1 to 65535",
    "api_tokens": "`token` or `user:token`, separated by commas",
    "jwt_key": "a secret of at least 32 bytes, or a PEM public key (RSA or P-256)",
    "jwt_audience": "the `aud` a JWT must have",
    "jwt_issuer": "the `iss` a JWT must have",
    "allowed_hosts": "host names, separated by commas",
    "allowed_origins": "origins such as https://chat.example.org, separated by commas",
    "rate_limit": "requests a user may send in a minute; 0 for any number",
    "max_body": "a number of bytes",
    "max_calendar": "a number of bytes",
    "address": "the e-mail addresses by which calendars know you, separated by commas",
    "timezone": "an IANA name such as Europe/Berlin",
    "max_rounds": "a whole number from 1 to 1000",
    "max_corrections": "a whole number from 1 to 20",
    "notice": "a whole number of minutes from 0 to 1440",
    "locale": "en or zh",
    "card_expiry": "a time such as 7d, 12h, 90m or 45s, up to 36500d; a bare number is seconds",
    "prices": "a TOML file with a table for each model: what a million tokens cost, `input` and `output`",
    "run_deadline": "a time such as 7d, 12h, 90m or 45s, up to 36500d; a bare number is seconds",
    "workspace_exclusion": "true or false",
    "embed": "the import path of a function, such as package.module:function",
    "max_children": "a whole number from 1 to 100",
    "workers": "the path of a TOML file that names agents and their commands",
    "workers_at_once": "a whole number from 1 to 1000",
    "workers_per_agent": "a whole number from 1 to 1000",
    "workers_url": "http://… or https://…, where programs reach this service",
    "workers_prompt": "the import path of a function, such as package.module:function",
    "job_commands": "true or false",
    "keep_threads": "a time such as 7d, 12h, 90m or 45s, up to 36500d; a bare number is seconds",
    "keep_jobs": "a time such as 7d, 12h, 90m or 45s, up to 36500d; a bare number is seconds",
    "webhook": "http://… or https://…",
    "webhook_secret": "base64, with or without whsec_ before it",
    "private_addresses": "true or false",
    "smtp_url": "smtp://NAME:PASSWORD@HOST:PORT, or smtps://… for TLS from the first byte",
    "smtp_from": "an e-mail address, such as dayloom@example.org or Dayloom <dayloom@example.org>",
}
"""What each setting takes, for the error that names a bad one."""


def machine_timezone() -> str:
    """Return the IANA name of the machine's time zone, or UTC when it does not say."""
    names = (os.environ.get("TZ", "").removeprefix(":"), _linked_zone(), _noted_zone())
    return next((name for name in names if name and known_zone(name)), "UTC")


def known_zone(name: str) -> bool:
    """Tell whether this is the IANA name of a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def default_data_dir() -> Path:
    """Return `dayloom` in the user's folder for data (XDG_DATA_HOME, else `~/.local/share`)."""
    named = os.environ.get("XDG_DATA_HOME", "")
    base = Path(named) if named.startswith("/") else Path("~/.local/share").expanduser()
    return base / "dayloom"


def _linked_zone() -> str:
    """Return the zone `/etc/localtime` links to."""
    target = os.path.realpath("/etc/localtime")
    return target.partition(_ZONEINFO)[2] if _ZONEINFO in target else ""


def _noted_zone() -> str:
    try:
        return Path("/etc/timezone").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


_UNITS: Final[Mapping[str, int]] = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION: Final = re.compile(r"(\d{1,10}(?:\.\d+)?)\s*([smhd]?)", re.ASCII)
_LONGEST: Final = 36_500 * _UNITS["d"]


def _in_seconds(value: Any) -> Any:
    """Return the seconds that a text such as `12h` means; anything else as it is."""
    if not isinstance(value, str):
        return value
    if (found := _DURATION.fullmatch(value.strip())) is None:
        raise ValueError("not a duration")
    return float(found[1]) * _UNITS[found[2]]


Names = Annotated[tuple[str, ...], NoDecode]
"""Several words in one variable, separated by commas; a list in the file."""
Duration = Annotated[float, BeforeValidator(_in_seconds), Field(ge=1, le=_LONGEST)]
"""Seconds; may be written with a unit."""


@dataclass(frozen=True)
class ElsewhereModel:
    """A fallback at an address of its own; `key_variable` is where its key comes from, empty when it has none."""

    name: str
    address: str
    key_variable: str
    key: SecretStr


_ELSEWHERE: Final = re.compile(r"(?P<name>.+?)@(?P<address>https?://[^\s#]+)(?:#(?P<variable>[A-Za-z_]\w*))?", re.ASCII)


class Settings(BaseSettings):
    """Everything that can be set from outside; `redis_url` None means the embedded server in `data_dir`.

    A card is void `card_expiry` seconds after it was shown, a thread is deleted `keep_threads` seconds after its
    last turn ended, and a job is forgotten `keep_jobs` seconds after it has ended; None means for ever. A run that
    works for longer than `run_deadline` seconds is ended.
    A model may be silent for `model_timeout` seconds, and while it reads a long prompt for longer.
    `workspace_exclusion` lets one run at a time work in each workspace of a user. Nothing is placed sooner than
    `notice` minutes from now. What people are told goes to `webhook`, signed with `webhook_secret`, unless they have
    one of their own, and by the mail server `smtp_url`; webhooks may lie in private networks if `private_addresses`.
    The agent knows the skills in the folders `skills`, and finds what is remembered by meaning too where the function
    `embed` makes vectors of texts; `max_children` child runs of one run work at once. Jobs may be
    given to the programs that the file `workers` names, and over HTTP to any command only with `job_commands`: whoever
    may send commands may do all that this service may.
    """

    model_config = SettingsConfigDict(
        env_prefix="DAYLOOM_", env_ignore_empty=True, extra="forbid", frozen=True, populate_by_name=True
    )

    redis_url: str | None = None
    redis_server: Path | None = None
    data_dir: Path = Field(default_factory=default_data_dir)
    model: Annotated[str, Field(min_length=1)] = OFFLINE
    fallback_models: Names = ()
    openai_api_key: Annotated[SecretStr, Field(validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key"))] = (
        SecretStr("")
    )
    openai_base_url: Annotated[
        str | None, Field(validation_alias=AliasChoices("OPENAI_BASE_URL", "openai_base_url"))
    ] = None
    model_timeout: Duration = 120.0
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=_LAST_PORT)] = 2024
    api_tokens: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    jwt_key: SecretStr = SecretStr("")
    jwt_audience: str | None = None
    jwt_issuer: str | None = None
    allowed_hosts: Names = ()
    allowed_origins: Names = ()
    rate_limit: Annotated[int, Field(ge=0)] = 6000
    max_body: Annotated[int, Field(ge=1024)] = 1_000_000
    max_calendar: Annotated[int, Field(ge=1024)] = 10_000_000
    address: Names = ()
    timezone: str = Field(default_factory=machine_timezone)
    max_rounds: Annotated[int, Field(ge=1, le=1000)] = 60
    max_corrections: Annotated[int, Field(ge=1, le=20)] = 3
    notice: Annotated[int, Field(ge=0, le=1440)] = 15
    locale: Locale | None = None
    card_expiry: Duration | None = None
    keep_threads: Duration | None = None
    keep_jobs: Duration | None = 30 * 86_400.0
    run_deadline: Duration = 3600.0
    workspace_exclusion: bool = True
    webhook: str | None = None
    webhook_secret: SecretStr = SecretStr("")
    private_addresses: bool = False
    smtp_url: SecretStr = SecretStr("")
    smtp_from: str | None = None
    workers: Path | None = None
    workers_at_once: Annotated[int, Field(ge=1, le=1000)] = 4
    workers_per_agent: Annotated[int, Field(ge=1, le=1000)] = 4
    workers_url: str | None = None
    workers_prompt: Annotated[str, Field(pattern=r"^[\w.]+:\w+$")] | None = None
    job_commands: bool = False
    prices: Path | None = None
    skills: Annotated[tuple[Path, ...], NoDecode] = ()
    embed: Annotated[str, Field(pattern=r"^[\w.]+:\w+$")] | None = None
    max_children: Annotated[int, Field(ge=1, le=100)] = 3

    @field_validator(
        "fallback_models", "address", "api_tokens", "allowed_hosts", "allowed_origins", "skills", mode="before"
    )
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value

    @field_validator("fallback_models")
    @classmethod
    def _whole_entries(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any("@http" in entry and not _ELSEWHERE.fullmatch(entry) for entry in value):
            raise ValueError("not NAME@URL#VARIABLE")
        return value

    @field_validator("data_dir", "redis_server", "workers", "prices")
    @classmethod
    def _at_home(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value else value

    @field_validator("skills")
    @classmethod
    def _all_at_home(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(folder.expanduser() for folder in value)

    @field_validator("redis_url", "openai_base_url", "webhook", "workers_url")
    @classmethod
    def _check_scheme(cls, value: str | None, info: ValidationInfo) -> str | None:
        schemes = _REDIS_SCHEMES if info.field_name == "redis_url" else ("http://", "https://")
        if value is not None and not value.startswith(schemes):
            raise ValueError("unknown kind of address")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _check_base64(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value().removeprefix("whsec_")
        b64decode(text + "=" * (-len(text) % 4), validate=True)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _check_mail_server(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if value and (parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port == 0):
            raise ValueError("not the address of a mail server")
        return value

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        if not known_zone(value):
            raise ValueError("unknown time zone")
        return value

    @property
    def service_url(self) -> str:
        """Return where programs that carry out jobs reach the service."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 compared, not bound
        return (self.workers_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}").rstrip("/")

    @property
    def offline(self) -> bool:
        """Tell whether the built-in model is used."""
        return self.model == OFFLINE

    @property
    def models(self) -> tuple[str, ...]:
        """Return the names of models that a run may ask for, the configured one first."""
        named = (_ELSEWHERE.fullmatch(entry) for entry in self.fallback_models)
        fallbacks = (
            found["name"] if found else entry for found, entry in zip(named, self.fallback_models, strict=True)
        )
        return tuple(dict.fromkeys((self.model, *fallbacks, OFFLINE)))

    @property
    def elsewhere(self) -> tuple[ElsewhereModel, ...]:
        """Return the fallbacks that have an address of their own, with the keys the environment holds for them."""
        found = [match for entry in self.fallback_models if (match := _ELSEWHERE.fullmatch(entry))]
        return tuple(
            ElsewhereModel(each["name"], each["address"], variable, SecretStr(os.environ.get(variable, "")))
            for each in found
            for variable in [each["variable"] or ""]
        )

    def run_settings(self, *, always_execute: bool = False, attended: bool = True) -> RunSettings:
        """Return what these settings mean for one run."""
        return RunSettings(
            max_rounds=self.max_rounds,
            max_corrections=self.max_corrections,
            notice=self.notice,
            locale=self.locale,
            always_execute=always_execute,
            attended=attended,
        )

    def at(self, host: str | None, port: int | None, origins: Sequence[str] = ()) -> Settings:
        """Return the same settings for another address; port 0 means whichever is free. Raises BadInput.

        `origins` are further pages that may ask.
        """
        if port is not None and not 0 <= port <= _LAST_PORT:
            raise BadInput(f"--port {port} cannot be used; allowed is {ALLOWED['port']}, or 0 for one that is free")
        given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
        return self.model_copy(update={**given, "allowed_origins": (*self.allowed_origins, *origins)})

    def secrets(self) -> tuple[str, ...]:
        """Return everything in here that must not be seen outside."""
        tokens = [each.get_secret_value() for each in self.api_tokens]
        password = urlsplit(self.redis_url).password if self.redis_url else None
        keys = [model.key.get_secret_value() for model in self.elsewhere]
        held = [*keys, *tokens, *(token.partition(":")[2] for token in tokens), unquote(password or "")]
        mail = unquote(urlsplit(self.smtp_url.get_secret_value()).password or "")
        signing = self.webhook_secret.get_secret_value()
        return (*filter(None, (*held, mail, signing)), *_lines(self.openai_api_key), *_lines(self.jwt_key))

    def in_zone(self, timezone: str) -> Settings:
        """Return the same settings for another time zone, a known one."""
        return self.model_copy(update={"timezone": timezone})

    def now(self) -> datetime:
        """Return the present moment in the set time zone."""
        return datetime.now(ZoneInfo(self.timezone))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take the environment first; the file comes in as init values and fills the gaps."""
        return env_settings, init_settings


def _lines(secret: SecretStr) -> list[str]:
    """Return the secret, and none of a public key."""
    value = secret.get_secret_value()
    return [value] if value and not value.startswith("-----BEGIN PUBLIC") else []


ATTEMPT_TOKEN: Final = "DAYLOOM_ATTEMPT_TOKEN"  # noqa: S105 the name of a variable
ATTEMPT_URL: Final = "DAYLOOM_ATTEMPT_URL"
PROMPT_FILE: Final = "DAYLOOM_PROMPT_FILE"
RESULT_FILE: Final = "DAYLOOM_RESULT_FILE"


@dataclass(frozen=True)
class AttemptSettings:
    """What a program that carries out an attempt of a job is given: where it writes back, and where its report goes."""

    url: str | None
    token: SecretStr
    result_file: Path | None


def read_attempt() -> AttemptSettings:
    """Return what this process was given, if it carries out an attempt."""
    file = os.environ.get(RESULT_FILE)
    token = SecretStr(os.environ.get(ATTEMPT_TOKEN, ""))
    return AttemptSettings(os.environ.get(ATTEMPT_URL), token, Path(file) if file else None)


PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables that a program needs to run at all, and none of which is a secret."""


def environment(names: Sequence[str] = PASSED_ON) -> dict[str, str]:
    """Return those of these variables that are set, for a program that is given no others."""
    return {name: os.environ[name] for name in names if name in os.environ}


def read_settings() -> Settings:
    """Return the settings of this process; raises BadInput naming the variable, what it holds and what it may hold."""
    file = _config_file()
    given = _from_file(file) if file else {}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadInput("; ".join(_complaint(wrong, given, file) for wrong in error.errors())) from error


def _config_file() -> Path | None:
    if named := os.environ.get("DAYLOOM_CONFIG"):
        return Path(named).expanduser()
    data_dir = os.environ.get("DAYLOOM_DATA_DIR")
    file = (Path(data_dir).expanduser() if data_dir else default_data_dir()) / CONFIG_NAME
    return file if file.is_file() else None


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"The settings file {path} cannot be read: {error.strerror}. Correct DAYLOOM_CONFIG.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"The settings file {path} is not TOML: {error}.") from error
    if strange := [name for name in found if name not in Settings.model_fields]:
        known = ", ".join(Settings.model_fields)
        raise BadInput(f"The settings file {path} has no setting {strange[0]!r}; there are {known}.")
    return found


def _complaint(wrong: Any, given: Mapping[str, Any], file: Path | None) -> str:
    """Say which setting is wrong, where it comes from, and what it takes; secrets are not repeated."""
    name = str(wrong["loc"][0]).lower()
    variable = name.upper() if name.startswith("openai_") else f"DAYLOOM_{name.upper()}"
    from_file = name in given and not os.environ.get(variable)
    where = f"{name} in {file}" if from_file else variable
    holds = "" if name in _SECRET else f" is {wrong['input']!r}, which"
    return f"{where}{holds} cannot be used; allowed is {ALLOWED.get(name, 'text')}"
