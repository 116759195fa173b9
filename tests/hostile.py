"""Broken and malicious PDFs, each written object by object: nothing that a well-behaved library would write."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping

A4 = b"[0 0 595 842]"


def pdf(objects: Mapping[int, bytes], root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF file of numbered objects, with a correct cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    return bytes(out + b"trailer\n<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, start))


def stream(body: bytes, entries: bytes = b"", packed: bool = True) -> bytes:
    """A stream object, compressed unless told otherwise."""
    data = zlib.compress(body, 9) if packed else body
    return b"<<%s%s/Length %d>>stream\n%s\nendstream" % (entries, b"/Filter/FlateDecode" if packed else b"", len(data), data)


def one_page(
    content: bytes, *, box: bytes = A4, resources: bytes = b"", more: Mapping[int, bytes] | None = None, page: bytes = b"",
    catalog: bytes = b"", packed: bool = True,
) -> bytes:
    """A document of one page; objects 1 to 5 are catalog, page tree, page, content and a font, the others may be given."""
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    return pdf({
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>%s>>" % (box, resources, page),
        4: stream(content, packed=packed),
        5: font,
        **(more or {}),
    })


def grid(rows: int, columns: int, x: float = 40, y: float = 40, width: float = 500, height: float = 700) -> bytes:
    """The rules of a table, drawn from edge to edge."""
    across = [b"%.3f %.3f m %.3f %.3f l" % (x, y + height * r / rows, x + width, y + height * r / rows) for r in range(rows + 1)]
    down = [b"%.3f %.3f m %.3f %.3f l" % (x + width * c / columns, y, x + width * c / columns, y + height) for c in range(columns + 1)]
    return b"0.2 w " + b"\n".join([*across, *down]) + b" S\n"


def words(x: float, y: float, text: bytes, size: float = 8) -> bytes:
    return b"BT /F %.2f Tf %.3f %.3f Td (%s) Tj ET\n" % (size, x, y, text)


def unicode_font(codes: list[int]) -> dict[int, bytes]:
    """Objects 5 and 6: a font whose single bytes, from 0x21 on, are mapped to the given code points."""
    lines = b"\n".join(b"<%02x> <%s>" % (0x21 + n, chr(c).encode("utf-16-be", "surrogatepass").hex().encode()) for n, c in enumerate(codes))
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n%d beginbfchar\n%s\nendbfchar endcmap end end" % (len(codes), lines)
    )
    return {5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>", 6: stream(cmap)}


def table_of(texts: list[bytes], **options: object) -> bytes:
    """A page with a ruled table of two columns, a serial number and a text in each row."""
    rows = len(texts)
    body = grid(rows, 2, height=20 * rows)
    for number, text in enumerate(texts):
        y = 40 + 20 * (rows - number) - 14
        body += words(50, y, b"%d.00" % number) + words(300, y, text)
    return one_page(body, **options)  # type: ignore[arg-type]


def bomb(levels: int, size: int) -> bytes:
    """Content that unpacks to `size` bytes, packed `levels` times."""
    data = b"0 0 m 1 1 l S " * (size // 14)
    for _ in range(levels):
        data = zlib.compress(data, 9)
    filters = b"[%s]" % (b"/FlateDecode" * levels)
    return pdf({
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents 4 0 R>>" % A4,
        4: b"<</Filter%s/Length %d>>stream\n%s\nendstream" % (filters, len(data), data),
    })


def nested_forms(depth: int, times: int) -> bytes:
    """Forms that draw the next one several times each: times ** depth rules at the bottom."""
    forms = {}
    for level in range(depth):
        last = level == depth - 1
        body = b"0 0 m 9 0 l S" if last else b"/X Do " * times
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]"
        if not last:
            entries += b"/Resources<</XObject<</X %d 0 R>>>>" % (11 + level)
        forms[10 + level] = stream(body, entries)
    return one_page(b"/X Do " * times, resources=b"/XObject<</X 10 0 R>>", more=forms)


def form_in_itself() -> bytes:
    form = stream(b"0 0 m 9 0 l S /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</X 10 0 R>>>>")
    return one_page(b"/X Do", resources=b"/XObject<</X 10 0 R>>", more={10: form})


def glyph_in_itself() -> bytes:
    """A Type 3 font whose glyph shows itself."""
    font = (b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 6 0 R>>"
            b"/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[9]/Resources<</Font<</F 5 0 R>>>>>>")
    return one_page(words(50, 50, b"aaa"), more={5: font, 6: stream(b"9 0 d0 BT /F 1 Tf (aaa) Tj ET")})


def page_tree_in_itself() -> bytes:
    return pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>"})


def deep_page_tree(depth: int) -> bytes:
    nodes = {2 + n: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (3 + n) for n in range(depth)}
    return pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", **nodes, 2 + depth: b"<</Type/Page/MediaBox%s>>" % A4})


def promised_pages(count: int) -> bytes:
    return pdf({
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count %d>>" % count,
        3: b"<</Type/Page/Parent 2 0 R/MediaBox%s>>" % A4,
    })


def deep_arrays(depth: int) -> bytes:
    return one_page(b"", page=b"/X " + b"[" * depth + b"]" * depth)


def active() -> bytes:
    """A document that asks to run scripts and programs, to fetch addresses and to unpack a file with a path for a name."""
    catalog = (b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:9/'\\))>>"
               b"/AA<</WC<</S/Launch/F(/bin/touch)/Win<</F(cmd.exe)>>>>>>"
               b"/Names<</EmbeddedFiles<</Names[(../../escaped.txt)7 0 R]>>/JavaScript<</Names[(a)<</S/JavaScript/JS(while\\(1\\);)>>]>>>>"
               b"/AcroForm<</XFA 8 0 R/Fields[]>>")
    more = {
        7: b"<</Type/Filespec/F(../../escaped.txt)/UF(/tmp/mingzhang-escaped.txt)/EF<</F 9 0 R>>>>",
        8: stream(b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><xdp>&e;</xdp>"),
        9: stream(b"escaped", b"/Type/EmbeddedFile"),
    }
    content = grid(3, 2, height=60) + words(50, 86, b"<script>alert(1)</script>") + words(300, 66, b"1.00")
    link = b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 600 900]/A<</S/URI/URI(http://127.0.0.1:9/)>>>>]"
    return one_page(content, more=more, page=link, catalog=catalog)


def random_content(seed: int) -> bytes:
    """Operators in any order with numbers of any size."""
    chance = random.Random(seed)
    numbers = [b"0", b"-1", b"1e38", b"99999999999999999999", b"-2147483649", b".5", b"nan", b"595", b"(a)", b"/F", b"<ff", b"[", b"<<"]
    operators = [b"m", b"l", b"re", b"S", b"f", b"cm", b"q", b"Q", b"BT", b"ET", b"Tf", b"Td", b"Tj", b"TJ", b"Tm", b"Do", b"W n", b"h", b"c", b"BI", b"EI", b"gs", b"sh"]
    out = [b" ".join([*chance.choices(numbers, k=chance.randrange(7)), chance.choice(operators)]) for _ in range(400)]
    return one_page(b"\n".join(out))


def torn(body: bytes, seed: int) -> bytes:
    """A file with bytes changed, and its end cut off."""
    chance = random.Random(seed)
    out = bytearray(body)
    for _ in range(chance.randrange(1, 60)):
        out[chance.randrange(20, len(out))] = chance.randrange(256)
    return bytes(out[: chance.randrange(len(out) // 2, len(out))])


#: What a spreadsheet would run, a browser would run, a terminal would obey, or a database would take for its own.
DANGEROUS = [
    b"=1+1", b"=HYPERLINK\\(\"http://127.0.0.1:9/\"\\)", b"+1-2", b"-1+2", b"@SUM\\(A1\\)", b"'=1", b"|calc", b"<img src=x onerror=alert\\(1\\)>",
    b"</td></table><script>alert\\(1\\)</script>", b"$\\\\mathbf{x}$", b"../../etc/passwd", b"';DROP TABLE amounts;--", b"{{7*7}}", b"%s%s%n",
]
#: Null, bell, escape, delete, C1, bidi overrides and isolates, a lone surrogate, line separators, a tag character, a private-use one.
INVISIBLE = [0x0, 0x7, 0x1B, 0x7F, 0x9B, 0x202E, 0x202D, 0x2066, 0x2069, 0x200F, 0xD800, 0x2028, 0xE0041, 0xFEFF, 0xFFFE, 0x61C]

CRAFTED: dict[str, Callable[[], bytes]] = {
    "bomb of 200 MB": lambda: bomb(1, 200_000_000),
    "bomb packed twice": lambda: bomb(2, 200_000_000),
    "a billion pages promised": lambda: promised_pages(1_000_000_000),
    "negative page count": lambda: promised_pages(-5),
    "page tree in itself": page_tree_in_itself,
    "page tree 5,000 deep": lambda: deep_page_tree(5_000),
    "arrays 100,000 deep": lambda: deep_arrays(100_000),
    "form in itself": form_in_itself,
    "forms in forms": lambda: nested_forms(9, 10),
    "forms 200 deep": lambda: nested_forms(200, 1),
    "glyph in itself": glyph_in_itself,
    "huge page": lambda: one_page(grid(3, 3) + words(50, 60, b"1.00"), box=b"[0 0 900000 900000]"),
    "endless page": lambda: one_page(grid(3, 3), box=b"[0 0 1e30 1e30]"),
    "page beyond numbers": lambda: one_page(grid(3, 3), box=b"[0 0 1e99999 -1e99999]"),
    "page of no size": lambda: one_page(grid(3, 3), box=b"[5 5 5 5]"),
    "page box of words": lambda: one_page(grid(3, 3), box=b"[(a) /b null <00>]"),
    "huge user unit": lambda: one_page(grid(3, 3) + words(50, 60, b"1.00"), page=b"/UserUnit 1e9"),
    "huge coordinates": lambda: one_page(b"1e38 0 0 1e38 1e38 1e38 cm " + grid(3, 3) + words(50, 60, b"1.00")),
    "coordinates of any size": lambda: one_page(grid(3, 3, -1e9, -1e9, 2e9, 2e9) + grid(2, 2) + words(50, 60, b"1.00")),
    "singular matrix": lambda: one_page(b"0 0 0 0 0 0 cm " + grid(3, 3) + words(50, 60, b"1.00")),
    "2,000 by 2,000 rules": lambda: one_page(grid(2_000, 2_000, 40, 40, 13_000, 13_000) + words(50, 60, b"1.00"), box=b"[0 0 14400 14400]"),
    "300 by 300 rules": lambda: one_page(grid(300, 300, 40, 40, 3_000, 3_000) + words(50, 60, b"1.00"), box=b"[0 0 4000 4000]"),
    "2,000 by 2,000 rules too near each other": lambda: one_page(grid(2_000, 2_000) + words(50, 60, b"1.00")),
    "90,000 rules in one direction": lambda: one_page(grid(90_000, 1) + words(50, 60, b"1.00")),
    "40,000 short rules": lambda: one_page(b"".join(grid(1, 1, 5 * (n % 100), 7 * (n // 100), 3, 3) for n in range(10_000))),
    "a character 150,000 times": lambda: one_page(grid(40, 10) + words(50, 60, b"1" * 150_000, 0.01)),
    "150,000 figures": lambda: one_page(grid(40, 10) + b"".join(words(40 + n % 500, 40 + n // 20, b"1,234.56", 1) for n in range(19_000))),
    "a number of 20,000 digits": lambda: table_of([b"9" * 20_000, b"1.00", b"2" * 5_000 + b".00"]),
    "what must not run": lambda: table_of(DANGEROUS),
    "invisible characters": lambda: table_of([b"a" + bytes([0x21 + n]) + b"b" for n in range(len(INVISIBLE))], more=unicode_font(INVISIBLE)),
    "actions, scripts and files": active,
    "no objects": lambda: b"%PDF-1.7\n%%EOF\n",
    "only zeros": lambda: b"%PDF-1.7\n" + bytes(100_000),
    "unknown encryption": lambda: pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 1>>"},
                                      trailer=b"/Encrypt<</Filter/None/V 99>>"),
    **{f"random operators {seed}": lambda seed=seed: random_content(seed) for seed in range(6)},  # type: ignore[misc]
    **{f"torn {seed}": lambda seed=seed: torn(table_of(DANGEROUS), seed) for seed in range(6)},  # type: ignore[misc]
}
