"""窓口の機器 (M-04): card readers and customer screens of the counters are let in by a code and shut out."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from app.admin.blueprint import bp
from app.domain.card import FAILURES
from app.domain.errors import Invalid
from app.operations import counters, devices
from app.operations.devices import CODE_LIVES, KIND_TITLES
from app.web.access import current_actor
from app.web.pages import Action, Page, go, show

ADDRESS = "/admin/counters/devices"


@bp.get(ADDRESS, endpoint="devices")
def list_devices() -> Response:
    return _page()


@bp.post(ADDRESS)
def add_device() -> Response:
    """The code is on this one answer and nowhere else."""
    form = request.form
    try:
        code = devices.make_code(
            current_actor(), form.get("kind", ""), form.get("counter", ""), form.get("seat", "")
        )
    except Invalid as wrong:
        return _page(errors=dict(wrong.fields), status=422)
    return _page(code=code, announce="登録番号を作りました")


@bp.post("/admin/counters/devices/<device_id>/revoke")
def revoke_device(device_id: str) -> BaseResponse:
    devices.revoke(current_actor(), device_id)
    return go(ADDRESS)


def _page(
    code: str = "", announce: str | None = None, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    minutes = int(CODE_LIVES.total_seconds() // 60)
    return show(
        "admin/devices.html", Page("窓口の機器", announce), status=status, listed=devices.list_devices(),
        kinds=KIND_TITLES, counters=counters.list_all(), code=code, minutes=minutes, errors=errors or {},
        typed=request.form, failures=FAILURES, actions=[Action("管理へ戻る", "F3", "link", "/admin")],
    )  # fmt: skip
