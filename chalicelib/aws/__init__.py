"""S3, CloudFront, SQS and Rekognition in the product's own words: fetch, store, invalidate."""

from chalicelib.aws import unneeded

unneeded.leave_out()  # before any module here loads botocore
