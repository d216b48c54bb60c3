from __future__ import annotations

import pytest

from ops.doctor.outside.address import Address, BadAddress, parse

SITE = "https://img.example.com"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        pytest.param(SITE, Address(SITE), id="a site"),
        pytest.param(f"{SITE}/", Address(SITE), id="with a slash"),
        pytest.param("img.example.com", Address(SITE), id="without a scheme"),
        pytest.param("http://127.0.0.1:8404", Address("http://127.0.0.1:8404"), id="with a port"),
        pytest.param(f"{SITE}/img/", Address(SITE, "img/"), id="a site below a prefix"),
        pytest.param(
            f"{SITE}/300x200/shoes/red.jpg", Address(SITE, "", "300x200", "shoes/red.jpg"), id="a picture"
        ),
        pytest.param(
            f"{SITE}/a/b/300x,fit=cover/red.jpg",
            Address(SITE, "a/b/", "300x,fit=cover", "red.jpg"),
            id="a picture below a prefix",
        ),
        pytest.param(f"{SITE}/thumb/red.jpg", Address(SITE, "", "thumb", "red.jpg"), id="a preset's"),
        pytest.param(
            f"{SITE}/300x200%2Cfit=cover/a%20b+%C3%BC;.jpg?x=1",
            Address(SITE, "", "300x200%2Cfit=cover", "a%20b+%C3%BC;.jpg"),
            id="percent-encoded, which it stays",
        ),
        pytest.param(
            f"{SITE}/300x/a ü.jpg", Address(SITE, "", "300x", "a%20%C3%BC.jpg"), id="as people write it"
        ),
    ],
)
def test_the_parts_of_an_address(text: str, address: Address) -> None:
    assert parse(text) == address


@pytest.mark.parametrize(
    "text", ["", "ftp://img.example.com", "https://", f"{SITE}/red.jpg", f"{SITE}/A/red.jpg"]
)
def test_which_texts_are_not_addresses(text: str) -> None:
    with pytest.raises(BadAddress, match="not the address"):
        parse(text)


def test_the_parts_of_a_pictures_address_make_the_same_address() -> None:
    text = f"{SITE}/img/300x200/a%20b.jpg"
    assert parse(text).picture == text
    assert parse(text).of("thumb", "c.png") == f"{SITE}/img/thumb/c.png"


def test_a_signed_address_is_refused_in_favour_of_the_one_that_it_leads_to() -> None:
    with pytest.raises(BadAddress, match="the same one without its signature"):
        parse(f"https://img.example.com/301x200,s=k1.{'A' * 43}/a.jpg")
