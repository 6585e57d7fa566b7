"""What links two URLs to one story, pair by pair; and the traps that must not."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from newsarchive.model import Candidate
from newsarchive.versions import (
    Observation,
    group,
    identity_keys,
    same_story,
    says_no_more_than_its_page,
)
from tests.versions.build import BODY, OTHER_BODY, START, URL, article, look

SITE = "https://news.example"
STORY = SITE + "/local/2026/bridge-is-closed-for-repairs"
OTHER = SITE + "/local/2026/choir-wins-the-national-prize"


def page(url, **facts):
    return look(0, article(url=url, **facts), url=url)


def bare(url, **facts):
    return look(1, None, url=url, **facts)


SAME = [
    ("tracking", bare(STORY), bare(STORY + "?utm_source=x")),
    ("amp by form", bare(STORY), bare(STORY + "/amp/")),
    ("id kept, slug changed", bare(SITE + "/sport/6265708/one-slug-of-words.html"), bare(SITE + "/local/6265708/other-slug-of-words.html")),
    ("id kept, slug begins with a number", bare(SITE + "/local/6275647/some-10000-people-leave.html"), bare(SITE + "/local/6275647/13000-people-leave-town.html")),
    ("uuid kept", bare(SITE + "/a/old-slug-here/71-77065c0f-d886-4618-9d34-b2f844f61014"), bare(SITE + "/b/c/new-slug-here/71-77065c0f-d886-4618-9d34-b2f844f61014")),
    ("short form of an id", bare(SITE + "/news/some-long-slug-42432483"), bare(SITE + "/node/42432483")),
    ("short code", bare(SITE + "/nyheter/i/dRwWqB/some-long-slug"), bare(SITE + "/i/dRwWqB")),
    ("case of the slug", bare(SITE + "/id/The-Bridge-Is-Closed"), bare(SITE + "/id/the-bridge-is-closed")),
    ("canonical", page(SITE + "/x/8lk", canonical_url=STORY), bare(STORY)),
    ("amphtml", page(STORY, amp_url=SITE + "/lite/7fe"), bare(SITE + "/lite/7fe")),
    ("amphtml on a sister domain", page(STORY, amp_url="https://amp-news.test/local/2026/bridge-is-closed-for-repairs"), bare("https://amp-news.test/local/2026/bridge-is-closed-for-repairs")),
    ("og:url", page(STORY, og_url=SITE + "/short/8lk"), bare(SITE + "/short/8lk")),
    ("JSON-LD id", page(SITE + "/x/8lk", jsonld_id=STORY + "#article"), bare(STORY)),
    ("relative canonical", page(SITE + "/local/2026/x1", canonical_url="/local/2026/bridge-is-closed-for-repairs"), bare(STORY)),
    ("redirect", bare(STORY, http_status=301, location=OTHER), bare(OTHER)),
    ("redirect to another domain", bare(STORY, http_status=301, location="https://new-name.test/bridge-is-closed-for-repairs"), bare("https://new-name.test/bridge-is-closed-for-repairs")),
    ("redirected from", bare(STORY), bare(OTHER, redirect_from=STORY)),
    ("guid", bare(SITE + "/?p=205372", guid="tag:news.example,2026:205372"), bare(STORY, guid="tag:news.example,2026:205372")),
    ("guid that is a link", bare(SITE + "/?p=205372"), bare(STORY, guid=SITE + "/?p=205372")),
    ("candidate's guid", bare(STORY, candidate=Candidate(url=STORY, kind="feed", guid="abc-12345")), bare(SITE + "/x/y", guid="abc-12345")),
    ("both name an absent page", page(SITE + "/m/1x", canonical_url=STORY), page(SITE + "/m/2x", canonical_url=STORY)),
    ("slug and section changed, the text edited", page(SITE + "/a-one-two", published_at=START, paragraphs=(*BODY * 2, *OTHER_BODY)), page(SITE + "/b-two-three", title="The bridge stays closed", published_at=START, paragraphs=(*BODY * 2, *OTHER_BODY[:3], "A concert for the whole valley is planned for the first weekend of autumn."))),
    ("short form of a blog and its slug", page(SITE + "/?p=48", published_at=START, paragraphs=BODY * 2), page(SITE + "/2026/bridge-is-closed-now", published_at=START, paragraphs=BODY * 2)),
    ("one name, two suffixes, one id", page("https://eastmouth.co.uk/news/local-1234567"), page("https://eastmouth.com/news/local-1234567")),
    ("one name, two suffixes, canonical", page("https://www.eastmouth.co.uk/news/bridge-is-closed-now", canonical_url="https://www.eastmouth.com/news/bridge-is-closed-now"), bare("https://www.eastmouth.com/news/bridge-is-closed-now")),
    ("a short guid and one text", look(0, article(), url=SITE + "/x/y1", guid="481"), look(0, article(), url=SITE + "/x/y2", guid="481")),
    ("canonical, and headlines agree", page(SITE + "/x/8lk", title="Old bridge closed until April", canonical_url=STORY), page(STORY, title="Old bridge closed until April", paragraphs=OTHER_BODY)),
    ("one headline, day and text", page(SITE + "/a-one-two", published_at=START, paragraphs=BODY * 2), page(SITE + "/b-one-two", published_at=START, paragraphs=BODY * 2)),
]  # fmt: skip
DIFFERENT = [
    ("two slugs", bare(STORY), bare(OTHER)),
    ("two ids, one slug", bare(SITE + "/local/6260518/the-same-slug-here.html"), bare(SITE + "/local/6266947/the-same-slug-here.html")),
    ("id that is a date", bare(SITE + "/20260301/one-slug-of-words"), bare(SITE + "/20260301/other-slug-of-words")),
    ("canonical is the homepage", page(STORY, canonical_url=SITE), bare(SITE + "/")),
    ("two pages whose canonical is the homepage", page(STORY, canonical_url=SITE), page(OTHER, canonical_url=SITE)),
    ("canonical is a section", page(SITE + "/news/bridge-is-closed-for-repairs", canonical_url=SITE + "/news"), bare(SITE + "/news")),
    ("relative canonical to an index file", page(SITE + "/local/bridge-is-closed", canonical_url="index.html"), bare(SITE + "/local/")),
    ("canonical on another domain", page(STORY, canonical_url="https://agency.test/bridge-is-closed-for-repairs"), bare("https://agency.test/bridge-is-closed-for-repairs")),
    ("redirect to the homepage", bare(STORY, http_status=301, location=SITE + "/"), bare(SITE + "/")),
    ("redirect to a login", bare(STORY, http_status=302, location=SITE + "/login?next=1"), bare(SITE + "/login?next=1")),
    ("id in two media", bare(SITE + "/video/1234567/one-slug-here"), bare(SITE + "/article/1234567/other-slug-there")),
    ("id in two language editions", bare("https://de.news.example/1234567/eine-lange-schlagzeile"), bare("https://fr.news.example/1234567/un-long-titre-ici")),
    ("id on two domains", bare("https://a-news.test/x/1234567/one-slug-here"), bare("https://b-news.test/x/1234567/one-slug-here")),
    ("worthless guid", bare(STORY, guid="1"), bare(OTHER, guid="1")),
    ("guid on two domains", bare(STORY, guid="post-12345"), bare("https://b-news.test/x", guid="post-12345")),
    ("same text, other day", page(SITE + "/a-one-two", published_at=START, paragraphs=BODY * 2), page(SITE + "/b-one-two", published_at=START + timedelta(days=7), paragraphs=BODY * 2)),
    ("one name, two suffixes, two texts", page("https://eastmouth.co.uk/news/local-1234567"), page("https://eastmouth.com/news/local-1234567", title="Choir wins", paragraphs=OTHER_BODY)),
    ("a short guid and two texts", look(0, article(), url=SITE + "/x/y1", guid="481"), look(0, article("Choir wins", OTHER_BODY), url=SITE + "/x/y2", guid="481")),
    ("one day, half of the text", page(SITE + "/a-one-two", published_at=START, paragraphs=BODY * 2), page(SITE + "/b-one-two", published_at=START, paragraphs=(*BODY * 2, *OTHER_BODY))),
    ("JSON-LD id that is a mere anchor", page(STORY, jsonld_id="#article"), page(OTHER, jsonld_id="#article")),
    ("one id, but pages that tell of two stories", page(SITE + "/a/1234567/one-slug-here", published_at=START), page(SITE + "/b/1234567/other-slug-there", title="Choir wins", paragraphs=OTHER_BODY, published_at=START + timedelta(days=30))),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), [r[1:] for r in SAME], ids=[r[0] for r in SAME])
def test_evidence_joins_two_urls(a, b):
    assert same_story(a, b)
    assert same_story(b, a) == same_story(a, b)
    assert set(identity_keys(a)) & set(identity_keys(b))


@pytest.mark.parametrize(("a", "b"), [r[1:] for r in DIFFERENT], ids=[r[0] for r in DIFFERENT])
def test_traps_join_nothing(a, b):
    assert same_story(a, b) == ()


def test_the_evidence_is_told():
    (why,) = same_story(page(SITE + "/x/8lk", canonical_url=STORY), bare(STORY))
    assert (
        why
        == "rel=canonical of news.example/x/8lk names news.example/local/2026/bridge-is-closed-for-repairs"
    )


MORE = {
    "redirect_from": "https://news.example/short/4711",
    "location": "https://news.example/other-8472",
    "continues": "https://news.example/first-page-4711",
    "guid": "tag:news.example,2026:4711",
    "candidate": Candidate(url=URL, kind="feed", guid="tag:news.example,2026:4712"),
}


@pytest.mark.parametrize("name", MORE)
def test_a_capture_that_says_more_than_its_page_has_those_keys_and_more(name):
    plain = look(0, article(canonical_url=URL + "?a=1"))
    says_more = replace(plain, **{name: MORE[name]}, http_status=302 if name == "location" else 200)
    assert says_no_more_than_its_page(plain)
    assert not says_no_more_than_its_page(says_more)
    assert set(identity_keys(plain)) <= set(identity_keys(says_more)) or name == "location"


# What else a capture says; of captures that show a page the status is always 200.
NO_MORE = {
    "record_id": "urn:uuid:other",
    "fetched_at": START + timedelta(days=9),
    "seq": 9,
    "kind": "same-payload",
    "truncated": "length",
    "error": "timeout",
}


def test_each_field_of_a_capture_says_more_or_changes_no_key():
    of_the_page = {"url", "article", "http_status"}
    assert {f.name for f in fields(Observation)} == MORE.keys() | NO_MORE.keys() | of_the_page
    plain = look(0, article())
    for name, value in NO_MORE.items():
        other = replace(plain, **{name: value})
        assert says_no_more_than_its_page(other), name
        assert identity_keys(other) == identity_keys(plain), name


def test_keys_are_the_same_for_the_same_capture_whatever_its_time():
    assert identity_keys(look(0, article())) == identity_keys(look(99, article()))
    assert f"u:{URL.removeprefix('https://')}" in identity_keys(look(0, article()))


UNRELATED = [
    ("The bridge is closed", BODY, "A choir wins the national prize", OTHER_BODY),
    ("Die Brücke ist gesperrt", ("Die alte Brücke über den Fluss wurde am Montag gesperrt, nachdem Fachleute Risse in zwei Pfeilern gefunden hatten. Etwa zwölf Busse am Tag fahren nun einen anderen Weg, teilte der Rat der Stadt mit, und die Arbeiten sollen im April beginnen und sechs Wochen dauern.",), "Ein Chor gewinnt den Preis", ("Neunzig Sänger haben zum dritten Mal hintereinander den großen Preis des Landes gewonnen, und ihr Leiter dankte allen, die durch einen langen Winter zu den Proben gekommen waren. Die Jury lobte klare Stimmen und eine Auswahl ungewohnter Lieder aus den Bergen.",)),
    ("Le pont est fermé", ("Le vieux pont sur la rivière a été fermé lundi après la découverte de fissures dans deux de ses piliers. Une douzaine de bus par jour prendront une autre route, selon la mairie, et les travaux doivent commencer en avril pour durer six semaines au moins.",), "Une chorale gagne le prix", ("Quatre-vingt-dix chanteurs ont remporté leur troisième grand prix national de suite. Leur cheffe a remercié toutes celles qui étaient venues répéter pendant un long hiver, tandis que les jurés louaient des voix claires et quelques chansons rares des montagnes.",)),
    ("El puente está cerrado", ("El viejo puente sobre el río fue cerrado el lunes después de que unos ingenieros hallaran grietas en dos de sus pilares. Unos doce autobuses al día tomarán otro camino, dijo el ayuntamiento, y las obras deben empezar en abril y durar seis semanas. Los comerciantes de la orilla norte temen por su feria de primavera.",), "Un coro gana el premio", ("Noventa cantantes han ganado por tercera vez seguida el gran premio nacional. Su directora agradeció a quienes acudieron a ensayar durante un largo invierno, mientras el jurado alababa voces claras y canciones poco comunes traídas de las montañas. Habrá un concierto para todo el valle cuando acabe agosto.",)),
    ("Мост закрыт", ("Старый мост через реку закрыли в понедельник, после того как инженеры нашли трещины в двух его опорах. Около двенадцати автобусов в день поедут другой дорогой, сообщил городской совет, а работы должны начаться в апреле и продлиться шесть недель. Торговцы северного берега боятся за весеннюю ярмарку и просят пустить паром, пока мост стоит пустым; ответа от властей области они ждут уже второй день подряд.",), "Хор выиграл премию", ("Девяносто певцов третий раз подряд выиграли главную премию страны. Их дирижёр поблагодарил всех, кто ходил на репетиции долгой зимой, жюри же хвалило чистые голоса, необычный выбор песен и смелость молодых солистов. Концерт для всей долины назначен на последние выходные лета, билеты раздадут бесплатно в школах и библиотеках, где прежде собирались первые участники этого коллектива.",)),
    ("الجسر مغلق", ("أغلق الجسر القديم فوق النهر يوم الاثنين بعد أن وجد المهندسون شقوقا في اثنين من أعمدته. ستسلك نحو اثنتي عشرة حافلة في اليوم طريقا آخر كما قال مجلس المدينة ومن المقرر أن تبدأ الأعمال في نيسان وأن تستمر ستة أسابيع. يخشى التجار على الضفة الشمالية على السوق الربيعية.",), "جوقة تفوز بالجائزة", ("فاز تسعون منشدا بالجائزة الوطنية الكبرى للمرة الثالثة على التوالي. شكر قائدهم كل الذين حضروا التدريبات خلال شتاء طويل وأشادت لجنة التحكيم بالأصوات الصافية واختيار أغان نادرة من الجبال. تقام حفلة للوادي كله في نهاية الصيف المقبل مساء وتدعى إليها العائلات.",)),
    ("橋が閉鎖", ("川にかかる古い橋が月曜日に閉鎖された。技師が二本の橋脚にひびを見つけたためだ。一日十二台のバスは別の道を通ると市議会は説明した。",), "合唱団が受賞", ("九十人の歌い手が全国大会で三年続けて優勝した。指揮者は長い冬の練習に通った仲間へ感謝し、審査員は澄んだ声を高く評価している。",)),
    ("大桥封闭", ("河上的老桥星期一封闭，因为工程师在两座桥墩里发现裂缝。市议会表示，每天十二辆公共汽车将改走另一条路，维修预计四月动工，历时六个星期。",), "合唱团获奖", ("九十名歌手第三次夺得全国大奖，指挥感谢漫长冬天里坚持排练的每个人，评委则称赞嗓音清澈、曲目新颖，山谷音乐会安排在夏末举行。",)),
]  # fmt: skip
HOURS = [1, 12, 24, 30, 37]


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("claim", ["canonical_url", "og_url", "jsonld_id", "reused", "redirect", "guid"])
@pytest.mark.parametrize(("title", "text", "other_title", "other_text"), UNRELATED)
def test_two_unrelated_texts_are_two_stories_whatever_a_page_claims(
    title, text, other_title, other_text, claim, hours
):
    later = START + timedelta(hours=hours)
    names = {claim: STORY} if claim.endswith(("_url", "_id")) else {}
    url = STORY if claim == "reused" else OTHER
    guid = "tag:news.example,2026:7" if claim == "guid" else None
    first = look(0, article(title, text, url=STORY, published_at=START), url=STORY, guid=guid)
    second = look(
        hours,
        article(other_title, other_text, url=url, published_at=later, **names),
        url=url,
        guid=guid,
        redirect_from=STORY if claim == "redirect" else None,
    )
    assert same_story(first, second) == ()


def test_an_unread_page_between_two_unrelated_stories_joins_none():
    hub = SITE + "/m/8lk"
    looks = [
        look(0, article(url=STORY, canonical_url=hub), url=STORY),
        look(
            1, article("A choir wins the national prize", OTHER_BODY, url=OTHER, canonical_url=hub), url=OTHER
        ),
        look(2, None, url=hub, http_status=404),
    ]
    assert len(group(looks)) == 2
