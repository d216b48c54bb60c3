// Addresses of variants, in the one spelling that the site caches.

export const about = JSON.parse(document.getElementById("about").textContent);
export const site = about.site || location.origin;

const APP = "/resize/";  // where the site's routing rules redirect to what is not stored

// The function at the edge itself (canonical.js) spells the address: as CloudFront calls it, with a viewer and a request.
function canonical(uri) {
  const headers = {}, rawQueryString = () => "";
  const viewer = { ip: "" };
  const answer = handler({ viewer, request: { method: "GET", uri, headers, rawQueryString } });
  return answer.statusCode ? answer.headers.location.value : answer.uri;
}

function path(variant, key) {
  return canonical("/" + `${about.prefix}${variant}/${key}`.split("/").map(encodeURIComponent).join("/"));
}

export function address(variant, key) {
  return site + path(variant, key);
}

export function addressAtApp(url) {
  const key = decodeURIComponent(url.slice(site.length + 1));
  return site + APP + key.split("/").map(asS3Encodes).join("/");
}

// S3 encodes more than encodeURIComponent in the addresses that it redirects to.
function asS3Encodes(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

// The variant and the key of an address, not percent-encoded.
export function parts(url) {
  const [variant, ...key] = decodeURIComponent(url.slice(site.length + 1)).slice(about.prefix.length).split("/");
  return { variant, key: key.join("/") };
}

export function size({ width, height, density }) {
  return `${width}x${height}${density}`;
}
