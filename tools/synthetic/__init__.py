"""Synthetic disclosures: consistent accounts typeset to PDF in declared house styles, with known truth.

`generate` makes one document, `write_corpus` a folder of them. Needs reportlab (the extra `synthetic`).
"""

from __future__ import annotations

from .accounts import Accounts, make_accounts
from .corpus import Document, Truth, generate, typeset, write_corpus
from .styles import STYLES, Style

__all__ = ["STYLES", "Accounts", "Document", "Style", "Truth", "generate", "make_accounts", "typeset", "write_corpus"]
