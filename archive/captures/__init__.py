"""Captures kept byte for byte in WARC 1.1 files."""

from archive.captures.errors import CaptureProblem, DamagedCapture, UnwritableCapture
from archive.captures.files import CaptureFolder, CaptureWriter, Place
from archive.captures.records import Original
from archive.captures.repair import KeptCapture, Repaired, captures_among, repair

__all__ = [
    "CaptureFolder",
    "CaptureProblem",
    "CaptureWriter",
    "DamagedCapture",
    "KeptCapture",
    "Original",
    "Place",
    "Repaired",
    "UnwritableCapture",
    "captures_among",
    "repair",
]
