"""The blueprint of signing in and of what belongs to one member of staff."""

from flask import Blueprint

bp = Blueprint("auth", __name__)
