"""Stands between botocore's clients and moto: it counts the calls, and lets those that are chosen fail.

It is a handler of botocore's event ``before-send``, and botocore treats what it does like what comes from the
network: an exception here is an attempt that failed, a response here is AWS's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from moto.core.models import botocore_stubber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

    from tests.faults.clock import Clock

EVENT: Any = "before-send"


@dataclass(frozen=True)
class Call:
    """One attempt of a client at a call to AWS; `key` is the object's, if it is about one of `bucket`."""

    service: str
    name: str
    bucket: str
    key: str
    request: AWSPreparedRequest
    client: Any
    clock: Clock
    event: str
    stand_ins: dict[str, Callable[[AWSPreparedRequest], AWSResponse]]

    def pass_on(self) -> AWSResponse:
        """Return what AWS answers."""
        if stand_in := self.stand_ins.get(self.name):
            return stand_in(self.request)
        answer: AWSResponse | None = botocore_stubber(self.event, self.request)
        assert answer, f"moto has no {self.name}"
        return answer


Fault = type[Any] | Any
"""Takes a call, and answers it or raises."""


@dataclass
class Injector:
    """Lets the calls that `hits` chooses meet the `fault`, the first `times` attempts of them."""

    clock: Clock
    hits: Callable[[Call], bool] = lambda _: False
    fault: Callable[[Call], AWSResponse] = Call.pass_on
    times: int = 1000
    met: int = 0
    done: list[str] = field(default_factory=list)
    """What AWS did, in order: the call's name and the object's key."""
    stand_ins: dict[str, Callable[[AWSPreparedRequest], AWSResponse]] = field(default_factory=dict)

    def watch(self, clients: Iterable[Any]) -> None:
        """Stand between these clients and moto."""
        for client in clients:
            client.meta.events.unregister(EVENT, botocore_stubber)
            client.meta.events.register(EVENT, self._handler(client), unique_id="faults")

    def _handler(self, client: Any) -> Callable[..., AWSResponse]:
        def answer(request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse:
            call = self._read(request, event_name, client)
            if self.met < self.times and self.hits(call):
                self.met += 1
                return self.fault(call)
            self.done.append(f"{call.name} {call.key}".strip())
            return call.pass_on()

        return answer

    def _read(self, request: AWSPreparedRequest, event: str, client: Any) -> Call:
        _, service, name = event.split(".")
        url = urlsplit(request.url)
        bucket = str(url.hostname).partition(".")[0]
        # In the path, if the bucket is not in the host.
        path = url.path.removeprefix("/")
        if service == "s3" and bucket == "s3":
            bucket, _, path = path.partition("/")
        key = unquote(path) if service == "s3" else ""
        return Call(service, name, bucket, key, request, client, self.clock, event, self.stand_ins)

    def heal(self) -> None:
        """From now on, nothing fails."""
        self.hits = lambda _: False
