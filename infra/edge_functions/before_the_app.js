// The CloudFront Function in front of the app. It says who asks, and what for.
function handler(event) {
  const headers = event.request.headers;
  // WAF counts requests by this address, if it counts them at all.
  headers['x-viewer-address'] = {value: event.viewer.ip};
  // Accept is part of the cache key, so that nobody gets the JSON that somebody else asked for. Browsers write
  // it in many ways. Those that do not ask for JSON are made one: else each kind of browser would have the app
  // try a broken original again. Here no viewer is handed the picture itself (chalicelib/handing_over.py), which
  // would cost more than the redirect to it.
  const accept = headers.accept ? headers.accept.value.toLowerCase() : '';
  if (accept.indexOf('application/json') < 0 || accept.indexOf('image/vnd.resize404') >= 0) {
    headers.accept = {value: '*/*'};
  }
  return event.request;
}
