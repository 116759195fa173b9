"""Kinds: which kind of file a document is, told by its content and not by its name, and the reader of each kind."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ...errors import UnreadableDocument
from .texts import read_docx, read_html
from .workbooks import Note, Pages, read_xls, read_xlsx

#: Bounds of a packed file: bytes when unpacked, and how many times as many as packed.
MAX_UNPACKED, MAX_RATIO = 300_000_000, 300
_PEEKED = 1_000_000
#: What is said of an old Office file by the streams it holds; nothing of one that is read.
STREAMS = {
    "EncryptedPackage": "encrypted: a password is needed to open it",
    "WordDocument": "an old Word file (.doc); save it as .docx, or run: soffice --headless --convert-to docx FILE",
    "Workbook": "",
    "Book": "",
}
OTHER = "an old Office file of a kind that is not read"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def container_of(path: Path) -> str:
    """pdf, xlsx, xls, docx or html. Raises `UnreadableDocument` with what to do about any other kind."""
    try:
        with path.open("rb") as handle:
            head = handle.read(_PEEKED)
    except OSError as error:
        raise UnreadableDocument(f"cannot be read ({error.strerror or error})") from error
    if not head:
        raise UnreadableDocument("the file is empty")
    if head.startswith(b"PK\x03\x04"):
        return packed_kind(path)
    if head.startswith(_OLE):
        return old_office_kind(path)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if re.search(rb"<(?:!doctype\s+html|html|head|body|table)\b", head[:20_000], re.IGNORECASE):
        return "html"
    raise UnreadableDocument("not a PDF, and neither Excel, Word nor HTML (by its content)")


def packed_kind(path: Path) -> str:
    """xlsx or docx: what a ZIP file holds, once it is known that it can be unpacked safely."""
    try:
        with zipfile.ZipFile(path) as parts:
            names = set(parts.namelist())
            size = sum(part.file_size for part in parts.infolist())
            packed = sum(part.compress_size for part in parts.infolist()) or 1
            texts = [name for name in names if name.endswith((".xml", ".rels"))]
            doctype = any(b"<!DOCTYPE" in parts.open(name).read(2_000) for name in texts)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise UnreadableDocument("damaged: its parts cannot be unpacked") from error
    if size > MAX_UNPACKED or size > MAX_RATIO * packed + _PEEKED:
        raise UnreadableDocument(f"unpacks to {size // 1_000_000} MB from {packed} bytes: refused")
    if doctype:
        raise UnreadableDocument("its XML declares entities of its own: refused")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    raise UnreadableDocument("a packed file, neither Excel nor Word; unpack it and give what it holds")


def old_office_kind(path: Path) -> str:
    """xls; the other kinds of old Office files are refused with what to do."""
    body = path.read_bytes()
    refusal = next((told for name, told in STREAMS.items() if name.encode("utf-16-le") in body), OTHER)
    if refusal:
        raise UnreadableDocument(refusal)
    return "xls"


def read_container(path: Path, kind: str) -> tuple[Pages, list[Note]]:
    """The pages of a workbook, Word file or web page, and what must be known about them (page or None, reason)."""
    if kind == "xlsx":
        return read_xlsx(path)
    if kind == "xls":
        return read_xls(path)
    pages = read_docx(path) if kind == "docx" else read_html(path)
    if kind == "html" and path.suffix.lower() == ".pdf" and not any(tables for _, tables in pages):
        raise UnreadableDocument("not a PDF: a web page without a table, as a server sends for a file it does not have")
    return pages, []
