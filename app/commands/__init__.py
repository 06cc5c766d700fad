"""The command line: `flask --app app …`."""

from app.commands import audit, city, content, database, documents, feed, staff

COMMANDS = (database.cli, city.cli, feed.cli, staff.cli, content.cli, documents.cli, audit.cli)
