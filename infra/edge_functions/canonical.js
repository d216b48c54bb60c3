// A CloudFront Function (event viewer-request, runtime cloudfront-js-2.0): it runs for every request to the site.
//
// CloudFront's cache uses the path as it is written, S3 uses the path as it is decoded: one object has many addresses.
// This function redirects them all to one, the one that chalicelib/address writes (key.py encodes paths, variant.py
// spells variants). So one object has one entry in the cache. The function does not change an address that no object
// can have: the app says in words what is wrong with it.
//
// accept.js and older/ add to it, where the site wants that: canonical.py puts the parts together, this one first.

// infra/edge_functions/canonical.py fills in these five.
const KEY_PREFIX = '';
const ENCODED_TOO = [];
const OPTIONS = {};
const SIDE = '';
const MAX_VARIANT_LENGTH = 0;

const SIZE = new RegExp('^(' + SIDE + 'x(' + SIDE + ')?|x' + SIDE + ')(@[23]x)?$');

// One function for each class of chalicelib/address/notation.py and its neighbours: the canonical text of an option's
// value, or undefined if the option does not take this value. Behind the text come the fields of the class.
const VALUES = {
    flag: () => '',
    oneof: (text, names) => names.includes(text) ? text : undefined,
    placement: placement,
    name: (text) => /^[a-z][a-z0-9_-]{0,31}$/.test(text) ? text : undefined,
    integer: integer,
    decimal: decimal,
    radius: (text, most) => text === 'max' ? text : integer(text, 1, most),
    crop: crop,
    hex: hex,
};

// Each reads the addresses of an older system: older/ fills the list. A reader gets the path below KEY_PREFIX, decoded,
// and the request, and returns the path that means the same here; undefined if it cannot say.
const OLDER = [];

// Returns the variant that suits the browser in place of a canonical one. accept.js replaces it.
let suited = (variant) => variant;

function handler(event) {
    try {
        // WAF counts by this address what a failover brings to the app.
        event.request.headers['x-viewer-address'] = {value: event.viewer.ip};
        return redirect(event.request) || event.request;
    } catch (fault) {
        // The path is not UTF-8, and the app will say so. If it is a bug of ours: stored pictures are still served.
        return event.request;
    }
}

function redirect(request) {
    const key = decodeURIComponent(request.uri.slice(1).replace(/[+]/g, '%20'));  // S3 reads a plus as a space
    if (!['GET', 'HEAD'].includes(request.method) || !key.startsWith(KEY_PREFIX) || key.startsWith('resize/')) {
        return undefined;
    }
    const asked = key.slice(KEY_PREFIX.length);
    const older = OLDER.reduce((found, reader) => found || reader(asked, request), undefined);
    const segments = (older || asked).split('/');
    const canonical = canonicalVariant(segments[0]);
    if (['', '.', '..'].some((odd) => segments.includes(odd)) || (older && !canonical)) {
        return undefined;
    }
    // Any text that is not a size with options is left as it is: it may be a preset.
    segments[0] = canonical ? suited(canonical, request) : segments[0];
    const path = '/' + encoded(KEY_PREFIX + segments.join('/'));
    const forAll = !canonical || canonical === segments[0];
    return path === request.uri ? undefined : answer(path + (older ? '' : query(request)), forAll);
}

function answer(location, forAll) {
    const headers = {
        'location': location,
        // Not for ever: a later version may spell an address differently. A browser that kept the redirects of
        // both versions would loop.
        'cache-control': (forAll ? 'public' : 'private') + ', max-age=86400',
        // A page of another origin may follow a redirect only if the redirect has these headers, too.
        'access-control-allow-origin': '*',
        'timing-allow-origin': '*',
        // What the distribution's policy has for answers that do not come from here.
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
    };
    if (!forAll) {
        headers.vary = 'Accept';
    }
    Object.keys(headers).forEach(function (name) {
        headers[name] = {value: headers[name]};
    });
    return {
        statusCode: forAll ? 301 : 302,
        statusDescription: forAll ? 'Moved Permanently' : 'Found',
        headers: headers,
    };
}

// The query string selects no picture, but pages use it to get past a browser's old copy. So the redirect keeps it.
function query(request) {
    const text = request.rawQueryString();
    return text ? '?' + text.replace(/[^!-~]+/g, encodeURIComponent) : '';
}

function encoded(key) {
    return ENCODED_TOO.reduce((path, pair) => path.split(pair[0]).join(pair[1]), encodeURI(key));
}

// Returns the canonical spelling of a size with options; undefined if the app does not read the text as that.
function canonicalVariant(text) {
    const parts = text.split(',');
    const chosen = {};
    if (text.length > MAX_VARIANT_LENGTH || !SIZE.test(parts[0])) {
        return undefined;
    }
    for (let i = 1; i < parts.length; i++) {
        const name = parts[i].split('=')[0];
        const value = canonicalValue(name, parts[i]);
        if (value === undefined || name in chosen) {
            return undefined;
        }
        chosen[name] = value;
    }
    const names = Object.keys(chosen).sort().filter((name) => chosen[name] !== OPTIONS[name][1]);
    return [parts[0]].concat(names.map((name) => chosen[name] ? name + '=' + chosen[name] : name)).join(',');
}

// `OPTIONS` has for each name: the kind of its values, its default or null, and the fields of that kind.
function canonicalValue(name, part) {
    if (!Object.keys(OPTIONS).includes(name)) {
        return undefined;
    }
    const option = OPTIONS[name];
    const standsAlone = part === name;
    if (standsAlone !== (option[0] === 'flag')) {
        return undefined;
    }
    return VALUES[option[0]](part.slice(name.length + 1), option[2], option[3]);
}

function integer(text, least, most) {
    return /^(0|-?[1-9][0-9]{0,5})$/.test(text) && isBetween(least, text, most) ? text : undefined;
}

function decimal(text, least, most) {
    if (!/^(0|[1-9][0-9]{0,2})([.][0-9])?$/.test(text) || !isBetween(least, text, most)) {
        return undefined;
    }
    return text.replace(/[.]0$/, '');
}

function isBetween(least, text, most) {
    return least <= Number(text) && Number(text) <= most;
}

function crop(text, most) {
    const numbers = /^([0-9]+)-([0-9]+)-([0-9]+)x([0-9]+)$/.exec(text);
    const isArea = numbers && [0, 0, 1, 1].every(
        (least, place) => integer(numbers[place + 1], least, most) !== undefined);
    return isArea ? text : undefined;
}

// A point in percent; the nine points that have a name are spelled by it.
function placement(text, names) {
    const point = /^([0-9]+)-([0-9]+)$/.exec(text);
    if (!point || [1, 2].some((place) => integer(point[place], 0, 100) === undefined)) {
        return names.includes(text) ? text : undefined;
    }
    const across = {'0': 'west', '50': '', '100': 'east'}[point[1]];
    const down = {'0': 'north', '50': '', '100': 'south'}[point[2]];
    return across === undefined || down === undefined ? text : (down + across) || 'center';
}

function hex(text, alpha) {
    if (!/^([0-9a-f]{2}){3,4}$/i.test(text) || (text.length > 6 && !alpha)) {
        return undefined;
    }
    return text.toLowerCase().replace(/^(.{6})ff$/, '$1');
}
