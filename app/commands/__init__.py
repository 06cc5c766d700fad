"""The command line: `flask --app app …`."""

from app.commands import addresses, audit, cases, city, content, database, documents, feed, fonts, staff

COMMANDS = (
    database.cli,
    city.cli,
    feed.cli,
    addresses.cli,
    staff.cli,
    content.cli,
    documents.cli,
    fonts.cli,
    audit.cli,
    cases.cli,
)
