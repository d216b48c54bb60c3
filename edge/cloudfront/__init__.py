"""CloudFront: one distribution with its behaviours, its cache and its invalidations.

`cdn` answers viewers. `request`, `response_headers`, `ttl`, `invalidation` and `distribution` are values and
rules without I/O. `distribution_reader` reads the deployed distribution.
"""
