"""Copies of the portal that bring it back: taken, sealed, kept, restored, tried. docs/decisions/0086 says why so.

Commands of `program996/management` are its doors; nothing else of the portal knows it.
"""


class BackupError(Exception):
    """Something the operator can mend; its text is shown as it is."""
