"""Lines that tests print at the end of the run, from every worker."""

import pytest

NAME = "summary"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print them, in the order of the tests' names."""
    reports = [one for some in terminalreporter.stats.values() for one in some]
    lines = {
        (report.nodeid, text)
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, text in report.user_properties
        if name == NAME
    }
    if lines:
        terminalreporter.section("summary of the tests")
    for _, text in sorted(lines):
        terminalreporter.write_line(str(text))
