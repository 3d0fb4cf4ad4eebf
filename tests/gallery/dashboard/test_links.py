"""Every bar leads to exactly the images that it counted."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict

from gallery.models import Collection
from gallery.search.query import ResultQuery

pytestmark = pytest.mark.django_db

PAGE = "/c/default/dashboard/"
_MARK = re.compile(r'<a class="mark[^>]*href="([^"]*)"><title>([^<]*)</title>')
_ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
_LINK = re.compile(r'<th scope="row">.*?<a href="([^"]*)"')
_SAID = re.compile(r'<td class="plot-said">(.*?)</td>', re.DOTALL)
_COUNT = re.compile(r"([\d,]+) (?:images?\b|rated)")


def counted(html: str) -> list[tuple[str, int]]:
    """The address and the number of all bars, dots and parts of columns."""
    found = [(link, _COUNT.search(said)) for link, said in _MARK.findall(html)]
    for row in _ROW.findall(html):
        link, said = _LINK.search(row), _SAID.search(row)
        if link and said:
            number = _COUNT.search(said[1]) or re.search(r"([\d,]+) <small>", said[1])
            found.append((link[1], number))
    return [(unescape(link), int(number[1].replace(",", ""))) for link, number in found]


def found(link: str) -> int:
    query = ResultQuery.from_params(QueryDict(urlsplit(link).query), Collection.objects.get())
    return query.images().count()


@pytest.mark.parametrize(
    "params",
    [
        "top=10",
        "top=5&period=year&unavailable=1&q=rating:>=3 OR no:rating",
        "top=5&period=30days&nsfw=hide&q=-favourite:",
    ],
)
def test_what_a_bar_counts_is_what_its_link_finds(client, library, params):
    html = client.get(f"{PAGE}?{params}").content.decode()
    bars = counted(html)
    assert len(bars) > 50
    wrong = [(link, number, found(link)) for link, number in bars if found(link) != number]
    assert not wrong
