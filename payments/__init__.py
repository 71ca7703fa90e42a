"""Payments: rates, accounts, limits and the ledger."""
