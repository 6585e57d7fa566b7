"""The newsroom's control channel: one JSON object a line in, one a line out.

    {"do": "advance", "seconds": 3600}                -> {"ok": true, "now": "2026-11-02T07:00:00+00:00"}
    {"do": "edit", "where": URL, "kind": "headline"}  -> {"ok": true, "story": {…}}

`answer` turns a line into the call that it asks for; it reads and writes nothing itself. A mistake
gives {"ok": false, "error": "…"} and the newsroom goes on. Tested in tests/newsroom/test_child.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from tests.newsroom.room import Newsroom
from tests.newsroom.story import NewsroomError, jsonable

Order = dict[str, Any]
Doing = Callable[[Newsroom, Order], dict[str, Any]]


def answer(room: Newsroom, line: str) -> dict[str, Any]:
    """What comes back for a line: `ok`, and what the order gives or an `error`."""
    try:
        order = json.loads(line)
        name = order.pop("do")
        doing = ORDERS[name]
    except (ValueError, KeyError, AttributeError, TypeError):
        return {
            "ok": False,
            "error": f'an order is {{"do": one of {", ".join(ORDERS)}, …}}, not {line[:200]!r}',
        }
    try:
        return {"ok": True, **doing(room, order)}
    except (NewsroomError, ValueError, TypeError, KeyError) as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


def _advance(room: Newsroom, order: Order) -> dict[str, Any]:
    span = timedelta(**{k: order[k] for k in ("seconds", "minutes", "hours", "days") if k in order})
    return {"now": room.advance(span).isoformat()}


def _publish(room: Newsroom, order: Order) -> dict[str, Any]:
    return {"story": room.publish(order.pop("outlet"), order.pop("path", None), **order).to_json()}


def _edit(room: Newsroom, order: Order) -> dict[str, Any]:
    return {"story": room.edit(order.pop("where"), order.pop("kind"), **order).to_json()}


def _delete(room: Newsroom, order: Order) -> dict[str, Any]:
    return {"story": room.delete(order.pop("where"), **order).to_json()}


def _restore(room: Newsroom, order: Order) -> dict[str, Any]:
    return {"story": room.restore(order.pop("where"), **order).to_json()}


def _fault(room: Newsroom, order: Order) -> dict[str, Any]:
    if isinstance(order.get("retry_after"), str):
        order["retry_after"] = datetime.fromisoformat(order["retry_after"].replace("Z", "+00:00"))
    room.fault(order.pop("kind"), **order)
    return {}


def _clear_faults(room: Newsroom, _order: Order) -> dict[str, Any]:
    room.clear_faults()
    return {}


def _noise(room: Newsroom, order: Order) -> dict[str, Any]:
    room.noise(bool(order["on"]))
    return {}


def _log(room: Newsroom, order: Order) -> dict[str, Any]:
    log = room.log[int(order.get("since", 0)) :]
    if order.get("clear"):
        room.clear_log()
    return {"log": [entry.to_json() for entry in log]}


def _truth(room: Newsroom, order: Order) -> dict[str, Any]:
    at = datetime.fromisoformat(order["at"].replace("Z", "+00:00")) if order.get("at") else None
    return {"story": room.truth(order["where"], outlet=order.get("outlet", ""), at=at).to_json()}


def _history(room: Newsroom, _order: Order) -> dict[str, Any]:
    return {"history": [h.to_json() for h in room.history]}


def _script(room: Newsroom, _order: Order) -> dict[str, Any]:
    return {
        "script": [
            jsonable({"at": s.at, "outlet": s.outlet, "number": s.number, "kind": s.kind, "silent": s.silent})
            for s in room.script
        ]
    }


def _urls(room: Newsroom, order: Order) -> dict[str, Any]:
    return {"urls": room.outlets[order["outlet"]].urls()}


def _where(room: Newsroom, _order: Order) -> dict[str, Any]:
    return room.to_json()


ORDERS: dict[str, Doing] = {
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
