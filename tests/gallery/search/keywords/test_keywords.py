"""Every keyword against rows that it must and must not find."""

from contextlib import suppress

import pytest

from dtoolkit.core.errors import BadInput
from gallery.models import Image
from gallery.search.keywords import registry
from gallery.search.rankings import Unrankable
from tests.gallery.search.keywords.conftest import SHA

pytestmark = pytest.mark.usefixtures("library")


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("steps:20", "a"), ("steps:20|30", "ab"), ("steps:20|25|30", "ab"), ("steps:>20", "b"),
        ("steps:15-25", "a"), ("steps:25-15", "a"), ("steps:none", "cdg"), ("-steps:20", "bcdg"),
        ("steps:!=20", "b"), ("steps:<=30 steps:>=30", "b"),
        ("sampler:EULER*", "a"), ('sampler:"euler a"', "a"), ("sampler:euler", ""),
        ("sampler:dpmpp_2m|x", "b"), ("sampler:dpmpp?2m", "b"), ("scheduler:karras", "a"),
        ("cfg:7", "a"), ("cfg scale: 3-4", "b"), ("cfg:3.5|7", "ab"), ("denoise:<0.6", "a"),
        ("clip_skip:2", "a"), ("generator:forge", "bd"), ("generator:f*", "bd"),
        ("seed:1234", "a"), ("seed:18446744073709551615", "b"), ("seed:100-200", "c"),
        ("seed:12*", "acg"), ("seed:12?", "c"), ("seed:1?3?", "a"), ("seed:*5", "b"),
        ("seed:1*4", "a"), ("seed:>1000", "ab"), ("seed:none", "d"), ("seed:1??", "c"),
        ("size:512x768", "a"), ("size:512x?", "a"), ("size:?x1080", "b"), ("size:16:9", "b"),
        ("size:portrait", "a"), ("size:landscape|square", "bcg"), ("size:2:3", "a"),
        ("mp:>=2", "b"), ("mp:1", "cg"), ("mp:0.3-0.5", "a"),
    ],
)  # fmt: skip
def test_how_it_was_made(found, q, expected):
    assert found(q) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("model:shaper", "a"), ("model:dream*", "a"), ("model:=dreamshaper_8", "a"),
        ("model:=dreamshaper", ""), ("model:the_true_name", "b"), ("model:renamed|dream", "ab"),
        ("model:ream?haper*", ""), ("-model:dream", "bcdg"),
        (f"model_hash:{SHA[:10]}", "ab"), (f"model hash: {SHA[:12]}", "ab"),
        (f"model_hash:{SHA}", "ab"), ("model_hash:aabbccdd", "ab"),
        ("model_hash:fedcba987654", "ab"), ("model_hash:99999999", ""),
        ("lora:fennec", "ab"), ("lora:fennec_v2", "a"), ("lora:fennec@0.5-0.8", "a"),
        ("lora:fennec@1", "b"), ("lora:desert@<0", "b"), ("lora:*@>0.9", "b"),
        ("lora:fennec -lora:desert", "a"), ("lora:fen%ec", ""), ("lora:fennec?v2", "a"),
        ("vae:sdxl", "a"), ("embedding:easy", "b"), ("controlnet:pose", "c"),
        ("upscaler:ultra", "c"),
        ("node:KSampler", "a"), ("node:ksampler", "a"), ("node:*Detailer", "a"), ("node:K", ""),
        ("property:steps=20", "a"), ("property:KSampler.steps=20", "a"),
        ("property:Other.steps=20", ""), ("property:text~CAT", "a"), ("property:text=cat", ""),
        ('property:text="a cat*"', "a"), ("property:text=*wool_x", "a"),
        ("property:text~100%", "a"), ("property:text~wool%", ""), ("workflow:", "a"),
        ("workflow:no", "bcdg"), ("nometa:", ""), ("nometa:no", "abcdg"),
    ],
)  # fmt: skip
def test_what_it_was_made_with(found, q, expected):
    assert found(q) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("rating:8", "a"), ("rating:>=3", "ab"), ("rating:none", "cdg"), ("rating:<5", "b"),
        ("-rating:8", "bcdg"), ("rating:3|none", "bcdg"), ("rating:!=8", "b"),
        ("favourite:", "a"), ("fave:", "a"), ("favorite: no", "bcdg"), ("-fav:", "bcdg"),
        ("nsfw:", "b"), ("nsfw:false", "acdg"), ("deletion:", "e"), ("for deletion: yes", "e"),
        ("delete:no", "abcdg"), ("unavailable:", "f"), ("unavailable:no", "abcdg"),
        ("in_album:", "bc"), ("in album: no", "adg"), ('album:"best of 100%"', "bc"),
        ("album:best*", "bc"), ("album:best", ""), ("album:smart", "a"), ("album:*", "abc"),
        ("note:print", "d"), ("note:100%", "d"), ("note:mia_", "d"), ("note:mia%", ""),
        ("note:print*mia*", "d"),
        ("tag:fox", "a"), ("tag:blue_eyes", "b"), ('tag:"Blue Eyes"', "b"), ("tag:blue*", "b"),
        ("tag:fo", ""), ("-tag:fox", "bcdg"), ("caption:dog", "c"), ('caption:"lonely dog"', "c"),
        ("caption:lone*", "c"), ('caption:"dog lonely"', ""),
        ("negative:blurry", "ab"), ("negative: blurry, fingers", "a"), ("-negative:blurry", "cdg"),
        ("negative: blurry -sky", "a"), ("negative prompt: sky", "b"), ("prompt: fox", "a"),
        ("red -negative:sky", "a"), ("fox OR negative:sky", "ab"),
        ("fox OR (nsfw: steps:30) OR size:square", "abcg"),
    ],
)  # fmt: skip
def test_what_people_and_files_say(found, q, expected):
    assert found(q) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("folder:best", "abcd"), ("folder:pics/best", "abcd"), (r"folder:pics\best", "abcd"),
        ('folder:"/library/My Pictures/pics/best/"', "abcd"), ("folder:ol?", "g"),
        ("folder:pics", ""), ("path:best", "abcdg"), ("path:*/old", "g"), ("path:old", "g"),
        ("path:be_t", ""), ('path:"my pictures"', "abcdg"), ("name:g_100%", "g"),
        ("name:*.png", "g"), ("name:g%", ""),
        ("date:2026-03-15", "acdg"), ("date:2026-03", "acdg"), ("date:2026-02-13", "b"),
        ("created: before 2026-03", "b"), ("date: since 2026-03-15", "acdg"),
        ("date: between 2026-03-15 and 2026-02-13", "abcdg"), ("modified:2025", "b"),
        ("modified:2026", "acdg"), ("added:today", "abcdg"), ("added:yesterday", ""),
        ("added: before 2020", ""), ("viewed:2026-03", "a"), ("viewed:2025", ""),
        ("type:video", "c"), ("type:animation", "d"), ("type:image", "abg"),
        ("type:video|animation", "cd"), ("format:png", "abg"), ("format:mp4|gif", "cd"),
        ("duration:>10s", "c"), ("duration:<1s", "d"), ("duration:none", "abg"),
        ("filesize:>5MB", "a"), ("filesize:10kB-100kB", "b"), ("filesize:<1MiB", "b"),
    ],
)  # fmt: skip
def test_where_when_and_what(found, q, expected):
    assert found(q) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("has:rating", "ab"), ("no:rating", "cdg"), ("has:lora", "ab"), ("no:lora|rating", "cdg"),
        ("has:caption|tag", "abc"), ("has:note", "d"), ("has:album", "bc"), ("has:prompt", "a"),
        ("has:negative", "ab"), ("has:viewed", "a"), ("has:duration", "cd"), ("no:size", "d"),
        ("has:seed -has:steps", "cg"), ("has:deletion", "e"), ("has:node", "a"),
    ],
)  # fmt: skip
def test_whether_there_is_any(found, q, expected):
    assert found(q) == expected


def test_whatever_can_be_there_can_be_missing(found):
    for keyword in registry.every().values():
        if keyword.is_there and keyword.name not in {"deletion", "unavailable"}:
            there, missing = found(f"has:{keyword.name}"), found(f"no:{keyword.name}")
            assert "".join(sorted(there + missing)) == "abcdg", keyword.name


@pytest.mark.parametrize(
    ("q", "params", "expected"),
    [
        ("nsfw:", "nsfw=hide", "b"),
        ("nsfw:|no", "nsfw=hide", "abcdg"),
        ("steps:20", "nsfw=only", ""),
        ("deletion:", "", "e"),
        ("deletion:no", "view=trash", "abcdg"),
        ("steps:20 deletion:|no", "", "ae"),
        ("steps:20", "view=trash", "e"),
        ("unavailable:|no steps:20", "", "af"),
    ],
)
def test_what_a_query_says_goes_before_the_pages_toggles(found, q, params, expected):
    assert found(q, params) == expected


def test_an_album_that_names_itself_ends(found, collection):
    from gallery.models import Album

    Album.objects.create(
        collection=collection, name="Loop", is_smart=True, params={"q": "album:Loop OR steps:30"}
    )
    assert found("album:loop") == "b"


HOSTILE = [
    *("'", "''", "%", "_", "\\", "\\\\", "a%b_c\\", "%s", "%(x)s", "{}", "'; DROP TABLE x; --"),
    *("\x01", "🦊", "\u202e", "ﬁ", "9" * 400, "-1", "1e999", "NaN", "0x1F"),
    *("*", "?", "***", "=", "~"),
    *("a=b", "a~b", ".=", "=.", "a.b=c", "a@b", "@", "@1", "x@1-", "..", "1..", "..1", "|", "null"),
    *("2026-99", "9999-12-31", "99999 years ago", "0001", "between today and today", "x" * 5000),
]  # fmt: skip


@pytest.mark.parametrize("name", sorted(registry.every()))
def test_no_value_breaks_a_keyword(ask, name):
    """Each is found or refused in words; nothing reaches the database as anything but text."""
    before = Image.objects.count()
    for value in HOSTILE:
        for q in (f"{name}:{value}", f'{name}:"{value}"', f'-{name}:"{value}"|{value}'):
            try:
                list(ask(q="", sort="name").replace(q=q).images()[:5])
            except BadInput as error:
                is_said = error.message.endswith(("here.", "quotes."))
                assert is_said or registry.every()[name].ranks
            except Unrankable as error:
                assert registry.every()[name].ranks and error.message
    assert Image.objects.count() == before


def test_every_example_is_understood(ask):
    for keyword in registry.every().values():
        assert keyword.examples
        for example in keyword.examples:
            query = ask().replace(q=example)
            assert keyword.name in query.keywords or example.startswith(("has:", "no:"))
            # There is no image 123, and there are no vectors.
            with suppress(*([Unrankable, BadInput] if keyword.ranks else [])):
                list(query.images())
