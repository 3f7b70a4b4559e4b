"""From the settings to who is told of alarms."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from crawler.health.mail import Mail
from crawler.health.notify import PASSWORD, TOKEN, Messenger, Notifier, secret
from crawler.health.webhook import Webhook
from crawler.settings import Settings

PORTS = {"smtp": 587, "smtps": 465, "plain": 25}


def notifier(
    settings: Settings, tell: Callable[[str], None] = lambda sentence: None, environ: Mapping[str, str] = os.environ
) -> Notifier:
    """Who is told of alarms in this installation; `tell` is given a sentence for each of them as well."""
    found: list[Messenger] = []
    to = _parted(settings.alarm_mail)
    if to and settings.alarm_mail_server:
        server = urlsplit(settings.alarm_mail_server)
        found.append(
            Mail(
                server.hostname or "localhost",
                server.port or PORTS[server.scheme],
                settings.alarm_mail_from or to[0],
                to,
                implicit=server.scheme == "smtps",
                plain=server.scheme == "plain",
                user=unquote(server.username or ""),
                password=secret(PASSWORD, environ),
            )
        )
    if settings.alarm_webhook:
        found.append(Webhook(settings.alarm_webhook, _parted(settings.alarm_webhook_allow), secret(TOKEN, environ)))
    return Notifier(found, tell)


def repeat_after(settings: Settings) -> timedelta | None:
    """After what time an alarm is told again; None: never."""
    return timedelta(hours=settings.alarm_repeat_hours) if settings.alarm_repeat_hours else None


def _parted(words: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, words.split(","))))
