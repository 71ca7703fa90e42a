"""How often seat counts are sent to a page."""

from registration.live.interval import AdaptiveInterval


def test_the_pause_grows_with_messages_sent_and_shrinks_again() -> None:
    interval = AdaptiveInterval()
    interval.sent = 16_000
    interval.adapt(seconds=1)
    assert (interval.pause, interval.sent) == (0.8, 0)
    interval.sent = 4_000
    interval.adapt(seconds=1)
    assert interval.pause == 0.8
    interval.adapt(seconds=1)
    assert interval.pause == 0.2
