"""What may be asked for: the grammar of addresses, options, keys, sources and the allowlist.

All of it is text and values: no network, no pixels.
"""
