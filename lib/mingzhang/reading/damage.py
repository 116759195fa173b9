"""Damage: what a PDF silently loses: streams and pictures that do not decode whole, pages without size or content.

A stream carries a checksum of its content that readers of PDFs do not look at: they take what can be unpacked, and a
page loses glyphs, a font its characters, a scan its lower half. A page whose size cannot be told is taken for a sheet
of paper, and what lies beside that is cut off.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from .quiet import heard

_STREAM = re.compile(rb"<<(?P<said>(?:(?!endobj|stream).){0,4000})>>\s*stream\r?\n", re.DOTALL)
_PACKED = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\b")
_PICTURE = re.compile(rb"/Filter\s*(?:/DCTDecode\b|\[\s*/DCTDecode\s*\])")
_FILTER_ELSEWHERE = re.compile(rb"\bobj\s*\[?\s*/FlateDecode\b")
#: A stream that unpacks to more than this is not unpacked to its end.
MOST = 64 * 1024**2


def damages(path: Path) -> Iterator[tuple[int | None, str]]:
    """What of a PDF is lost, with the page where it is one page's; nothing of an encrypted one, whose streams are
    closed."""
    content = path.read_bytes()
    if b"/Encrypt" in content:
        return
    if count := damaged_streams(content):
        yield None, ("damaged: streams of the file that fail their checksum: "
                     f"{count}; what they hold may be missing or altered")
    if count := damaged_pictures(content):
        yield None, f"damaged: pictures that do not decode whole: {count}; what they show may be missing or altered"
    try:
        yield from damaged_pages(path)
    except Exception as error:
        yield None, f"damaged: the entries of a page cannot be read ({type(error).__name__}: {error})"


def damaged_streams(content: bytes) -> int:
    """How many compressed streams of a PDF are damaged, or do not say that they are compressed."""
    elsewhere = _FILTER_ELSEWHERE.search(content) is not None
    return sum(is_damaged(content, match, elsewhere) for match in _STREAM.finditer(content))


def is_damaged(content: bytes, match: re.Match[bytes], elsewhere: bool) -> bool:
    """Whether a stream ends early, fails its checksum, or is packed (twice) and neither it nor `elsewhere` says so."""
    end = content.find(b"endstream", match.end())
    packed = memoryview(content)[match.end() : end if end >= 0 else len(content)]
    if not _PACKED.search(match["said"]):
        return not elsewhere and unpacked(packed) is not None
    body = unpacked(packed)
    return body is None or (match["said"].count(b"/FlateDecode") == 1 and unpacked(body) is not None)


def unpacked(packed: bytes | memoryview) -> bytes | None:
    """What a stream holds, or its first `MOST` bytes; None if not packed, ended too early or against its checksum."""
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(packed, MOST)
    except zlib.error:
        return None
    return body if unpacker.eof or unpacker.unconsumed_tail else None


def damaged_pictures(content: bytes) -> int:
    """How many JPEG pictures of a PDF end early or are broken within, by what their decoder complains of."""
    pictures = (content[match.end() : content.find(b"endstream", match.end())]
                for match in _STREAM.finditer(content) if _PICTURE.search(match["said"]))
    return sum(not is_whole(picture) for picture in pictures)


def is_whole(picture: bytes) -> bool:
    """Whether a JPEG picture decodes without a complaint; one of a kind that is not known here counts as whole."""
    import cv2
    import numpy as np

    with heard() as complaints:
        found = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
    return not complaints and (found is not None or picture.rstrip().endswith(b"\xff\xd9"))


def damaged_pages(path: Path) -> Iterator[tuple[int, str]]:
    """Pages of which the size or the content is not told."""
    import playa

    logging.getLogger("playa").setLevel(logging.CRITICAL)  # what it would print is said here
    with playa.open(path) as document:
        for number, page in enumerate(document.pages, start=1):
            if "MediaBox" not in page.attrs:
                yield number, "damaged: the page's size is not told; what is read of it may be cut off"
            said = playa.resolve(page.attrs.get("Contents"))
            streams = [playa.resolve(one) for one in (said if isinstance(said, list) else [said])]
            if said is None and not (page.resources and playa.resolve(page.resources.get("Font"))):
                continue  # an empty page
            # by its type: with other libraries loaded a dictionary passes for an instance of this class
            if not all(type(one) is playa.ContentStream for one in streams):
                yield number, "damaged: the page has fonts and no content, or something else in its place"
