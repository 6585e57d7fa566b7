"""Front pages of twenty newspapers, made after the structures of as many content systems, each with what it shows and where.

A template in `front_templates/` takes stories one after the other (`take(n)`); the order in which it took them is the truth. `again(n)`
repeats stories that it took before, as lists of the most read do. Written before the reader was read, by what such pages have in common:
pictures linked beside headlines, kickers, hidden labels, relative times, counts of comments, menus, advertisements, links to authors.
"""

from __future__ import annotations

import random
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).with_name("front_templates")
DAY = "2026-11-26T{:02}:{:02}:00Z"

# language: subjects, predicates, endings, kickers, sections, authors; each headline is one of each of the first three
Words = tuple[list[str], ...]
WORDS: Mapping[str, Words] = {
    "en": (
        ["Harbour board", "Mayor & council", "Striking nurses", "“Quiet” lake towns", "Ex-minister Hale", "A 91-year-old baker", "Why the river’s pilots"],
        ["rejects new bridge toll", "wins first round of talks", "faces $4.2m bill", "asks: who pays for the dam?", "backs down"],
        ["", "after night of storms", "– and residents aren’t happy", "as winter nears", "in 3 charts"],
        ["Harbour", "Floods", "Elections", "Health"], ["local", "politics", "business", "world"],
        ["Mara Quill", "Tom Ashby", "Lena O’Dowd"],
    ),
    "de": (
        ["Stadtrat", "Der Fährverein", "Ex-Ministerin Kolb", "»Stille« Dörfer am See", "Jeder dritte Lehrer", "Bundesbank"],
        ["lehnt neue Maut ab", "gewinnt erste Verhandlungsrunde", "vor 4,2-Millionen-Rechnung", "fragt: Wer zahlt den Damm?", "gibt nach"],
        ["", "nach der Sturmnacht", "– und viele sind verärgert", "kurz vor dem Winter"],
        ["Hochwasser", "Wahlkampf", "Nahverkehr", "Streit um den Hafen"], ["politik", "wirtschaft", "panorama"],
        ["Jens Brandt", "Ute Kolb", "Mira Sand"],
    ),
    "es": (
        ["El puerto", "La alcaldesa", "Los médicos en huelga", "«Silencio» en los pueblos del lago", "La exministra Soto", "Un panadero de 91 años"],
        ["rechaza el nuevo peaje", "gana la primera ronda", "afronta una factura de 4,2 millones", "pregunta: ¿quién paga la presa?", "cede"],
        ["", "tras una noche de tormentas", "y los vecinos protestan", "a las puertas del invierno"],
        ["Inundaciones", "Elecciones", "Sanidad", "Puerto"], ["politica", "sociedad", "economia"],
        ["Rosa Soto", "Iván Peral", "Marta Lledó"],
    ),
    "fr": (
        ["Le port", "La maire de Valmont", "Les soignants en grève", "« Silence » au bord du lac", "L’ex-ministre Garnier", "Un boulanger de 91 ans"],
        ["refuse le nouveau péage", "remporte la première manche", "face à une facture de 4,2 millions", "demande : qui paiera le barrage ?", "recule"],
        ["", "après une nuit d’orages", ", et les riverains protestent", "à l’approche de l’hiver"],
        ["Inondations", "Élections", "Santé"], ["politique", "societe", "economie"],
        ["Claire Garnier", "Paul Ferrand", "Nadia Benali"],
    ),
    "it": (
        ["Il porto", "La sindaca", "I medici in sciopero", "“Silenzio” nei paesi del lago", "L’ex ministra Conti", "Un fornaio di 91 anni"],
        ["boccia il nuovo pedaggio", "vince il primo turno", "davanti a un conto da 4,2 milioni", "chiede: chi paga la diga?", "fa marcia indietro"],
        ["", "dopo la notte di tempesta", "e i residenti protestano", "alle porte dell’inverno"],
        ["Alluvione", "Elezioni", "Sanità"], ["politica", "cronaca", "economia"],
        ["Anna Conti", "Luca Riva", "Sara Moro"],
    ),
    "sv": (
        ["Hamnstyrelsen", "Borgmästaren", "Strejkande läkare", "”Tysta” byar vid sjön", "Exministern Lund", "91-årig bagare"],
        ["säger nej till ny vägtull", "vinner första rundan", "får nota på 4,2 miljoner", "frågar: Vem betalar dammen?", "backar"],
        ["", "efter stormnatten", "– och grannarna rasar", "inför vintern"],
        ["Översvämningen", "Valet", "Vården"], ["nyheter", "sport"],
        ["Eva Lund", "Nils Berg", "Sara Holm"],
    ),
    "pt": (
        ["Porto", "Prefeita", "Médicos em greve", "'Silêncio' nas vilas do lago", "Ex-ministra Prado", "Padeiro de 91 anos"],
        ["rejeita novo pedágio", "vence primeira rodada", "enfrenta conta de R$ 4,2 milhões", "pergunta: quem paga a barragem?", "recua"],
        ["", "após noite de temporais", "e moradores protestam; veja VÍDEO", "às vésperas do inverno"],
        ["Enchentes", "Eleições", "Saúde"], ["politica", "economia", "mundo"],
        ["Ana Prado", "Rui Leal", "Bia Nunes"],
    ),
    "ru": (
        ["Совет порта", "Мэр", "Бастующие врачи", "«Тихие» деревни у озера", "Экс-министр Громов", "Пекарь 91 года"],
        ["против новой платы за мост", "выиграл первый раунд", "получил счёт на 4,2 млн", "спрашивает: кто заплатит за плотину?", "уступил"],
        ["", "после ночной бури", "— жители недовольны", "накануне зимы"],
        ["Наводнение", "Выборы", "Здоровье"], ["Общество", "Политика"],
        ["Анна Громова", "Пётр Лис", "Ева Рощина"],
    ),
    "ja": (
        ["港湾局", "市長", "スト中の看護師", "「静かな」湖畔の町", "元大臣の春日氏", "91歳のパン職人"],
        ["、新通行料を拒否", "が第1回交渉で合意", "に4億2千万円の請求", "「ダムは誰が払う」", "、撤回へ"],
        ["", "　嵐の夜のあとで", "　住民に広がる不満", "　冬を前に"],
        ["水害", "選挙"], ["社会", "経済"],
        ["春日遥", "森直人"],
    ),
    "zh": (
        ["港务局", "市长", "罢工护士", "“安静”的湖边小镇", "前部长韩某", "91岁面包师"],
        ["否决新过桥费", "赢得首轮谈判", "面临420万元账单", "追问：谁为大坝买单？", "作出让步"],
        ["", " 风暴之夜过后", " 居民表示不满", "：冬天来临之前"],
        ["洪水", "选举"], ["社会", "财经"],
        ["韩梅", "李河"],
    ),
    "ar": (
        ["مجلس المرفأ", "رئيسة البلدية", "الممرضون المضربون", "قرى البحيرة \"الهادئة\"", "الوزير السابق حداد", "خباز عمره 91 عاما"],
        ["يرفض رسوم الجسر الجديدة", "يفوز بالجولة الأولى", "أمام فاتورة بقيمة 4.2 مليون", "يسأل: من يدفع ثمن السد؟", "يتراجع"],
        ["", "بعد ليلة من العواصف", "والسكان غاضبون", "قبل حلول الشتاء"],
        ["فيضانات", "انتخابات"], ["أخبار", "اقتصاد"],
        ["ليلى حداد", "سامي نور"],
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Teaser:
    """A story as a front page shows it."""

    id: str
    url: str
    headline: str
    blurb: str
    kicker: str
    section: str
    author: str
    image: str
    iso: str


@dataclass(frozen=True, slots=True)
class Front:
    """A front page: its address, its HTML, and the teasers in their order."""

    url: str
    html: str
    teasers: list[Teaser]


Address = Callable[[str, str, random.Random], str]


def _code(chance: random.Random, length: int, signs: str = "0123456789") -> str:
    return "".join(chance.choices(signs, k=length))


def _uuid(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128)))


def _hyphens(text: str) -> str:
    return re.sub(r"\W+", "-", text).strip("-")


WWW = "https://www.{}.example"
# template: language, host, address of a story by (slug, headline, chance)
Systems = Mapping[str, tuple[str, str, Address]]
SYSTEMS: Systems = {
    "newspack_wordpress": ("en", "valleyledger", lambda s, _, c: f"{WWW}/2026/11/{c.randint(20, 26)}/{s}/"),
    "guardian_cards": ("en", "sentinel", lambda s, _, c: f"/{c.choice(['world', 'uk-news', 'money'])}/2026/nov/26/{s}"),
    "times_story_wrappers": ("en", "metro", lambda s, _, _c: f"{WWW}/2026/11/26/us/politics/{s}.html"),
    "bbc_cards": ("en", "northern", lambda _s, _, c: f"/news/articles/c{_code(c, 11, '0123456789eglmnpvxyz')}"),
    "cnn_containers": ("en", "cableherald", lambda s, _, _c: f"{WWW}/2026/11/26/politics/{s}/index.html"),
    "spiegel_articles": ("de", "beobachter", lambda s, _, c: f"{WWW}/politik/deutschland/{s}-a-{_uuid(c)}"),
    "zeit_faux_links": ("de", "woche", lambda s, _, _c: f"{WWW}/politik/ausland/2026-11/{s}"),
    "arc_xp": ("es", "elpuerto", lambda s, _, _c: f"/politica/2026/11/26/{s}/"),
    "monde_premium": ("fr", "courrier", lambda s, _, c: f"{WWW}/international/article/2026/11/26/{s}_{_code(c, 7)}_3210.html"),
    "pais_related": ("es", "eldiario", lambda s, _, _c: f"{WWW}/internacional/2026-11-26/{s}.html"),
    "blox_townnews": ("en", "cedarpost", lambda s, _, c: f"/news/local/{s}/article_{_uuid(c)}.html"),
    "gannett_anchors": ("en", "lakeshore", lambda s, _, c: f"/story/news/local/2026/11/26/{s}/{_code(c, 11)}/"),
    "aftonblad_split_headings": ("sv", "kvallsposten", lambda s, _, c: f"/nyheter/a/{_code(c, 6, 'abcdefgKLMNop123')}/{s}"),
    "repubblica_blocks": ("it", "quotidiano", lambda s, _, c: f"{WWW}/politica/2026/11/26/news/{s}-{_code(c, 9)}/"),
    "japanese_lists": ("ja", "minatoshimbun", lambda _s, _, c: f"/articles/ASV{_code(c, 10, '0123456789BCDGHJKLM')}M.html"),
    "chinese_lists": ("zh", "jiangcheng", lambda _s, _, c: f"http://{c.choice(['politics', 'world', 'society'])}.jiangcheng.example/n1/2026/1126/c1001-{_code(c, 8)}.html"),
    "arabic_cards": ("ar", "almarfa", lambda _s, h, _c: f"/news/2026/11/26/{quote(_hyphens(h))}"),
    "drupal_views": ("ru", "rechnoy", lambda _s, _, c: f"/news/{c.randint(40000, 49999)}"),
    "globo_feed_posts": ("pt", "odiario", lambda s, _, _c: f"{WWW}/politica/noticia/2026/11/26/{s}.ghtml"),
    "ghost_post_cards": ("en", "tidewater", lambda s, _, _c: f"{WWW}/{s}/"),
}  # fmt: skip


def slug(text: str) -> str:
    """Return the words of a text as an address has them."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


class _Stories:
    """Deals out stories in the order in which a template asks for them."""

    def __init__(self, words: Words, host: str, address: Address, seed: int) -> None:
        self._words = words
        self._chance = random.Random(seed)
        self._headlines = list(product(*self._words[:3]))
        self._chance.shuffle(self._headlines)
        for number, short in enumerate(chain.from_iterable(words[6:])):
            self._headlines.insert(len(self._headlines) - 2 - 4 * number, (short, "", ""))
        self._host, self._address = host, address
        self.taken: list[Teaser] = []

    def take(self, count: int) -> Iterator[Teaser]:
        """The next stories, each taken when the template comes to it."""
        for _ in range(count):
            self.taken.append(self._next())
            yield self.taken[-1]

    def again(self, count: int) -> list[Teaser]:
        """Stories that were taken before."""
        return self._chance.sample(self.taken, count)

    def last(self) -> Teaser:
        """The story taken last."""
        return self.taken[-1]

    def _next(self) -> Teaser:
        chance, (subject, predicate, ending) = self._chance, self._headlines.pop()
        spaced = not re.search(r"[\u3040-\u9fff]", predicate)
        headline = (
            f"{subject} {predicate} {ending}".strip().replace(" ,", ",")
            if spaced
            else subject + predicate + ending
        )
        number = _code(chance, 7)
        other = self._headlines[0]
        return Teaser(
            id=number,
            url=self._address(slug(headline), headline, chance).format(self._host),
            headline=headline,
            blurb=(" " if spaced else "").join([other[0], other[1], *chance.choice(self._headlines)[1:]]).strip() + ("." if spaced else "。"),
            kicker=chance.choice(self._words[3]),
            section=chance.choice(self._words[4]),
            author=chance.choice(self._words[5]),
            image=f"https://img.{self._host}.example/{number}.jpg",
            iso=DAY.format(chance.randint(0, 23), chance.randint(0, 59)),
        )  # fmt: skip


def front(system: str, systems: Systems = SYSTEMS, words: Mapping[str, Words] = WORDS) -> Front:
    """Return the front page made after one content system; `system` is a key of `systems`."""
    language, name, address = systems[system]
    stories = _Stories(words[language], name, address, len(system))
    host = WWW.format(name)
    around = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    around.filters["slug"] = slug
    html = around.get_template(f"{system}.html").render(
        host=host, take=stories.take, again=stories.again, last=stories.last
    )
    return Front(url=f"{host}/", html=html, teasers=stories.taken)
