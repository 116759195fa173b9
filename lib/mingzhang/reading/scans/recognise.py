"""Recognise: pictures of text lines to texts, each with its score and, for figures, other readings of the picture.

The models are those that the `rapidocr` package carries (PP-OCR: Chinese and Latin); onnxruntime runs them on one core.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ...errors import UnreadableDocument
from ..quiet import heard

#: Height of the pictures that the recogniser takes (pixels), and the widest; a longer line is squeezed.
HEIGHT, WIDEST = 48, 1600
#: Lines that are recognised at once have no more pixels than this in width together.
BATCH = 2_000
#: The characters of a figure. A line with this share of them is read as one if that costs no more than `FIGURE_COST`.
FIGURE_CHARS, FIGURE_SHARE, FIGURE_COST = "0123456789.,-%()", 0.6, 8.0
#: Other readings are kept up to this cost (logarithm of how many times less likely) and number; doubtful steps tried.
MAX_COST, MAX_READINGS, DOUBTS = 9.0, 24, 10
_BLANK = 0
_ASCII = str.maketrans("（），．：－—–", "(),.:---")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its characters' places (shares of the width), the weakest one's score, other readings with costs."""

    text: str
    places: tuple[float, ...]
    score: float
    others: tuple[tuple[str, float], ...] = ()


class Recogniser:
    """The recognition model with its alphabet."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("rapidocr")
        if found is None or importlib.util.find_spec("onnxruntime") is None:
            raise UnreadableDocument(
                'no text layer (a scanned or drawn page); to have it recognised: pip install "mingzhang[scan]"'
            )
        with heard():  # it warns of folders that a reader apart may not see
            import onnxruntime
        onnxruntime.disable_telemetry_events()
        onnxruntime.set_default_logger_severity(4)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        folder = Path(str((found.submodule_search_locations or [""])[0])) / "models"
        model = min(folder.glob("*rec*.onnx"))
        self.session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.alphabet = ["", *self.session.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
        self.figure_ids = [_BLANK, *map(self.alphabet.index, FIGURE_CHARS)]

    def read(self, lines: Sequence[np.ndarray]) -> list[Reading]:
        """The reading of each picture of a line (rows of grey values), in order; the same picture is read once."""
        keys = [(line.shape, line.tobytes()) for line in lines]
        sized = {key: fitted(line) for key, line in zip(keys, lines, strict=True)}
        found: dict[object, Reading] = {}
        for batch in batches(sized):
            wide = max(sized[key].shape[1] for key in batch)
            images = np.zeros((len(batch), 3, HEIGHT, wide), np.float32)
            for place, key in enumerate(batch):
                images[place, :, :, : sized[key].shape[1]] = sized[key] / 127.5 - 1.0
            chances = self.session.run(None, {"x": images})[0]
            for place, key in enumerate(batch):
                found[key] = self.decode(chances[place], sized[key].shape[1] / wide)
        return [found[key] for key in keys]

    def decode(self, chances: np.ndarray, share: float) -> Reading:
        """The reading of a line, which fills a `share` of the steps, from each character's chance at each step."""
        best = chances.argmax(1)
        steps = kept_steps(best)
        text = "".join(self.alphabet[best[step]] for step in steps).translate(_ASCII)
        numeric = sum(char in FIGURE_CHARS for char in text)
        if text and numeric >= FIGURE_SHARE * len(text) and any(map(str.isdigit, text)):
            figures = np.log(np.maximum(chances[:, self.figure_ids], 1e-9))
            cost = float((np.log(chances.max(1)) - figures.max(1)).sum())
            if cost <= FIGURE_COST:
                return figure(figures, share)
        places = tuple((step + 0.5) / (len(best) * share) for step in steps)
        return Reading(text, places, min((float(chances[step, best[step]]) for step in steps), default=0.0))


@cache
def recogniser() -> Recogniser:
    """The one recogniser of a process, loaded when first asked for."""
    return Recogniser()


def fitted(line: np.ndarray) -> np.ndarray:
    """A picture of a line in the height that the recogniser takes."""
    wide = min(max(round(line.shape[1] * HEIGHT / line.shape[0]), 16), WIDEST)
    return cv2.resize(line, (wide, HEIGHT), interpolation=cv2.INTER_AREA if line.shape[0] > HEIGHT else cv2.INTER_CUBIC)


def batches(sized: Mapping[Any, np.ndarray]) -> Iterator[list[Any]]:
    """The lines, narrow ones first, in groups of no more than `BATCH` pixels."""
    batch: list[Any] = []
    for key in sorted(sized, key=lambda one: sized[one].shape[1]):
        if batch and (len(batch) + 1) * sized[key].shape[1] > BATCH:
            yield batch
            batch = []
        batch.append(key)
    if batch:
        yield batch


def kept_steps(best: np.ndarray) -> list[int]:
    """The steps at which a new character begins: no blanks, no repetition of the step before."""
    return [step for step in range(len(best)) if best[step] != _BLANK and (step == 0 or best[step] != best[step - 1])]


def figure(logs: np.ndarray, share: float) -> Reading:
    """The reading of a line as a figure, with the others that single and paired changes of doubtful steps give."""
    best = logs.argmax(1)
    steps = kept_steps(best)
    text = spelled(best)
    changes = sorted(
        (float(logs[step, best[step]] - logs[step, other]), step, other)
        for step in range(len(best)) for other in range(logs.shape[1])
        if other != best[step] and logs[step, best[step]] - logs[step, other] < MAX_COST
    )[:DOUBTS]
    others: dict[str, float] = {}
    for chosen in (*((one,) for one in changes), *combinations(changes, 2)):
        cost = math.fsum(change[0] for change in chosen)
        changed = best.copy()
        for _, step, other in chosen:
            changed[step] = other
        if cost < MAX_COST and (other_text := spelled(changed)) != text:
            others[other_text] = min(cost, others.get(other_text, MAX_COST))
    score = min((float(np.exp(logs[step, best[step]])) for step in steps), default=0.0)
    kept = sorted(others.items(), key=lambda one: one[1])[:MAX_READINGS]
    return Reading(text, tuple((step + 0.5) / (len(best) * share) for step in steps), score, tuple(kept))


def spelled(path: np.ndarray) -> str:
    """The figure that a path through the steps spells."""
    return "".join(FIGURE_CHARS[path[step] - 1] for step in kept_steps(path))
