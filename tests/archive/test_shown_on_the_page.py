"""What a page shows beside plain words goes through the index into every view: struck-out words, tables, notices, links."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.browse import app
from newsarchive.index import changes, reading
from newsarchive.index.rows import ChangeRow
from newsarchive.ingest import ingest, rebuild
from tests.browse.conftest import STOPPED, Reader
from tests.ingest.press import CONFIG, SITE, SOURCES, answer, html, text, write

URL = SITE + "/2026/quay"
FORMS = ("terminal", "side_by_side", "unified", "html")


def _archive(root: Path, *bodies: str) -> Archive:
    """An archive of one story, a body an hour; `{}` in a body is where five invented paragraphs go."""
    paragraphs = "".join(f"<p>{p}</p>" for p in text(7))
    pages = [html("The old quay is closed", [], after=body.format(paragraphs)) for body in bodies]
    write(root, [answer(URL, page, hour=hour, seq=hour) for hour, page in enumerate(pages)])
    (root / "newsarchive.toml").write_text("", encoding="utf-8")
    ingest(root, config=CONFIG, sources=SOURCES)
    return Archive(root)


def _changes(archive: Archive) -> list[ChangeRow]:
    with reading(archive.index) as db:
        return list(changes(db))


@contextmanager
def _reader(archive: Archive) -> Iterator[Reader]:
    found = Reader(app(archive.root, settings=STOPPED))
    yield found
    found.close()


def _views(archive: Archive) -> dict[str, str]:
    """The last change of the story in every view."""
    before, after, change = archive.compare(URL)
    views = {form: archive.render(before, after, change, form=form) for form in FORMS}
    views["feed"] = archive.feed()
    story = archive.story(URL)
    with _reader(archive) as reader:
        views["browse"] = reader.html(f"/-/news/story/{story.id}/diff")
    return views


HIDDEN = '{}<p style="display:none">The mayor holds a third of the building firm, a register shows.</p>'


def test_a_hidden_paragraph_makes_no_version(tmp_path):
    assert _changes(_archive(tmp_path, "{}", HIDDEN)) == []


def test_struck_out_words_are_shown_in_the_page_view_and_tell_of_the_edit(tmp_path):
    line = "{{}}<p>The storm of Tuesday night killed {} along the quay, the harbour office said.</p>"
    archive = _archive(tmp_path, line.format("7 people"), line.format("<del>7</del> <ins>70</ins> people"))
    (change,) = _changes(archive)
    assert (change.kind, change.significant, change.silent) == ("number", True, False)
    with _reader(archive) as reader:
        page = reader.html(f"/-/news/story/{archive.story(URL).id}")
    assert "killed <del>7</del> <ins>70</ins> people" in page
    assert "killed 70 people" in archive.story(URL).pick("last").text
    assert rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True).equal


TABLE = "{{}}<table><tr><th>Quay</th><th>Dead</th></tr><tr><td>North</td><td>{}</td></tr></table>"


def test_a_figure_in_a_table_is_an_edit_that_every_view_shows_in_its_table(tmp_path):
    archive = _archive(tmp_path, TABLE.format(7), TABLE.format(70))
    (change,) = _changes(archive)
    assert (change.kind, change.significant) == ("number", True)
    assert "Dead: 7 → 70" in change.reason
    views = _views(archive)
    assert "North | [-7-]{+70+}" in views["terminal"]
    assert "+North | 70" in views["unified"]
    for name in ("html", "browse"):
        assert 'dir="auto"><del>7</del><ins>70</ins></td>' in views[name]
    assert "&lt;table&gt;" in views["feed"]
    with _reader(archive) as reader:
        assert '<td dir="auto">70</td>' in reader.html(f"/-/news/story/{archive.story(URL).id}")
    assert rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True).equal


PLAIN = "{{}}<p>The storm killed {} people along the quay, the harbour office said on Tuesday.</p>"
BOX = '<aside class="article-correction"><h4>Correction</h4><p>The number of the dead was 39, not 37.</p></aside>'


def test_a_notice_in_a_box_is_told_and_shown_in_every_view(tmp_path):
    archive = _archive(tmp_path, PLAIN.format(37), PLAIN.format(39) + BOX)
    (change,) = _changes(archive)
    assert (change.kind, change.significant, change.silent) == ("correction", True, False)
    for name, view in _views(archive).items():
        if name != "side_by_side":  # its columns break the sentence
            assert "The number of the dead was 39, not 37." in " ".join(view.replace("~ ", "").split()), name
        assert "Notice" in view, name
        assert "silent" not in view.split("<style>")[0] or name == "browse", name
    with _reader(archive) as reader:
        page = reader.html(f"/-/news/story/{archive.story(URL).id}")
    assert '<span class="why" lang="en" dir="ltr">Correction</span>' in page
    assert rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True).equal


def test_a_text_that_stays_away_is_missing_and_not_retracted(tmp_path):
    archive = _archive(tmp_path, "{}", "", "")
    assert [c.kind for c in _changes(archive)] == ["text missing"]


RICH = (
    '{{}}<p>The port company set out <a href="https://a.example/{0}">its plans</a> on {1}, and the council heard of them.</p>'
    '<figure><img src="https://i.example/quay-side-{0}.jpg"></figure><p>The ferry runs again from the spring, the company said on its page.</p>'
)


def test_other_targets_alone_make_a_field_change_and_with_an_edit_they_are_shown_in_every_view(tmp_path):
    archive = _archive(
        tmp_path, RICH.format(1, "Tuesday"), RICH.format(2, "Tuesday"), RICH.format(3, "Friday")
    )
    story = archive.story(URL)
    assert [(f.name, f.after) for f in sorted(story.field_changes, key=lambda f: f.name)] == [
        ("links", "its plans: https://a.example/2"),
        ("pictures", "https://i.example/quay-side-2.jpg"),
    ]
    (change,) = _changes(archive)
    assert {"date in text", "link", "image"} <= set(change.kinds)
    views = _views(archive)
    assert [
        name for name, view in views.items() if "https://a.example/3" not in view and name != "side_by_side"
    ] == []
    assert [
        name for name, view in views.items() if "quay-side-3" not in view and name != "side_by_side"
    ] == []
    with _reader(archive) as reader:
        assert "quay-side-2.jpg" in reader.html(f"/-/news/story/{story.id}")
    assert rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True).equal
