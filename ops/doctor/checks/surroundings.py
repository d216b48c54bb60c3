"""Checks of everything around the site: CORS, clocks, regions, queues and failures."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from edge.s3.cors import cors_headers
from ops.doctor.checks.site import entry, error
from ops.doctor.diagnosis import Verdict, fault, ok, warning
from ops.doctor.host_names import EXECUTE_API, REST, WEBSITE
from ops.doctor.known import NotKnown, Unread, known
from ops.doctor.outside.hops import ORIGIN, Walk
from ops.terminal.output import amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.doctor.facts import Facts

TOLERATED = timedelta(minutes=5)
"""The largest allowed difference of clocks.

S3 refuses a signature after fifteen minutes; ours expire after one.
"""


def has_cors(facts: Facts) -> Verdict:
    """Judge whether every hop allows pages of other origins to use it (CORS)."""
    entry(facts)
    seen = facts.outside
    ways = (seen.nowhere, seen.missing, seen.present, seen.respelled)
    hops = [hop for walk in ways if isinstance(walk, Walk) for hop in walk.hops]
    for hop in hops:
        if hop.headers.get("access-control-allow-origin") not in {"*", ORIGIN}:
            who = "S3" if hop.is_from_s3 else hop.headers.get("server", "whoever answers")
            return fault(f"{hop.status} of {hop.path} has no Access-Control-Allow-Origin ({who})")
    bucket = facts.inside.bucket
    # No walk shows this: the app redirects to S3 itself only for a variant that is already stored.
    if not isinstance(bucket, Unread) and not cors_headers(bucket.site.cors, ORIGIN, "GET"):
        return fault(f"{bucket.name} itself has no CORS for {ORIGIN}: the app redirects some viewers there")
    return ok(f"all {len(hops)} hops do")


def clocks_agree(facts: Facts) -> Verdict:
    """Judge whether the clocks of this machine, of the servers and of the function agree."""
    skews: dict[str, timedelta] = {}
    for hop in facts.outside.hops:
        # The smallest difference of each host: a cached answer without an Age has the date when it was made.
        if hop.skew is not None:
            host = urlsplit(hop.url).netloc
            skews[host] = min(skews.get(host, hop.skew), hop.skew, key=abs)
    if not isinstance(facts.inside.inspection, Unread):
        skews["the function"] = facts.inside.inspection.skew
    if not skews:
        raise NotKnown("no answer has a date")
    host = max(skews, key=lambda name: abs(skews[name]))
    seconds = skews[host].total_seconds()
    if abs(skews[host]) > TOLERATED:
        return fault(f"{host} is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} this machine")
    return ok(f"at most {abs(seconds):.0f} s apart")


def regions_match(facts: Facts) -> Verdict:
    """Judge whether the buckets, the API and the function are in the regions that the settings name."""
    wrong = list(_wrong_regions(facts))
    if wrong:
        return fault("; ".join(wrong))
    if facts.outside.entry and error(facts.outside.entry) == "IncorrectEndpoint":
        return fault("the website endpoint answers IncorrectEndpoint: the bucket is in another region")
    if isinstance(facts.inside.bucket, Unread):
        raise NotKnown(facts.inside.bucket.why)
    return ok(f"all in {facts.inside.bucket.region}")


def _wrong_regions(facts: Facts) -> Iterator[str]:
    bucket, distribution, function = facts.inside.bucket, facts.inside.distribution, facts.inside.function
    if isinstance(bucket, Unread):
        return
    if not isinstance(distribution, Unread):
        domain = distribution.behaviour(f"/{facts.a_key}").origin.domain
        endpoint = WEBSITE.fullmatch(domain) or REST.fullmatch(domain)
        asked = (endpoint["bucket"], endpoint["region"] or bucket.region) if endpoint else ("", "")
        if endpoint and asked[0] == bucket.name and asked[1] != bucket.region:
            yield f"{bucket.name} is in {bucket.region}, the distribution asks in {endpoint['region']}"
    if not isinstance(function, Unread) and function.region != bucket.region:
        yield f"{bucket.name} is in {bucket.region}, the function in {function.region}"
    yield from _wrong_region_of_api(facts)


def _wrong_region_of_api(facts: Facts) -> Iterator[str]:
    api = facts.inside.api
    if isinstance(api, Unread) or isinstance(facts.inside.distribution, Unread):
        return
    domain = facts.inside.distribution.behaviour("/resize/300x200/nowhere.jpg").origin.domain
    asked = EXECUTE_API.fullmatch(domain)
    if asked and asked["region"] != api.region:
        yield f"the API is in {api.region}, the distribution asks in {asked['region']}"


def sources_are_near(facts: Facts) -> Verdict:
    """Judge whether originals are in the function's region."""
    region = known(facts.inside.function).region
    far = {bucket: found for bucket, found in known(facts.inside.source_regions).items() if found != region}
    if far:
        bucket, found = next(iter(far.items()))
        return warning(f"{bucket} is in {found}, the function in {region}")
    return ok(f"all in {region}")


def has_no_dead_letters(facts: Facts) -> Verdict:
    """Judge whether all dead-letter queues are empty."""
    queues = known(facts.inside.dead_letters)
    full = [queue for queue in queues if queue.messages]
    if full:
        return warning(f"{full[0].name} has {full[0].messages} messages")
    return ok(f"{len(queues)} dead-letter queues, all empty")


def fares_well(facts: Facts) -> Verdict:
    """Judge whether no function failed or was throttled in the last hour."""
    for trouble in known(facts.inside.troubles):
        if trouble.errors or trouble.throttles:
            counted = f"{trouble.errors} errors, {trouble.throttles} throttles"
            return warning(f"{trouble.function}: {counted} within the last hour")
    return ok(f"{len(known(facts.inside.troubles))} functions without errors and throttles")


def refuses_nothing_that_pages_use(facts: Facts) -> Verdict:
    """Judge whether the app refused a variant in the last hour because it is not allowed."""
    refused = known(facts.inside.not_allowed)
    if refused:
        most = refused[0]
        more = f", and {amount(len(refused) - 1, 'more variant')}" if len(refused) > 1 else ""
        return warning(f"{most.variant} was refused {amount(most.times, 'time')}, for {most.key}{more}")
    return ok("no variant was refused within the last hour")
