"""Keyed digests: they show in an event that personal data changed, and nothing of the data."""

import hmac
import json
from hashlib import sha256

from django.conf import settings


def keyed_digest(*values: object) -> str:
    """A digest of the values that only the holder of the secret key can compute."""
    text = json.dumps(values, default=str, ensure_ascii=False)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()[:32]
