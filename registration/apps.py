"""What `registration` registers with the platform."""

from django.apps import AppConfig

OPERATIONAL = (
    "registration_idempotency_key",
    "registration_calendar_token",
    "registration_plan",
    "registration_student_record",
    "registration_attempt",
    "registration_block_reason",
)


class RegistrationConfig(AppConfig):
    """Flows, projections, the catalogue's subscription, queues, jobs and invariants."""

    name = "registration"
    verbose_name = "Registration"

    def ready(self) -> None:
        """Register everything; must not touch the database."""
        self._register_events()
        self._register_work()
        self._register_formats()
        self._register_pages()

    def _register_events(self) -> None:
        from project.bus.registry import Subscription, bus
        from project.events.modules import SectionChanged
        from registration import saga, services
        from registration.projections import catalogue, registrations

        bus.register_flows(saga.FLOWS)
        bus.register_state(
            "registration", tables=registrations.TABLES, projections=registrations.PROJECTIONS
        )
        bus.register_subscription(
            Subscription(
                name="registration.catalogue",
                queue="catalogue",
                app="registration",
                events=catalogue.EVENT_TYPES,
                projections=catalogue.PROJECTIONS,
                tables=catalogue.TABLES,
            )
        )
        bus.register_subscription(
            Subscription(
                name="registration.moves",
                queue="catalogue",
                app="registration",
                events=(SectionChanged,),
                handler=services.moves_tell,
            )
        )

    def _register_work(self) -> None:
        from project.bus.queues import WorkQueue
        from project.bus.registry import WRITE, Job, TableGrant, bus
        from registration.invariants import INVARIANTS
        from registration.projections import registrations

        bus.register_operational("registration", tables=OPERATIONAL)
        bus.register_grant(
            TableGrant(role="web", tables=(*registrations.TABLES, *OPERATIONAL), rights=WRITE)
        )
        # Students who have left are offered no seat.
        people = "SELECT (id, is_active)"
        bus.register_grant(
            TableGrant(role="registration", tables=("accounts_user",), rights=people)
        )
        bus.register_queue(WorkQueue(name="decide"), WorkQueue(name="catalogue"))
        bus.register_invariant(*INVARIANTS)
        bus.register_job(
            Job(task="registration.expire", queue="decide", every=30),
            Job(task="registration.watch_waitlists", queue="decide", every=60),
            Job(task="registration.purge_idempotency_keys", queue="decide", every=3600),
        )

    def _register_formats(self) -> None:
        from project.imports.formats import formats
        from registration.services.block_import import BLOCKS
        from registration.services.category_import import CATEGORIES
        from registration.services.student_format import STUDENTS
        from registration.services.transcript_import import TRANSCRIPTS

        formats.register(CATEGORIES, STUDENTS, TRANSCRIPTS, BLOCKS)

    def _register_pages(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from project.web import navigation
        from project.web.notices import notices
        from registration.views.pause_notice import load_pause_notices
        from registration.views.window_bar import WINDOW_BAR

        navigation.register_nav(
            navigation.NavItem(order=10, name="catalogue", label=_("Catalogue")),
            navigation.NavItem(order=20, name="plan", label=_("Plan")),
            navigation.NavItem(order=30, name="mine", label=_("My registrations")),
        )
        navigation.offer_bar(WINDOW_BAR)
        notices.register(load_pause_notices)
