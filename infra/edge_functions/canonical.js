// A CloudFront Function (event viewer-request, runtime cloudfront-js-2.0): it runs for every request to the site.
//
// CloudFront's cache uses the path as it is written, S3 uses the path as it is decoded: one object has many addresses.
// This function redirects them all to one, the one that chalicelib/address writes (key.py encodes paths, variant.py
// spells variants). So one object has one entry in the cache. The function does not change an address that no object
// can have: the app says in words what is wrong with it.

// infra/edge_functions/canonical.py fills in these three.
const KEY_PREFIX = '';
const ENCODED_TOO = [];
const OPTIONS = {};

const SIZE = /^([1-9][0-9]{0,3}x([1-9][0-9]{0,3})?|x[1-9][0-9]{0,3})(@[23]x)?$/;
const MAX_VARIANT_LENGTH = 400;

// One function for each class of chalicelib/address/notation.py and its neighbours: the canonical text of an option's value, or undefined
// if the option does not take this value.
const VALUES = {
    flag: () => '',
    oneof: (text, allowed) => allowed.names.includes(text) ? text : undefined,
    placement: placement,
    name: (text) => /^[a-z][a-z0-9_-]{0,31}$/.test(text) ? text : undefined,
    integer: (text, allowed) => integer(text, allowed.least, allowed.most),
    decimal: decimal,
    radius: (text, allowed) => text === 'max' ? text : integer(text, 1, allowed.most),
    crop: crop,
    hex: hex,
};

function handler(event) {
    try {
        return redirect(event.request) || event.request;
    } catch (fault) {
        // The path is not UTF-8, and the app will say so. If it is a bug of ours: stored pictures are still served.
        return event.request;
    }
}

function redirect(request) {
    const path = canonicalPath(request.uri);
    if (path === request.uri || !['GET', 'HEAD'].includes(request.method)) {
        return undefined;
    }
    return {
        statusCode: 301,
        statusDescription: 'Moved Permanently',
        headers: {
            'location': {value: path + query(request)},
            // Not for ever: a later version may spell an address differently. A browser that kept the redirects of
            // both versions would loop.
            'cache-control': {value: 'public, max-age=86400'},
            // A page of another origin may follow a redirect only if the redirect has these headers, too.
            'access-control-allow-origin': {value: '*'},
            'timing-allow-origin': {value: '*'},
            // What the distribution's policy has for answers that do not come from here.
            'x-content-type-options': {value: 'nosniff'},
            'content-security-policy': {value: "default-src 'none'; sandbox"},
        },
    };
}

// The query string selects no picture, but pages use it to get past a browser's old copy. So the redirect keeps it.
function query(request) {
    const text = request.rawQueryString();
    return text ? '?' + text.replace(/[^!-~]+/g, encodeURIComponent) : '';
}

function canonicalPath(path) {
    const key = decodeURIComponent(path.slice(1).replace(/[+]/g, '%20'));  // S3 reads a plus as a space
    const segments = key.slice(KEY_PREFIX.length).split('/');
    const isOfTheSite = key.startsWith(KEY_PREFIX) && !key.startsWith('resize/');
    if (!isOfTheSite || ['', '.', '..'].some((odd) => segments.includes(odd))) {
        return path;
    }
    segments[0] = canonicalVariant(segments[0]);
    return '/' + encoded(KEY_PREFIX + segments.join('/'));
}

function encoded(key) {
    return ENCODED_TOO.reduce((path, pair) => path.split(pair[0]).join(pair[1]), encodeURI(key));
}

// Returns any text that is not a size with options as it is: it may be a preset.
function canonicalVariant(text) {
    const parts = text.split(',');
    const chosen = {};
    if (text.length > MAX_VARIANT_LENGTH || !SIZE.test(parts[0])) {
        return text;
    }
    for (let i = 1; i < parts.length; i++) {
        const name = parts[i].split('=')[0];
        const value = canonicalValue(name, parts[i]);
        if (value === undefined || name in chosen) {
            return text;
        }
        chosen[name] = value;
    }
    const names = Object.keys(chosen).sort().filter((name) => chosen[name] !== OPTIONS[name].default);
    return [parts[0]].concat(names.map((name) => chosen[name] ? name + '=' + chosen[name] : name)).join(',');
}

function canonicalValue(name, part) {
    if (!Object.keys(OPTIONS).includes(name)) {
        return undefined;
    }
    const option = OPTIONS[name];
    const standsAlone = part === name;
    if (standsAlone !== (option.kind === 'flag')) {
        return undefined;
    }
    return VALUES[option.kind](part.slice(name.length + 1), option.values);
}

function integer(text, least, most) {
    return /^(0|-?[1-9][0-9]{0,5})$/.test(text) && isBetween(least, text, most) ? text : undefined;
}

function decimal(text, allowed) {
    if (!/^(0|[1-9][0-9]{0,2})([.][0-9])?$/.test(text) || !isBetween(allowed.least, text, allowed.most)) {
        return undefined;
    }
    return text.replace(/[.]0$/, '');
}

function isBetween(least, text, most) {
    return least <= Number(text) && Number(text) <= most;
}

function crop(text, allowed) {
    const numbers = /^([0-9]+)-([0-9]+)-([0-9]+)x([0-9]+)$/.exec(text);
    const isArea = numbers && [0, 0, 1, 1].every(
        (least, place) => integer(numbers[place + 1], least, allowed.most) !== undefined);
    return isArea ? text : undefined;
}

// A point in percent; the nine points that have a name are spelled by it.
function placement(text, allowed) {
    const point = /^([0-9]+)-([0-9]+)$/.exec(text);
    if (!point || [1, 2].some((place) => integer(point[place], 0, 100) === undefined)) {
        return allowed.names.includes(text) ? text : undefined;
    }
    const across = {'0': 'west', '50': '', '100': 'east'}[point[1]];
    const down = {'0': 'north', '50': '', '100': 'south'}[point[2]];
    return across === undefined || down === undefined ? text : (down + across) || 'center';
}

function hex(text, allowed) {
    if (!/^([0-9a-f]{2}){3,4}$/i.test(text) || (text.length > 6 && !allowed.alpha)) {
        return undefined;
    }
    return text.toLowerCase().replace(/^(.{6})ff$/, '$1');
}
