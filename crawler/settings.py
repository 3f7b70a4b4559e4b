"""The settings of an installation: flag > environment JIANBAO_* > config/jianbao.toml > built-in.

What is particular to a source (how often, how politely) stands in the source's file; here is only what all share.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

import crawler
from crawler.toml import Problem, TomlError, check, read_toml, suggest

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]
PREFIX = "JIANBAO_"
_NOT_SETTINGS = (
    "JIANBAO_CONFIG",  # where the configuration lies
    "JIANBAO_CORPUS",  # where the tests find real pages
    "JIANBAO_MAIL_PASSWORD",  # these two are secrets: they stand in no file
    "JIANBAO_WEBHOOK_TOKEN",
)
_FILLED_IN = ("origins", "remarks")
_NUMBERS = {
    "at_once": (re.compile(r"[0-9]{1,20}"), "a whole number"),
    "parse_seconds": (re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?"), "a number"),
    "alarm_repeat_hours": (re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?"), "a number"),
}


class SettingsError(TomlError):
    """What is wrong with the settings, by file and line, environment variable or flag."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings in force. `origins` tells where each came from, `remarks` what was seen and not used."""

    data: Path = Path("data")  # the data directory: archive.db, captures/, logs; relative to the working directory
    database: str | None = None  # a database URL; absent: archive.db in the data directory
    contact: str | None = None  # an e-mail address or web page that a site's owner can turn to
    user_agent: str = ""  # absent: jianbao/{version}, with the contact if there is one
    at_once: Annotated[int, msgspec.Meta(ge=1, le=256)] = 4  # sources that are crawled at the same time
    parse_seconds: Annotated[float, msgspec.Meta(ge=0.1, le=600)] = 5.0  # of the processor, for reading one page
    log_level: LogLevel = "info"
    log_format: LogFormat = "text"  # of what is logged: lines for people, or JSON with trace ids
    log_file: str = ""  # a file that the log is also written to, rotated; relative to the data directory
    alarm_mail: str = ""  # the addressees of alarms, parted by commas
    alarm_mail_from: str = ""  # their sender; absent: the first addressee
    alarm_mail_server: str = ""  # smtps://user@host (TLS), smtp://user@host:587 (STARTTLS), plain://localhost
    alarm_webhook: str = ""  # an address that is sent alarms as JSON
    alarm_webhook_allow: str = ""  # private networks in which it may lie, parted by commas
    alarm_repeat_hours: Annotated[float, msgspec.Meta(ge=0, le=100_000)] = 24.0  # until it is told again; 0: never
    origins: Mapping[str, str] = {}
    remarks: tuple[str, ...] = ()


NAMES = tuple(field for field in Settings.__struct_fields__ if field not in _FILLED_IN)


class _File(msgspec.Struct, frozen=True):
    """config/jianbao.toml: any of the settings."""

    data: str | None = None
    database: str | None = None
    contact: str | None = None
    user_agent: str | None = None
    at_once: Annotated[int, msgspec.Meta(ge=1, le=256)] | None = None
    parse_seconds: Annotated[float, msgspec.Meta(ge=0.1, le=600)] | None = None
    log_level: LogLevel | None = None
    log_format: LogFormat | None = None
    log_file: str | None = None
    alarm_mail: str | None = None
    alarm_mail_from: str | None = None
    alarm_mail_server: str | None = None
    alarm_webhook: str | None = None
    alarm_webhook_allow: str | None = None
    alarm_repeat_hours: Annotated[float, msgspec.Meta(ge=0, le=100_000)] | None = None


def load_settings(
    config: Path | None = None, environ: Mapping[str, str] = os.environ, **flags: str | float | Path | None
) -> Settings:
    """The settings of the configuration folder under the environment and the flags that were given (None: not given).

    >>> load_settings(None, {"JIANBAO_DATA": "/srv/jianbao"}).origins["data"]
    'environment JIANBAO_DATA'

    Raises SettingsError with everything that is wrong, and TypeError for a flag that is no setting.
    """
    if strange := set(flags) - set(NAMES):
        raise TypeError(f"no such setting: {', '.join(sorted(strange))}")
    values: dict[str, Any] = {}
    origins = dict.fromkeys(NAMES, "built in")
    problems: list[Problem] = []
    for layer in (_from_file(config, problems), _from_environment(environ, problems), _from_flags(flags)):
        for name, (value, origin) in layer.items():
            values[name], origins[name] = value, origin
    problems += _problems(values, origins)
    if problems:
        raise SettingsError(tuple(problems))
    if not values.get("user_agent"):
        values["user_agent"] = user_agent(values.get("contact"))
        origins["user_agent"] = "built in" + (f", contact from {origins['contact']}" if values.get("contact") else "")
    values["data"] = Path(values.get("data", "data")).expanduser()
    return Settings(**values, origins=origins, remarks=_remarks(environ))


def user_agent(contact: str | None) -> str:
    """How we name ourselves to a server.

    >>> user_agent("news@example.org").partition(" ")[2]
    '(+news@example.org)'
    """
    return f"jianbao/{crawler.__version__}" + (f" (+{contact})" if contact else "")


Layer = dict[str, tuple[Any, str]]  # setting → its value and where it comes from


def _from_file(config: Path | None, problems: list[Problem]) -> Layer:
    path = config / "jianbao.toml" if config is not None else None
    if path is None or not path.exists():
        return {}
    try:
        file = read_toml(path)
    except TomlError as error:
        problems += error.problems
        return {}
    wrong = check(file, _File)
    problems += wrong
    lines = {problem.line for problem in wrong}
    return {
        name: (value, f"{path}, line {file.lines[(name,)]}")
        for name, value in file.data.items()
        if name in NAMES and file.lines[(name,)] not in lines
    }


def _from_environment(environ: Mapping[str, str], problems: list[Problem]) -> Layer:
    layer: Layer = {}
    for name in NAMES:
        variable = PREFIX + name.upper()
        text = environ.get(variable)
        if not text:  # set to nothing is not set
            continue
        origin = f"environment {variable}"
        if name not in _NUMBERS:
            layer[name] = (text, origin)
        elif _NUMBERS[name][0].fullmatch(text):
            layer[name] = (float(text) if "." in text else int(text), origin)
        else:
            problems.append(Problem(origin, 0, f'"{name}": expected {_NUMBERS[name][1]}, got "{text}"'))
    return layer


def _from_flags(flags: Mapping[str, Any]) -> Layer:
    return {
        name: (str(value) if isinstance(value, Path) else value, f"flag --{name.replace('_', '-')}")
        for name, value in flags.items()
        if value is not None
    }


def _problems(values: Mapping[str, Any], origins: Mapping[str, str]) -> list[Problem]:
    """What is wrong with the values that won, wherever they come from."""
    problems = []
    level, at_once, contact = values.get("log_level", "info"), values.get("at_once", 1), values.get("contact")
    levels = ("debug", "info", "warning", "error")
    if level not in levels:
        problems.append(Problem(origins["log_level"], 0, f'unknown log_level "{level}"{suggest(str(level), levels)}'))
    if (form := values.get("log_format", "text")) not in ("text", "json"):
        problems.append(Problem(origins["log_format"], 0, f'"log_format" has to be "text" or "json", not "{form}"'))
    problems += _problems_of_alarms(values, origins)
    if not 1 <= at_once <= 256:
        problems.append(Problem(origins["at_once"], 0, f'"at_once" has to be from 1 to 256, not {at_once}'))
    if not 0.1 <= (seconds := values.get("parse_seconds", 5.0)) <= 600:
        problems.append(
            Problem(origins["parse_seconds"], 0, f'"parse_seconds" has to be from 0.1 to 600, not {seconds}')
        )
    if not values.get("data", "data"):
        problems.append(Problem(origins["data"], 0, '"data" is empty; name a directory'))
    if contact and not re.fullmatch(r"[!-~]+@[!-~]+\.[!-~]+|https?://[!-~]+\.[!-~]+", contact):
        message = f'"contact" has to be an e-mail address or a web page, not "{contact}"'
        problems.append(Problem(origins["contact"], 0, message))
    if not re.fullmatch(r"[ -~]*", values.get("user_agent") or ""):
        problems.append(Problem(origins["user_agent"], 0, '"user_agent" may hold only printable ASCII characters'))
    return problems


def _problems_of_alarms(values: Mapping[str, Any], origins: Mapping[str, str]) -> list[Problem]:
    """What is wrong with how alarms are told: found before the first alarm is lost for it."""
    problems = []
    if not 0 <= (hours := values.get("alarm_repeat_hours", 24.0)) <= 100_000:
        message = f'"alarm_repeat_hours" has to be from 0 to 100000, not {hours}'
        problems.append(Problem(origins["alarm_repeat_hours"], 0, message))
    server, mail, webhook = (values.get(f"alarm_{name}", "") for name in ("mail_server", "mail", "webhook"))
    if server and not re.fullmatch(r"(?:smtps?|plain)://(?:[!-~]+@)?[A-Za-z0-9.\-\[\]:]+", server):
        message = '"alarm_mail_server" reads like smtp://user@mail.example.org:587, smtps://… or plain://localhost'
        problems.append(Problem(origins["alarm_mail_server"], 0, message))
    elif server and ":" in server.partition("://")[2].rpartition("@")[0]:
        message = '"alarm_mail_server" may hold no password: it belongs in the environment, JIANBAO_MAIL_PASSWORD'
        problems.append(Problem(origins["alarm_mail_server"], 0, message))
    for name in ("alarm_mail", "alarm_mail_from"):
        for address in filter(None, map(str.strip, values.get(name, "").split(","))):
            if not re.fullmatch(r"[!-+\--~]+@[!-+\--~]+", address):
                problems.append(Problem(origins[name], 0, f'"{address}" in "{name}" is no e-mail address'))
    if mail and not server:
        problems.append(Problem(origins["alarm_mail"], 0, '"alarm_mail" needs "alarm_mail_server"'))
    if webhook and not re.fullmatch(r"https?://[!-~]+", webhook):
        problems.append(Problem(origins["alarm_webhook"], 0, '"alarm_webhook" has to begin with https:// or http://'))
    for name, address in (("alarm_mail_server", server), ("alarm_webhook", webhook)):
        try:
            _ = urlsplit(address).port
        except ValueError:
            problems.append(Problem(origins[name], 0, f'"{name}" is no address: its host or port is none'))
    for network in filter(None, map(str.strip, values.get("alarm_webhook_allow", "").split(","))):
        try:
            ip_network(network, strict=False)
        except ValueError:
            message = f'"{network}" in "alarm_webhook_allow" is no network, such as 10.0.0.0/8'
            problems.append(Problem(origins["alarm_webhook_allow"], 0, message))
    return problems


def _remarks(environ: Mapping[str, str]) -> tuple[str, ...]:
    known = (*(PREFIX + name.upper() for name in NAMES), *_NOT_SETTINGS)
    strange = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    return tuple(f"environment {name} is not a setting{suggest(name, known)}" for name in strange)
