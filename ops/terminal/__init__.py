"""What the commands print: progress and results (`output`), and errors with their remedies (`failures`)."""
