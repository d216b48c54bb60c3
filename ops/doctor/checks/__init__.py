"""Everything that the doctor checks, causes before what follows from them.

A check is a pure function of recorded facts. Its docstring and its title say what has to hold; the cure says
what to do where it does not.
"""

from __future__ import annotations

from ops.doctor.checks import app, caching, route_to_app, rules, site, surroundings
from ops.doctor.diagnosis import Check

_ROUTES = "Type: python -m ops routes $bucket --host $host --key-prefix '$prefix' --apply"
_REDEPLOY = "Type: python -m ops deploy $stack"

CHECKS = (
    Check(
        "site-answers",
        "The site answers at its address",
        "Look at the address and at DNS. A new distribution needs a few minutes until its Status is "
        "Deployed: aws cloudfront get-distribution --id $distribution. With 502 and 504, look at its "
        "origins.",
        site.answers,
    ),
    Check(
        "clock",
        "The clocks of this machine, the servers and the function agree",
        "Set this machine's clock (timedatectl set-ntp true). If AWS is right and the function is wrong, "
        "presigned addresses fail: publish the function anew.",
        surroundings.clocks_agree,
        ("site-answers",),
    ),
    Check(
        "configuration",
        "The function's environment is a configuration",
        "Mend the variables named here, in the stack's parameters or in .chalice/config.json, and deploy "
        "again.",
        app.is_configured,
    ),
    Check(
        "website-endpoint",
        "The distribution asks the bucket's website endpoint",
        "Set the origin's domain name to the bucket's website endpoint, "
        "$bucket.s3-website-REGION.amazonaws.com (a dot for the dash in newer regions), with "
        "OriginProtocolPolicy http-only: the REST endpoint knows no routing rules.",
        site.website_endpoint,
        ("site-answers",),
    ),
    Check(
        "website",
        "The bucket is a website",
        f"{_ROUTES} (which configures the website as well). Look also whether $bucket is the right bucket.",
        site.is_website,
        ("site-answers", "website-endpoint"),
    ),
    Check(
        "region",
        "Buckets, website endpoint, API and function are in the same region",
        "Name the bucket's own region in the origin's domain name, and deploy the function to it.",
        surroundings.regions_match,
    ),
    Check(
        "block-public-access",
        "Block Public Access lets the site's bucket policy count",
        "Type: aws s3api put-public-access-block --bucket $bucket --public-access-block-configuration "
        "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false. "
        "Where the whole account is blocked, lift the same two with aws s3control "
        "put-public-access-block.",
        site.is_not_blocked,
    ),
    Check(
        "site-bucket",
        "The app stores variants where the distribution looks for them",
        "Set SITE_BUCKET of $function to the bucket that the distribution asks, or the other way round.",
        site.stores_where_it_is_served,
        ("website-endpoint",),
    ),
    Check(
        "rule-404",
        "A routing rule sends what is missing (404) to the app",
        _ROUTES,
        rules.has_rule_for_missing,
        ("website", "website-endpoint", "block-public-access"),
    ),
    Check(
        "rule-403",
        "A routing rule sends what is forbidden (403) to the app",
        f"{_ROUTES}. Where nobody may list the bucket, S3 calls what is missing forbidden.",
        rules.has_rule_for_forbidden,
        ("website", "website-endpoint", "block-public-access"),
    ),
    Check(
        "rule-order",
        "No other rule answers before ours",
        f"{_ROUTES}, which puts ours where they work; the first rule that matches answers.",
        rules.comes_first,
        ("website", "website-endpoint"),
    ),
    Check(
        "key-prefix",
        "Rules and app agree on the part of the path that is ours",
        f"{_ROUTES}, for rules with the app's KEY_PREFIX; or give $function that of the rules.",
        rules.has_same_prefix,
        ("configuration",),
    ),
    Check(
        "public-read",
        "What is stored is given out to the distribution",
        "Let the policy of $bucket allow s3:GetObject to everyone, on the condition of the aws:Referer "
        "that the distribution sends as a custom origin header; a website endpoint knows no TLS, so no "
        "condition on that. A redeployment writes it: python -m ops deploy $stack",
        site.is_readable,
        ("block-public-access", "site-bucket", "website-endpoint", "region", "key-prefix"),
    ),
    Check(
        "rule-host",
        "Rules send to the site's own host",
        f"{_ROUTES}. Without HostName, S3 sends people to the bucket itself.",
        rules.names_right_host,
        ("rule-order",),
    ),
    Check(
        "rule-protocol",
        "Rules send to https",
        f"{_ROUTES} --protocol https",
        rules.keeps_tls,
        ("rule-order", "rule-host"),
    ),
    Check(
        "redirect-code",
        "A miss is redirected with 307, which nobody keeps",
        f"{_ROUTES}. Without HttpRedirectCode S3 says 301, which browsers keep for good; CloudFront keeps "
        "a 302 for its DefaultTTL, a 307 never.",
        rules.is_not_permanent,
    ),
    Check(
        "min-ttl",
        "No behaviour has a MinTTL above 0",
        "Give the behaviours of $distribution a cache policy with MinTTL 0, and Managed-CachingDisabled "
        "for /resize/*: MinTTL outweighs no-store.",
        caching.minimum_is_zero,
    ),
    Check(
        "default-ttl",
        "No behaviour has a DefaultTTL above 0",
        "Give the behaviours of $distribution a cache policy with DefaultTTL 0: pictures bring their own "
        "Cache-Control, and S3's redirect cannot.",
        caching.default_is_zero,
    ),
    Check(
        "stale-redirect",
        "No cache serves a redirect for a variant that is stored",
        'Type: aws cloudfront create-invalidation --distribution-id $distribution --paths "/*", once the '
        "cause is gone: the redirect's code, MinTTL or DefaultTTL.",
        caching.nothing_stale,
        ("min-ttl", "default-ttl", "redirect-code"),
    ),
    Check(
        "app-behaviour",
        "The distribution sends /resize/* to the API",
        "Add to $distribution a behaviour /resize/* in front of the others, with the API's host as "
        "origin and its stage as origin path.",
        route_to_app.has_behaviour,
        ("rule-host", "rule-order", "website-endpoint"),
    ),
    Check(
        "api-regional",
        "The API's endpoint is REGIONAL",
        "Type: aws apigateway update-rest-api --rest-api-id $api --patch-operations "
        "op=replace,path=/endpointConfiguration/types/EDGE,value=REGIONAL. An edge-optimised API has a "
        "CloudFront of its own, and CloudFront refuses to be passed through too often.",
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
        "formats",
        "ImageMagick reads the accepted types and writes every format",
        "Deploy the ImageMagick that the project builds (make magick), or take the type out of "
        "ALLOWED_IMAGE_TYPES.",
        app.knows_formats,
        ("imagemagick",),
    ),
    Check(
        "allowlist",
        "The app is allowed to make something",
        "List the sizes that your pages use in ALLOWED_DIMENSIONS, or variants in PRESETS: nothing "
        "listed, nothing made.",
        app.makes_something,
    ),
    Check(
        "may-read",
        "The app may read originals",
        "Let the function's role do s3:GetObject on the originals, and s3:ListBucket on their bucket.",
        app.may_read_originals,
    ),
    Check(
        "may-store",
        "The app may store variants",
        "Let the function's role do s3:GetObject and s3:PutObject on $bucket/*.",
        app.may_store_variants,
        ("site-bucket",),
    ),
    Check(
        "may-remove",
        "What an original that has changed leaves behind may be removed",
        "Let the role named here do the action named here, or empty CHANGES_QUEUE.",
        app.may_remove,
        ("site-bucket", "may-read"),
    ),
    Check(
        "may-invalidate",
        "Whoever is to invalidate may",
        "Let the role named here do the action named here; or set INVALIDATE to never, where no redirect "
        "is kept.",
        app.may_invalidate,
    ),
    Check(
        "app-answers",
        "The app itself answers at /resize/",
        "Read its log: aws logs tail /resize404/$stack --since 10m. A 403 is API Gateway's: the origin "
        "path has to be the stage, and the rule has to add resize/ alone.",
        route_to_app.answers,
        (
            "configuration",
            "imagemagick",
            "formats",
            "may-read",
            "may-store",
            "app-behaviour",
            "rule-host",
            "key-prefix",
        ),
    ),
    Check(
        "site-url",
        "The app sends viewers back to this site",
        "Set SITE_URL of $function to $site, or empty it where one distribution stands in front of both.",
        route_to_app.sends_back,
    ),
    Check(
        "cors",
        "Every hop may be used by a page of another origin",
        "Give both behaviours of $distribution a response headers policy with CORS (Managed-SimpleCORS), "
        "and $bucket a CORS configuration: a canvas that follows redirects needs "
        "Access-Control-Allow-Origin on each of them.",
        surroundings.has_cors,
        ("site-answers",),
    ),
    Check(
        "hops",
        "Nobody is redirected in circles",
        "Browsers give up after 20. Look at the hops above: whoever sends back to where one came from is "
        "to blame.",
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
        "sources-near",
        "Originals are in the function's region",
        "Nothing is broken; each new variant costs the way between the regions.",
        surroundings.sources_are_near,
    ),
    Check(
        "dead-letters",
        "No queue has given anything up",
        "Read the messages and the log of $stack, then: aws sqs start-message-move-task --source-arn ARN",
        surroundings.has_no_dead_letters,
    ),
    Check(
        "failures",
        "No function has failed or been refused within the hour",
        "Read the log: aws logs tail /resize404/$stack --since 1h. Against throttles, ask for more "
        "concurrency.",
        surroundings.fares_well,
    ),
)

PICTURE = Check(
    "picture",
    "A picture comes in the end",
    "Where the app says why, look at the original; else read its log: "
    "aws logs tail /resize404/$stack --since 10m",
    route_to_app.ends_with_picture,
    tuple(check.id for check in CHECKS if check.id not in {"sources-near", "dead-letters", "failures"}),
)
"""The last check, of what it is all for: a fault only where no other says why."""

ALL = (*CHECKS, PICTURE)
