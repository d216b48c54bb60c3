"""What the functions of a stack have written about requests: from CloudWatch Logs, listed and counted."""
