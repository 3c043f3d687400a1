"""Settings: where they come from, which of two wins, and what a bad one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dayloom.settings import Settings, default_data_dir, machine_timezone, read_settings
from state.errors import BadInput
from state.when import Locale

DURATION = "a time such as 7d, 12h, 90m or 45s, up to 36500d; a bare number is seconds"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start from an empty environment in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DAYLOOM_{name.upper()}", raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("DAYLOOM_CONFIG", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def in_data_folder(tmp_path: Path) -> Path:
    """Return where the settings file of the data folder lies."""
    folder = tmp_path / "share" / "dayloom"
    folder.mkdir(parents=True)
    return folder / "dayloom.toml"


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = read_settings()

    assert settings.offline
    assert settings.redis_url is None
    assert settings.data_dir == tmp_path / "share" / "dayloom"
    assert (settings.max_rounds, settings.max_corrections) == (60, 3)
    assert settings.timezone == machine_timezone()


def test_a_relative_folder_for_data_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "share")

    assert default_data_dir() == Path("~/.local/share/dayloom").expanduser()


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = {
        "DAYLOOM_DATA_DIR": str(tmp_path),
        "DAYLOOM_REDIS_URL": "unix:///run/valkey.sock",
        "DAYLOOM_MODEL": "big",
        "DAYLOOM_FALLBACK_MODELS": "small, smaller",
        "DAYLOOM_API_TOKENS": "one,two",
        "DAYLOOM_TIMEZONE": "Europe/Berlin",
        "DAYLOOM_LOCALE": "zh",
        "DAYLOOM_MAX_ROUNDS": "7",
        "DAYLOOM_NOTICE": "45",
        "OPENAI_API_KEY": "sk-secret",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    settings = read_settings()

    assert settings.fallback_models == ("small", "smaller")
    assert [token.get_secret_value() for token in settings.api_tokens] == ["one", "two"]
    assert settings.openai_api_key.get_secret_value() == "sk-secret"
    assert settings.openai_base_url == "http://127.0.0.1:1/v1"
    assert (settings.timezone, settings.locale, settings.model) == ("Europe/Berlin", Locale.ZH, "big")
    assert (settings.run_settings().max_rounds, settings.run_settings().notice) == (7, 45)
    assert "sk-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("7d", 604_800), ("12h", 43_200), ("90m", 5_400), ("45s", 45), ("30", 30), (" 1.5 h ", 5_400), ("", None)],
)
def test_a_lifetime_may_have_a_unit(written: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYLOOM_CARD_EXPIRY", written)
    monkeypatch.setenv("DAYLOOM_KEEP_THREADS", written)

    settings = read_settings()

    assert (settings.card_expiry, settings.keep_threads) == (seconds, seconds)


def test_a_lifetime_in_the_file_is_a_text_or_a_number(in_data_folder: Path) -> None:
    in_data_folder.write_text('card_expiry = "2h"\nkeep_threads = 90\n')

    settings = read_settings()

    assert (settings.card_expiry, settings.keep_threads) == (7_200, 90)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYLOOM_MODEL", "")

    assert read_settings().offline


def test_a_file_in_the_working_folder_is_not_read() -> None:
    Path("dayloom.toml").write_text('model = "big"\nopenai_base_url = "http://elsewhere/v1"\n')

    settings = read_settings()

    assert (settings.offline, settings.openai_base_url) == (True, None)


def test_the_file_in_the_data_folder_is_read(in_data_folder: Path) -> None:
    in_data_folder.write_text('timezone = "Asia/Shanghai"\n')

    assert read_settings().timezone == "Asia/Shanghai"


def test_a_named_file_replaces_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_data_folder: Path
) -> None:
    in_data_folder.write_text('model = "ignored"\n')
    (tmp_path / "mine.toml").write_text("max_rounds = 5\n")
    monkeypatch.setenv("DAYLOOM_CONFIG", str(tmp_path / "mine.toml"))

    settings = read_settings()

    assert (settings.model, settings.max_rounds) == ("offline", 5)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, in_data_folder: Path) -> None:
    in_data_folder.write_text('max_rounds = 5\nopenai_base_url = "http://file/v1"\n')
    monkeypatch.setenv("DAYLOOM_MAX_ROUNDS", "6")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://environment/v1")

    settings = read_settings()

    assert (settings.max_rounds, settings.openai_base_url) == (6, "http://environment/v1")


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("DAYLOOM_MAX_ROUNDS", "many", "a whole number from 1 to 1000"),
        ("DAYLOOM_MAX_ROUNDS", "0", "a whole number from 1 to 1000"),
        ("DAYLOOM_MAX_CORRECTIONS", "21", "a whole number from 1 to 20"),
        ("DAYLOOM_NOTICE", "-1", "a whole number of minutes from 0 to 1440"),
        ("DAYLOOM_NOTICE", "soon", "a whole number of minutes from 0 to 1440"),
        ("DAYLOOM_TIMEZONE", "Berlin", "an IANA name such as Europe/Berlin"),
        ("DAYLOOM_TIMEZONE", "../etc/passwd", "an IANA name such as Europe/Berlin"),
        ("DAYLOOM_LOCALE", "fr", "en or zh"),
        ("DAYLOOM_PORT", "70000", "a whole number from 1 to 65535"),
        ("DAYLOOM_REDIS_URL", "localhost:6379", "redis://HOST:PORT, rediss://HOST:PORT or unix:///PATH"),
        ("OPENAI_BASE_URL", "api.example.org", "http://… or https://…"),
        *(("DAYLOOM_CARD_EXPIRY", value, DURATION) for value in ("soon", "7w", "-1", "0", "1h30m", "36501d", "inf")),
        ("DAYLOOM_KEEP_THREADS", "7 days", DURATION),
    ],
)
def test_a_bad_value_names_its_variable_and_what_is_allowed(
    variable: str, value: str, allowed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(BadInput) as refused:
        read_settings()

    assert str(refused.value).startswith(variable)
    assert str(refused.value).endswith(f"allowed is {allowed}")


def test_a_password_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYLOOM_REDIS_URL", "http://user:secret@host")

    with pytest.raises(BadInput) as refused:
        read_settings()

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("max_rounds = 0", "max_rounds in "),
        ("modle = 'x'", "has no setting 'modle'"),
        ("model = ", "is not TOML"),
        ("model = 3", "model in "),
    ],
)
def test_a_bad_file_is_named(text: str, complaint: str, in_data_folder: Path) -> None:
    in_data_folder.write_text(text)

    with pytest.raises(BadInput, match=complaint) as refused:
        read_settings()

    assert str(in_data_folder) in str(refused.value)


def test_a_file_that_is_named_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYLOOM_CONFIG", "/nowhere/mine.toml")

    with pytest.raises(BadInput, match=r"/nowhere/mine\.toml cannot be read"):
        read_settings()


def test_the_time_zone_of_the_machine_comes_from_tz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":Asia/Shanghai")

    assert machine_timezone() == "Asia/Shanghai"


def test_a_nonsensical_tz_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST")

    assert machine_timezone() != "CET-1CEST"
