"""Stories and their versions: which captures are one story, and which show something new.

Decides; reads nothing but `decisions.jsonl`, and knows neither the network nor the index. Tested in
tests/versions/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarchive.lazy_names import lazy_names

if TYPE_CHECKING:
    from newsarchive.versions.chain_state import (
        Chain,
        ChainState,
        Event,
        FieldRecord,
        Version,
        VersionLifetime,
    )
    from newsarchive.versions.clustering import StoryGroup, group, same_story
    from newsarchive.versions.decisions import Decision, append_decision, in_force, read_decisions
    from newsarchive.versions.displayed_blocks import shown
    from newsarchive.versions.history import chain, continue_chain
    from newsarchive.versions.identity import identity_keys, says_no_more_than_its_page
    from newsarchive.versions.multipage import Folded, Placed, fold_parts
    from newsarchive.versions.observation import Observation

_NAMES = {
    "chain_state": (
        "Chain",
        "ChainState",
        "Event",
        "FieldRecord",
        "Version",
        "VersionLifetime",
    ),
    "clustering": (
        "StoryGroup",
        "group",
        "same_story",
    ),
    "decisions": (
        "Decision",
        "append_decision",
        "in_force",
        "read_decisions",
    ),
    "displayed_blocks": ("shown",),
    "history": (
        "chain",
        "continue_chain",
    ),
    "identity": ("identity_keys", "says_no_more_than_its_page"),
    "multipage": (
        "Folded",
        "Placed",
        "fold_parts",
    ),
    "observation": ("Observation",),
}

__getattr__ = lazy_names(__name__, _NAMES)

__all__ = [
    "Chain",
    "ChainState",
    "Decision",
    "Event",
    "FieldRecord",
    "Folded",
    "Observation",
    "Placed",
    "StoryGroup",
    "Version",
    "VersionLifetime",
    "append_decision",
    "chain",
    "continue_chain",
    "fold_parts",
    "group",
    "identity_keys",
    "in_force",
    "read_decisions",
    "same_story",
    "says_no_more_than_its_page",
    "shown",
]
