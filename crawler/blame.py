"""Whose trouble an error is that comes up while a source is looked at: the machine's, or that source's alone.

What is wrong with the machine is wrong for every source: no strike may be counted, and nothing is gained by going on.
Everything else that one source raises costs that source a failed look and nobody else anything. Where an error does not
say, the archive does: a failure that cannot even be recorded is not the source's (`crawler.watch.round`).
"""

from __future__ import annotations

import errno

from crawler.reader import ReaderBroken

_OF_ALL = frozenset(
    {
        errno.ENOSPC,  # the disk is full
        errno.EDQUOT,
        errno.EFBIG,  # beyond what this process may write (setrlimit(2))
        errno.EROFS,  # the system has mounted it read-only, as it does when a disk fails
        errno.ENODEV,
        errno.ESTALE,  # a network's file system that is gone
        errno.EMFILE,  # out of file descriptors
        errno.ENFILE,
        errno.ENOMEM,
        errno.EAGAIN,  # no further process or thread
    }
)


def is_the_machine_s(error: BaseException) -> bool:
    """Whether an error says by itself that no source could be looked at now.

    >>> [is_the_machine_s(each) for each in (OSError(errno.ENOSPC, ""), OSError(errno.EIO, ""), MemoryError())]
    [True, False, False]
    """
    return isinstance(error, ReaderBroken) or (isinstance(error, OSError) and error.errno in _OF_ALL)
