"""Looks at a site from outside, as any viewer can: addresses, hops (one request), walks (a chain of hops)."""
