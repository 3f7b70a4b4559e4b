"""Reads pages in processes that can be killed, so that no page can hold up a crawl, fill the memory or crash it.

A page is read by code that is ours, and by a parser in C; the page is whatever somebody put on the net. What is known
to be slow is cut down before it is parsed (`crawler.extract.guard`); against what is not known yet helps only a limit
that the operating system keeps. docs/safety.md tells how, and what was measured.
"""

from crawler.reader.pool import ReaderBroken, ReaderPool, ReadingFault
from crawler.reader.task import Answer, Note, Reader, Task

__all__ = ["Answer", "Note", "Reader", "ReaderBroken", "ReaderPool", "ReadingFault", "Task"]
