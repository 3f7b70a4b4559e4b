"""What the crawl tells of each page while it goes on: lines for people, or JSON with a trace id (docs/health.md)."""

from crawler.log.events import Trail
from crawler.log.setup import begin

__all__ = ["Trail", "begin"]
