"""Tests with a real browser: Debian's Chromium on a real site with real live updates.

`browser_thread` keeps the browser's event loop away from Django, `site` is the site under test,
`tcp_proxy` the connection between the two, `browser_contexts` gives each visitor a device,
`seed_data` is the content, `fixtures` hands all of it to tests.
"""
