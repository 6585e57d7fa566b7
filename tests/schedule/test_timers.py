"""Timer files: what they say, and that systemd takes them where it is present."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveNotWritableError, UsageError
from newsarchive.schedule.timers import (
    Timers,
    cron,
    crontab_with,
    install,
    systemd,
    systemd_watch,
    unit_name,
)

ARCHIVE = Path("/srv/news archive/50% of $all")
PROGRAM = ("/opt/my venv/bin/newsarchive",)


def test_a_unit_quotes_what_systemd_would_expand() -> None:
    service = systemd(ARCHIVE, PROGRAM).files[0].text
    assert (
        'ExecStart="/opt/my venv/bin/newsarchive" --archive "/srv/news archive/50%% of $$all" run --once\n'
        in service
    )
    assert "SuccessExitStatus=3 75" in service


@pytest.mark.parametrize(
    ("every", "calendar", "crontab"),
    [
        (5, "*:0/5", "*/5 * * * *"),
        (15, "*:0/15", "*/15 * * * *"),
        (60, "0/1:00", "0 */1 * * *"),
        (360, "0/6:00", "0 */6 * * *"),
        (1440, "00:00", "0 0 * * *"),
    ],
)
def test_ticks_come_every_so_many_minutes(every: int, calendar: str, crontab: str) -> None:
    assert f"OnCalendar={calendar}\n" in systemd(ARCHIVE, PROGRAM, every=every).files[1].text
    assert cron(ARCHIVE, PROGRAM, every=every).crontab.startswith(crontab + " ")


def test_the_crontab_line_survives_a_shell_and_cron() -> None:
    line = cron(ARCHIVE, PROGRAM).crontab
    assert "'/opt/my venv/bin/newsarchive' --archive '/srv/news archive/50\\% of $all' run --once >> " in line


def test_our_line_replaces_our_older_one_and_no_other() -> None:
    timers = cron(ARCHIVE, PROGRAM)
    other = cron(Path("/srv/other"), PROGRAM).crontab
    first = crontab_with(f"MAILTO=me\n{other}\n", timers)
    again = crontab_with(first, cron(ARCHIVE, PROGRAM, every=30))
    assert again.splitlines()[:2] == ["MAILTO=me", other]
    assert len(again.splitlines()) == 3
    assert crontab_with("", timers) == timers.crontab + "\n"


@pytest.mark.parametrize(
    ("archive", "program", "every"),
    [
        ("relative", PROGRAM, 15),
        ("/a", PROGRAM, 0),
        ("/a", PROGRAM, 7),
        ("/a", PROGRAM, 90),
        ("/a\nExecStart=evil", PROGRAM, 15),
        ("/a", ("x\n",), 15),
    ],
)
def test_what_no_unit_can_hold_is_refused(archive: str, program: tuple[str, ...], every: int) -> None:
    for make in (systemd, cron):
        with pytest.raises(UsageError):
            make(Path(archive), program, every=every)


def test_the_names_are_the_same_for_the_same_folder_and_others_for_others() -> None:
    assert unit_name(ARCHIVE) == unit_name(ARCHIVE) != unit_name(Path("/srv/50% of $all"))
    assert unit_name(Path("/srv/main")).startswith("newsarchive-main-")


def test_units_are_written_and_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    timers = systemd(ARCHIVE, PROGRAM)
    written = install(timers, tmp_path / "user")
    assert [p.read_text() for p in written] == [f.text for f in timers.files]
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveNotWritableError):
        install(timers, tmp_path / "file")


def test_the_printed_text_explains_itself() -> None:
    text = systemd(ARCHIVE, PROGRAM).to_text()
    assert "# Every 15 minutes" in text
    assert "systemctl --user disable" in text


def test_a_service_that_watches_is_one_unit_that_starts_again() -> None:
    made = systemd_watch(ARCHIVE, PROGRAM)
    (unit,) = made.files
    assert "run --watch\n" in unit.text
    assert "Restart=always\n" in unit.text
    assert "WantedBy=default.target\n" in unit.text
    assert made.commands[1] == f"systemctl --user enable --now {unit.path}"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("make", [systemd, systemd_watch])
def test_systemd_takes_the_units(make: Callable[..., Timers], tmp_path: Path) -> None:
    written = install(make(tmp_path, (sys.executable, "-m", "newsarchive")), tmp_path)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}  # where there is no session, it has none
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *map(str, written)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
