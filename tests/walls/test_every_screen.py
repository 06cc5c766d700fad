"""Every page the server answers with is looked at in the browser: accessible, at three widths, with forced colours.

A round of looking (tests/browser/screens.py) names the routes it looked at, and fails when it did not; here they are counted.
"""

from __future__ import annotations

from pathlib import Path

from tests.walls.access_matrix import read_matrix

TESTS = Path(__file__).parents[1] / "browser"
FILES = frozenset(
    {
        "static", "api.font", "api.health", "admin.fonts_report", "admin.link_rejects", "admin.link_file_rejects", "admin.replay_csv",
        "admin.review_sheet_csv", "admin.translation_csv", "admin.leaflet_file", "admin.users_file", "admin.transfer_file",
        "desk.draft_file", "desk.version_file", "forms.form_file", "placing.picture", "placing.other_picture", "placing.trial_file",
        "reception.document", "reception.form_sample", "reception.card_name", "reception.defect_letter_file",
    }
)  # fmt: skip
PARTS = frozenset(
    {
        "residents.home_rows", "releases.rows", "admin.link_rows", "admin.status_rows", "api.screen", "cards.show_slot", "reception.inbox",
        "reception.inbox_list", "reception.customer_reply", "auth.here",
    }
)  # fmt: skip
"""What a page that stands asks for itself."""
LEADS_ON = frozenset(
    {"reception.show_case", "reception.release_state", "reception.address_state", "auth.prove_again", "auth.provider_answered"}
)  # fmt: skip
"""Nothing of their own, or, at the city's own sign-in page, what tests/browser/test_openid.py looks at."""


def test_every_page_is_looked_at() -> None:
    opened = {endpoint for endpoint, method in map(str.split, read_matrix()) if method == "GET"}
    assert opened >= FILES | PARTS | LEADS_ON, (
        f"no such route (any more): {sorted((FILES | PARTS | LEADS_ON) - opened)}"
    )
    pages = opened - FILES - PARTS - LEADS_ON
    rounds = "".join(path.read_text(encoding="utf-8") for path in sorted(TESTS.glob("test_*.py")))
    missed = sorted(page for page in pages if f'"{page}"' not in rounds)
    assert not missed, f"name them in the round that looks at them: {', '.join(missed)}"
