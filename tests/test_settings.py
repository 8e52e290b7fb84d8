from __future__ import annotations

import base64
import random
import string
from pathlib import Path

import pytest

from faqbot.errors import SettingsError
from faqbot.settings import PREFIX, Settings, is_monotonous, resource_folder

ROOT = Path(__file__).parent.parent


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_env({})
    assert settings.corpus_dir == ROOT / "corpus"
    assert settings.index_dir == ROOT / "indexes"
    assert settings.embedding_model == "multilingual-e5-small"
    assert settings.database_url.startswith("sqlite:///")
    assert settings.allowed_origins == ()
    assert settings.rate_limit == "off"
    assert settings.retention_days == 396
    assert settings.outside_share == 0.1


def test_variables_are_read_and_empty_ones_are_not() -> None:
    settings = Settings.from_env(
        {
            "FAQBOT_CORPUS_DIR": "/srv/corpus",
            "FAQBOT_ALLOWED_ORIGINS": "https://a.example.org/, http://localhost:3000",
            "FAQBOT_RATE_LIMIT": "30/minute",
            "FAQBOT_RETENTION_DAYS": "Off",
            "FAQBOT_LOG_LEVEL": "DEBUG",
            "FAQBOT_RELOAD": "Off",
            "FAQBOT_CORPUS_SOURCE": "Database",
            "FAQBOT_OUTSIDE_SHARE": "0.25",
            "FAQBOT_EMBEDDING_MODEL": "",
            "HOME": "/root",
        }
    )
    assert settings.corpus_dir == Path("/srv/corpus")
    assert settings.allowed_origins == ("https://a.example.org", "http://localhost:3000")
    assert settings.rate_limit == "30/minute"
    assert settings.retention_days is None
    assert settings.log_level == "debug"
    assert settings.reload == "off"
    assert settings.corpus_source == "database"
    assert settings.outside_share == 0.25
    assert settings.embedding_model == "multilingual-e5-small"


def test_the_embedding_takes_as_many_threads_as_torch_would() -> None:
    assert Settings.from_env({}).embedding_threads is None
    assert Settings.from_env({"OMP_NUM_THREADS": "3"}).embedding_threads == 3
    assert Settings.from_env({"OMP_NUM_THREADS": "4,2"}).embedding_threads is None  # nested levels
    both = {"OMP_NUM_THREADS": "3", "FAQBOT_EMBEDDING_THREADS": "2"}
    assert Settings.from_env(both).embedding_threads == 2


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("RATE_LIMIT", "often", "expected off, or a limit such as 30/minute"),
        ("ALLOWED_ORIGINS", "example.org", "is not an origin"),
        ("ALLOWED_ORIGINS", "https://a.org/path", "is not an origin"),
        ("ALLOWED_ORIGINS", "https://a.org; script-src *", "is not an origin"),
        ("ALLOWED_ORIGINS", "*", "is not an origin"),
        ("ALLOWED_ORIGINS", "https://a.org:443x", "is not an origin"),
        ("LOG_LEVEL", "loud", "debug"),
        ("RETENTION_DAYS", "0", "expected off, or a number of days of at least 1"),
        ("RETENTION_DAYS", "13 months", "expected off, or a number of days of at least 1"),
        ("RATE_LIMT", "off", "is not a setting"),
        ("RELOAD", "sometimes", "'on' or 'off'"),
        ("OUTSIDE_SHARE", "0", "greater than 0"),
        ("OUTSIDE_SHARE", "1", "less than 1"),
        ("OUTSIDE_SHARE", "10 %", "valid number"),
        ("METRICS_TOKEN", "x" * 32, "at least 32 random characters"),
        ("SECRET_KEY", "x" * 31, "at least 32 random characters"),
        ("PUBLIC_URL", "faq.example.org", "is not an address"),
        ("PUBLIC_URL", "ftp://faq.example.org", "is not an address"),
        ("PUBLIC_URL", "https://faq.example.org/faq?lang=fr", "is not an address"),
        ("PUBLIC_URL", "https://faq.example.org/a/../b", "is not an address"),
        ("PUBLIC_URL", "https://faq.example.org/faq;x", "is not an address"),
        ("TRUSTED_PROXIES", "*", "is not an IP address or a network such as 10.0.0.0/8"),
        ("TRUSTED_PROXIES", "10.0.0.1, proxy.local", "'proxy.local' is not an IP address"),
        ("OIDC_ISSUER", "http://idp.example.org", "https://idp"),
        ("OIDC_ISSUER", "idp.example.org", "https://idp"),
        ("HANDOFF_URL", "http://support.example.org/tickets", "expected an address"),
        ("HANDOFF_URL", "https://support.example.org/tickets", "set both, or none"),
        ("HANDOFF_SECRET", "short", "expected at least 32 random characters"),
        ("WEBHOOK_URL", "http://tool.example.org/", "expected an address"),
        ("WEBHOOK_URL", "https://tool.example.org/", "set both, or none"),
        ("WEBHOOK_SECRET", "short", "expected at least 32 random characters"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(name: str, value: str, message: str) -> None:
    with pytest.raises(SettingsError, match=f"FAQBOT_{name}.*{message}"):
        Settings.from_env({f"FAQBOT_{name}": value})


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("HTTPS://WWW.Example.org/", "https://www.example.org"),
        ("https://a.org:443", "https://a.org"),
        ("http://a.org:80", "http://a.org"),
        ("http://a.org:443", "http://a.org:443"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("https://a.org:8443", "https://a.org:8443"),
    ],
)
def test_origins_are_written_as_browsers_write_them(written: str, origin: str) -> None:
    assert Settings.from_env({"FAQBOT_ALLOWED_ORIGINS": written}).allowed_origins == (origin,)


def test_all_wrong_values_are_reported_together() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"FAQBOT_RATE_LIMIT": "x", "FAQBOT_LOG_LEVEL": "y"})
    assert "FAQBOT_RATE_LIMIT" in str(caught.value)
    assert "FAQBOT_LOG_LEVEL" in str(caught.value)


@pytest.mark.parametrize("name", ["corpus", "web"])
def test_what_comes_with_faqbot_is_found(name: str) -> None:
    assert resource_folder(name).is_dir()  # type: ignore[arg-type]


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in readme]
    assert missing == []


OPENID = {
    "FAQBOT_SECRET_KEY": "a key for tests, of more than 32 characters",
    "FAQBOT_OIDC_ISSUER": "https://idp.example.org/realms/support",
    "FAQBOT_OIDC_CLIENT_ID": "faqbot",
    "FAQBOT_OIDC_CLIENT_SECRET": "hush",
}


def test_secrets_are_told_by_no_error_and_no_print() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"FAQBOT_SECRET_KEY": "too short a secret"})
    assert "too short a secret" not in str(caught.value)
    settings = Settings.from_env(OPENID)
    assert "hush" not in repr(settings)
    assert "a key for tests" not in repr(settings)
    assert "hush" not in repr(settings.openid)


@pytest.mark.parametrize("setting", ["FAQBOT_SECRET_KEY", "FAQBOT_FORMER_SECRET_KEY"])
@pytest.mark.parametrize("key", ["k" * 32, "0123456789" * 4, "ab" * 20, "1234" * 10])
def test_a_key_that_is_easy_to_guess_is_refused(setting: str, key: str) -> None:
    with pytest.raises(SettingsError, match=r"32 random characters.*secrets"):
        Settings.from_env({setting: key})


@pytest.mark.parametrize("seed", range(200))
def test_random_secrets_are_not_called_monotonous(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - it has to come out alike
    assert not is_monotonous(base64.urlsafe_b64encode(chance.randbytes(32)).decode())
    assert not is_monotonous(chance.randbytes(16).hex())
    assert not is_monotonous("".join(chance.choices(string.ascii_letters, k=12)))


def test_the_provider_is_called_by_its_host_unless_it_has_a_name() -> None:
    unnamed = Settings.from_env(OPENID).openid
    named = Settings.from_env(OPENID | {"FAQBOT_OIDC_NAME": "Annuaire"}).openid
    assert unnamed
    assert named
    assert (unnamed.name, named.name) == ("idp.example.org", "Annuaire")
    assert Settings.from_env({}).openid is None


@pytest.mark.parametrize("missing", OPENID)
def test_the_provider_is_set_whole_or_not_at_all(missing: str) -> None:
    some = {name: value for name, value in OPENID.items() if name != missing}
    with pytest.raises(SettingsError, match=f"without {missing}: set all of them, or none"):
        Settings.from_env(some)


@pytest.mark.parametrize("name", ["ROLE_CLAIM", "NAME"])
def test_a_detail_of_no_provider_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"FAQBOT_OIDC_{name} is set without"):
        Settings.from_env({f"FAQBOT_OIDC_{name}": "x"})
