"""S3, CloudFront, SQS and Rekognition in the product's own words: fetch, store, invalidate."""
