"""CloudFront Functions that the template deploys."""
