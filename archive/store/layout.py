"""The number of the layout, on its own: who only compares it needs no table and no driver."""

HEAD = "0023"
"""The layout that this code reads and writes: the newest migration's number."""
