// AWS's Dynamic Image Transformation for CloudFront, which was the Serverless Image Handler: JSON in base64 (from
// version 4 on), or Thumbor's path without a signature. Between its versions, blur and rotate of a path differ: they
// are not read. sharp's and Thumbor's quality is 80, and so is ours.
alone = ',quality=80';

const EDITS = {
    resize: ditResize,
    grayscale: (chosen, on) => { chosen.grayscale = on; },
    flip: (chosen, on) => { chosen.flip = on; },
    flop: (chosen, on) => { chosen.flop = on; },
    rotate: (chosen, degrees) => { chosen.rotate = degrees === null ? false : degrees; },
    blur: (chosen, sigma) => { chosen.blur = sigma; },
    flatten: (chosen, given) => { chosen.background = rgb(given.background); },
    toFormat: (chosen, name) => { chosen.format = FORMATS[name]; },
    jpeg: ditQuality,
    webp: ditQuality,
    avif: ditQuality,
};
EDITS.greyscale = EDITS.grayscale;

OLDER.push((asked) => asked.startsWith('ey') ? ditRequest(asked) : thumborPath(asked.split('/')));

function ditRequest(asked) {
    const bytes = atob(asked.replace(/ /g, '+'));
    const encodedBytes = bytes.split('').map((byte) => '%' + (256 + byte.codePointAt(0)).toString(16).slice(1));
    const request = JSON.parse(decodeURIComponent(encodedBytes.join('')));
    const edits = request.edits || {};
    const size = edits.resize || {};
    const chosen = {fit: 'cover', upscale: true};
    Object.keys(edits).forEach(function (name) {
        const edit = Object.keys(EDITS).includes(name) ? EDITS[name] : () => { chosen[UNEQUALLED] = true; };
        edit(chosen, edits[name]);
    });
    if (request.outputFormat) {
        chosen.format = FORMATS[request.outputFormat];
    }
    return translated(size.width, size.height, chosen, request.key);
}

function ditResize(chosen, given) {
    const known = ['width', 'height', 'fit', 'background', 'withoutEnlargement'];
    const fit = given.fit || 'cover';
    chosen.fit = fit === 'inside' ? false : fit;
    chosen.upscale = !given.withoutEnlargement;
    if (fit === 'contain') {
        chosen.background = rgb(given.background || {r: 0, g: 0, b: 0});
    }
    if (!Object.keys(given).every((name) => known.includes(name))) {
        chosen[UNEQUALLED] = true;
    }
}

function ditQuality(chosen, given) {
    chosen.quality = given.quality || false;
}

function rgb(given) {
    const alpha = given.alpha === undefined ? 1 : given.alpha;
    return [given.r, given.g, given.b, Math.round(255 * alpha)].map(
        (channel) => (256 + channel).toString(16).slice(1)).join('');
}
