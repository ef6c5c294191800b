"""What everybody reads without signing in: published figures as pages and files, and the acts they stand on.

It has no rows of its own and changes none. Nothing here reads anything that was not published by an act, and nothing
here hangs on who asks: see core/openly.py and core/open_pages.py.
"""
