"""What comes from elsewhere: captures of others, articles of another archive."""

from __future__ import annotations

from archive.model import IMPORTED, Article, Capture, Standing
from archive.store import bring
from archive.store.handle.crawling import Crawling


class Importing(Crawling):
    """What comes from elsewhere: captures of others, articles of another archive."""

    def is_kept(self, capture_id: str) -> bool:
        """Whether a capture is in the archive."""
        return bring.is_kept(self._connection, capture_id)

    def bring(self, article: Article, standing: Standing, line: bytes) -> bool:
        """Take in an article of another archive as it stood there; False if there is one of that id already.

        Its exported line is kept in the place of its page, which nobody has.
        """
        self._writable()
        if bring.held(self._connection, standing.id):
            return False
        assert article.source_id is not None
        capture = Capture(
            url=article.url,
            source_id=article.source_id,
            fetched_at=standing.last_seen,
            status=200,
            reason="OK",
            body=line,
            response_headers=(("Content-Type", IMPORTED),),
            content=line,
        )
        self.keep(capture)
        with self._change():
            bring.write(self._connection, article, standing, capture, self._clock())
        self._recorded()
        return True

    def waiting_for_parts(self, source_id: str) -> tuple[str, ...]:
        """The canonical addresses of a source's articles that wait for further pages to be fetched."""
        return bring.pending_parts(self._connection, source_id)
