"""Fixtures of the whole project; what they promise is said in `project.tests.system`."""

pytest_plugins = [
    "project.tests.system.fixtures",
    "project.tests.browser.fixtures",
    "project.tests.told",
]
