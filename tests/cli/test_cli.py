"""The command line as a user meets it: a process of its own where exit codes count, in-process else."""

from __future__ import annotations

import json
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsarchive.archive import Archive
from newsarchive.cli import group, main


def run(*words: object) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of the real command line, in this process."""
    runner = CliRunner()
    result = runner.invoke(_whole, [str(w) for w in words], catch_exceptions=False, prog_name="newsarchive")
    return result.exit_code, result.stdout, result.stderr


class _Main:
    """`main` under click's runner: the same errors and exit codes as the installed command."""

    name = "newsarchive"

    def main(self, args, prog_name, **_):
        main(list(args))


_whole = _Main()


@pytest.fixture
def on(press):
    """Runs a verb on the small archive."""
    return lambda *words: run("--archive", press.folder, *words)


def test_the_help_names_every_verb():
    code, out, _ = run("--help")
    assert code == 0
    assert [
        v for v in ("init", "add", "crawl", "search", "diff", "browse", "verify", "demo") if v not in out
    ] == []


@pytest.mark.parametrize("words", [("--archive", "mine", "demo"), ("demo", "--archive", "mine")])
def test_the_demo_goes_into_the_folder_that_is_named_before_or_after_it(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("keep")
    code, _, error = run(*words)
    assert (code, "mine" in error, "isn't a demo's" in error) == (2, True, True)


def test_init_makes_an_archive_and_leaves_an_existing_one_as_it_is(tmp_path):
    folder = tmp_path / "new"
    assert run("init", "--archive", folder, "--contact", "desk@paper.example")[0] == 0
    config = folder / "newsarchive.toml"
    assert 'contact = "desk@paper.example"' in config.read_text()
    config.write_text("# mine\n")
    assert run("init", "--archive", folder)[0] == 0
    assert config.read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["search", "x"], 66, "Run `newsarchive init"),
        (["nonsense"], 2, "No such command"),
        (["search", "--limit", "0", "x"], 2, "--limit"),
    ],
)
def test_what_cant_be_done_exits_with_its_code_and_names_the_next_step(tmp_path, words, code, says):
    got, out, err = run("--archive", tmp_path / "none", *words)
    assert (got, out) == (code, "")
    assert says in err


def test_a_wrong_key_in_the_settings_is_named_with_its_line(tmp_path):
    run("init", "--archive", tmp_path)
    (tmp_path / "newsarchive.toml").write_text("[crawl]\ndelya = 1\n")
    (tmp_path / "sources").mkdir(exist_ok=True)
    code, _, err = run("--archive", tmp_path, "crawl")
    assert code == 2
    assert "newsarchive.toml:2" in err
    assert "Did you mean 'delay'" in err


def test_a_crawl_without_sources_says_how_to_add_one(tmp_path):
    run("init", "--archive", tmp_path)
    code, _, err = run("--archive", tmp_path, "crawl")
    assert code == 1
    assert f"newsarchive --archive {tmp_path} add" in err


def test_search_prints_the_story_and_exits_0_and_1_when_none_fits(on, press):
    code, out, err = on("search", *press.new_title.split()[:3])
    assert code == 0
    assert press.headline_url in out
    assert "stories" in err
    with pytest.MonkeyPatch.context() as few:
        few.setattr("newsarchive.index.search.COUNTED", 1)
        assert "1 stories or more (--count-all counts them)" in on("search", "--limit", "1")[2]
        assert "or more" not in on("search", "--limit", "1", "--count-all")[2]
    assert on("search", "zzzyx")[0] == 1


def test_search_says_when_a_beginning_is_too_short(on):
    assert "s*: searched as a whole word" in on("search", "s*")[2]
    assert "whole word" not in on("search", "sto*")[2]


@pytest.mark.parametrize("text", ['"', "*", "AND", "a:b", "NEAR(", "((", "🦊", "' OR 1=1 --", "\x00", "-"])
def test_search_survives_any_query(on, text):
    assert on("search", "--", text)[0] in (0, 1)


@pytest.mark.parametrize(
    "words",
    [
        ["search", "--newest", "--json"],
        ["changes", "--json"],
        ["stats", "--json"],
        ["sources", "--json"],
        ["doctor", "--json"],
    ],
)
def test_reading_verbs_print_json(on, words):
    _, out, _ = on(*words)
    assert json.loads(out)


def test_versions_shows_the_timeline_and_diff_what_changed(on, press):
    _, out, _ = on("versions", press.headline_url)
    assert "headline" in out
    code, out, _ = on("diff", press.headline_url)
    assert code == 1
    assert "headline" in out
    assert on("diff", press.headline_url, "1..1")[0] == 0
    assert on("diff", press.headline_url, "1..7")[0] == 2
    assert on("diff", "https://elsewhere.example/none")[0] == 2


@pytest.mark.parametrize("form", ["--side-by-side", "--unified", "--html", "--json"])
def test_a_diff_has_four_more_forms(on, press, form):
    code, out, _ = on("diff", press.headline_url, form)
    assert code == 1
    assert out.strip()


def test_an_html_diff_is_one_self_contained_page(on, press):
    _, out, _ = on("diff", press.headline_url, "--html")
    assert out.lstrip().lower().startswith("<!doctype html")
    assert "<script" not in out
    assert "<link" not in out


def test_the_feed_is_atom_with_one_entry_a_change_or_event(on):
    import xml.etree.ElementTree as ET

    _, out, _ = on("feed")
    titles = [title.text for title in ET.fromstring(out).iter("{http://www.w3.org/2005/Atom}title")][1:]
    assert sorted(title.rpartition(" ")[2] for title in titles) == ["(gone)", "(headline)"]
    _, out, _ = on("feed", "--json", "--kind", "headline")
    assert len(json.loads(out)["items"]) == 1


def test_extract_prints_a_page_and_explains_every_block(tmp_path):
    page = tmp_path / "p.html"
    page.write_text(
        "<html><title>Quay opens</title><body><article><h1>Quay opens</h1>"
        + "".join(
            f"<p>Paragraph {n} tells how the quay was opened after years of work by many hands.</p>"
            for n in range(6)
        )
        + "</article></body></html>"
    )
    code, out, _ = run("extract", page, "--url", "https://paper.example/quay")
    assert code == 0
    assert "Paragraph 3" in out
    assert "KEPT" in run("extract", page, "--explain")[1]
    assert json.loads(run("extract", page, "--json")[1])["title"] == "Quay opens"
    assert run("extract", tmp_path / "none.html")[0] == 66


def test_show_brings_back_the_very_bytes(press):
    command = [sys.executable, "-m", "newsarchive", "--archive", str(press.folder), "show", press.plain_url]
    raw = subprocess.run([*command, "--raw"], capture_output=True, check=True).stdout
    assert raw.startswith(b"HTTP/1.1 200 ")
    page = subprocess.run([*command, "--page"], capture_output=True, check=True).stdout
    assert b"<html" in page


def test_verify_exits_4_on_a_damaged_archive(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    assert run("--archive", archive.root, "verify")[0] == 0
    victim = max((archive.root / "warc").glob("*.warc.gz"), key=lambda p: p.stat().st_size)
    victim.write_bytes(victim.read_bytes()[:-20])
    code, out, _ = run("--archive", archive.root, "verify")
    assert code == 4
    assert victim.name in out


def test_cdxj_has_a_line_for_the_story(on, press):
    _, out, _ = on("cdxj")
    assert press.plain_url in out


def test_a_search_loads_neither_crawler_nor_extractor_nor_datasette(press):
    code = (
        "import sys\nfrom newsarchive.cli import main\n"
        f"try: main(['--archive', {str(press.folder)!r}, 'search', 'the'])\nexcept SystemExit: pass\n"
        "bad = {'scrapy', 'twisted', 'trafilatura', 'datasette', 'lxml'} & set(sys.modules)\nsys.exit(f'loaded {bad}' if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path.cwd())
    assert done.returncode == 0, done.stderr


def test_every_verb_answers_help():
    assert [name for name in group.list_commands(None) if run(name, "--help")[0] != 0] == []


# ---------------------------------------------------------------- import


@pytest.fixture
def strange(press, tmp_path):
    """A copy of the archive, and a file of others with a page of a stranger."""
    from tests.ingest.press import by_others, html, text

    page = ("https://www.stranger.example/news/1", 0.0, html("Strange news", text(1)))
    return press.copy(tmp_path / "a").root, by_others(tmp_path / "others.warc.gz", [page])


def test_import_says_what_it_left_out_and_how_to_take_it(strange):
    root, file = strange
    code, out, _ = run("--archive", root, "import", file)
    assert code == 0
    assert "others.warc.gz: 1 captures" in out
    assert f"newsarchive --archive {root} import --domain stranger.example {file}" in out
    code, out, _ = run("--archive", root, "import", "--domain", "stranger.example", file)
    assert code == 0
    assert "had been imported before" in out
    assert "Kept in the WARC" not in out
    assert "Strange news" in run("--archive", root, "search", "Strange")[1]
    assert run("--archive", root, "rebuild", "--check")[0] == 0


def test_import_prints_json(strange):
    root, file = strange
    code, out, _ = run("--archive", root, "import", "--json", "--source", "courier", file)
    told = json.loads(out)
    assert code == 0
    assert told["left_out"] == {"captures": 1, "domains": 1, "largest": {"stranger.example": 1}}
    assert told["files"][0]["captures"] == 1
    assert told["ingest"]["pages"] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--source", "nobody"], 1, "courier"),
        (["--domain", "https://stranger.example/"], 2, "without scheme and path"),
    ],
)
def test_import_refuses_a_wrong_choice_and_names_the_next_step(strange, words, code, said):
    root, file = strange
    got, _, err = run("--archive", root, "import", *words, file)
    assert got == code
    assert said in err


EDITED = ["newsarchive.toml", "sources/gazette.toml", "decisions.jsonl", "imports.jsonl", "purged.jsonl"]


@pytest.mark.parametrize("data", [b"{}\n\xff\xfe\n{}\n", b"{}\nnonsense\n"], ids=["bytes", "nonsense"])
@pytest.mark.parametrize("name", EDITED)
def test_a_file_that_cant_be_read_is_named_with_its_line_and_exit_2(tmp_path, name, data):
    run("init", "--archive", tmp_path / "a")
    path = tmp_path / "a" / name
    path.write_bytes(data.replace(b"{}", b"") if path.suffix == ".toml" else data)
    code, _, err = run("--archive", tmp_path / "a", "ingest")
    assert code == 2
    assert f"{path}:" in err
    assert "Traceback" not in err


def test_a_watchlist_that_cant_be_read_is_named_with_its_line_and_exit_2(tmp_path):
    run("init", "--archive", tmp_path / "a")
    (tmp_path / "a" / "watches.jsonl").write_bytes(b"\xff\n")
    code, _, err = run("--archive", tmp_path / "a", "watch", "list")
    assert code == 2
    assert "watches.jsonl:1" in err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["stats"], 0, "stories"),
        (["search", "the"], 0, "stories"),
        (["verify"], 0, ": whole"),
        (["ingest"], 5, "can't"),
        (["rebuild"], 5, "can't"),
        (["backup", "{folder}/copy"], 5, "can't"),
        (["purge", "https://x.example/", "--reason", "x", "--yes"], 5, "can't"),
    ],
    ids=lambda v: v[0] if isinstance(v, list) else "",
)
def test_a_disk_without_room_lets_read_and_is_named_by_who_writes(press, tmp_path, words, code, said):
    root = press.copy(tmp_path / "a").root
    words = [word.format(folder=tmp_path) for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "newsarchive", "--archive", root, *words],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr


def test_built_in_sources_are_searched_without_an_archive(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("sources", "search", "iceland")
    assert code == 0
    assert "mbl" in out
    assert "not yet seen live" in out
    assert run("sources", "search", "nosuchoutlet")[0] == 1
    assert json.loads(run("sources", "search", "mbl", "--json")[1])[0]["country"] == "Iceland"


VERBS_THAT_READ = [
    ("search", "{words}"), ("search", "{words}", "--json", "--all-versions"), ("search", ""), ("show", "{url}"),
    ("show", "{url}", "--json"), ("show", "{url}", "--raw"), ("show", "{url}", "--page"), ("show", "{url}", "--removed"),
    ("show", "{record}"), ("versions", "{record}"), ("diff", "{record}", "{record}..{last}"), ("show", "{url}", "--version", "{record}"), ("versions", "{url}"), ("versions", "{url}", "--json"),
    ("diff", "{url}"), ("diff", "{url}", "{record}..{last}"), ("diff", "{other}", "--with", "{url}"), ("changes",),
    ("changes", "--json"), ("feed",), ("feed", "--json"), ("export",), ("export", "{words}"), ("export", "--format", "text", "-o", "{out}/t"),
    ("export", "--format", "git", "--history", "-o", "{out}/g"), ("export", "--format", "wacz", "-o", "{out}/w.wacz"),
    ("export", "--format", "csv", "--history"), ("cite", "{url}"), ("proof", "make", "{url}"), ("stats",), ("extract", "{url}"),
    ("schedule",), ("schedule", "--json"), ("status",), ("health",), ("sources",), ("verify",), ("cdxj",), ("doctor",),
]  # fmt: skip


def test_a_withheld_story_is_in_the_output_of_no_verb(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    story = archive.story(press.headline_url)
    texts = [
        press.old_title,
        press.new_title,
        *(p for v in story.versions for p in v.paragraphs if len(p) > 80),
    ]
    path = press.headline_url.split("/", 3)[3]
    given = {
        "url": press.headline_url, "other": press.plain_url, "words": press.new_title, "out": tmp_path,
        "record": story.versions[0].warc_record_id, "last": story.versions[-1].warc_record_id,
    }  # fmt: skip
    verbs = [[word.format_map(given) for word in verb] for verb in VERBS_THAT_READ]
    _, shown, _ = run("--archive", archive.root, "cdxj")
    assert path in shown
    archive.decide("withhold", press.headline_url, reason="asked for")
    for verb in verbs:
        code, out, error = run("--archive", archive.root, *verb)
        told = out + error
        assert [text for text in texts if text in told and text not in verb] == [], (verb, code)
        assert path not in told.replace(press.headline_url if press.headline_url in verb else "\0", ""), (
            verb,
            code,
        )
    for file in (f for f in tmp_path.rglob("*") if f.is_file() and not f.is_relative_to(archive.root)):
        data = file.read_bytes()
        assert [text for text in [*texts, path] if text.encode() in data] == [], file


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("serch", "ferry"), "Did you mean search"),
        (("sources", "chek"), "Did you mean 'check'"),
        (("story", "merg"), "Did you mean 'merge'"),
        (("search", "--sorce", "x"), "'--source'"),
        (("feed", "--link", "not-a-url"), "not an http or https URL"),
        (("changes", "--kind", "headlines"), "Did you mean headline?"),
        (("search", "--source", "nosuch", "ferry"), "no source 'nosuch'"),
        (("search", "--lang", "english", "ferry"), "no language 'english'"),
        (("search", "--since", "2026-12-01", "--until", "2026-01-01", "ferry"), "is after"),
        (("watch", "add", "--kind", "nonsense"), "There are: added"),
        (("copies", "--since", "2026-12-01", "--until", "2026-01-01"), "is after"),
        (("watch", "add", "--source", "nosuch"), "no source 'nosuch'"),
        (("feed", "--kind", "nonsense"), "no kind 'nonsense'"),
        (("run", "--once", "--watch"), "not both"),
    ],
)
def test_what_can_never_match_is_refused_with_what_there_is(press, words, said):
    code, _, errors = run("--archive", press.folder, *words)
    assert code == 2
    assert said in errors


def test_a_new_archive_says_that_nothing_was_seen_not_that_nothing_fits(tmp_path):
    Archive.create(tmp_path)
    assert run("--archive", tmp_path, "ingest")[0] == 0
    assert run("--archive", tmp_path, "changes") == (1, "", "No edit of a story has been seen yet.\n")
    assert run("--archive", tmp_path, "changes", "--silent")[2] == "No change fits.\n"


def test_sources_alone_lists_them_as_sources_list_does(on):
    for options in ([], ["--json"], ["--builtin"], ["--builtin", "--csv"]):
        assert on("sources", "list", *options) == on("sources", *options)
    assert on("sources", "--json", "check")[0] == 2


def test_events_lists_what_vanished(on, press):
    code, out, err = on("events", "--kind", "gone")
    assert code == 0, err
    assert press.gone_url in out
    code, out, _ = on("events", "--json")
    assert press.gone_url in [event["url"] for event in json.loads(out)]


def test_events_of_a_kind_that_never_happened_exit_1_and_say_so(on):
    assert on("events", "--kind", "paywalled") == (1, "", "No event fits.\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["events", "--kind", "headline"], "no kind 'headline'"),
        (["events", "--source", "nosuch"], "no source 'nosuch'"),
        (["events", "--since", "2026-12-01", "--until", "2026-01-01"], "is after"),
        (["copies", "--source", "nosuch"], "no source 'nosuch'"),
        (["copies", "--of", "nosuch"], "no source 'nosuch'"),
        (["crawl", "--limit", "-3"], "--limit"),
    ],
    ids=" ".join,
)
def test_events_copies_and_crawl_refuse_what_can_never_match(on, words, says):
    code, out, err = on(*words)
    assert (code, out) == (2, "")
    assert says in err


def test_a_source_is_disabled_enabled_and_removed_and_its_captures_stay(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    name = sorted(archive.sources)[0]

    def said(*words):
        code, out, _ = run("--archive", archive.root, "sources", *words)
        assert code == 0
        return out

    before = {r["name"]: r["captures"] for r in archive.source_rows()}
    stories = archive.stats()["stories"]
    assert "What is archived of it stays" in said("disable", name)
    assert name not in {s.name for s in Archive(archive.root).select()}
    said("enable", name)
    assert name in {s.name for s in Archive(archive.root).select()}
    assert f"{before[name]} captures of it stay" in said("remove", name)
    assert name not in Archive(archive.root).sources
    assert Archive(archive.root).stats()["stories"] == stories
    assert run("--archive", archive.root, "sources", "remove", name)[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        ["show", "URL"],
        ["versions", "URL"],
        ["diff", "URL", "1..1"],
        ["diff", "URL", "--with", "URL"],
        ["cite", "URL"],
        ["extract", "URL"],
        ["proof", "make", "URL"],
    ],
    ids=" ".join,
)
def test_a_url_without_its_scheme_is_enough(on, press, words):
    def said(url):
        return on(*(url if word == "URL" else word for word in words))

    whole = said(press.headline_url)
    assert whole[0] == 0, whole
    assert said(press.headline_url.removeprefix("https://")) == whole


def test_decisions_take_a_url_without_its_scheme_and_an_id(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    story = archive.story(press.headline_url)
    bare = press.headline_url.removeprefix("https://")
    assert run("--archive", archive.root, "withhold", bare, "--reason", "court order")[0] == 0
    assert archive.story(press.headline_url).withheld
    assert run("--archive", archive.root, "withhold", story.id, "--undo")[0] == 0
    assert not archive.story(press.headline_url).withheld
    assert run("--archive", archive.root, "watch", "add", "--url", bare)[0] == 0
    assert run("--archive", archive.root, "purge", bare, "--reason", "asked", "--yes")[0] == 0
    assert run("--archive", archive.root, "show", press.headline_url)[0] == 1


def test_a_url_that_is_not_archived_says_how_to_save_it(on):
    code, _, errors = on("show", "nowhere.example/a")
    assert code == 1
    assert "save https://nowhere.example/a" in errors


def test_a_source_is_renamed(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    code, out, err = run("--archive", archive.root, "sources", "rename", "courier", "daily")
    assert (code, err) == (0, "")
    assert "courier is called daily now" in out
    assert run("--archive", archive.root, "search", "--source", "daily", "--newest")[0] == 0
    code, _, err = run("--archive", archive.root, "search", "--source", "courier", "x")
    assert (code, "It is called daily now" in err) == (2, True)


# ---------------------------------------------------------------- words, counts and exit codes


def test_a_second_init_says_what_it_left_as_it_is(tmp_path):
    folder = tmp_path / "a"
    code, _, err = run("init", "--archive", folder)
    assert (code, "Archive made" in err, "whom to ask" in err) == (0, True, True)
    code, _, err = run("init", "--archive", folder)
    assert (code, "already; nothing was changed" in err, "Archive made" in err) == (0, True, False)
    code, _, err = run("init", "--archive", folder, "--contact", "desk@paper.example")
    assert (code, "Write contact and name into" in err) == (2, True)
    assert "desk@paper.example" not in (folder / "newsarchive.toml").read_text()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--archive", "nowhere", "search", "x"], 66),
        (["--archive", "nowhere", "diff", "https://a.example/"], 66),
        (["extract", "nowhere.html"], 66),
        (["show", "https://nowhere.example/a"], 1),
        (["search", "zzzzyx"], 1),
    ],
)
def test_no_archive_is_another_exit_code_than_nothing_found(on, tmp_path, monkeypatch, words, code):
    monkeypatch.chdir(tmp_path)
    assert (run(*words) if "--archive" in words or "extract" in words else on(*words))[0] == code


def test_a_fault_of_the_program_is_exit_70_and_asks_for_a_report(monkeypatch, on):
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug\x1b[2J")

    monkeypatch.setattr(Archive, "stats", broken)
    code, out, err = on("stats")
    assert (code, out) == (70, "")
    assert "ZeroDivisionError: a bug\\x1b[2J" in err
    assert "a fault of the program" in err


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["changes"], "  newsarchive --archive DIR diff https://"),
        (["versions", "URL"], "Next: newsarchive --archive DIR diff https://"),
        (["show", "https://nowhere.example/a"], "newsarchive --archive DIR save https://nowhere.example/a"),
        (["show", "https://nowhere.example/a"], "`newsarchive --archive DIR search`"),
    ],
)
@pytest.mark.parametrize("is_behind", [False, True])
def test_commands_in_hints_name_the_archive(press, words, command, is_behind):
    named = [press.headline_url if w == "URL" else w for w in words]
    option = ["--archive", press.folder]
    _, out, err = run(*named, *option) if is_behind else run(*option, *named)
    assert command.replace("DIR", str(press.folder)) in out + err


def test_a_strange_folder_is_quoted_and_escaped_in_hints(tmp_path):
    folder = tmp_path / "my \\1 'archive'"
    run("init", "--archive", folder)
    _, _, err = run("--archive", folder, "show", "https://nowhere.example/a")
    assert f"newsarchive --archive {shlex.quote(str(folder))} ingest" in err


def test_hints_are_short_where_no_archive_was_named(press, monkeypatch):
    monkeypatch.setenv("NEWSARCHIVE_DIR", str(press.folder))
    assert "  newsarchive diff https://" in run("changes")[1]
    assert "Run `newsarchive init --archive" in run("--archive", "no where", "stats")[2]


def ids(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "id" or key.endswith("_id"):
                yield inner
            yield from ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from ids(inner)


@pytest.mark.parametrize(
    "words",
    [["search", "--newest"], ["changes"], ["events"], ["versions", "URL"], ["show", "URL"], ["copies"]],
)
@pytest.mark.parametrize("form", ["--json", "--nl"])
def test_ids_are_texts_in_json(on, press, words, form):
    if form == "--nl" and words[0] in ("versions", "show"):
        return  # no list
    _, out, _ = on(*(press.headline_url if w == "URL" else w for w in words), form)
    found = [
        i for line in (out.splitlines() if form == "--nl" else [out]) if line for i in ids(json.loads(line))
    ]
    assert [i for i in found if i is not None and not isinstance(i, str)] == []
    assert found or words == ["copies"]


def test_a_story_of_one_version_has_nothing_to_compare(on, press):
    code, out, _ = on("diff", press.plain_url)
    assert (code, "one version" in out, "nothing to compare" in out) == (0, True, True)
    assert "- version 1" not in out


def test_two_stories_are_named_and_neither_is_a_silent_edit(on, press):
    code, out, _ = on("diff", press.plain_url, "--with", press.headline_url)
    assert code == 1
    assert "silent" not in out
    assert f"- {press.plain_url}, version 1" in out
    assert f"+ {press.headline_url}, version 2" in out
    assert (
        json.loads(on("diff", press.plain_url, "--with", press.headline_url, "--json")[1])["silent"] is False
    )
