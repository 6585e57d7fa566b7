"""Timer files: systemd user units or a crontab line that run one tick at a time, or a service that watches.

Each with an explanation.

Pure: gives texts and places, writes nothing (`install` does, which replaces only what it is allowed to).
Tested in tests/schedule/test_timers.py.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from newsarchive.errors import ArchiveNotWritableError, UsageError

WATCHDOG = "30min"  # a run says each second that it is alive, and while it indexes, with each page
EVERY = 15  # minutes between two ticks; the schedule decides what is due at each
_MARK = "newsarchive:"  # begins the comment that finds our crontab line again


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFile:
    """A file to write. `path` is relative to the folder of user units."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """What to install, and what a person should know."""

    files: tuple[TimerFile, ...] = ()
    crontab: str = ""  # a line for `crontab -e`
    name: str = ""  # of the units
    commands: tuple[str, ...] = ()  # to type afterwards
    explanation: str = ""

    def to_text(self) -> str:
        """Return everything, for `--print`."""
        parts = [f"# {f.path}\n{f.text}" for f in self.files]
        if self.crontab:
            parts.append(self.crontab + "\n")
        return "\n".join([*parts, *(f"# {line}" for line in self.explanation.splitlines())]) + "\n"


def unit_name(archive: Path) -> str:
    """Return a name for the units, the same for the same folder: "newsarchive-main-1a2b3c"."""
    digest = hashlib.sha256(str(archive).encode()).hexdigest()[:6]
    stem = re.sub(r"[^A-Za-z0-9]+", "-", archive.name).strip("-")[:30] or "archive"
    return f"newsarchive-{stem}-{digest}"


def systemd(archive: Path, program: Sequence[str], *, every: int = EVERY) -> Timers:
    """Return a service that runs one tick, and a timer that starts it.

    Args:
        archive: The archive's folder, absolute.
        program: How newsarchive is started: `("/usr/bin/newsarchive",)` or a Python and `-m newsarchive`.
        every: Minutes between two ticks.

    Raises:
        UsageError: a relative folder, an interval below one minute, or a character no unit can hold.
    """
    _check(archive, program, every)
    name = unit_name(archive)
    service = _service(archive, program, "One tick", "--once", "Type=oneshot", "TimeoutStartSec=6h")
    timer = f"""[Unit]
Description=Ticks of the news archive {_plain(archive.name)}

[Timer]
OnCalendar={_calendar(every)}
RandomizedDelaySec=60
Persistent=true
AccuracySec=30s

[Install]
WantedBy=timers.target
"""
    return Timers(
        name=name,
        files=(TimerFile(path=f"{name}.service", text=service), TimerFile(path=f"{name}.timer", text=timer)),
        commands=_commands(f"{name}.timer"),
        explanation=(
            f"Every {every} minutes, up to a minute late so that not all archives knock at once, systemd runs\n"
            "`newsarchive run --once`: it polls, fetches what is new and due, indexes, and ends.\n"
            "A tick that finds the archive locked by the one before ends at once (exit 75) and does nothing.\n"
            "Persistent=true makes up for a tick that was missed while the machine was off.\n"
            f"Stop it with `systemctl --user disable --now {name}.timer`; what it said: `journalctl --user -u {name}`."
        ),
    )


def systemd_watch(archive: Path, program: Sequence[str]) -> Timers:
    """Return a service that watches for as long as the machine runs; arguments and errors as `systemd`."""
    _check(archive, program, EVERY)
    name = unit_name(archive)
    how = ("Type=notify", f"WatchdogSec={WATCHDOG}", "ExecReload=/bin/kill -HUP $MAINPID")
    service = _service(archive, program, "Following", "--watch", *how, "Restart=always", "RestartSec=60")
    return Timers(
        name=name,
        files=(TimerFile(path=f"{name}.service", text=f"{service}\n[Install]\nWantedBy=default.target\n"),),
        commands=_commands(f"{name}.service"),
        explanation=(
            "systemd keeps `newsarchive run --watch` running, and starts it again a minute after it ended.\n"
            "systemd also ends and starts one that has said for half an hour nothing of being alive; `systemctl\n"
            "--user reload` makes it read settings and sources again.\n"
            "It polls as often as `[schedule] poll_every` says; a day's crawls share their WARC files.\n"
            f"Stop it with `systemctl --user disable --now {name}`; what it said: `journalctl --user -u {name}`."
        ),
    )


def _service(archive: Path, program: Sequence[str], what: str, mode: str, *how: str) -> str:
    start = " ".join(_quote(word) for word in [*program, "--archive", str(archive), "run", mode])
    lines = "\n".join(how)
    return f"""[Unit]
Description={what} of the news archive {_plain(archive.name)}

[Service]
ExecStart={start}
# 75: another run holds the archive; 3: a source failed (shown by health); 130: stopped. None is the unit's failure.
SuccessExitStatus=3 75 130
{lines}
KillSignal=SIGTERM
TimeoutStopSec=120
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=true
UMask=0077
"""


def _commands(unit: str) -> tuple[str, ...]:
    return (
        "systemctl --user daemon-reload",
        f"systemctl --user enable --now {unit}",
        "loginctl enable-linger   # so that it goes on when you are logged out",
    )


def _calendar(every: int) -> str:
    """systemd's calendar for "every so many minutes" (a divisor of an hour, or whole hours)."""
    if every < 60 and 60 % every == 0:
        return f"*:0/{every}"
    if every == 1440:
        return "00:00"
    if every % 60 == 0 and 24 % (every // 60) == 0:
        return f"0/{every // 60}:00"
    raise UsageError(
        f"{every} minutes don't divide an hour or a day evenly", next_step="Use 5, 10, 15, 20, 30, 60, 120 …"
    )


def cron(archive: Path, program: Sequence[str], *, every: int = EVERY) -> Timers:
    """Return a crontab line that runs one tick; arguments and errors as `systemd`."""
    _check(archive, program, every)
    _calendar(every)
    minutes = f"*/{every} *" if every < 60 else f"0 */{every // 60}" if every < 1440 else "0 0"
    words = [*program, "--archive", str(archive), "run", "--once"]
    command = " ".join(shlex.quote(word) for word in words).replace("%", "\\%")
    log = shlex.quote(str(archive / "run.log")).replace("%", "\\%")
    name = unit_name(archive)
    return Timers(
        name=name,
        crontab=f"{minutes} * * * {command} >> {log} 2>&1  # {_MARK}{name}",
        commands=("crontab -e",),
        explanation=(
            f"Every {every} minutes cron runs `newsarchive run --once`: it polls, fetches what is new and due,\n"
            "fetches and indexes, and ends. A tick that finds the archive locked by the one before ends at once.\n"
            "Its words go to run.log in the archive. cron knows little of your environment, so all paths are whole.\n"
            "Ticks that were missed while the machine was off are not made up for; the next one does what is due."
        ),
    )


def crontab_with(present: str, timers: Timers) -> str:
    """Return a crontab's text with our line in it, in place of an older one for the same archive."""
    mark = f"# {_MARK}{timers.name}"
    kept = [line for line in present.splitlines() if not line.rstrip().endswith(mark)]
    return "\n".join([*kept, timers.crontab]) + "\n"


def _check(archive: Path, program: Sequence[str], every: int) -> None:
    if not archive.is_absolute():
        raise UsageError("the archive's folder must be absolute", where=str(archive))
    if every < 1:
        raise UsageError("ticks must be at least a minute apart", next_step="Use --every 15")
    for word in (str(archive), *program):
        if any(ord(c) < 32 or ord(c) == 127 for c in word):
            raise UsageError("a control character in a path", where=repr(word))


def _quote(word: str) -> str:
    """A word of ExecStart: systemd expands % and $, and reads backslashes inside quotes."""
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if re.search(r"[\s\"';\\]", word) else text


def _plain(name: str) -> str:
    return name.replace("%", "%%")


def install(timers: Timers, folder: Path) -> tuple[Path, ...]:
    """Write the unit files into `folder` (usually ~/.config/systemd/user) and return their paths.

    Raises:
        ArchiveNotWritableError: the folder can't be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in timers.files:
            path = folder / file.path
            path.write_text(file.text, encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise ArchiveNotWritableError(
            f"can't write the units: {error.strerror}",
            where=str(folder),
            next_step="Use --print and put them where they belong",
        ) from error
    return tuple(written)
