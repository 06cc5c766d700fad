"""The administration's routes belong to this blueprint."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("admin", __name__)
