"""Every call to AWS of a request meets every fault, where the answer is the picture itself."""

from __future__ import annotations

from tests.faults.each_call import (  # noqa: F401 - pytest finds them here
    test_a_call_fails_and_the_viewer_the_bucket_and_the_bill_are_all_right,
    test_whoever_dies_at_a_call_leaves_nothing_wrong_and_the_next_view_succeeds,
)

WAY = "failover"
