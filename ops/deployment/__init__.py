"""Deploys the checkout as a CloudFormation stack, shows the progress, and destroys stacks."""
