"""`jianbao config show`."""

from __future__ import annotations

import json
import re

import click

from crawler.cli.options import Common, common, example
from crawler.cli.table import table


@click.group()
def command() -> None:
    """Show the settings in force, and where each comes from."""


@command.command("show", epilog=example("jianbao config show --origin"))
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@common
def show(common: Common, origin: bool) -> None:
    """Show the settings in force: flag over environment JIANBAO_* over config/jianbao.toml over what is built in."""
    settings = common.settings()
    rows = [(name, masked(name, getattr(settings, name)), settings.origins[name]) for name in settings.origins]
    if common.as_json:
        told = {name: {"value": value, "origin": where} for name, value, where in rows}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        head = ["setting", "value", "origin"] if origin else ["setting", "value"]
        click.echo(table(head, [row[: len(head)] for row in rows]))
    for remark in settings.remarks:
        common.say(remark)


def masked(name: str, value: object) -> str | int | None:
    """The value as it may be shown: a database URL without its password, a webhook's without its path.

    Chat services take whoever knows the whole address for the one who may write there.

    >>> masked("alarm_webhook", "https://chat.example.org/robot/send?access_token=1")
    'https://chat.example.org/***'
    """
    if name == "alarm_webhook" and isinstance(value, str) and value:
        scheme, _, rest = value.partition("://")
        return f"{scheme}://{re.split('[/?#]', rest)[0].rpartition('@')[2]}/***"
    if name == "database" and isinstance(value, str):
        head, at, tail = value.rpartition("@")
        scheme, colon, rest = head.partition("://")
        return f"{scheme}{colon}{rest.partition(':')[0]}:***@{tail}" if at else value
    return value if isinstance(value, int) or value is None else str(value)
