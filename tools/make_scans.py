"""Turn PDFs into scans: pages that are pictures and nothing else, at 200 dpi and three levels of wear.

    python tools/make_scans.py data/raw/gulou-2024-budget.pdf --level worn --out scans

clean; worn: within a degree of straight, blurred, noisy, JPEG 45; photo: in perspective, with a shadow.
"""

from __future__ import annotations

import argparse
import contextlib
import io
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
from PIL import Image

DPI = 200
LEVELS = ("clean", "worn", "photo")
Picture = np.ndarray


def scanned(picture: Picture, level: str, random: np.random.Generator) -> Picture:
    """A page (rows of grey values) as a scanner or a camera would give it."""
    if level == "clean":
        return picture
    high, wide = picture.shape
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    if level == "worn":
        matrix = np.vstack([cv2.getRotationMatrix2D((wide / 2, high / 2), random.uniform(-1, 1), 1.0), [0, 0, 1]])
    else:
        inwards = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32) * random.uniform(0.005, 0.03, (4, 2))
        matrix = cv2.getPerspectiveTransform(corners, corners + (inwards * (wide, high)).astype(np.float32))
    moved = cv2.warpPerspective(
        picture, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=255 if level == "worn" else 90
    )
    values = cv2.GaussianBlur(moved, (0, 0), 0.9).astype(np.float32)
    if level == "photo":
        left, right, top, bottom = random.uniform((0.55, 0.55, 0.75, 0.75), 1.0).tolist()
        values *= np.outer(np.linspace(top, bottom, high), np.linspace(left, right, wide)).astype(np.float32)
    values += random.normal(0, 8, values.shape)
    return np.asarray(Image.open(jpeg(np.clip(values, 0, 255).astype(np.uint8), 45)))


def jpeg(picture: Picture, quality: int) -> io.BytesIO:
    """A picture as a JPEG file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    file.seek(0)
    return file


def make_scan(pdf: Path, out: Path, level: str, pages: range | None = None, seed: int = 1) -> Path:
    """Write the scan of a PDF (of some of its pages, counted from 0) to the file `out`."""
    random = np.random.default_rng(seed)
    with contextlib.closing(pdfium.PdfDocument(pdf)) as document:
        numbers = range(len(document)) if pages is None else pages
        pictures = [document[number].render(scale=DPI / 72, grayscale=True).to_numpy() for number in numbers]
    images = [
        Image.fromarray(scanned(np.ascontiguousarray(picture).reshape(picture.shape[:2]), level, random))
        for picture in pictures
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    images[0].save(out, "PDF", resolution=DPI, save_all=True, append_images=images[1:], quality=90)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pdf", nargs="+", type=Path)
    parser.add_argument("--level", choices=LEVELS, default="clean")
    parser.add_argument("--out", type=Path, default=Path("scans"))
    options = parser.parse_args()
    for pdf in options.pdf:
        print(make_scan(pdf, options.out / f"{pdf.stem}.{options.level}.pdf", options.level))


if __name__ == "__main__":
    main()
