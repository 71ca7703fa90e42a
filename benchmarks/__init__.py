"""Load tests of a running site, over HTTP: `python -m benchmarks surge|sizes|live|pages --help`.

No part of the product: nothing there imports this, and the image does not contain it. It runs where
the site's own settings are known (database, secret key): it prepares terms and students with the
project's management commands and reads the results. The site itself may run elsewhere.
"""
