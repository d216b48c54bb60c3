"""Signatures: what they cover, how they are written, and in which words a wrong one is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.address import signing
from chalicelib.address.admission import Admission, Gate
from chalicelib.address.key import Key
from chalicelib.address.policy import Policy, read_presets
from chalicelib.address.signing import Signature, SigningKey
from chalicelib.errors import Malformed, NotAdmitted
from tests.messages import hostile, is_public, refusal

SECRET = "correct-horse-battery-staple"  # noqa: S105 - a secret of the tests
NEW, OLD = SigningKey("new", SECRET), SigningKey("old-2", "a-secret-of-last-year")
NOW = 1_800_000_000.0
KEY = Key("shoes/red.jpg")
GATE = Gate(
    Policy(frozenset({"100x100"}), frozenset({"fit=cover"}), read_presets("hero=1600x"), frozenset({"logo"})),
    {key.id: key for key in (NEW, OLD)},
)


def signed(variant: str, key: str = KEY, expires: int | None = None, by: SigningKey = NEW) -> str:
    return signing.address(variant, by.sign(variant, key, expires))


def refused(text: str, key: str = KEY) -> str:
    with pytest.raises(NotAdmitted) as caught:
        GATE.admit(text, Key(key), NOW)
    return str(caught.value)


def test_the_mac_is_what_the_documents_say() -> None:
    said = b"resize404-v1\n1900000000\n300x200,fit=cover/shoes/r\xc3\xb6d +%.jpg"
    digest = hmac.new(SECRET.encode(), said, hashlib.sha256).digest()
    mac = base64.urlsafe_b64encode(digest).decode().removesuffix("=")
    assert NEW.sign("300x200,fit=cover", "shoes/röd +%.jpg", 1_900_000_000) == Signature(
        "new", mac, 1_900_000_000
    )
    assert signing.message("hero", "a", None) == b"resize404-v1\n\nhero/a"


@pytest.mark.parametrize("by", [NEW, OLD], ids=["today's key", "an older key"])
@pytest.mark.parametrize("expires", [None, int(NOW) + 1])
@pytest.mark.parametrize(
    ("variant", "for_all"),
    [
        ("100x100", True),
        ("100x100,fit=cover", True),
        ("hero", True),
        ("101x100", False),
        ("100x100,fit=fill", False),
        ("100x100,watermark=logo", False),
        ("9999x@3x,blur=7.5,crop=1-2-3x4", False),
    ],
)
def test_a_signature_allows_every_variant_of_the_grammar(
    variant: str, *, for_all: bool, expires: int | None, by: SigningKey
) -> None:
    signature = by.sign(variant, KEY, expires)
    assert GATE.admit(signing.address(variant, signature), KEY, NOW) == Admission(
        GATE.policy.read(variant), signature, for_all
    )


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("300x200,format=webp,fit=cover", "300x200,fit=cover,format=webp"),
        ("300x200,fit=inside,background=FF8800", "300x200,background=ff8800"),
    ],
)
def test_a_signature_of_the_canonical_variant_fits_its_other_spellings(asked: str, canonical: str) -> None:
    signature = NEW.sign(canonical, KEY)
    assert str(GATE.admit(signing.address(asked, signature), KEY, NOW).variant) == canonical
    assert "does not fit" in refused(signing.address(asked, NEW.sign(asked, KEY)))


MAC = "A" * 43
DOES_NOT_FIT = "The signature does not fit this variant, this key and this time of expiry."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            f"300x200,s=old-3.{MAC}",
            "This site has no signing key with the id old-3. Did you mean 'old-2'?",
            id="an unknown key",
        ),
        pytest.param(f"300x200,s=new.{MAC}", DOES_NOT_FIT, id="another mac"),
        pytest.param(f"100x100,s=new.{MAC}", DOES_NOT_FIT, id="where none is needed"),
        pytest.param(signed("300x200").replace("300x200", "300x201"), DOES_NOT_FIT, id="another variant's"),
        pytest.param(signed("300x200", "b.jpg"), DOES_NOT_FIT, id="another key's"),
        pytest.param(signed("300x200").replace("new", "old-2"), DOES_NOT_FIT, id="another id"),
        pytest.param(
            signed("300x200", expires=1_800_000_001).replace("1800000001", "1800000002"),
            DOES_NOT_FIT,
            id="a later expiry",
        ),
        pytest.param(
            signed("300x200", expires=1_800_000_001).replace("1800000001.", ""),
            DOES_NOT_FIT,
            id="without its expiry",
        ),
        pytest.param(
            signed("300x200", expires=1_800_000_000),
            "The signature expired at 2027-01-15T08:00:00Z.",
            id="expired this very second",
        ),
        pytest.param(
            signed("300x200", expires=1), "The signature expired at 1970-01-01T00:00:01Z.", id="long expired"
        ),
        pytest.param(
            signed("300x200", expires=1)[:-4] + "AAAA", DOES_NOT_FIT, id="expired, and wrong as well"
        ),
        pytest.param(
            signed("300x200,watermark=lgo"),
            "There is no watermark lgo here. Did you mean 'watermark=logo'?",
            id="a watermark that does not exist",
        ),
    ],
)
def test_a_signature_that_is_not_right_is_refused_in_plain_words(text: str, message: str) -> None:
    assert refused(text) == message
    assert is_public(message)


@pytest.mark.parametrize(
    "text",
    [
        "300x200,s=",
        f"300x200,s={MAC}",
        f"300x200,s=new.{MAC}.",
        f"300x200,s=new.{MAC},fit=cover",
        f"300x200,s=new.{MAC},s=new.{MAC}",
        f"300x200,s=New.{MAC}",
        f"300x200,s=new.{MAC}=",
        f"300x200,s=new.{MAC[1:]}",
        f"300x200,s=new.{MAC}A",
        f"300x200,s=new.0.{MAC}",
        f"300x200,s=new.01.{MAC}",
        f"300x200,s=new.-1.{MAC}",
        f"300x200,s=new.１.{MAC}",  # noqa: RUF001 - a full-width digit is the point
        f"300x200,s=new.1000000000000.{MAC}",
        f"300x200,s={'a' * 17}.{MAC}",
        f"300x200,s=new.{MAC}\n",
        f"hero,fit=cover,s=new.{MAC}",
        f"nobody,s=new.{MAC}",
    ],
)
def test_what_is_no_signed_variant_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        GATE.admit(text, KEY, NOW)


@settings(deadline=None)
@given(text=hostile)
def test_a_hostile_signature_is_refused_in_one_line_without_a_secret(text: str) -> None:
    message = refusal(lambda each: GATE.admit(f"300x200,s={each}", KEY, NOW), text)
    assert is_public(message)
    assert SECRET not in message


IDS = st.from_regex("[a-z0-9_-]{1,16}", fullmatch=True)
EXPIRIES = st.none() | st.integers(1, 999_999_999_999)
VARIANTS = st.sampled_from(["300x200", "x9@2x,fit=cover", "hero", "9x,blur=0.3"])
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1)


@settings(deadline=None)
@given(variant=VARIANTS, key=TEXTS, expires=EXPIRIES, name=IDS)
def test_a_signature_is_read_as_it_is_written(variant: str, key: str, expires: int | None, name: str) -> None:
    signature = SigningKey(name, SECRET).sign(variant, key, expires)
    assert signing.split(signing.address(variant, signature)) == (variant, signature)


@settings(deadline=None)
@given(one=st.tuples(VARIANTS, TEXTS, EXPIRIES), other=st.tuples(VARIANTS, TEXTS, EXPIRIES))
def test_no_two_requests_have_the_same_message(
    one: tuple[str, str, int | None], other: tuple[str, str, int | None]
) -> None:
    assume(one != other)
    assert signing.message(*one) != signing.message(*other)


@settings(deadline=None)
@given(text=hostile, name=IDS)
def test_no_fault_of_a_list_of_keys_repeats_what_may_be_a_secret(text: str, name: str) -> None:
    message = refusal(signing.read_keys, f"{SECRET},{name}:{SECRET}\n{text}")
    assert is_public(message)
    assert SECRET not in message


def test_a_key_that_is_printed_shows_no_secret() -> None:
    assert repr(signing.read_keys(f"new:{SECRET}")) == "{'new': SigningKey(id='new')}"
