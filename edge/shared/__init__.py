"""Parts that S3, CloudFront and API Gateway share: HTTP answers, wildcards, recent reads of AWS APIs."""
