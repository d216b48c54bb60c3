"""What our AWS clients do otherwise than botocore's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore import handlers
from botocore.hooks import EventAliaser

from chalicelib.aws.clients import SERVICES, Aws, session

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest


@pytest.mark.usefixtures("aws")
def test_a_body_is_sent_at_once_without_asking_s3_first() -> None:
    sent = []

    def note(request: AWSRequest, **_: object) -> None:
        sent.append((request.method, "Expect" in request.headers))

    s3 = Aws().s3
    s3.meta.events.register("request-created.s3", note)
    s3.put_object(Bucket="site", Key="100x100/a.jpg", Body=b"picture")
    assert sent == [("PUT", False)]


def test_the_events_of_our_services_have_all_of_botocores_handlers_and_others_have_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = []

    def note(_: object, event: str, handler: object, *_more: object) -> None:
        heard.append((event, handler))

    for way in ("register", "register_first", "register_last"):
        monkeypatch.setattr(EventAliaser, way, note)
    session()
    all_of_them = [(event, handler) for event, handler, *_ in handlers.BUILTIN_HANDLERS]
    assert [each for each in all_of_them if each in heard] == heard, "in botocore's order"
    missing = [event.split(".") for event, handler in all_of_them if (event, handler) not in heard]
    assert missing
    for kind, service, *_ in missing:
        assert kind == "docs" or service not in {*SERVICES, "*"}
