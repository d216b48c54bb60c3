// imgix: the rendering API, docs.imgix.com/apis/rendering.
const IMGIX = 'w h fit crop fm auto q dpr flip rect bg sat fp-x fp-y ixlib ixid s'.split(' ');
const IMGIX_FITS = {
    clip: {upscale: true},
    max: {},
    crop: {fit: 'cover', upscale: true},
    min: {fit: 'cover'},
    scale: {fit: 'fill', upscale: true},
    fill: {fit: 'contain', upscale: true, background: 'ffffff'},
    fillmax: {fit: 'contain', background: 'ffffff'},
};

OLDER.push(function (asked, request) {
    const given = parameters(asked, request, IMGIX);
    if (!given) {
        return undefined;
    }
    const chosen = Object.assign({}, IMGIX_FITS[given.fit || 'clip'] || {fit: undefined});
    if (given.crop && chosen.fit === 'cover') {
        chosen.gravity = imgixGravity(given.crop.split(','), given);
    }
    if (given.fm) {
        chosen.format = FORMATS[given.fm.replace('pjpg', 'jpg')];
    }
    (given.auto || '').split(',').filter((each) => each && each !== 'compress').forEach(function (each) {
        chosen[each === 'format' ? each : UNEQUALLED] = 'auto';
    });
    if (given.q) {
        chosen.quality = given.q;
    }
    if (given.flip) {
        chosen.flop = given.flip.includes('h');
        chosen.flip = given.flip.includes('v');
    }
    if (given.rect) {
        chosen.crop = given.rect.replace(/^(\d+),(\d+),(\d+),(\d+)$/, '$1-$2-$3x$4');
    }
    if (given.bg) {
        chosen.background = /^(.{3}|.{6})$/.test(given.bg) ? colour(given.bg) : undefined;  // others have alpha in front
    }
    if (given.sat) {
        chosen[given.sat === '-100' ? 'grayscale' : UNEQUALLED] = true;
    }
    const ratio = given.dpr && given.dpr !== '1' ? '@' + given.dpr + 'x' : '';
    return translated(given.w, given.h, chosen, asked, ratio);
});

function imgixGravity(places, given) {
    const named = {faces: 'face', entropy: 'smart', edges: 'smart', focalpoint: imgixPoint(given)}[places[0]];
    const down = {top: 'north', bottom: 'south'};
    const across = {left: 'west', right: 'east'};
    const has = (table) => places.map((place) => table[place] || '').join('');
    return named || (has(down) + has(across)) || undefined;
}

function imgixPoint(given) {
    const percent = (text) => Math.round(100 * (text === undefined ? 0.5 : Number(text)));
    return percent(given['fp-x']) + '-' + percent(given['fp-y']);
}
