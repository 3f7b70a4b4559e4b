"""Pages in the archive, read again with today's rules and without a request (docs/reread.md)."""
