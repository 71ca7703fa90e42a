"""One log entry per task, with its batch and the ids of the requests in it."""

import re
from collections.abc import Mapping
from typing import Any

from django_structlog.celery.receivers import CeleryReceiver
from structlog.contextvars import bind_contextvars, get_contextvars

# A batch has at most some hundred requests.
_given_ids = re.compile(r"[A-Za-z0-9._\-]{1,64}(,[A-Za-z0-9._\-]{1,64}){0,999}")


class TaskLog(CeleryReceiver):
    """Sends the ids along in a header of each message, and binds them where it arrives. Nothing
    else of that header is taken over: whoever can reach the broker may have written it."""

    def get_task_context(self) -> dict[str, Any]:
        """What a message takes along."""
        return {"request_id": get_contextvars().get("request_id", "")}

    def bind_context(self, context: object) -> None:
        """Take over well-formed ids."""
        given = context.get("request_id") if isinstance(context, Mapping) else None
        if isinstance(given, str) and _given_ids.fullmatch(given):
            bind_contextvars(request_id=given)

    def receiver_after_task_publish(self, *_: Any, **__: Any) -> None:
        """No entry for a message that was sent: its task writes one."""

    def receiver_task_prerun(self, task_id: str, task: Any, *args: Any, **kwargs: Any) -> None:
        """Bind the task, its batch and the ids until the task ends."""
        super().receiver_task_prerun(task_id, task, *args, **kwargs)
        batch = next(iter(task.request.args or ()), None)
        bind_contextvars(task=task.name, **({} if batch is None else {"batch": batch}))
