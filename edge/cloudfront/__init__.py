"""CloudFront: one distribution with its behaviours, its functions, its cache and its invalidations.

`cdn` answers viewers. `request`, `response_headers`, `ttl`, `invalidation` and `distribution` are values and
rules without I/O. `functions` runs CloudFront Functions. `deployed` and `distribution_reader` read what is
deployed.
"""
