"""Capture ↔ WARC 1.1 records (ISO 28500:2017, https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/).

A capture is three records, each a gzip member of its own: metadata, request, response. The response comes last, so
that a capture is whole exactly when its response is. All record ids follow from the capture's, so that the same
capture is the same bytes.

Where the body is that of another capture which is kept already, the third record is a `revisit` (profile
identical-payload-digest) in the response's place: with its id, time and HTTP header, and with the name of the capture
that holds the body, which is never a revisit itself.

Header values are written as ISO-8859-1, the bytes they were read from (RFC 9110 5.5); where that cannot be, as UTF-8,
and the metadata says so.
"""

from __future__ import annotations

import json
import re
from base64 import b32decode, b32encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from archive.captures.content import content_of
from archive.captures.errors import DamagedCapture, UnwritableCapture
from archive.captures.members import END, is_packed, members, pack, pack_around, warc_headers
from archive.model import Capture, Headers, PageKind, capture_id

CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
URN = "<urn:uuid:"
NAMESPACE = UUID("0b6a3c5e-5d0e-5f0c-9c41-6a8f4f3c7d21")
"""Of the ids of warcinfo records, which follow from the file's name."""

SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""The profile of our revisits (WARC 1.1, 6.7.2)."""

CONTENT_TYPES = {
    "warcinfo": "application/warc-fields",
    "metadata": "application/warc-fields",
    "request": "application/http; msgtype=request",
    "response": "application/http; msgtype=response",
    "revisit": "application/http; msgtype=response",
}

TRANSFER_ENCODING = "Transfer-Encoding"
KEPT_TRANSFER_ENCODING = "X-Archive-Orig-Transfer-Encoding"
"""The body is stored with its transfer coding undone; under its own name readers would undo it again."""

FIELDS = ("source_id", "kind", "found_on", "requested_url")
"""What the metadata record holds of a capture, a warc-field each; absent where empty."""

UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")
LINE_BREAKS = re.compile(r"[\r\n\x00]+")


@dataclass(frozen=True, slots=True)
class Original:
    """The capture that holds the body of a revisit."""

    id: str
    url: str
    fetched_at: datetime


def capture_records(capture: Capture, original: Original | None = None) -> bytes:
    """The capture as three gzip members; with the original of its body, which must be the same, as a revisit.

    Raises UnwritableCapture if an address holds white space or control characters, or is none.
    """
    for address in (capture.url, capture.requested_url, capture.found_on or ""):
        if UNSAFE_IN_ADDRESS.search(address):
            raise UnwritableCapture(f"The address {address!r} holds white space or control characters.")
    shared = {"WARC-Target-URI": capture.url, "WARC-Date": _date(capture.fetched_at)}
    if capture.ip:
        shared["WARC-IP-Address"] = capture.ip
    response_id = f"{URN}{capture.id}>"
    beside = {"WARC-Concurrent-To": response_id, **shared}
    charset = "latin-1" if _fits_latin_1(capture) else "utf-8"
    try:
        target = urlsplit(capture.url)
    except ValueError as error:
        raise UnwritableCapture(f"The address {capture.url!r} cannot be taken apart: {error}.") from error
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    request = _http(f"GET {path} HTTP/1.1", capture.request_headers, charset)
    head = _http(f"HTTP/1.1 {capture.status} {LINE_BREAKS.sub(' ', capture.reason)}", _kept(capture), charset)
    payload = _labelled(bytes.fromhex(capture.payload_digest))
    response = {"WARC-Record-ID": response_id, **shared, "WARC-Payload-Digest": payload}
    if original is not None:
        response |= {
            "WARC-Profile": SAME_PAYLOAD,
            "WARC-Refers-To": f"{URN}{original.id}>",
            "WARC-Refers-To-Target-URI": original.url,
            "WARC-Refers-To-Date": _date(original.fetched_at),
        }
    identity = UUID(capture.id)
    metadata = {"WARC-Record-ID": _related_id(identity, "metadata"), **beside}
    asked = {"WARC-Record-ID": _related_id(identity, "request"), **beside}
    if original is not None:
        last = _member("revisit", response, head)
    else:  # some servers announce a coding and do not do it
        packed = bool(capture.header("content-encoding")) and is_packed(capture.body)
        last = _member("response", response, head, capture.body, packed=packed)
    return _member("metadata", metadata, _fields(capture, charset)) + _member("request", asked, request) + last


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def warcinfo_record(name: str, at: datetime, software: str) -> bytes:
    """The record that stands at the head of a file (one gzip member)."""
    fields = f"software: {software}\r\nformat: WARC File Format 1.1\r\nconformsTo: {CONFORMS_TO}\r\n"
    headers = {
        "WARC-Record-ID": f"{URN}{uuid5(NAMESPACE, name)}>",
        "WARC-Date": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "WARC-Filename": name,
    }
    return _member("warcinfo", headers, fields.encode())


def read_capture(
    data: bytes, body: bytes | None = None, *, identity: str | None = None, undone: bool = True
) -> Capture:
    """The capture whose records these are; of a revisit, `body` is that of its original. Unless its codings are to be
    `undone`, it has no `content`.

    Raises DamagedCapture if its response is missing, a digest does not fit, it is a revisit and there is no body, or it
    is another one than that of the given id.
    """
    try:
        records = {record.headers.get("warc-type", ""): record for record in _records(data)}
        revisit = records.get("revisit")
        if revisit is not None and body is None:
            original = revisit.headers.get("warc-refers-to")
            raise DamagedCapture(f"At this place is a revisit of {original}, which was not found.")
        if revisit is None and "response" not in records:
            raise DamagedCapture("There is no response record at this place.")
        return _capture(records, body, identity, undone=undone)
    except (OSError, ValueError, LookupError) as error:  # numbers, dates, fields
        raise DamagedCapture(f"The records at this place cannot be read: {error}.") from error


def read_body(data: bytes) -> bytes:
    """The body of the capture whose records these are, with its digest checked; a revisit has none.

    Raises DamagedCapture.
    """
    try:
        for record in _records(data):
            if record.headers.get("warc-type") == "response":
                return _checked(record.headers, record.http[1])
    except ValueError as error:
        raise DamagedCapture(f"The records at this place cannot be read: {error}.") from error
    raise DamagedCapture("There is no response record at this place.")


def refers_to(record_id: str) -> str:
    """The id of the capture that a record's id names; "" for one that is no UUID."""
    return record_id.removeprefix(URN).removesuffix(">") if record_id.startswith(URN) else ""


class _Record(NamedTuple):
    """One record, unpacked. A page is not copied until its body is asked for."""

    headers: Mapping[str, str]  # by their names in lower case
    plain: bytes | bytearray
    start: int  # where its block begins
    end: int

    @property
    def block(self) -> bytes:
        """All of it."""
        return bytes(memoryview(self.plain)[self.start : self.end])

    @property
    def http(self) -> tuple[bytes, bytes]:
        """Head and body of the HTTP message that it is; all of it is head where no body begins."""
        end = self.plain.find(END, self.start, self.end)
        head = end if end >= 0 else self.end
        view = memoryview(self.plain)
        return bytes(view[self.start : head]), bytes(view[min(head + len(END), self.end) : self.end])


def _records(data: bytes) -> Iterator[_Record]:
    """The records. Raises ValueError for what is none."""
    for plain in members(data):
        end = plain.find(END)
        headers = warc_headers(plain[: max(end, 0)])
        length, start = int(headers.get("content-length", "-1")), end + len(END)
        if not plain.startswith(b"WARC/1.") or length < 0 or plain[start + length :] != END:
            raise ValueError("a record is not as long as it says")
        yield _Record(headers, plain, start, start + length)


def _checked(headers: Mapping[str, str], body: bytes) -> bytes:
    if headers.get("warc-payload-digest") != digest(body):
        raise DamagedCapture(f"The body of {headers.get('warc-record-id')} does not fit its digest.")
    return body


def _capture(records: Mapping[str, _Record], original: bytes | None, identity: str | None, *, undone: bool) -> Capture:
    answer = records["revisit"] if "revisit" in records else records["response"]
    headers = answer.headers
    fields = dict(_read_fields(records["metadata"].block)) if "metadata" in records else {}
    charset = fields.get("http_header_charset", "latin-1")
    head, body = answer.http
    status_line, response_headers = _read_http(head, charset)
    body = _checked(headers, original if "revisit" in records and original is not None else body)
    fetched_at = datetime.fromisoformat(headers["warc-date"])
    digest = b32decode(headers["warc-payload-digest"].removeprefix("sha1:")).hex()  # it was found right just now
    if identity is not None and capture_id(headers["warc-target-uri"], fetched_at, digest) != identity:
        raise DamagedCapture(f"At this place is another capture than {identity}.")
    words = status_line.split(" ", 2)
    request_headers = _read_http(records["request"].http[0], charset)[1] if "request" in records else ()
    shown = tuple((TRANSFER_ENCODING if n == KEPT_TRANSFER_ENCODING else n, value) for n, value in response_headers)
    encodings = ", ".join(value for name, value in shown if name.lower() == "content-encoding")
    return Capture(
        url=headers["warc-target-uri"],
        source_id=fields.get("source_id", ""),
        fetched_at=fetched_at,
        status=int(words[1]),
        body=body,
        reason=words[2] if len(words) > 2 else "",
        request_headers=request_headers,
        response_headers=shown,
        requested_url=fields.get("requested_url", ""),
        found_on=fields.get("found_on"),
        kind=cast(PageKind, fields.get("kind", "article")),
        content=content_of(body, encodings) if undone else b"",
        ip=headers.get("warc-ip-address"),
    )


def digest(block: bytes) -> str:
    """The digest of a block as WARC files give it: labelled, Base32.

    >>> digest(b"")
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return _labelled(sha1(block, usedforsecurity=False).digest())


def _labelled(digest: bytes) -> str:
    return "sha1:" + b32encode(digest).decode()


OF_NOTHING = digest(b"")


def _member(kind: str, headers: Mapping[str, str], head: bytes, body: bytes = b"", *, packed: bool = False) -> bytes:
    """One record as one gzip member. Its block is the head and behind it a response's body, which may be packed."""
    block = sha1(head, usedforsecurity=False)
    block.update(body)
    made = _labelled(block.digest())
    lines = {"WARC-Type": kind, **headers, "WARC-Block-Digest": made}
    if kind in ("request", "metadata"):
        lines["WARC-Payload-Digest"] = made if kind == "metadata" else OF_NOTHING
    lines |= {"Content-Type": CONTENT_TYPES[kind], "Content-Length": str(len(head) + len(body))}
    first = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    if packed:
        return pack_around(first.encode() + head, body + END)
    return pack(b"".join((first.encode(), head, body, END)))


def _related_id(identity: UUID, kind: str) -> str:
    return f"{URN}{uuid5(identity, kind)}>"


def _fields(capture: Capture, charset: str) -> bytes:
    """The metadata record's warc-fields. A value that could break the lines stands as a JSON string."""
    values: dict[str, Any] = {name: getattr(capture, name) for name in FIELDS}
    if charset != "latin-1":
        values["http_header_charset"] = charset
    lines = [f"{name}: {_field_value(value)}\r\n" for name, value in values.items() if value]
    return "".join(lines).encode()


def _field_value(value: str) -> str:
    plain = value.isprintable() and value == value.strip() and not value.startswith('"')
    return value if plain else json.dumps(value)


def _read_fields(block: bytes) -> Iterator[tuple[str, str]]:
    for line in block.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(": ")
        if colon:
            yield name, json.loads(value) if value.startswith('"') else value


def _kept(capture: Capture) -> Iterator[tuple[str, str]]:
    for name, value in capture.response_headers:
        yield (KEPT_TRANSFER_ENCODING if name.lower() == TRANSFER_ENCODING.lower() else name), value


def _fits_latin_1(capture: Capture) -> bool:
    texts = [capture.reason, *(text for pair in (*capture.request_headers, *capture.response_headers) for text in pair)]
    try:
        "".join(texts).encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _http(start: str, headers: Iterable[tuple[str, str]], charset: str) -> bytes:
    """The head of an HTTP message, blank line included. A line break inside a value becomes a space (RFC 9110 5.5)."""
    lines = [start, *(f"{_name(name)}: {LINE_BREAKS.sub(' ', value).strip()}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode(charset, "replace")


def _name(name: str) -> str:
    return re.sub(r"[\r\n\x00: ]", "_", name)


def _read_http(head: bytes, charset: str) -> tuple[str, Headers]:
    start, *lines = head.decode(charset, "replace").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return start, tuple((name, value.strip()) for name, _, value in pairs)
