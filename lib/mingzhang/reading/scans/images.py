"""Images: a page or a picture on it as grey values, evenly lit and straight; turns and warps can be taken back."""

from __future__ import annotations

import ctypes
import math

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ...errors import UnreadableDocument

#: Pages are rendered at this resolution (dots per inch), no side longer than `LONGEST` pixels.
DPI, LONGEST = 200, 4_000
#: A picture of more pixels than this is not decoded.
MAX_PIXELS = 120_000_000
#: No stroke or ruling line is thicker than this (pixels): what is, is ground.
STROKE = 25
#: Ground darker than this share of the lightest so near (32 pixels each) is not of the sheet.
DARK, AROUND = 0.5, 21
#: Lines further than this (radians) from the axes are no ruling lines; lines shorter than this (pixels) are not asked.
TILT, SHORTEST = math.radians(8), 60
#: A page whose corners move less than this (pixels) is straight.
STRAIGHT = 1.5

Picture = np.ndarray
Matrix = np.ndarray


def rendered(page: pdfium.PdfPage) -> tuple[Picture, float]:
    """A page as displayed, as rows of grey values, and how many pixels a point has."""
    for index in range(min(raw.FPDFPage_CountObjects(page.raw), 2_000)):
        item = raw.FPDFPage_GetObject(page.raw, index)
        wide, high = ctypes.c_uint(), ctypes.c_uint()
        known = raw.FPDFPageObj_GetType(item) == raw.FPDF_PAGEOBJ_IMAGE and raw.FPDFImageObj_GetImagePixelSize(
            item, wide, high
        )
        if known and wide.value * high.value > MAX_PIXELS:
            raise UnreadableDocument(f"a picture of {wide.value} by {high.value} pixels, more than is decoded")
    scale = min(DPI / 72, LONGEST / max(page.get_size()))
    picture = page.render(scale=scale, grayscale=True).to_numpy()
    return np.ascontiguousarray(picture).reshape(picture.shape[:2]), scale


def evenly_lit(picture: Picture) -> Picture:
    """The picture with its ground white: shadows, shaded cells and the sheet's edges go, strokes and rules stay."""
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ground = cv2.morphologyEx(half, cv2.MORPH_CLOSE, np.ones((STROKE, STROKE), np.uint8))
    coarse = cv2.resize(ground, None, fx=1 / 16, fy=1 / 16, interpolation=cv2.INTER_AREA)
    sheet = cv2.resize(cv2.dilate(coarse, np.ones((AROUND, AROUND), np.uint8)), half.shape[::-1])
    beside = cv2.resize((ground < DARK * sheet).astype(np.uint8), picture.shape[::-1], interpolation=cv2.INTER_NEAREST)
    ground = cv2.resize(cv2.blur(ground, (5, 5)), picture.shape[::-1])
    lit = cv2.divide(picture, np.maximum(ground, 1), scale=255)
    lit[beside > 0] = 255
    return lit


def straightening(picture: Picture) -> Matrix | None:
    """The projection that makes a picture's ruling lines run along the axes; None where they do or are too few."""
    high, wide = picture.shape
    half = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(half)[0]
    if found is None:
        return None
    x0, y0, x1, y1 = 2.0 * found.reshape(-1, 4).T
    across, down = x1 - x0, y1 - y0
    long = np.hypot(across, down) >= SHORTEST
    flat = long & (np.abs(down) < math.tan(TILT) * np.abs(across))
    steep = long & (np.abs(across) < math.tan(TILT) * np.abs(down))
    if flat.sum() < 6:
        return None
    # the slope of the lines changes evenly over a page in perspective
    level = slopes((y0 + y1)[flat] / 2, down[flat] / across[flat], np.abs(across[flat]), high)
    if steep.sum() < 6:
        plumb = (-level[0], -level[1])
    else:
        plumb = slopes((x0 + x1)[steep] / 2, across[steep] / down[steep], np.abs(down[steep]), wide)
    sides = ((level[0], 0, plumb[0], 0), (level[0], 0, plumb[1], wide), (level[1], high, plumb[1], wide),
             (level[1], high, plumb[0], 0))
    corners = [crossing(slope, y, lean, x, wide, high) for slope, y, lean, x in sides]
    straight = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    bent = np.array(corners, np.float32)
    return cv2.getPerspectiveTransform(bent, straight) if np.abs(bent - straight).max() > STRAIGHT else None


def slopes(at: Picture, slope: Picture, length: Picture, end: float) -> tuple[float, float]:
    """The slope of lines at 0 and at `end`, from those at `at`: a straight line through most, weighted by length."""
    kept = np.abs(slope - np.median(slope)) < 0.05
    fit = np.array([0.0, float(np.median(slope))])
    for _ in range(4):
        if np.ptp(at[kept]) > 0.3 * end:
            fit = np.polyfit(at[kept], slope[kept], 1, w=length[kept])
        else:
            fit = np.array([0.0, float(np.average(slope[kept], weights=length[kept]))])
        off = np.abs(slope - np.polyval(fit, at))
        kept = off <= max(2.5 * float(np.median(off)), 0.0005)
    return float(fit[1]), float(fit[0] * end + fit[1])


def crossing(slope: float, y: float, lean: float, x: float, wide: float, high: float) -> tuple[float, float]:
    """Where the level line through the middle of the page at height `y` meets the plumb line at `x`."""
    # y' = y + slope (x' - wide / 2); x' = x + lean (y' - high / 2)
    at = (x + lean * (y - slope * wide / 2 - high / 2)) / (1 - lean * slope)
    return at, y + slope * (at - wide / 2)


def warped(picture: Picture, matrix: Matrix | None) -> Picture:
    """The picture after a projection; what comes in from outside is white."""
    if matrix is None:
        return picture
    return cv2.warpPerspective(picture, matrix, picture.shape[::-1], flags=cv2.INTER_CUBIC, borderValue=255)


def turn_matrix(turns: int, wide: int, high: int) -> Matrix:
    """From a picture of this size to the same turned counterclockwise by quarters, as numpy's `rot90` turns it."""
    matrix = np.eye(3)
    for _ in range(turns % 4):
        matrix = np.array([[0, 1, 0], [-1, 0, wide], [0, 0, 1]], float) @ matrix
        wide, high = high, wide
    return matrix
