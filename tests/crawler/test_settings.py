"""The settings: flag over environment over file over what is built in."""

from __future__ import annotations

from pathlib import Path

import pytest

import crawler
from crawler.errors import ConfigError
from crawler.paths import packaged_config
from crawler.settings import Settings, SettingsError, load_settings

BUILT_IN = load_settings(None, {})


def config(folder: Path, text: str) -> Path:
    (folder / "jianbao.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_anything_the_built_in_values_hold() -> None:
    """Data lies in ./data, and the User-Agent names no address that nobody set."""
    assert BUILT_IN.data == Path("data")
    assert BUILT_IN.database is None
    assert BUILT_IN.contact is None
    assert BUILT_IN.user_agent == f"jianbao/{crawler.__version__}"
    assert set(BUILT_IN.origins.values()) == {"built in"}


def test_the_packaged_file_changes_nothing() -> None:
    """Every line of it is commented out and shows a setting that there is."""
    assert load_settings(packaged_config(), {}) == BUILT_IN
    lines = (packaged_config() / "jianbao.toml").read_text(encoding="utf-8").splitlines()
    shown = {line.split("=")[0].strip("# ") for line in lines if " = " in line}
    assert shown == set(BUILT_IN.origins)


def test_each_layer_comes_before_the_one_below_and_says_so(tmp_path: Path) -> None:
    """One setting from each layer, with its origin."""
    folder = config(tmp_path, '# mine\ndata = "a"\nat_once = 2\nlog_level = "debug"\n')
    environ = {"JIANBAO_DATA": "b", "JIANBAO_AT_ONCE": "3"}
    settings = load_settings(folder, environ, data=Path("c"), database=None)
    assert (settings.data, settings.at_once, settings.log_level) == (Path("c"), 3, "debug")
    assert settings.origins["data"] == "flag --data"
    assert settings.origins["at_once"] == "environment JIANBAO_AT_ONCE"
    assert settings.origins["log_level"] == f"{folder / 'jianbao.toml'}, line 4"
    assert settings.origins["database"] == "built in"


def test_the_seconds_of_a_page_are_a_number_of_any_kind(tmp_path: Path) -> None:
    """Whole or not, from the file, the environment or the program."""
    assert BUILT_IN.parse_seconds == 5.0
    assert load_settings(config(tmp_path, "parse_seconds = 8"), {}).parse_seconds == 8
    assert load_settings(None, {"JIANBAO_PARSE_SECONDS": "2.5"}).parse_seconds == 2.5
    assert load_settings(None, {}, parse_seconds=0.5).parse_seconds == 0.5


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    """JIANBAO_DATA= in an environment file leaves the value below in force."""
    assert load_settings(config(tmp_path, 'data = "a"'), {"JIANBAO_DATA": ""}).data == Path("a")


def test_the_user_agent_carries_the_contact_and_can_be_set_as_a_whole(tmp_path: Path) -> None:
    """A site's owner can turn to the person who crawls."""
    settings = load_settings(config(tmp_path, 'contact = "https://example.org/crawler"'), {})
    assert settings.user_agent == f"jianbao/{crawler.__version__} (+https://example.org/crawler)"
    assert settings.origins["user_agent"].startswith("built in, contact from")
    assert load_settings(None, {"JIANBAO_USER_AGENT": "x/1"}).user_agent == "x/1"


def test_the_home_directory_may_be_written_as_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    """~ in a file or a variable is expanded."""
    monkeypatch.setenv("HOME", "/home/someone")
    assert load_settings(None, {"JIANBAO_DATA": "~/news"}).data == Path("/home/someone/news")


@pytest.mark.parametrize(
    ("text", "environ", "said"),
    [
        ("dat = 'a'", {}, 'jianbao.toml, line 1: unknown key "dat"; did you mean "data"?'),
        ("\nat_once = 'a'", {}, 'jianbao.toml, line 2: "at_once": expected a whole number, got text in quotes'),
        ("at_once = 0", {}, 'jianbao.toml, line 1: "at_once": expected a whole number >= 1'),
        (
            "log_level = 'loud'",
            {},
            'jianbao.toml, line 1: "log_level": expected one of debug, info, warning, error, got "loud"',
        ),
        ("data = ''", {}, 'jianbao.toml, line 1: "data" is empty'),
        ("data = ", {}, "jianbao.toml, line 1: not valid TOML: Invalid value"),
        ("contact = 'me'", {}, 'jianbao.toml, line 1: "contact" has to be an e-mail address or a web page, not "me"'),
        (
            "",
            {"JIANBAO_AT_ONCE": "many"},
            'environment JIANBAO_AT_ONCE: "at_once": expected a whole number, got "many"',
        ),
        ("parse_seconds = 0", {}, 'jianbao.toml, line 1: "parse_seconds": expected a number >= 0.1'),
        ("parse_seconds = '5 s'", {}, 'line 1: "parse_seconds": expected a number, got text in quotes'),
        ("", {"JIANBAO_PARSE_SECONDS": "5s"}, '"parse_seconds": expected a number, got "5s"'),
        ("", {"JIANBAO_PARSE_SECONDS": "0.01"}, 'JIANBAO_PARSE_SECONDS: "parse_seconds" has to be from 0.1 to 600'),
        ("", {"JIANBAO_AT_ONCE": "9999999999"}, 'environment JIANBAO_AT_ONCE: "at_once" has to be from 1 to 256'),
        (
            "",
            {"JIANBAO_LOG_LEVEL": "warn"},
            'environment JIANBAO_LOG_LEVEL: unknown log_level "warn"; did you mean "warning"?',
        ),
        ("", {"JIANBAO_CONTACT": "a@b.cn\r\nX: y"}, 'environment JIANBAO_CONTACT: "contact" has to be'),
        (
            "",
            {"JIANBAO_USER_AGENT": "剪报"},
            'environment JIANBAO_USER_AGENT: "user_agent" may hold only printable ASCII',
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, environ: dict[str, str], said: str, tmp_path: Path) -> None:
    """The sentence names the line, the variable or the flag."""
    with pytest.raises(SettingsError) as error:
        load_settings(config(tmp_path, text), environ)
    assert said in str(error.value)
    assert len(error.value.problems) == 1
    assert isinstance(error.value, ConfigError)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """File, environment and flags together."""
    with pytest.raises(SettingsError) as error:
        load_settings(config(tmp_path, "dat = 1\nat_once = 0\n"), {"JIANBAO_LOG_LEVEL": "loud"}, contact="me")
    assert len(error.value.problems) == 4
    assert "flag --contact" in str(error.value)


def test_a_variable_that_is_no_setting_is_remarked_upon(tmp_path: Path) -> None:
    """A slip in a name is seen by `jianbao doctor`, and others' variables do no harm."""
    settings = load_settings(None, {"JIANBAO_DATTA": "x", "JIANBAO_CONFIG": str(tmp_path), "PATH": "x"})
    assert settings.remarks == ('environment JIANBAO_DATTA is not a setting; did you mean "JIANBAO_DATA"?',)
    assert settings.data == Path("data")


def test_a_flag_that_is_no_setting_is_the_programmer_s_mistake() -> None:
    """It is not passed over."""
    with pytest.raises(TypeError, match="no such setting: dat"):
        load_settings(None, {}, dat="x")


def test_settings_do_not_change() -> None:
    """They are one frozen value."""
    with pytest.raises(AttributeError):
        BUILT_IN.data = Path("x")  # type: ignore[misc]
    assert isinstance(BUILT_IN, Settings)
