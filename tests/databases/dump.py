"""Writes a database as an SQL dump, named after the newest script that was run on it.

What would be swept away with time is moved to the year 9999: the expiry of sessions, and the times of the
log.
"""

import pathlib
import sqlite3
import sys

LATE = 253370764800000

database, header, folder = sys.argv[1:]
connection = sqlite3.connect(database)
connection.execute("UPDATE sessions SET expires = ? WHERE expires > 0", [LATE])
connection.execute("UPDATE log_entries SET created = ?", [LATE])
connection.commit()
version, name = connection.execute(
    "SELECT version, description FROM _sqlx_migrations ORDER BY version DESC LIMIT 1"
).fetchone()
file = pathlib.Path(folder) / f"{version:04}_{name}.sql"
lines = [
    f"-- A database as octavusd kept it with the script {file.stem} as its newest.",
    pathlib.Path(header).read_text().rstrip(),
    *connection.iterdump(),
]
file.write_text("\n".join(lines) + "\n")
print(file)
