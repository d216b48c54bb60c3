"""clients/vectors.json, which the clients are tested against, and the app, which it is made from."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import unicodedata
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from chalicelib.address.admission import Gate
from chalicelib.address.key import check, read
from chalicelib.address.options import OPTIONS
from chalicelib.address.policy import Policy, read_presets
from chalicelib.address.signing import read_keys
from chalicelib.errors import Refusal
from infra import vectors
from infra.__main__ import main
from tests.infra.edge_functions.test_canonical import sent_to

VECTORS: Any = json.loads(vectors.DOCUMENT.read_text())
GATE = Gate(Policy(presets=read_presets(VECTORS["presets"])), read_keys(VECTORS["signing_keys"]))
SECRETS = dict(entry.split(":", 1) for entry in VECTORS["signing_keys"].split(","))


def test_the_file_is_what_the_app_makes_of_it() -> None:
    assert vectors.DOCUMENT.read_text() == vectors.document(), "type: python -m infra vectors"


def test_the_command_writes_the_file(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "DOCUMENT", tmp_path / "vectors.json")
    assert CliRunner().invoke(main, ["vectors"]).exit_code == 0
    assert (tmp_path / "vectors.json").read_text() == vectors.document()


@pytest.mark.parametrize("row", VECTORS["signed"], ids=lambda row: row["about"])
def test_a_signature_follows_from_the_documents_alone(row: Any) -> None:
    """Without a line of the app: as somebody computes it who has read docs/urls.md."""
    said = f"resize404-v1\n{'' if row['expires'] is None else row['expires']}\n"
    variant, _, rest = row["path"][1:].partition(",s=")
    said += f"{variant}/{row['key']}"
    digest = hmac.new(SECRETS[row["id"]].encode(), said.encode(), hashlib.sha256).digest()
    mac = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    signature = ".".join(str(part) for part in (row["id"], row["expires"], mac) if part is not None)
    assert (said, mac) == (row["message"], row["mac"])
    assert rest.partition("/")[0] == signature


@pytest.mark.parametrize("row", VECTORS["signed"], ids=lambda row: row["about"])
def test_a_signed_address_is_let_in_until_it_expires(row: Any) -> None:
    segment, *key = row["path"][1:].split("/")
    assert read(key) == row["key"]
    admission = GATE.admit(unquote(segment), check(row["key"]), vectors.NOW)
    assert (admission.signature and admission.signature.expires) == row["expires"]


@pytest.mark.parametrize("row", VECTORS["refused_signatures"], ids=lambda row: row["about"])
def test_a_wrong_signature_is_refused_in_these_words(row: Any) -> None:
    with pytest.raises(Refusal) as refused:
        GATE.admit(row["segment"], check(row["key"]), row["now"])
    assert (refused.value.code, str(refused.value)) == (row["code"], row["message"])


@pytest.mark.parametrize(
    "needed",
    [" ", "+", "~", "'", "(", "*", "%", "?", "#", "\u2615", "caf\u00e9", "cafe\u0301", "\n", "/"],
)
def test_keys_of_every_kind_are_among_the_vectors_signed_and_not(needed: str) -> None:
    for part in ("addresses", "signed"):
        assert any(needed in row["key"] for row in VECTORS[part]), part
    assert unicodedata.normalize("NFC", "cafe\u0301") == "caf\u00e9"


def test_every_option_and_kind_of_size_is_among_the_vectors() -> None:
    variants = [row["variant"] for row in VECTORS["addresses"]]
    spelled = {part.partition("=")[0] for variant in variants for part in variant.split(",")[1:]}
    assert spelled >= {
        "fit", "gravity", "blur", "sharpen", "brightness", "crop", "background", "tint", "quality",
        "upscale", "watermark", "trim", "round", "rotate", "format",
    }  # fmt: skip
    assert spelled <= OPTIONS.keys()
    sizes = {variant.split(",")[0] for variant in variants}
    assert sizes >= {"300x200", "300x", "x200", "300x200@2x", "x200@3x", "hero"}


def test_the_edge_redirects_no_address_of_the_vectors() -> None:
    paths = [row["path"] for part in ("addresses", "signed") for row in VECTORS[part]]
    assert [path for path in paths if sent_to(path) != path] == []


def test_the_file_is_ascii_and_its_secrets_are_of_nobody() -> None:
    assert vectors.DOCUMENT.read_text().isascii()
    assert "correct-horse-battery-staple" in SECRETS.values()
