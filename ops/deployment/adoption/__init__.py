"""What existing buckets and distributions need to serve a stack: shown, asked for, made alone, and undone."""
