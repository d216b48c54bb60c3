"""The operator's commands as click has them: options, their explanations, and nothing that is done."""
