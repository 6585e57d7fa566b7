"""When to fetch again, what is due, what went wrong, whom to notify.

Deciders are pure; state.db and the channels are thin. Tested in tests/schedule/.
"""

from __future__ import annotations
