"""What our AWS clients do otherwise than botocore's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.aws.clients import Aws

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
