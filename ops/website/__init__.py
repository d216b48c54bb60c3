"""Our routing rules in the website configuration of a bucket that already exists."""
