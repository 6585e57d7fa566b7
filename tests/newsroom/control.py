"""The newsroom's control channel: one JSON object a line in, one a line out.

    {"do": "advance", "seconds": 3600}                -> {"ok": true, "now": "2026-11-02T07:00:00+00:00"}
    {"do": "edit", "where": URL, "kind": "headline"}  -> {"ok": true, "story": {…}}

`run_command` turns a line into the call that it asks for; it reads and writes nothing itself. A mistake
gives {"ok": false, "error": "…"} and the newsroom goes on. Tested in tests/newsroom/test_child.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.newsroom.newsroom import Newsroom
from tests.newsroom.story import NewsroomError, jsonable

Command = dict[str, Any]
Doing = Callable[[Newsroom, Command], dict[str, Any]]


def run_command(room: Newsroom, line: str) -> dict[str, Any]:
    """What comes back for a line: `ok`, and what the command gives or an `error`."""
    try:
        command = json.loads(line)
        name = command.pop("do")
        doing = COMMANDS[name]
    except (ValueError, KeyError, AttributeError, TypeError):
        return {
            "ok": False,
            "error": f'a command is {{"do": one of {", ".join(COMMANDS)}, …}}, not {line[:200]!r}',
        }
    try:
        return {"ok": True, **doing(room, command)}
    except (NewsroomError, ValueError, TypeError, KeyError) as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


def _advance(room: Newsroom, command: Command) -> dict[str, Any]:
    span = timedelta(**{k: command[k] for k in ("seconds", "minutes", "hours", "days") if k in command})
    return {"now": room.advance(span).isoformat()}


def _publish(room: Newsroom, command: Command) -> dict[str, Any]:
    return {"story": room.publish(command.pop("outlet"), command.pop("path", None), **command).to_json()}


def _edit(room: Newsroom, command: Command) -> dict[str, Any]:
    return {"story": room.edit(command.pop("where"), command.pop("kind"), **command).to_json()}


def _delete(room: Newsroom, command: Command) -> dict[str, Any]:
    return {"story": room.delete(command.pop("where"), **command).to_json()}


def _restore(room: Newsroom, command: Command) -> dict[str, Any]:
    return {"story": room.restore(command.pop("where"), **command).to_json()}


def _fault(room: Newsroom, command: Command) -> dict[str, Any]:
    if isinstance(command.get("retry_after"), str):
        command["retry_after"] = datetime.fromisoformat(command["retry_after"].replace("Z", "+00:00"))
    room.fault(command.pop("kind"), **command)
    return {}


def _clear_faults(room: Newsroom, _command: Command) -> dict[str, Any]:
    room.clear_faults()
    return {}


def _noise(room: Newsroom, command: Command) -> dict[str, Any]:
    room.noise(bool(command["on"]))
    return {}


def _log(room: Newsroom, command: Command) -> dict[str, Any]:
    log = room.log[int(command.get("since", 0)) :]
    if command.get("clear"):
        room.clear_log()
    return {"log": [entry.to_json() for entry in log]}


def _truth(room: Newsroom, command: Command) -> dict[str, Any]:
    at = datetime.fromisoformat(command["at"].replace("Z", "+00:00")) if command.get("at") else None
    return {"story": room.truth(command["where"], outlet=command.get("outlet", ""), at=at).to_json()}


def _history(room: Newsroom, _command: Command) -> dict[str, Any]:
    return {"history": [h.to_json() for h in room.history]}


def _script(room: Newsroom, _command: Command) -> dict[str, Any]:
    return {
        "script": [
            jsonable({"at": s.at, "outlet": s.outlet, "number": s.number, "kind": s.kind, "silent": s.silent})
            for s in room.script
        ]
    }


def _urls(room: Newsroom, command: Command) -> dict[str, Any]:
    return {"urls": room.outlets[command["outlet"]].urls()}


def _where(room: Newsroom, _command: Command) -> dict[str, Any]:
    return room.to_json()


COMMANDS: dict[str, Doing] = {
    "advance": _advance,
    "publish": _publish,
    "edit": _edit,
    "delete": _delete,
    "restore": _restore,
    "fault": _fault,
    "clear_faults": _clear_faults,
    "noise": _noise,
    "log": _log,
    "truth": _truth,
    "history": _history,
    "script": _script,
    "urls": _urls,
    "where": _where,
}
