"""Bytes from the public host or from a mirror: bounded in size, errors told in one line, never believed unchecked.

Floor: an address comes in, bytes go out. `ANALYSIS_MIRROR` names one address that serves listings and files alike.
"""

from __future__ import annotations

import io
import os
import threading
import urllib.parse
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple

import pooch

from analysis.errors import InputError, NoNetwork

#: Environment variable with the address that takes the place of the public hosts (`https://…`, `http://127.0.0.1:…`).
MIRROR = "ANALYSIS_MIRROR"
#: No file of a corpus is larger than this (bytes); the largest pinned one has 18 MB.
MAX_BYTES = 50_000_000
#: Seconds to wait for a connection, and for the next bytes.
TIMEOUT = (10, 30)
#: Seconds that one attempt may take from the question to the last byte: a host that sends a byte now and then never
#: lets the wait for the next bytes end. The largest file needs 30 kB a second.
MAX_SECONDS = 600.0
_ATTEMPTS = 2
_SLOW_DOWN = (403, 429)


class Hosts(NamedTuple):
    """Where listings and raw files are asked for; addresses without a `/` at the end."""

    listings: str
    files: str

    def listing(self, repository: str, sha: str) -> str:
        """The address that lists one folder, by the folder's git hash."""
        return f"{self.listings}/repos/{repository}/git/trees/{sha}"

    def file(self, repository: str, commit: str, path: str) -> str:
        """The address of one file as it was in one commit."""
        return f"{self.files}/{repository}/{commit}/{urllib.parse.quote(path)}"


PUBLIC = Hosts("https://api.github.com", "https://raw.githubusercontent.com")


def hosts() -> Hosts:
    """The public hosts, or the mirror that `ANALYSIS_MIRROR` names for both.

    Raises
    ------
    InputError
        If the mirror is not an address that begins with http:// or https://.
    """
    mirror = os.environ.get(MIRROR, "").rstrip("/")
    if not mirror:
        return PUBLIC
    if urllib.parse.urlsplit(mirror).scheme not in ("http", "https"):
        raise InputError(f"{MIRROR}={mirror!r}: must begin with https:// or http://")
    return Hosts(mirror, mirror)


class _Bounded(io.BytesIO):
    """Takes no more than `limit` bytes, so that a host that never stops sending fills no memory."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        if self.tell() + len(data) > self._limit:
            raise InputError(f"more than {self._limit} bytes came")
        return super().write(data)


def bring(address: str, *, limit: int = MAX_BYTES) -> bytes:
    """The bytes at an address; asked for once more when the first attempt breaks off.

    Raises
    ------
    NoNetwork
        If the host cannot be reached, refuses, or breaks off; the message is the reason in a few words.
    InputError
        If more than `limit` bytes come, or the answer leads to another host or from https to http.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _within(MAX_SECONDS, lambda: _bring_once(address, limit))
        except (OSError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            code = getattr(getattr(error, "response", None), "status_code", None)
            if attempt == _ATTEMPTS or (code is not None and code < 500):
                raise NoNetwork(_reason(address, error, code)) from None
    raise AssertionError("the last attempt returns or raises")


def _within(seconds: float, ask: Callable[[], bytes]) -> bytes:
    """What `ask` returns or raises; TimeoutError after `seconds`. What it still waits for then ends with the program."""
    future: Future[bytes] = Future()

    def answer() -> None:
        try:
            future.set_result(ask())
        except Exception as error:
            future.set_exception(error)

    threading.Thread(target=answer, daemon=True).start()
    return future.result(timeout=seconds)


def _bring_once(address: str, limit: int) -> bytes:
    sink = _Bounded(limit)
    opened: list[Any] = []

    def answered(response: Any, **_: object) -> None:
        opened.append(response)
        _stay(response)

    ask = pooch.HTTPDownloader(chunk_size=1 << 16, timeout=TIMEOUT, hooks={"response": answered})
    try:
        ask(address, sink, None)
    finally:
        for response in opened:  # the downloader leaves a connection open when it raises
            response.close()
    return sink.getvalue()


def _stay(response: Any) -> None:
    """Raise where an answer sends us to another host or from https to http: whoever is asked was named by the user.

    What such a host would send could not pass for a corpus; but it would learn who asks, and a mirror could knock on
    doors inside the user's own network.
    """
    if not response.is_redirect:
        return
    here = urllib.parse.urlsplit(response.url)
    there = urllib.parse.urlsplit(urllib.parse.urljoin(response.url, response.headers["location"]))
    if (there.scheme, there.netloc) != (here.scheme, here.netloc):
        raise InputError(f"{here.hostname} sends us on to {there.scheme}://{there.hostname}")


def _reason(address: str, error: Exception, code: int | None) -> str:
    asked = urllib.parse.urlsplit(address)
    host = asked.hostname  # an address of the user's own may hold a password
    if code in _SLOW_DOWN:
        return f"{host} wants fewer questions for now (HTTP {code})"
    if code is not None:
        return f"{host} does not give {asked.path} (HTTP {code})"
    return f"{host} cannot be reached or broke off ({type(error).__name__})"
