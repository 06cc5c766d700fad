"""Who may call which route: one table, and a route that is not in it cannot be called."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, abort, request
from flask_login import current_user

from app.domain.authority import Actor, Right
from app.operations.record import note_refusal
from app.web.confirming import confirm_here


@dataclass(frozen=True)
class Access:
    """What a route asks for: nothing (``open_to_all``), a sign-in, or one of several rights.

    With ``confirmed`` the password must have been given within the last minutes (AC-32).
    """

    rights: frozenset[Right] = frozenset()
    open_to_all: bool = False
    confirmed: bool = False


OPEN = Access(open_to_all=True)
SIGNED_IN = Access()


def needs(*rights: Right, confirmed: bool = False) -> Access:
    """One of these rights is enough."""
    return Access(frozenset(rights), confirmed=confirmed)


RECEIVE = needs(Right.RECEIVE)
RELEASE = needs(Right.DECIDE_RELEASE)
STAFF = needs(Right.MANAGE_STAFF)
CHANGE_STAFF = needs(Right.MANAGE_STAFF, confirmed=True)
PRINT = needs(Right.PRINT)
REVIEW = needs(Right.REVIEW)
CALENDAR = needs(Right.MANAGE_CALENDAR)
FEEDS = needs(Right.MANAGE_FEEDS)
NEWS = needs(Right.MANAGE_NEWS)
CONTENT = needs(Right.MANAGE_CONTENT)
EDIT_CONTENT = needs(Right.MANAGE_CONTENT, Right.EDIT_SECTION_CONTENT)
MANAGE = needs(
    Right.MANAGE_STAFF,
    Right.MANAGE_FEEDS,
    Right.MANAGE_CONTENT,
    Right.EDIT_SECTION_CONTENT,
    Right.MANAGE_CALENDAR,
    Right.MANAGE_NEWS,
)

ACCESS: dict[str, Access] = {
    "static": OPEN,
    "api.health": OPEN,
    "api.csp_report": OPEN,
    "api.font": SIGNED_IN,
    "auth.login": OPEN,
    "auth.sign_in": OPEN,
    "auth.logout": SIGNED_IN,
    "auth.switch_counter": SIGNED_IN,
    "auth.stay": SIGNED_IN,
    "auth.cover": SIGNED_IN,
    "auth.covered": SIGNED_IN,
    "auth.uncover": SIGNED_IN,
    "auth.ask_password": SIGNED_IN,
    "auth.give_password": SIGNED_IN,
    "auth.first_password": SIGNED_IN,
    "auth.choose_password": SIGNED_IN,
    "auth.me": SIGNED_IN,
    "auth.save_preference": SIGNED_IN,
    "auth.change_password": SIGNED_IN,
    "residents.home": SIGNED_IN,
    "residents.home_rows": SIGNED_IN,
    "residents.news": SIGNED_IN,
    "residents.read_news": SIGNED_IN,
    "residents.search": needs(Right.FIND_PERSON),
    "residents.find": needs(Right.FIND_PERSON),
    "residents.detailed_search": needs(Right.FIND_PERSON),
    "residents.search_by_details": needs(Right.FIND_PERSON),
    "persons.show_person": needs(Right.FIND_PERSON),
    "persons.show_household": needs(Right.FIND_PERSON),
    "persons.show_qualification": needs(Right.FIND_PERSON),
    "persons.show_warnings": needs(Right.FIND_PERSON),
    "persons.protect": needs(Right.FIND_PERSON),
    "releases.index": RELEASE,
    "releases.rows": RELEASE,
    "releases.one": RELEASE,
    "releases.decide": RELEASE,
    "reception.ask_release": RECEIVE,
    "reception.release_state": RECEIVE,
    "admin.index": MANAGE,
    "admin.news": NEWS,
    "admin.publish_news": NEWS,
    "admin.change_news": NEWS,
    "residents.characters": needs(Right.FIND_PERSON, Right.RECEIVE),
    "residents.find_characters": needs(Right.FIND_PERSON, Right.RECEIVE),
    "admin.fonts": needs(Right.MANAGE_FEEDS),
    "admin.search_fonts": needs(Right.MANAGE_FEEDS),
    "admin.check_fonts": needs(Right.MANAGE_FEEDS),
    "admin.fonts_report": needs(Right.MANAGE_FEEDS),
    "admin.addresses": FEEDS,
    "admin.search_addresses": FEEDS,
    "admin.links": FEEDS,
    "admin.link_rows": FEEDS,
    "admin.run_links": FEEDS,
    "admin.link": FEEDS,
    "admin.hold_link": FEEDS,
    "admin.release_link": FEEDS,
    "admin.link_rejects": FEEDS,
    "admin.link_job": FEEDS,
    "admin.run_link_job_again": FEEDS,
    "admin.stop_link_job": FEEDS,
    "admin.link_file": FEEDS,
    "admin.decide_link_file": FEEDS,
    "admin.simulator_index": EDIT_CONTENT,
    "admin.begin_simulation": EDIT_CONTENT,
    "admin.simulator_examples": EDIT_CONTENT,
    "admin.simulation": EDIT_CONTENT,
    "admin.simulate_on": EDIT_CONTENT,
    "admin.simulate_household": EDIT_CONTENT,
    "admin.simulate_fact": EDIT_CONTENT,
    "admin.simulator_facts": EDIT_CONTENT,
    "admin.simulate_answer": EDIT_CONTENT,
    "admin.simulator_why": EDIT_CONTENT,
    "admin.store_example": EDIT_CONTENT,
    "admin.save_example": EDIT_CONTENT,
    "admin.examples": EDIT_CONTENT,
    "admin.run_examples": EDIT_CONTENT,
    "admin.example": EDIT_CONTENT,
    "admin.edit_example": EDIT_CONTENT,
    "admin.retire_example": EDIT_CONTENT,
    "admin.replays": EDIT_CONTENT,
    "admin.start_replay": EDIT_CONTENT,
    "admin.replay": EDIT_CONTENT,
    "admin.replay_csv": EDIT_CONTENT,
    "admin.advance_trial": EDIT_CONTENT,
    "admin.stop_trial": EDIT_CONTENT,
    "admin.resume_trial": EDIT_CONTENT,
    "admin.translations": EDIT_CONTENT,
    "admin.translation": EDIT_CONTENT,
    "admin.save_translation": EDIT_CONTENT,
    "admin.translation_csv": EDIT_CONTENT,
    "admin.leaflets": EDIT_CONTENT,
    "admin.add_leaflet": EDIT_CONTENT,
    "admin.withdraw_leaflet": EDIT_CONTENT,
    "admin.leaflet_file": EDIT_CONTENT,
    "admin.review_sheet": CONTENT,
    "admin.review_sheet_csv": CONTENT,
    "admin.status": needs(Right.READ_STATUS),
    "admin.status_rows": needs(Right.READ_STATUS),
    "calendar.index": CALENDAR,
    "calendar.month": CALENDAR,
    "calendar.add": CALENDAR,
    "calendar.change": CALENDAR,
    "calendar.count": CALENDAR,
    "desk.index": EDIT_CONTENT,
    "desk.begin": EDIT_CONTENT,
    "desk.procedures": EDIT_CONTENT,
    "desk.rules": EDIT_CONTENT,
    "desk.certs": EDIT_CONTENT,
    "desk.phrases": EDIT_CONTENT,
    "desk.draft": EDIT_CONTENT,
    "desk.act": EDIT_CONTENT,
    "desk.new": EDIT_CONTENT,
    "desk.add": EDIT_CONTENT,
    "desk.sheet": EDIT_CONTENT,
    "desk.change": EDIT_CONTENT,
    "desk.row": EDIT_CONTENT,
    "desk.save_row": EDIT_CONTENT,
    "desk.version": EDIT_CONTENT,
    "desk.receive": EDIT_CONTENT,
    "desk.draft_file": EDIT_CONTENT,
    "desk.version_file": EDIT_CONTENT,
    "forms.index": EDIT_CONTENT,
    "forms.take": EDIT_CONTENT,
    "forms.new": EDIT_CONTENT,
    "forms.add": EDIT_CONTENT,
    "forms.settings": EDIT_CONTENT,
    "forms.change_settings": EDIT_CONTENT,
    "forms.form_file": EDIT_CONTENT,
    "forms.receive": EDIT_CONTENT,
    "placing.place": EDIT_CONTENT,
    "placing.change": EDIT_CONTENT,
    "placing.facts": EDIT_CONTENT,
    "placing.picture": EDIT_CONTENT,
    "placing.trial": EDIT_CONTENT,
    "placing.trial_file": EDIT_CONTENT,
    "placing.compare": EDIT_CONTENT,
    "placing.take_back": EDIT_CONTENT,
    "placing.other_picture": EDIT_CONTENT,
    "desk.change_version": needs(Right.MANAGE_CONTENT),
    "agents.enrol": OPEN,
    "agents.next_slot": OPEN,
    "agents.stage": OPEN,
    "agents.answer": OPEN,
    "customer.screen": OPEN,
    "customer.pair_page": OPEN,
    "customer.pair": OPEN,
    "customer.reply": OPEN,
    "customer.sign": OPEN,
    "customer.choose_language": OPEN,
    "reception.show_customer": RECEIVE,
    "reception.customer_reply": RECEIVE,
    "cards.open_slot": RECEIVE,
    "cards.show_slot": RECEIVE,
    "cards.drop_slot": RECEIVE,
    "cards.choose_seat": RECEIVE,
    "residents.search_by_card": RECEIVE,
    "reception.compare_card": RECEIVE,
    "reception.card_name": RECEIVE,
    "admin.users": STAFF,
    "admin.find_users": STAFF,
    "admin.users_file": CHANGE_STAFF,
    "admin.new_user": STAFF,
    "admin.add_user": CHANGE_STAFF,
    "admin.user": STAFF,
    "admin.change_user": CHANGE_STAFF,
    "admin.act_on_user": CHANGE_STAFF,
    "admin.transfers": STAFF,
    "admin.check_transfer": STAFF,
    "admin.transfer": STAFF,
    "admin.apply_transfer": CHANGE_STAFF,
    "admin.undo_transfer": CHANGE_STAFF,
    "admin.transfer_file": STAFF,
    "admin.give_passwords": CHANGE_STAFF,
    "admin.devices": STAFF,
    "admin.add_device": STAFF,
    "admin.revoke_device": STAFF,
    "reception.open_case": RECEIVE,
    "reception.show_case": RECEIVE,
    "reception.show_step": RECEIVE,
    "reception.save_step": RECEIVE,
    "reception.draft": RECEIVE,
    "reception.more_rows": RECEIVE,
    "reception.show_sides": RECEIVE,
    "reception.take_booking": RECEIVE,
    "reception.find_household": RECEIVE,
    "reception.join_household": RECEIVE,
    "reception.find_single": RECEIVE,
    "reception.add_subject": RECEIVE,
    "reception.find_subject": RECEIVE,
    "reception.find_person": RECEIVE,
    "reception.show_warnings": RECEIVE,
    "reception.find_visitor": RECEIVE,
    "reception.place_visitor": RECEIVE,
    "reception.add_typed_subject": RECEIVE,
    "reception.show_person": RECEIVE,
    "reception.correct_person": RECEIVE,
    "reception.appointments": RECEIVE,
    "reception.note_defect": RECEIVE,
    "reception.mend_defect": RECEIVE,
    "reception.defect_letter": RECEIVE,
    "reception.defect_letter_file": PRINT,
    "reception.remove_subject": RECEIVE,
    "reception.certificates": RECEIVE,
    "reception.choose_guide": RECEIVE,
    "reception.resume_by_number": RECEIVE,
    "reception.answer": RECEIVE,
    "reception.add_procedure": RECEIVE,
    "reception.change_procedure": RECEIVE,
    "reception.guidance_index": SIGNED_IN,
    "reception.find_guidance": SIGNED_IN,
    "reception.guide": SIGNED_IN,
    "reception.form_sample": SIGNED_IN,
    "admin.guidance": needs(Right.MANAGE_CONTENT),
    "reception.explain": RECEIVE,
    "reception.find_reasons": RECEIVE,
    "reception.procedure_options": RECEIVE,
    "reception.check_items": RECEIVE,
    "reception.show_newer_content": RECEIVE,
    "reception.renew_content": RECEIVE,
    "reception.issuing": RECEIVE,
    "reception.mark_issued": RECEIVE,
    "reception.memo": RECEIVE,
    "reception.echo_date": SIGNED_IN,
    "reception.echo_case_date": RECEIVE,
    "reception.suggest_address": RECEIVE,
    "reception.towns": RECEIVE,
    "reception.lots": RECEIVE,
    "reception.buildings": RECEIVE,
    "reception.suspend": RECEIVE,
    "reception.resume": RECEIVE,
    "reception.stop": RECEIVE,
    "reception.enter": RECEIVE,
    "reception.overview": RECEIVE,
    "reception.take_over": RECEIVE,
    "reception.tick": RECEIVE,
    "reception.handover": RECEIVE,
    "reception.hand_over": RECEIVE,
    "reception.inbox": needs(Right.RECEIVE, Right.REVIEW),
    "reception.inbox_list": needs(Right.RECEIVE, Right.REVIEW),
    "reception.accept_handover": RECEIVE,
    "reception.return_handover": RECEIVE,
    "reception.put_away_messages": SIGNED_IN,
    "reception.conflict": RECEIVE,
    "reception.decide_conflict": RECEIVE,
    "reception.continue_case": RECEIVE,
    "reception.link_earlier": RECEIVE,
    "reception.renew_register": RECEIVE,
    "reception.begin_correction": RECEIVE,
    "reception.corrections_list": needs(Right.REVIEW),
    "reception.correction": needs(Right.RECEIVE, Right.REVIEW),
    "reception.submit_correction": RECEIVE,
    "reception.drop_correction": RECEIVE,
    "reception.decide_correction": needs(Right.REVIEW),
    "reception.close": RECEIVE,
    "reception.issue": PRINT,
    "reception.papers": PRINT,
    "reception.document": PRINT,
    "reception.reprint": PRINT,
    "reception.sent_back": RECEIVE,
    "reception.answer_sent_back": RECEIVE,
    "review.index": REVIEW,
    "review.choose": REVIEW,
    "review.act": REVIEW,
    "review.item": REVIEW,
    "review.act_on_item": REVIEW,
    "review.duplicates": REVIEW,
    "review.settle": REVIEW,
    "reception.history": needs(Right.READ_HISTORY),
    "reception.search_history": needs(Right.READ_HISTORY),
    "reception.export_history": needs(Right.EXPORT_HISTORY),
    "reception.history_detail": needs(Right.READ_HISTORY),
    "reception.resumable": RECEIVE,
}


UNCOVERED = frozenset({"auth.cover", "auth.covered", "auth.uncover", "auth.logout"})
"""What a covered screen may still ask for."""


BEFORE_OWN_PASSWORD = frozenset(
    {*UNCOVERED, "auth.first_password", "auth.choose_password", "auth.stay", "api.font"}
)
"""What somebody may ask for who came in with a password that was given to him."""


class Covered(Exception):
    """The screen is covered; its owner has to give the password first."""


class OwnPasswordFirst(Exception):
    """A password that was given has to be replaced by one's own first."""


def current_actor() -> Actor:
    """The member of staff of this request. Only called in routes that ask for a sign-in."""
    actor: Actor = current_user.actor
    return actor


def guard_routes(app: Flask) -> None:
    """Refuse before a view runs: unknown routes 404, without a sign-in 401, without the right 403 (and logged)."""

    @app.before_request
    def check_access() -> None:
        if request.endpoint is None:
            return
        access = ACCESS.get(request.endpoint)
        if access is None:
            abort(403)
        if access.open_to_all:
            return
        if not current_user.is_authenticated:
            abort(401)
        actor = current_actor()
        if actor.covered and request.endpoint not in UNCOVERED:
            raise Covered
        if actor.must_change and request.endpoint not in BEFORE_OWN_PASSWORD:
            raise OwnPasswordFirst
        if access.rights and not access.rights & actor.rights:
            note_refusal(actor, request.endpoint)
            abort(403)
        if access.confirmed and not actor.confirmed:
            confirm_here(actor)
