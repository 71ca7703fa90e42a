"""The filter of credits, for every template."""

from django import template

from project.events.credits import format_credits

register = template.Library()
register.filter("credits", format_credits)
