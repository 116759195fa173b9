"""Damage: compressed streams of a PDF that do not unpack to what was packed.

A stream carries a checksum of its content that readers of PDFs do not look at: they take what can be unpacked, and a page loses glyphs,
or a font its characters, without a word.
"""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"<<(?P<said>(?:(?!endobj|stream).){0,4000})>>\s*stream\r?\n", re.DOTALL)
_PACKED = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\b")
#: A stream that unpacks to more than this is not unpacked to its end.
MOST = 64 * 1024**2


def damaged_streams(content: bytes) -> int:
    """How many compressed streams of a PDF are damaged; 0 for an encrypted one, whose streams cannot be told."""
    if b"/Encrypt" in content:
        return 0
    found = (match.end() for match in _STREAM.finditer(content) if _PACKED.search(match["said"]))
    return sum(is_damaged(content, start) for start in found)


def is_damaged(content: bytes, start: int) -> bool:
    """Whether the compressed stream that begins there ends too early or fails its checksum."""
    end = content.find(b"endstream", start)
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(memoryview(content)[start : end if end >= 0 else len(content)], MOST)
    except zlib.error:
        return True
    return not unpacker.eof and not unpacker.unconsumed_tail
