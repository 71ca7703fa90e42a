"""What must always be true of the whole, as read-only SQL: one file, one promise.

Each file begins with `-- name:`, `-- meaning:` (may go on over further comment lines) and
`-- at rest: yes|no`; then one query whose rows break the promise, each with a column of text that
names what is wrong. Here alone one statement names the tables of two apps.
"""
