"""The log of the edge."""

from __future__ import annotations

from edge.log import Log, Seen


def test_it_keeps_the_last_records_and_does_not_grow_for_ever() -> None:
    log = Log(most=3)
    for number in range(5):
        log.add(Seen("cdn", "site", "GET", f"/{number}", 200))
    assert [seen.path for seen in log] == ["/2", "/3", "/4"]
    assert (len(log), log[-1].path) == (3, "/4")
