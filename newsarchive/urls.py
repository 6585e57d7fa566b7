"""URLs: checked, split into host and domain, and reduced to keys that say "the same page".

`check_url` is what may be fetched, `url_key` what one page is called under all its spellings, `path_ids`
the identifiers that an outlet put into a URL, `surt` the sort key of CDX files. Nothing here decides that
two pages are one story (newsarchive/versions/ does, with evidence) and nothing asks the network: the list
of public suffixes is the one bundled with publicsuffixlist. Pure. Tested in tests/test_urls.py.
"""

from __future__ import annotations

import html
import ipaddress
import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes, urlsplit

import idna

from newsarchive.errors import BadUrlError
from newsarchive.text import normalized, without_surrogates

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_PORTS = {"http": 80, "https": 443}
_SAFE_PATH = "/:@!$&'()*+,;=~-._"
_SAFE_QUERY = "/:@!$&'()*+,;=~-._?"

# ---------------------------------------------------------------- checked URLs


def check_url(url: str) -> str:
    """Return `url` as it may be fetched: http or https, no user, no fragment, host in lower case and ASCII.

    Keeps what a server may distinguish: the case of the path, a trailing slash, the order of the query.

    Raises:
        BadUrlError: another scheme, no host, a bad port, a password, or a character no URL can hold.
    """
    scheme, netloc, path, query = _split(url)
    path = quote(_undot(path), safe=_SAFE_PATH + "%") or "/"
    query = quote(query, safe=_SAFE_QUERY + "%")
    return f"{scheme}://{netloc}{path}" + (f"?{query}" if query else "")


def _split(url: str, *, with_password: bool = False) -> tuple[str, str, str, str]:
    """Scheme, host with port if it isn't the default one, path and query of an http(s) URL."""
    text = re.sub(r"[\t\r\n]", "", without_surrogates(url).strip().strip("\0\x0b\x0c "))
    text = re.sub(r"^(https?):[/\\]+", r"\1://", text, flags=re.IGNORECASE)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadUrlError(f"not a URL: {error}", where=url[:200]) from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise BadUrlError(
            "not an http or https URL", where=url[:200], next_step="Write it with http:// or https://"
        )
    if parts.password is not None and not with_password:
        raise BadUrlError(
            "a URL with a password in it",
            where=f"{scheme}://{parts.hostname}",
            next_step="Leave the password out",
        )
    if not parts.hostname:
        raise BadUrlError("a URL without a host", where=url[:200])
    name = _ascii_host(parts.hostname, url)
    netloc = f"[{name}]" if ":" in name else name
    if port is not None and port != _PORTS[scheme]:
        netloc += f":{port}"
    return scheme, netloc, parts.path, parts.query


@lru_cache(maxsize=4096)
def _ascii_host(name: str, url: str) -> str:
    name = name.lower().rstrip(".")
    if ":" in name:
        try:
            return str(ipaddress.IPv6Address(name.partition("%")[0]))
        except ValueError as error:
            raise BadUrlError(f"not an IPv6 address: {error}", where=url[:200]) from error
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except UnicodeError as error:
            raise BadUrlError(f"not a host name: {error}", where=url[:200]) from error
    if not re.fullmatch(r"[a-z0-9._-]+", name) or ".." in name:
        raise BadUrlError("not a host name", where=url[:200])
    return name


def _undot(path: str) -> str:
    """`path` without `.` and `..` segments."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def host(url: str) -> str:
    """Return the host of an http(s) URL in lower case and ASCII, without the port. Raises BadUrlError."""
    netloc = _split(url)[1]
    return netloc[1 : netloc.index("]")] if netloc.startswith("[") else netloc.partition(":")[0]


def domain(url: str) -> str:
    """Return the registrable domain ("bbc.co.uk", "name.blogspot.com"); of an address or a bare name, the host.

    Raises:
        BadUrlError: as `check_url`.
    """
    return _domain_of(host(url))


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # 40 ms, which a verb that only reads WARCs shouldn't pay

    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=4096)
def _domain_of(name: str) -> str:
    bare = name.strip(".")
    own = _suffixes().privatesuffix(bare)
    if own:
        return own
    labels = bare.split(".")
    if (
        len(labels) < 3
        or ":" in name
        or labels[-1].isdigit()
        or "" in labels
        or _suffixes().publicsuffix(bare)
    ):
        return name
    return ".".join(labels[-2:])  # the list's rule for a suffix it doesn't know: the last label is one


def is_homepage(url: str) -> bool:
    """Return whether `url` names the front page of its host: no path but an index file, no query that counts."""
    _, path, query = _key_parts(url)
    return path in ("", "/") and not query


# ---------------------------------------------------------------- the key of a page

# Query fields that say where a reader came from, not what is shown. Names in lower case; `*` at the end
# means any ending. Gathered from ad and newsletter systems' own documentation and from the shared
# development set.
_TRACKING = """
utm_* mc_* pk_* piwik_* matomo_* mtm_* hsa_* _hs* vero_* oly_* ns_* at_* wt_* aftr_* trk* ga_* itm_* int_* ito cmpid*
fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id s_cid s_kwcid icid ocid ncid
ref_* referrer referer refid xtor xtref cmp campaign campaign_id
guccounter guce_* smid smtyp shared sharetype fb_ref fb_source __twitter_impression __tn__ spref
iref nn ftag mkt_tok sfmc_* mbid emci emdi ceid sr_share sref spm _ga _gl print_origin syn intcmp
replytocom unapproved moderation-hash comments commentid sessionid phpsessid jsessionid aspsessionid* cfid cftoken amp_js_v amp_gsa usqp
"""
# The same, unless the value is a number: then it may be the page's id. A long value of `sid` is a session.
_DOUBTFUL = frozenset(
    ["ref", "source", "src", "from", "via", "cid", "rss", "feed", "partner", "share", "sh", "syn", "ana"]
)
_SESSION = re.compile(r";jsessionid=[^/?]*$|/\(\w\([0-9a-z]{24}\)\)(?=/)", re.IGNORECASE)
# Query fields that choose a form of the same page, with the values that do.
_FORMS = {
    "amp": None,
    "outputtype": {"amp", "print"},
    "mobile": {"1", "true"},
    "m": {"1", "true"},
    "print": None,
    "printable": None,
    "printpage": None,
    "view": {"print", "amp", "mobile", "full"},
    "display": {"print", "mobile"},
    "mode": {"print", "amp"},
    "page": {"1", "all", "full", "full-page", "print"},
    "pagewanted": {"1", "all", "print"},
    "singlepage": {"1", "true"},
    "single_page": {"1", "true"},
    "service": {"print", "amp"},
    "ispreview": None,
}
_TRACKING_NAMES = frozenset(n for n in _TRACKING.split() if not n.endswith("*"))
_TRACKING_STEMS = tuple(n[:-1] for n in _TRACKING.split() if n.endswith("*"))
_HOST_FORM = re.compile(r"^(?:www\d{0,3}|m|mobile|mobil|amp|wap|touch|print|amphtml)\.")
_INDEX = re.compile(r"/(?:index|default|home)\.(?:html?|php\d?|aspx?|jsp|cfm|shtml)$", re.IGNORECASE)
_FORM_SEGMENT = re.compile(r"^/(?:amp|mobile|print|m)(?=/)|/(?:amp|print|amphtml|amp\.html)$", re.IGNORECASE)
_FORM_SUFFIX = re.compile(r"(?:[._-]amp(?=\.\w{3,5}$)|\.amp$|(?<=/)amp_(?=articleshow))", re.IGNORECASE)
_WRAPPED = (
    re.compile(r"^web\.archive\.org/web/\d{4,14}(?:[a-z]{2}_)?/(https?:/.*)$", re.IGNORECASE),
    re.compile(r"^(?:www\.)?google\.[a-z.]+/amp/(?:s/)?(.+)$", re.IGNORECASE),
    re.compile(r"^[a-z0-9-]*\.?cdn\.ampproject\.org/[a-z]/(?:s/)?(.+)$", re.IGNORECASE),
)


@lru_cache(maxsize=8192)
def url_key(url: str) -> str:
    """Return what a page is called under all its spellings: `host/path?query` without scheme.

    The same under http and https, a default port, `www.`, `m.`, `amp.`, an AMP or print form, an index
    file, a trailing slash, doubled slashes, percent-encoding, the order of the query, tracking fields and
    the fragment; also inside a web archive or an AMP cache. The case of the path is kept. Not a URL to fetch.

    Raises:
        BadUrlError: as `check_url`.
    """
    name, path, query = _key_parts(url)
    return name + (path or "/") + (f"?{query}" if query else "")


def without_tracking(url: str) -> str:
    """Return the URL without the query fields that only say where a reader came from (`utm_source`); all else stays."""
    whole, mark, fragment = url.partition("#")
    head, _, query = whole.partition("?")
    kept = [field for field in query.split("&") if not _is_tracking(unquote(field.partition("=")[0]).lower())]
    return head + ("?" + "&".join(kept) if any(kept) else "") + mark + fragment


def readable_url(url: str) -> str:
    """Return the URL for people's eyes: without tracking fields, letters of all scripts instead of percent signs.

    Only letters, marks and digits are decoded; what could be taken for a part of the URL, for a blank or for another
    direction stays encoded. Not a URL to fetch.
    """
    return _ENCODED.sub(_decoded_letters, without_tracking(url))


_ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


def _decoded_letters(found: re.Match[str]) -> str:
    try:
        text = unquote_to_bytes(found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    return "".join(c if unicodedata.category(c)[0] in "LMN" else quote(c) for c in text)


def typed_url(text: str) -> str:
    """Return what a person typed for a page as its URL: `gazette.example/a` gets `https://`; empty if it can be none.

    Without a scheme a host is a name whose last label has letters, an IPv4 address with a port or path, or localhost; so
    that ids, numbers and words are no URLs.
    """
    text = text.strip()
    if text.lower().startswith(("http://", "https://")):
        return text
    return f"https://{text}" if _TYPED.match(text) else ""


_TYPED = re.compile(
    r"(?:(?:[^\W_][\w-]*\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)(?=[:/?#]|$)|(?:\d{1,3}(?:\.\d{1,3}){3}|localhost)(?=[:/]))"
    r"(?::\d{1,5})?(?:[/?#]\S*)?$",
    re.IGNORECASE,
)


def key_or_empty(url: str) -> str:
    """Return `url_key(url)`; empty if `url` isn't an http(s) URL: for what a page or a server names."""
    try:
        return url_key(url)
    except BadUrlError:
        return ""


def _key_parts(url: str) -> tuple[str, str, str]:
    url = without_surrogates(url)
    if "&" in url and _is_url(plain := html.unescape(url)):
        url = plain
    url = _unwrap(url)
    _, netloc, path, query = _split(url, with_password=True)
    bare, colon, port = (netloc, "", "") if netloc.startswith("[") else netloc.partition(":")
    base = _domain_of(bare)
    while bare != base and _HOST_FORM.match(bare):
        bare = _HOST_FORM.sub("", bare)
    route = _ROUTE.search(url)  # "#!/news/1": a page of its own, made by a script
    return bare + colon + port, _key_path(path), _key_query(query) + (route[0] if route else "")


_ROUTE = re.compile(r"#(?:!/?|/)[^#]+$")


def _is_url(text: str) -> bool:
    try:
        _split(text, with_password=True)
    except BadUrlError:
        return False
    return True


def _unwrap(url: str) -> str:
    """The page's own URL, where `url` names a copy in a web archive or an AMP cache."""
    for _ in range(3):
        rest = re.sub(r"^https?:/+", "", url.strip(), flags=re.IGNORECASE)
        inner = next((found[1] for wrap in _WRAPPED if (found := wrap.match(rest))), "")
        inner = inner if not inner or re.match(r"https?:", inner, re.IGNORECASE) else "https://" + inner
        if not inner or not _is_url(inner):
            break
        url = inner
    return url


def _key_path(path: str) -> str:
    path = _INDEX.sub("/", re.sub(r"/{2,}", "/", _SESSION.sub("", _undot(_decoded(path)))))
    path = path.rstrip("/")
    formless = _FORM_SUFFIX.sub("", _FORM_SEGMENT.sub("", path))
    return (formless or path).rstrip("/")


def _decoded(s: str) -> str:
    """Percent-encoding taken away where it is UTF-8, NFC; what is not stays encoded, in upper case."""
    if "%" not in s and s.isascii():
        return s
    text = unquote_to_bytes(s).decode("utf-8", "surrogateescape")
    text = re.sub("[\udc80-\udcff]", lambda m: f"%{ord(m[0]) - 0xDC00:02X}", text)
    return normalized("NFC", text)


@lru_cache(maxsize=8192)
def url_form(url: str) -> str:
    """Return "amp", "mobile" or "print" if the URL names such a form of a page; empty for the main form.

    Raises:
        BadUrlError: as `check_url`.
    """
    _, netloc, path, query = _split(_unwrap(url), with_password=True)
    label = netloc.partition(".")[0]
    fields = {n.lower(): v.lower() for n, v in parse_qsl(query, keep_blank_values=True)}
    segments = [s.lower() for s in path.split("/") if s]
    ends = {segments[0], segments[-1]} if len(segments) > 1 else set()
    if (
        label in ("amp", "amphtml")
        or "amp" in fields
        or "amp" in ends
        or _FORM_SUFFIX.search(path)
        or fields.get("outputtype") == "amp"
    ):
        return "amp"
    if (
        label == "print"
        or "print" in ends
        or fields.keys() & {"print", "printable", "printpage"}
        or "print" in fields.values()
    ):
        return "print"
    return "mobile" if label in ("m", "mobile", "mobil", "wap", "touch") or "mobile" in fields else ""


def _is_tracking(name: str) -> bool:
    return name in _TRACKING_NAMES or name.startswith(_TRACKING_STEMS)


def _key_query(query: str) -> str:
    kept = []
    for name, value in parse_qsl(query.replace(";", "&"), keep_blank_values=True):
        low = name.lower()
        if _is_tracking(low):
            continue
        if (low in _DOUBTFUL and not value.isdigit()) or (low == "sid" and len(value) > 24):
            continue
        if low in _FORMS and ((values := _FORMS[low]) is None or value.lower() in values):
            continue
        kept.append((name, normalized("NFC", value)))
    return "&".join(
        f"{quote(n, safe='')}={quote(v, safe='')}" if v else quote(n, safe="") for n, v in sorted(kept)
    )


# ---------------------------------------------------------------- identifiers in a URL

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-z]{12}", re.IGNORECASE)
_ID_FIELDS = frozenset("id p articleid article_id aid newsid news_id storyid story_id docid contentid nid itemid idn".split())  # fmt: skip  # noqa: SIM905
_HEX = re.compile(r"(?<![0-9a-z])[0-9a-f]{16,40}(?![0-9a-z])", re.IGNORECASE)
_NUMBER_FIRST = re.compile(r"[a-z]{0,8}(\d{5,19})(?![0-9A-Za-z])", re.IGNORECASE)
_NUMBER_LAST = re.compile(r"(?<![0-9A-Za-z])[a-z]{0,8}(\d{5,19})$", re.IGNORECASE)
_SHORT_CODE = re.compile(r"^(?=.*[A-Z])(?=.*[a-z0-9])[A-Za-z0-9]{5,12}$")


def path_ids(url: str) -> tuple[str, ...]:
    """Return the identifiers an outlet put into a URL, strongest first: `uuid:…`, `hex:…`, `num:…`, `code:…`.

    A UUID, a long hexadecimal, a number of five or more digits that is no date, or a mixed-case code that
    is a segment of its own ("/i/dRwWqB/"). Numbers inside a slug's middle are words, not ids.

    Raises:
        BadUrlError: as `check_url`.
    """
    _, path, query = _key_parts(url)
    found = ["uuid:" + u.lower() for u in _UUID.findall(path)]
    rest = _UUID.sub("", path)
    found += ["hex:" + h.lower() for h in _HEX.findall(rest) if not h.isdigit() and re.search(r"\d", h)]
    segments = rest.split("/")[1:]
    found += [f"num:{n}" for s in segments for n in _numbers(s)]
    found += [f"num:{v}" for n, v in parse_qsl(query) if n.lower() in _ID_FIELDS and v.isdigit()]
    found += ["code:" + s for s in segments if _SHORT_CODE.match(s) and _is_code(s)]
    return tuple(dict.fromkeys(found))


def _numbers(segment: str) -> list[str]:
    """Numbers at a segment's start or end, or the whole of it; dates are none."""
    stem = re.sub(r"\.\w{2,6}$", "", segment)
    found = [_NUMBER_FIRST.match(stem), _NUMBER_LAST.search(stem)]
    return list(dict.fromkeys(f[1] for f in found if f and not _is_date(f[1])))


def _is_date(digits: str) -> bool:
    """20220718, 220128, 202207, 20220718203045: a moment, shared by all stories of that day."""
    if len(digits) in (6, 8, 10, 12, 14):
        year, rest = (
            (digits[:4], digits[4:]) if digits[:2] in ("19", "20") else ("20" + digits[:2], digits[2:])
        )
        month, day = rest[:2], rest[2:4] or "01"
        if len(rest) % 2 == 0 and 1 <= int(month or 0) <= 12 and 1 <= int(day) <= 31:
            return 1990 <= int(year) <= 2035
        if len(digits) == 8:
            return 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12 and digits[4:6] in ("19", "20")
    return False


def _is_code(segment: str) -> bool:
    """ "dRwWqB" and "AST1F4445", not "Artikel", "Sport" or "BBCNews": capitals or digits in mid-word."""
    return bool(re.search(r"[a-z][A-Z]|\d[A-Za-z]|[A-Za-z]\d", segment)) and not re.fullmatch(
        r"(?:[A-Z][a-z]+)+\d{0,4}|[a-z]+(?:[A-Z][a-z]+)+|[A-Za-z]+\d{1,4}", segment
    )


def slug(url: str) -> str:
    """Return the longest hyphenated run of words in the path, without ids and endings; empty if there is none."""
    _, path, _ = _key_parts(url)
    best = ""
    for segment in _UUID.sub("", path).split("/"):
        words = [w for w in re.split(r"[-_]", re.sub(r"\.\w{2,6}$", "", segment)) if w and not w.isdigit()]
        if len(words) >= 3 and len("-".join(words)) > len(best):
            best = "-".join(words).lower()
    return best


# ---------------------------------------------------------------- SURT


def surt(url: str) -> str:
    """Return the sort-friendly key of CDX files: `com,bbc)/news/x?a=1&b=2`, as pywb and wayback write it.

    Lower case, no scheme, no `www.`, no default port, no fragment, query sorted, no session ids.

    Raises:
        BadUrlError: as `check_url`.
    """
    _, netloc, path, query = _split(url)
    bare, _, port = ("", "", "") if netloc.startswith("[") else netloc.partition(":")
    bare = re.sub(r"^www\d*\.", "", bare) or netloc
    turned = bare if bare.startswith("[") else ",".join(reversed(bare.split(".")))
    path = unquote(_undot(path), errors="surrogateescape")
    path = quote(path, safe=_SAFE_PATH + "|", errors="surrogateescape")
    path = re.sub(r"/{2,}", "/", path).lower()
    path = path.rstrip("/") if len(path) > 1 else "/"
    fields = sorted(
        f
        for f in query.lower().split("&")
        if not re.match(r"(?:jsessionid|phpsessid|sid|sessionid)=[0-9a-z]{32}$|aspsessionid", f)
    )
    tail = "?" + quote("&".join(fields), safe=_SAFE_QUERY + "%|") if query and any(fields) else ""
    return f"{turned}{':' + port if port else ''}){path or '/'}{tail}"
