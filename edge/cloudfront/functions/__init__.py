"""CloudFront Functions: `runtime` runs one; `event` is what it is given, and `outcome` what it gives back.

The JavaScript engine is cut down to what CloudFront's own has. `language` refuses code that uses more of the
language than CloudFront knows.
"""
