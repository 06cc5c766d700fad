"""Machine-readable codes (コード) as module patterns, without anything of a PDF: QR, Code 128 and NW-7.

Every page carries a QR code, and a general encoder took a quarter of the time of a page; this one keeps for each size all
that does not depend on the text.
"""

from app.documents.codes.bars import code128, nw7
from app.documents.codes.problems import CodeRefused
from app.documents.codes.qr import qr_modules

__all__ = ["CodeRefused", "code128", "nw7", "qr_modules"]
