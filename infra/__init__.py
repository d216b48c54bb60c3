"""What is deployed around the app: routing rules, the stack's template, and its packaging."""
