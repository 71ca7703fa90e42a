"""The bar on each page that shows whether registration is open for the reader."""

from project.web.navigation import Bar
from registration.selectors.windows import load_window_status

WINDOW_BAR = Bar(
    line="students/parts/window_bar.html",
    card="students/parts/window_card.html",
    load=load_window_status,
)
