"""What payments changes: fees authorised, captured, voided and refunded; accounts and rates."""

from payments.services.accounts import account_limit_set, accounts_admit
from payments.services.payments import payments_authorise, payments_capture, payments_void_or_refund
from payments.services.rates import rate_set

__all__ = [
    "account_limit_set",
    "accounts_admit",
    "payments_authorise",
    "payments_capture",
    "payments_void_or_refund",
    "rate_set",
]
