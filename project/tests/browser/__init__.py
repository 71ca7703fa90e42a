"""Tests with a real browser: Debian's Chromium on a real site with real live news.

`thread` keeps the browser out of Django's way, `site` is what it looks at, `wire` the line between
the two, `visitors` who comes with which device, `university` what there is to see, `fixtures` hands
all of it to tests.
"""
