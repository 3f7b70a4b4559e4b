"""What can be wrong with kept captures.

CaptureProblem
├── DamagedCapture    the bytes at that place are not the capture that was kept there
└── UnwritableCapture its address or headers cannot stand in a WARC record
"""

# ruff: noqa: N818 - the names say what is the matter: "except ArchiveBusy" needs no "Error"

from __future__ import annotations


class CaptureProblem(Exception):
    """A capture cannot be written or read; the message says which and why."""


class DamagedCapture(CaptureProblem):
    """The record is missing, cut short, or its digest does not fit."""


class UnwritableCapture(CaptureProblem):
    """The address holds white space or control characters, which no server can have answered to."""
