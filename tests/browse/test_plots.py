"""Plots as SVG."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsarchive.browse.plots import Bar, Mark, bars, sparkline, timeline

START = datetime(2026, 11, 2, tzinfo=UTC)
BAD = "<script>alert(1)</script>\"'&"


def parsed(svg: object) -> etree._Element:
    return etree.fromstring(str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def test_the_tallest_column_fills_the_room_and_nought_draws_nothing():
    svg = parsed(
        bars([Bar(value=10, label="a"), Bar(value=0, label="b"), Bar(value=5, label="c")], "t", height=150)
    )
    heights = [float(r.get("height") or 0) for r in svg.iter("{*}rect")]
    assert heights == [114.0, 0.0, 57.0]


def test_a_column_leads_somewhere_if_it_has_something_to_show():
    svg = str(bars([Bar(value=1, label="a", href="/x"), Bar(value=0, label="b", href="/y")], "t"))
    assert 'href="/x"' in svg
    assert "/y" not in svg


def test_plots_of_nothing_are_nothing():
    assert str(bars([], "t")) == ""
    assert str(timeline([], "t")) == ""
    assert "<svg" in str(sparkline([], "t"))


def test_every_text_in_a_plot_is_escaped():
    marks = [Mark(at=START, kind="version", label=BAD, href=BAD, text=BAD)]
    for svg in (
        bars([Bar(value=1, label=BAD, href=BAD)], BAD, unit=BAD),
        timeline(marks, BAD),
        sparkline([1], BAD),
    ):
        assert "<script" not in str(svg)
        parsed(svg)


def test_marks_stand_in_the_order_of_time_and_the_current_one_keeps_its_label():
    marks = [
        Mark(at=START + timedelta(seconds=i), kind="version", label=str(i), text=str(i), current=i == 39)
        for i in range(40)
    ]
    marks.append(Mark(at=START + timedelta(days=9), kind="capture", label="c"))
    svg = parsed(timeline(marks, "t"))
    shown = [t.text for t in svg.iterfind(".//{*}text[@class]") if "version" in (t.get("class") or "")]
    assert "39" in shown
    assert len(shown) < 10
    places = {str(c.getparent()[0].text): float(c.get("cx") or 0) for c in svg.iter("{*}circle")}
    assert sorted(places.values()) == [places[k] for k in sorted(places, key=lambda k: int(k.split(",")[0]))]


@given(st.lists(st.floats(min_value=0, max_value=1e9), max_size=50))
def test_any_numbers_give_a_well_formed_plot(values: list[float]):
    parsed(sparkline(values, "t"))
    if values:
        parsed(bars([Bar(value=v, part=v / 2, label=str(i)) for i, v in enumerate(values)], "t"))


@given(
    st.lists(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9000)), min_size=1, max_size=40)
)
def test_any_times_give_a_timeline_within_its_bounds(ages: list[timedelta]):
    kinds = ("capture", "version", "minor", "event")
    marks = [Mark(at=START + a, kind=kinds[i % 4], label="x", text=str(i)) for i, a in enumerate(ages)]
    svg = parsed(timeline(marks, "t", width=700))
    assert all(0 <= float(c.get("cx") or 0) <= 700 for c in svg.iter("{*}circle"))
