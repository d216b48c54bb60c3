"""What existing buckets need so that they serve a stack: shown, asked for, made alone, and undone."""
