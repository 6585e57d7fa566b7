"""The web server: HTTP/1.1 as it should be, on both schemes."""

from __future__ import annotations

import http.client
import socket
import ssl

import pytest

from tests.newsroom import Newsroom, NewsroomError
from tests.newsroom.client import get, raw


def test_many_requests_go_over_one_connection(open_room: Newsroom):
    outlet = open_room.outlets["harbour"]
    connection = http.client.HTTPConnection("127.0.0.1", open_room.http_port, timeout=20)
    for path in outlet.paths()[:10]:
        connection.request("GET", path, headers={"Host": outlet.host})
        answer = connection.getresponse()
        assert answer.status == 200
        assert len(answer.read()) == int(answer.headers["Content-Length"])
    connection.close()
    assert len({e.connection for e in open_room.log[-10:]}) == 1


def test_requests_sent_at_once_are_answered_in_turn(open_room: Newsroom):
    outlet = open_room.outlets["harbour"]
    one = "GET {} HTTP/1.1\r\nHost: {}\r\n{}\r\n"
    asked = "".join(one.format(p, outlet.host, "") for p in outlet.paths()[:3])
    asked += one.format("/robots.txt", outlet.host, "Connection: close\r\n")
    answer = raw(open_room, asked.encode())
    assert answer.count(b"HTTP/1.1 200 OK") == 4
    assert answer.rstrip().endswith(b"/news-sitemap.xml")


def test_head_gives_the_headers_alone(open_room: Newsroom):
    url = open_room.outlets["courier"].urls()[0]
    reply = get(open_room, url, method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["Content-Length"]) > 1000


def test_http_1_0_closes(open_room: Newsroom):
    outlet = open_room.outlets["harbour"]
    answer = raw(open_room, f"GET /about/ HTTP/1.0\r\nHost: {outlet.host}\r\n\r\n".encode())
    assert b"Connection: close" in answer


@pytest.mark.parametrize(
    "data", [b"hello\r\n\r\n", b"GET / HTTP/2\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n"]
)
def test_what_is_no_request_gets_400(open_room: Newsroom, data: bytes):
    assert raw(open_room, data).startswith(b"HTTP/1.1 400 ")


def test_other_methods_and_hosts_are_refused(open_room: Newsroom):
    outlet = open_room.outlets["harbour"]
    assert get(open_room, outlet.homepage, method="POST").status == 405
    assert get(open_room, "http://somewhere.example/").status == 421


def test_gzip_is_sent_to_those_who_ask(open_room: Newsroom):
    open_room.noise(False)
    url = open_room.outlets["harbour"].urls()[0]
    plain, packed = get(open_room, url), get(open_room, url, Accept_Encoding="gzip, br")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.body == packed.body
    open_room.noise(True)


def test_one_outlet_answers_in_chunks(open_room: Newsroom):
    reply = get(open_room, open_room.outlets["northline"].urls()[0])
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in reply.headers
    assert reply.body.endswith(b"</html>")


def test_an_unchanged_page_answers_304(open_room: Newsroom):
    url = open_room.outlets["courier"].urls()[0]
    first = get(open_room, url)
    tag = first.headers["ETag"]
    again = get(open_room, url, If_None_Match=f'"other", {tag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == tag
    assert get(open_room, url, If_None_Match='"other"').status == 200


def test_an_outlet_without_etags_goes_by_the_date(open_room: Newsroom):
    url = open_room.outlets["mirat"].urls()[0]
    first = get(open_room, url)
    assert "ETag" not in first.headers
    assert get(open_room, url, If_Modified_Since=first.headers["Last-Modified"]).status == 304
    assert get(open_room, url, If_Modified_Since="Mon, 01 Jan 2018 00:00:00 GMT").status == 200
    assert get(open_room, url, If_Modified_Since="yesterday").status == 200


def test_an_edited_page_answers_200_again(room: Newsroom):
    url = room.outlets["courier"].urls()[0]
    tag = get(room, url).headers["ETag"]
    assert get(room, url, If_None_Match=tag).status == 304
    room.edit(url, "number", silent=True)
    assert get(room, url, If_None_Match=tag).status == 200


def test_feeds_have_validators_too(room: Newsroom):
    outlet = room.outlets["courier"]
    first = get(room, outlet.feed)
    assert get(room, outlet.feed, If_None_Match=first.headers["ETag"]).status == 304
    room.publish("courier", title="Ministers agree")
    assert get(room, outlet.feed, If_None_Match=first.headers["ETag"]).status == 200


def test_http_leads_to_https_where_the_outlet_has_it(open_room: Newsroom):
    outlet = open_room.outlets["courier"]
    url = outlet.urls()[0].replace("https:", "http:")
    reply = get(open_room, url)
    assert (reply.status, reply.headers["Location"]) == (301, outlet.urls()[0])
    assert get(open_room, open_room.outlets["harbour"].homepage).status == 200


def test_nobody_outside_the_run_trusts_its_certificates(open_room: Newsroom):
    context = ssl.create_default_context()
    sock = socket.create_connection(("127.0.0.1", open_room.https_port), timeout=20)
    with sock, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(sock, server_hostname=open_room.outlets["courier"].host)


def test_a_certificate_can_have_run_out(tmp_path):
    expired = pytest.raises(ssl.SSLCertVerificationError, match="expired")
    with Newsroom(stories=2, speed=0, certificate_days=-1, folder=tmp_path) as room, expired:
        get(room, room.outlets["courier"].homepage)
    assert (tmp_path / "server.pem").stat().st_mode & 0o077 == 0


def test_it_opens_once_and_closes_twice():
    room = Newsroom(stories=2, tls=False)
    with pytest.raises(NewsroomError):
        _ = room.connect_to
    room.open()
    with pytest.raises(NewsroomError):
        room.open()
    with pytest.raises(NewsroomError):
        Newsroom(stories=2, tls=False, ports=(room.http_port, 0)).open()
    room.close()
    room.close()


def test_the_log_tells_what_was_asked(room: Newsroom):
    url = room.outlets["harbour"].urls()[0]
    get(room, url, User_Agent="watcher/1.0", Accept_Language="en")
    entry = room.log[-1]
    assert (entry.outlet, entry.method, entry.status) == ("harbour", "GET", 200)
    assert url.endswith(entry.path)
    assert entry.header("user-agent") == "watcher/1.0"
    assert entry.at == room.now()
    assert entry.sent > 1000
    room.clear_log()
    assert room.log == []
