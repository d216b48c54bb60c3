"""All checks of the doctor, in order: causes come before their consequences.

A check is a pure function of recorded facts. Its title and its docstring say what must be true. Its cure says
what to do if it is false.
"""

from __future__ import annotations

from ops.doctor.checks import (
    app,
    caching,
    delivery,
    freshness,
    route_to_app,
    rules,
    site,
    spellings,
    surroundings,
)
from ops.doctor.checks.delivery import of_redirects
from ops.doctor.diagnosis import Check

_ROUTES = "Type: python -m ops routes $bucket --host $host --key-prefix '$prefix' --apply"
_REDEPLOY = "Type: python -m ops deploy $stack"

CHECKS = (
    Check(
        "site-answers",
        "The site answers at its address",
        "Check the address and DNS. A new distribution needs a few minutes until its Status is Deployed: "
        "aws cloudfront get-distribution --id $distribution. For 502 and 504, check its origins.",
        site.answers,
    ),
    Check(
        "clock",
        "The clocks of this machine, the servers and the function agree",
        "Set this machine's clock (timedatectl set-ntp true). If only the function's clock is wrong, "
        "presigned addresses fail: publish the function again.",
        surroundings.clocks_agree,
        ("site-answers",),
    ),
    Check(
        "configuration",
        "The function's environment is a valid configuration",
        "Correct the variables named here, in the stack's parameters or in .chalice/config.json, and deploy "
        "again.",
        app.is_configured,
    ),
    Check(
        "adopted",
        "A distribution that the stack did not make has its behaviours",
        "Type: python -m ops adopt $stack. It shows what it would change in $distribution, and asks.",
        delivery.is_adopted,
    ),
    Check(
        "website-endpoint",
        "The distribution asks the bucket's website endpoint",
        "Set the origin's domain name to the bucket's website endpoint, "
        "$bucket.s3-website-REGION.amazonaws.com (newer regions have a dot in place of the last dash), with "
        "OriginProtocolPolicy http-only. The REST endpoint has no routing rules.",
        of_redirects(site.website_endpoint),
        ("adopted", "site-answers"),
    ),
    Check(
        "website",
        "The bucket is a website",
        f"{_ROUTES} (this configures the website as well). Check also that $bucket is the right bucket.",
        of_redirects(site.is_website),
        ("site-answers", "website-endpoint"),
    ),
    Check(
        "region",
        "Buckets, website endpoint, API and function are in the same region",
        "Use the bucket's region in the origin's domain name, and deploy the function to that region.",
        surroundings.regions_match,
    ),
    Check(
        "block-public-access",
        "Block Public Access does not disable the site's bucket policy",
        "Type: aws s3api put-public-access-block --bucket $bucket --public-access-block-configuration "
        "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false. "
        "If the whole account is blocked, turn off the same two settings with aws s3control "
        "put-public-access-block.",
        of_redirects(site.is_not_blocked),
    ),
    Check(
        "delivery",
        "The app and the distribution agree on the way that pictures take",
        "Set DELIVERY of $function to what the distribution does; in a stack, type: "
        "python -m ops deploy $stack --parameter Delivery=failover (or redirect).",
        delivery.is_agreed,
        ("adopted", "configuration"),
    ),
    Check(
        "failover",
        "With failover: the distribution asks the app for what S3 does not have",
        "Let the default behaviour of $distribution use an origin group: first the bucket, then the API, "
        "after 403 and 404. The API's origin path is its stage with /resize behind it, and it is sent the "
        "header Accept: image/vnd.resize404. docs/deploying.md has all of it.",
        delivery.asks_the_app,
        ("adopted", "delivery"),
    ),
    Check(
        "origin-access",
        "With failover: the distribution signs its requests to S3",
        "Give the bucket's origin in $distribution an origin access control of type s3, with the signing "
        "behaviour always.",
        delivery.signs,
        ("adopted", "delivery"),
    ),
    Check(
        "site-bucket",
        "The app stores variants where the distribution looks for them",
        "Set SITE_BUCKET of $function to the bucket that the distribution asks, or set the distribution's "
        "origin to SITE_BUCKET.",
        site.stores_where_it_is_served,
        ("adopted", "website-endpoint"),
    ),
    Check(
        "rule-404",
        "A routing rule redirects requests for missing objects (404) to the app",
        _ROUTES,
        of_redirects(rules.has_rule_for_missing),
        ("website", "website-endpoint", "block-public-access"),
    ),
    Check(
        "rule-403",
        "A routing rule redirects forbidden requests (403) to the app",
        f"{_ROUTES}. If nobody may list the bucket, S3 answers 403 for missing objects.",
        of_redirects(rules.has_rule_for_forbidden),
        ("website", "website-endpoint", "block-public-access"),
    ),
    Check(
        "rule-order",
        "No other rule answers before ours",
        f"{_ROUTES} (this puts our rules where they work). The first matching rule answers.",
        of_redirects(rules.comes_first),
        ("website", "website-endpoint"),
    ),
    Check(
        "key-prefix",
        "The rules and the app have the same key prefix",
        f"{_ROUTES}, for rules with the app's KEY_PREFIX; or set KEY_PREFIX of $function to that of the "
        "rules.",
        of_redirects(rules.has_same_prefix),
        ("configuration",),
    ),
    Check(
        "public-read",
        "The distribution may read the stored objects",
        "With failover, the policy of $bucket must allow s3:GetObject to cloudfront.amazonaws.com, with the "
        "ARN of $distribution as aws:SourceArn. Otherwise it must allow it to everyone, with a condition on "
        "the aws:Referer "
        "that the distribution sends as a custom origin header, and without a condition on TLS: a website "
        "endpoint has no TLS. A deployment writes this policy: python -m ops deploy $stack",
        site.is_readable,
        (
            "adopted",
            "block-public-access",
            "site-bucket",
            "website-endpoint",
            "region",
            "key-prefix",
            "origin-access",
        ),
    ),
    Check(
        "private",
        "The site bucket's policy hands out variants and nothing else",
        "Let the policy of $bucket allow s3:GetObject only below KEY_PREFIX, keep the originals outside "
        "of it, and deny $prefix.faces/* and $prefix.moderation/*. This prints such a policy: "
        "python -m infra policy --help",
        site.keeps_private,
        ("public-read",),
    ),
    Check(
        "rule-host",
        "The rules redirect to the site's own host",
        f"{_ROUTES}. Without HostName, S3 redirects to the bucket itself.",
        of_redirects(rules.names_right_host),
        ("rule-order",),
    ),
    Check(
        "rule-protocol",
        "The rules redirect to https",
        f"{_ROUTES} --protocol https",
        of_redirects(rules.keeps_tls),
        ("rule-order", "rule-host"),
    ),
    Check(
        "redirect-code",
        "Misses are redirected with 307, which no cache keeps",
        f"{_ROUTES}. Without HttpRedirectCode S3 answers 301, which browsers keep forever. CloudFront keeps "
        "a 302 for its DefaultTTL, and never keeps S3's 307.",
        of_redirects(rules.is_not_permanent),
    ),
    Check(
        "min-ttl",
        "No behaviour has a MinTTL above 0",
        "Give the behaviours of $distribution a cache policy with MinTTL 0, and with DefaultTTL 0 as well "
        "for /resize/*. With a MinTTL, CloudFront ignores no-store.",
        caching.minimum_is_zero,
        ("adopted",),
    ),
    Check(
        "default-ttl",
        "No behaviour has a DefaultTTL above 0",
        "Give the behaviours of $distribution a cache policy with DefaultTTL 0. Pictures have their own "
        "Cache-Control; S3's redirect has none.",
        caching.default_is_zero,
        ("adopted",),
    ),
    Check(
        "stale-redirect",
        "No cache serves a redirect for a variant that is stored",
        "First remove the cause: the redirect's code, MinTTL or DefaultTTL. Then type: "
        'aws cloudfront create-invalidation --distribution-id $distribution --paths "/*"',
        caching.nothing_stale,
        ("min-ttl", "default-ttl", "redirect-code"),
    ),
    Check(
        "spellings",
        "CloudFront redirects other spellings of an address to the canonical one",
        "In a stack, type: python -m ops deploy $stack --parameter OtherSpellings=redirect. Otherwise "
        "publish the function that python -m infra function --key-prefix '$prefix' prints, and let the "
        "default behaviour of $distribution run it for viewer requests. Without it CloudFront caches every "
        "spelling, and an invalidation reaches only one of them.",
        spellings.are_redirected,
        ("adopted", "site-answers"),
    ),
    Check(
        "app-behaviour",
        "The distribution sends /resize/* to the API",
        "Add a behaviour /resize/* to $distribution, before the others. Its origin is the API's host, and "
        "the origin path is the API's stage.",
        route_to_app.has_behaviour,
        ("adopted", "rule-host", "rule-order", "website-endpoint"),
    ),
    Check(
        "api-regional",
        "The API's endpoint is REGIONAL",
        "Type: aws apigateway update-rest-api --rest-api-id $api --patch-operations "
        "op=replace,path=/endpointConfiguration/types/EDGE,value=REGIONAL. An edge-optimised API has its own "
        "CloudFront, and CloudFront refuses requests that pass through it too often.",
        route_to_app.is_regional,
        ("app-behaviour",),
    ),
    Check(
        "imagemagick",
        "The function finds its ImageMagick",
        f"Build vendor/imagemagick (make magick) and deploy it with the app. {_REDEPLOY}",
        app.has_imagemagick,
    ),
    Check(
        "confinement",
        "ImageMagick's process is confined",
        "Nothing has to be done. docs/hostile.md says what each part of the confinement is for, and what "
        "holds where the system refuses one.",
        app.is_confined,
        ("imagemagick",),
    ),
    Check(
        "formats",
        "ImageMagick reads the accepted types and writes every format",
        "Deploy the ImageMagick that this project builds (make magick; for SVGs make svg), or remove the "
        "type from ALLOWED_IMAGE_TYPES.",
        app.knows_formats,
        ("imagemagick",),
    ),
    Check(
        "allowlist",
        "The app's configuration allows at least one variant",
        "List the sizes that your pages use in ALLOWED_DIMENSIONS, or variants in PRESETS. The app makes "
        "only listed variants.",
        app.makes_something,
    ),
    Check(
        "may-read",
        "The app may read originals",
        "Allow s3:GetObject on the originals and s3:ListBucket on their bucket to the function's role. If "
        "the bucket encrypts with a KMS key of yours, allow kms:Decrypt on that key, too.",
        app.may_read_originals,
    ),
    Check(
        "original-unlocked",
        "S3 lets the app read the original",
        "The app's log says what S3 answers: aws logs tail /resize404/$stack --since 10m. AccessDenied: the "
        "policy of the source bucket or of the KMS key forbids it; allow the function's role s3:GetObject on "
        "the originals, and kms:Decrypt on the key that encrypts them. InvalidObjectState: the original is "
        "archived; restore it (aws s3api restore-object). KMS.DisabledException: enable the key.",
        app.reads_the_original,
        ("may-read",),
    ),
    Check(
        "may-store",
        "The app may store variants",
        "Allow s3:GetObject and s3:PutObject on $bucket/* to the function's role.",
        app.may_store_variants,
        ("site-bucket",),
    ),
    Check(
        "may-moderate",
        "The app may have Rekognition look at originals",
        "Allow rekognition:DetectModerationLabels on * to the role named here, or set MODERATION to nothing.",
        app.may_moderate,
    ),
    Check(
        "may-remove",
        "The app may delete the variants of changed originals",
        "Allow the action named here to the role named here, or set CHANGES_QUEUE to nothing.",
        app.may_remove,
        ("site-bucket", "key-prefix", "may-read"),
    ),
    Check(
        "may-mirror",
        "The app may mirror originals, if the site has mirrors",
        "Allow the action named here to the role named here, or set MIRROR_ORIGINALS to nothing.",
        app.may_mirror,
        ("site-bucket", "key-prefix", "may-read"),
    ),
    Check(
        "may-invalidate",
        "The functions that invalidate are allowed to",
        "Allow the action named here to the role named here. If no cache keeps redirects, you can set "
        "INVALIDATE to never instead.",
        app.may_invalidate,
    ),
    Check(
        "cache-tags",
        "Invalidations by tag reach what the distribution keeps",
        "If CacheTagConfig is missing: give $distribution a CacheTagConfig with the HeaderName "
        "x-amz-meta-cache-tag, or set EVICT_BY to path. If the origin answers without the tag, nothing is "
        "broken: a changed original costs one path for each variant, and one more for the tag. To save that, "
        "set EVICT_BY to path.",
        freshness.tags_arrive,
        ("adopted", "website-endpoint", "site-bucket", "public-read"),
    ),
    Check(
        "index",
        "The variants of a changed original are found in the index",
        "Type: python -m ops index $bucket --key-prefix '$prefix'",
        freshness.is_indexed,
        ("site-bucket",),
    ),
    Check(
        "mirrors",
        "A site that is to have no mirrors of originals has none",
        "Set MIRROR_ORIGINALS to remove, type: python -m ops mirror $stack, and then set it to nothing. Or "
        "set it to what the mirrors were made with, and type the same: they follow their originals again.",
        freshness.has_no_mirrors_left,
        ("site-bucket", "key-prefix"),
    ),
    Check(
        "budget",
        "The month's budget of invalidations is not used up",
        "Nothing is stale, only late, until the next month begins (UTC). To have it sooner, type: "
        "python -m ops deploy $stack --parameter InvalidationBudget=PATHS with more paths, for USD 0.005 "
        "each; or with nothing, which sets no limit. docs/operations.md says what else to look at.",
        freshness.keeps_to_budget,
    ),
    Check(
        "app-answers",
        "The app itself answers at /resize/",
        "Read its log: aws logs tail /resize404/$stack --since 10m. A 403 comes from API Gateway: the origin "
        "path must be the stage, and the rule must add only resize/.",
        route_to_app.answers,
        (
            "configuration",
            "imagemagick",
            "formats",
            "may-read",
            "original-unlocked",
            "may-store",
            "app-behaviour",
            "failover",
            "rule-host",
            "key-prefix",
        ),
    ),
    Check(
        "site-url",
        "The app sends viewers back to this site",
        "Set SITE_URL of $function to $site. If one distribution serves both the site and the app, it can be "
        "empty.",
        route_to_app.sends_back,
    ),
    Check(
        "cors",
        "Every hop allows pages of other origins to use it (CORS)",
        "Give both behaviours of $distribution a response headers policy with CORS (Managed-SimpleCORS), "
        "and $bucket a CORS configuration. A canvas needs Access-Control-Allow-Origin on each redirect, too.",
        surroundings.has_cors,
        ("adopted", "site-answers"),
    ),
    Check(
        "hops",
        "There is no redirect loop",
        "Browsers stop after 20 redirects. In the hops above, find the server that redirects to an earlier "
        "address: it is the cause.",
        route_to_app.is_short,
        (
            "website-endpoint",
            "block-public-access",
            "site-bucket",
            "public-read",
            "rule-404",
            "rule-403",
            "rule-order",
            "rule-host",
            "key-prefix",
            "redirect-code",
            "min-ttl",
            "default-ttl",
            "stale-redirect",
            "app-behaviour",
            "site-url",
        ),
    ),
    Check(
        "error-pages",
        "The distribution shows the app's refusals as they are",
        "Error responses are for all of a distribution. Take those with a page out of $distribution, and let "
        "a CloudFront Function send the paths of your website to its page: docs/their-buckets.md.",
        delivery.shows_refusals,
    ),
    Check(
        "sources-near",
        "Originals are in the function's region",
        "Nothing is broken, but each new variant takes longer: its original comes from another region.",
        surroundings.sources_are_near,
    ),
    Check(
        "source-events",
        "Source buckets tell the stack of changes",
        "Type: python -m ops adopt $stack. It adds our notification to a bucket that the stack did not make. "
        "If the stack made the bucket, deploy it with another value of SourceEvents: sqs or eventbridge. "
        "CloudFormation then writes the notifications anew.",
        freshness.sources_tell,
    ),
    Check(
        "dead-letters",
        "All dead-letter queues are empty",
        "Read the messages and the log of $stack. Then type: "
        "aws sqs start-message-move-task --source-arn ARN",
        surroundings.has_no_dead_letters,
    ),
    Check(
        "failures",
        "No function failed or was throttled in the last hour",
        "Read the log: aws logs tail /resize404/$stack --since 1h. If functions are throttled, ask AWS for "
        "more concurrency.",
        surroundings.fares_well,
    ),
    Check(
        "not-allowed",
        "No variant that pages use was refused in the last hour",
        "Type: python -m ops logs $stack --cause NotAdmitted. Then allow the size or option that a page "
        "needs (AllowedDimensions, AllowedOptions), or correct the page: docs/operations.md.",
        surroundings.refuses_nothing_that_pages_use,
        ("allowlist",),
    ),
)

_NO_CAUSES = {
    "budget",
    "cache-tags",
    "dead-letters",
    "error-pages",
    "failures",
    "index",
    "not-allowed",
    "sources-near",
}
"""Checks of what no viewer of a new picture notices."""

PICTURE = Check(
    "picture",
    "The last answer is a picture",
    "If the app gives a reason, check the original. Otherwise read the app's log: "
    "aws logs tail /resize404/$stack --since 10m",
    route_to_app.ends_with_picture,
    tuple(check.id for check in CHECKS if check.id not in _NO_CAUSES),
)
"""The last check, of the purpose of the site. It reports a fault only if no other check explains it."""

ALL = (*CHECKS, PICTURE)
