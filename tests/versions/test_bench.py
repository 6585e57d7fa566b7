"""The benchmark runs on any folder of that shape, and its scripts say truly what they did."""

from __future__ import annotations

import gzip
import json
from random import Random

from newsarchive.diff import align
from tests.bench import versions as bench
from tests.bench.unrelated_texts import merges, notices_in_prose, unrelated_changes
from tests.bench.versions_scripts import diffengine_differs, newsdiffs_differs, scripted_ops
from tests.versions.build import BODY, OTHER_BODY

WORDS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
)
TEXT = [
    f"Sentence {w} of this invented text tells a little more about the old bridge in town {n}."
    for n, w in enumerate(WORDS)
]
STRANGE = [
    "A choir of ninety singers has won the national prize for the third time.",
    "Rain fell on the hills all day.",
]


def write(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(r) + "\n" for r in rows)


def make(folder):
    edit = {
        "title_1": "Toll is 12",
        "title_2": "Toll is 15",
        "text_1": "",
        "text_2": "",
        "url": "https://x.example/a",
    }
    write(
        folder / "headline_edits_other.jsonl.gz",
        [
            edit | {"title_change": "number_only"},
            edit | {"title_1": "“a”", "title_2": '"a"', "title_change": "typographic"},
        ],
    )
    write(
        folder / "feed_false_alarms_other.jsonl.gz",
        [
            edit
            | {"title_2": "Toll is 12", "changed_fields": ["updated_at"], "updated_1": "2026-01-01T00:00:00Z"}
        ],
    )
    paragraphs = "\n\n".join(" ".join(TEXT[n : n + 5]) for n in (0, 5, 10))
    write(
        folder / "fulltext_pairs_other.jsonl.gz",
        [
            {
                "url": "u",
                "title_1": "T",
                "title_2": "T",
                "text_1": paragraphs,
                "text_2": paragraphs.replace("old", "new"),
            }
        ],
    )
    gold = {
        "sents_1": TEXT[:3],
        "sents_2": TEXT[1:3],
        "ops": [{"op": "delete", "s1": [0], "s2": [], "class": "content"}],
    }
    (folder / "gold_diff_other.jsonl").write_text(json.dumps(gold) + "\n")
    pair = {
        "a": "https://x.example/?p=123456",
        "b": "https://x.example/one-two-three",
        "same": True,
        "kind": "?p=ID permalink -> slug URL (same guid)",
    }
    (folder / "story_identity_other.jsonl").write_text(json.dumps(pair) + "\n")


def test_the_benchmark_runs_on_any_folder_of_that_shape(tmp_path, capsys):
    make(tmp_path)
    bench.main(["--data", str(tmp_path), "--json", str(tmp_path / "out.json")])
    figures = json.loads((tmp_path / "out.json").read_text())
    assert figures["headline_edits"]["number_only"]["ours"] == 1
    assert figures["headline_edits"]["typographic"]["ours"] == 0
    assert figures["false_alarms"]["updated_at"]["ours"] == 0
    assert figures["gold_operations"]["ours"]["f1"] == 1
    assert figures["identity"]["same"] == {"right": 1}
    assert "wrong merges 0" in capsys.readouterr().out


def test_an_absent_half_is_left_out(tmp_path, capsys):
    bench.main(["--data", str(tmp_path)])
    assert "no data" in capsys.readouterr().out


def test_scripted_operations_are_told_truly():
    dice = Random(1)
    for _ in range(30):
        case = scripted_ops(TEXT, STRANGE, dice)
        assert case is not None
        assert {i for op in case.ops for i in op[1]} <= set(range(len(case.before)))
        kept = [o for o in align(case.before, case.after) if o.op == "keep"]
        touched = {i for op in case.ops for i in op[1]}
        assert all(case.before[o.before[0]] == case.after[o.after[0]] for o in kept)
        assert len(case.before) - len(touched) == sum(s in case.before for s in case.after) - sum(
            op[0] == "move" and case.after[op[2][0]] in case.before for op in case.ops
        )


def test_unrelated_texts_are_counted_where_they_merge(tmp_path):
    one, other = "\n\n".join(OTHER_BODY), "\n\n".join(BODY)
    kinds = [("Old bridge closed until April", other), ("Valley choir wins national prize", one)]
    write(
        tmp_path / "fulltext_pairs_other.jsonl.gz",
        [{"url": t, "title_1": t, "title_2": t, "text_1": text, "text_2": text} for t, text in kinds],
    )
    found = merges(tmp_path, pairs=3)
    expected = {"pairs": 3, "1 h": 0, "12 h": 0, "24 h": 0, "30 h": 0, "37 h": 0, "true pairs parted": 0}
    assert found == dict.fromkeys(("canonical", "same address", "redirect", "guid"), expected)
    assert unrelated_changes(tmp_path, pairs=3) == {"pairs": 3, "changes": 0}
    assert notices_in_prose(tmp_path) == {"paragraphs": len(BODY) + len(OTHER_BODY)}


def test_the_rules_of_the_peers_are_theirs():
    assert not newsdiffs_differs("a  b", "a b")
    assert newsdiffs_differs("“a”", '"a"')
    assert not diffengine_differs("no, it is", "“no” it is")
    assert diffengine_differs("12", "15")
