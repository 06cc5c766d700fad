"""Kakanai: the counter-service system (書かない窓口) of a Japanese city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.config import DATABASE_FILE, Settings, SettingsError, ensure_instance, instance_folder, load_settings

if TYPE_CHECKING:
    from flask import Flask

# No prefecture has this number; the invented city is there.
INVENTED_PREFECTURE = "99"


def create_app(settings: Settings | None = None) -> Flask:
    """The server of one city. Raises SettingsError when a setting is unknown, missing or does not fit."""
    if settings is None:
        # New keys beside old data would make its vault and its log unreadable for ever.
        if not (instance_folder() / DATABASE_FILE).exists():
            ensure_instance(instance_folder())
        settings = load_settings()
    from flask import Flask  # here, so that the renderer's process does without it

    app = Flask(__name__, instance_path=str(settings.instance))
    _configure(app, settings)
    _bind_extensions(app, settings)
    _add_rooms(app)
    _refuse_demo_of_a_real_city(app, settings)
    return app


def _refuse_demo_of_a_real_city(app: Flask, settings: Settings) -> None:
    """The demo's accounts share one password: they must never open a real register."""
    from sqlalchemy.exc import SQLAlchemyError

    from app.data.towns import own_city_code
    from app.extensions import db

    if not settings.demo:
        return
    with app.app_context():
        try:
            code = own_city_code()
        except SQLAlchemyError:  # no schema yet, or no database: nothing that could be opened
            return
        finally:
            db.session.remove()
            db.engine.dispose()  # nothing stays open when a server forks after this, or when it does not start
    if code and not code.startswith(INVENTED_PREFECTURE):
        raise SettingsError(
            f"このインスタンスには実在の市（団体コード {code}）のデータがあるため、デモとして起動できません。"
            "settings.toml の demo を消すか、別のインスタンスを使ってください。"
        )


def _configure(app: Flask, settings: Settings) -> None:
    from app.data.engine import engine_options

    app.config.update(
        KAKANAI=settings,
        SECRET_KEY=settings.keys.secret,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=1000,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session's token instead
        WTF_CSRF_HEADERS=["X-CSRFToken"],
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        TEMPLATES_AUTO_RELOAD=False,
        PROPAGATE_EXCEPTIONS=False,
    )
    if settings.proxy_hops:
        from werkzeug.middleware.proxy_fix import ProxyFix

        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _bind_extensions(app: Flask, settings: Settings) -> None:
    from app.data import models  # noqa: F401  every table is known before the first query
    from app.data.engine import configure_engine
    from app.extensions import csrf, db, htmx, login_manager
    from app.web.sessions import TokenSessions, load_staff

    app.session_interface = TokenSessions()
    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine, settings)
    csrf.init_app(app)
    htmx.init_app(app)
    login_manager.init_app(app)
    login_manager.session_protection = (
        None  # the token is the session; nothing else of the request identifies it
    )
    login_manager.request_loader(load_staff)


def _add_rooms(app: Flask) -> None:
    from app.admin import desk_new as desk_new
    from app.admin.calendar import bp as calendar
    from app.admin.desk_tables import bp as desk
    from app.admin.forms import bp as forms
    from app.admin.placing import bp as placing
    from app.admin.routes import bp as admin
    from app.api.routes import bp as api
    from app.auth.routes import bp as auth
    from app.cards.agent import bp as agents
    from app.cards.customer import bp as customer
    from app.cards.slots import bp as cards
    from app.commands import COMMANDS
    from app.reception.ending import bp as endings
    from app.reception.releasing import bp as releases
    from app.reception.routes import bp as reception
    from app.residents.person import bp as persons
    from app.residents.routes import bp as residents
    from app.review.routes import bp as review
    from app.web import errors, filters, guarding, open_screens, security, static_files

    for blueprint in (
        auth,
        residents,
        persons,
        reception,
        releases,
        endings,
        admin,
        calendar,
        desk,
        forms,
        placing,
        review,
        agents,
        cards,
        customer,
        api,
    ):
        app.register_blueprint(blueprint)
    security.init_security(app)
    static_files.compress_static(app)
    guarding.guard_routes(app)
    errors.register_errors(app)
    filters.register_filters(app)
    open_screens.offer_marks(app)
    for command in COMMANDS:
        app.cli.add_command(command)
