"""What must always be true between apps, as read-only SQL: one file, one invariant.

Each file begins with `-- name:`, `-- meaning:` (may go on over further comment lines) and
`-- at rest: yes|no`; then one query whose rows break the invariant, each with a column of text
that names what is wrong. Here alone one statement names two apps. What is true of one app's tables
and events lies in its `invariants.py`.
"""
