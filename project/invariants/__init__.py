"""Invariants between apps, as read-only SQL: one file, one invariant.

Each file begins with `-- name:`, `-- meaning:` (may go on over further comment lines) and
`-- at rest: yes|no`; then one query whose rows break the invariant, each with a column of text
that names what is wrong. Only here may one statement read tables of two apps; the invariants of a
single app are in its `invariants.py`.
"""
