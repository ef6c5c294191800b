"""Invented data for a portal that is shown, tried or measured. `manage.py load_demo` is the only way in.

It joins the apps and stands above them all, so no app may import it. Whether it was loaded the portal reads
from the audit row `demo.loaded`.
"""
