"""Examines a site: gathers facts from outside and inside, and runs the checks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from infra.clients import CachedClients
from ops.doctor import checks
from ops.doctor.diagnosis import Diagnosis, diagnose
from ops.doctor.facts import Facts, Inside
from ops.doctor.inside import gather
from ops.doctor.inside.asking import ask
from ops.doctor.inside.picture_choice import Choice, choose
from ops.doctor.inside.stack import CannotExamine, read_stack
from ops.doctor.known import NotKnown, Unread, known
from ops.doctor.outside import address as addresses
from ops.doctor.outside.probe import probe
from ops.terminal.failures import explain

if TYPE_CHECKING:
    from infra.clients import Clients
    from ops.doctor.outside.address import Address


@dataclass(frozen=True, slots=True)
class Wanted:
    """The variant and the key that the operator wants to look at, not percent-encoded; empty means no choice.

    `site_url` is the site's address, if it is not the stack's SiteUrl: for an emulator, or before DNS is set
    up. `origin_url` is that of the website endpoint, for an emulator.
    """

    variant: str = ""
    key: str = ""
    site_url: str = ""
    origin_url: str = ""


ANYTHING = Wanted()


def examine_url(
    url: str,
    clients: Clients | None = None,
    *,
    distribution: str = "",
    bucket: str = "",
    wanted: Wanted = ANYTHING,
) -> Diagnosis:
    """Examine the site or the picture at `url` from outside.

    With `clients`, also read the `distribution` and the `bucket` from AWS. `CannotExamine` if `url` is not an
    address.
    """
    address = _address(url)
    named = _named(address, wanted)
    outside = probe(named)
    if clients is None:
        return diagnose(Facts(outside, gather.NOTHING), checks.ALL)
    cached = CachedClients(clients)
    parts = gather.of_parts(cached, distribution, bucket, named.prefix)
    inside = gather.with_tag(cached, parts, wanted.origin_url)
    return diagnose(Facts(outside, inside), checks.ALL)


def examine_stack(clients: Clients, name: str, wanted: Wanted = ANYTHING) -> Diagnosis:
    """Examine the stack `name` from inside and outside.

    `clients` is a boto3 session or another maker of clients. `CannotExamine` if the stack does not exist, or
    if these credentials may not read it.
    """
    clients = CachedClients(clients)
    try:
        stack = read_stack(clients, name)
        site_url = wanted.site_url or stack.output("SiteUrl")
    except (BotoCoreError, ClientError) as refusal:
        raise CannotExamine(explain(refusal)) from refusal
    except NotKnown as missing:
        raise CannotExamine(f"{missing}: it is not a resize404 stack.") from missing
    inside = gather.of_stack(clients, stack)
    address, stored, unsuitable = _picture(clients, inside, _address(site_url), wanted)
    outside = probe(address, stored, unsuitable)
    return diagnose(Facts(outside, gather.with_tag(clients, inside, wanted.origin_url)), checks.ALL)


def _address(url: str) -> Address:
    try:
        return addresses.parse(url)
    except addresses.BadAddress as fault:
        raise CannotExamine(str(fault)) from fault


def _named(address: Address, wanted: Wanted) -> Address:
    variant, key = addresses.encoded(wanted.variant), addresses.encoded(wanted.key)
    return replace(address, variant=variant or address.variant, key=key or address.key)


def _picture(
    clients: Clients, inside: Inside, site: Address, wanted: Wanted
) -> tuple[Address, tuple[str, ...], str]:
    """Return the address of a picture to look at, those of stored variants, and why there is no picture."""

    def found() -> tuple[Choice, str]:
        configuration = known(inside.function).configuration
        choice = choose(clients, configuration, variant=wanted.variant, key=wanted.key)
        return choice, configuration.site.prefix

    chosen = ask(found)
    if isinstance(chosen, Unread):
        return _named(site, wanted), (), chosen.why
    choice, prefix = chosen
    address = replace(site, prefix=prefix, variant=choice.variant, key=choice.key)
    return address, tuple(site.base + path for path in choice.stored), choice.unsuitable
