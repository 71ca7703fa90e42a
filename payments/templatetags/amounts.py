"""Format amounts."""

from django import template

from payments import rules

register = template.Library()


@register.filter
def money(amount: int) -> str:
    """An amount in minor units: 123450 is 1,234.50."""
    return rules.money(amount)
