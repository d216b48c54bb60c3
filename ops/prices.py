"""List prices of AWS in us-east-1, in USD, as of 2026-11. Elsewhere they differ by some percent."""

S3_READ = 0.4e-6
"""A GET or HEAD request to S3 Standard."""

S3_WRITE = 5e-6
"""A PUT or LIST request to S3 Standard."""

SQS_REQUEST = 0.4e-6
"""A request to a standard queue, for up to 64 KB."""

LAMBDA_REQUEST = 0.2e-6
LAMBDA_GB_SECOND = 1.66667e-5
"""A gigabyte of memory for a second, on x86."""

INVALIDATED_PATH = 0.005
"""A path of an invalidation. The first 1,000 of a month are free."""
