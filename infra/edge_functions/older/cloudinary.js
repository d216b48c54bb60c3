// Cloudinary: cloudinary.com/documentation/transformation_reference.
const TRANSFORMATION = /^(a|ar|b|bo|c|co|cs|d|dl|dn|dpr|du|e|eo|f|fl|fn|fps|g|h|if|ki|l|o|p|pg|q|r|so|sp|t|u|vc|vs|w|x|y|z)_/;
const CLOUDINARY_CROPS = {
    scale: {fit: 'fill', upscale: true},
    fit: {upscale: true},
    limit: {},
    fill: {fit: 'cover', upscale: true},
    lfill: {fit: 'cover'},
    pad: {fit: 'contain', upscale: true},
    lpad: {fit: 'contain'},
};

OLDER.push(function (asked) {
    const read = /^([\w-]+\/)?image\/upload\/(s--[\w-]+--\/)?(.+)$/.exec(asked);
    return read ? cloudinary(read[3].split('/')) : undefined;
});

function cloudinary(segments) {
    let place = 0;
    while (place < segments.length - 1 && segments[place].split(',').every((part) => TRANSFORMATION.test(part))) {
        place++;
    }
    const components = segments.slice(0, place);
    const given = cloudinaryParameters(components);
    const key = segments.slice(/^v\d+$/.test(segments[place]) && place < segments.length - 1 ? place + 1 : place).join('/');
    const chosen = Object.assign({}, CLOUDINARY_CROPS[given.c || 'scale'] || {fit: undefined});
    const set = (name, value) => { chosen[name] = value; };
    const readers = {
        g: (text) => set('gravity', {auto: 'smart', faces: 'face'}[text] || text.replace('_', '')),
        q: (text) => text.startsWith('auto') || set('quality', text),
        f: (text) => set('format', FORMATS[text]),
        r: (text) => set('round', (text === 'max' ? given.w !== given.h : given.dpr) ? undefined : text),
        e: (text) => set(text === 'grayscale' ? text : UNEQUALLED, true),
        b: (text) => set('background', colour(text.replace('rgb:', ''))),
        a: (text) => text === '180' ? set('rotate', 180) : set({hflip: 'flop', vflip: 'flip'}[text] || UNEQUALLED, true),
        fl: (text) => text === 'progressive' || set(UNEQUALLED, true),
    };
    Object.keys(given).forEach((name) => 'w h c dpr'.split(' ').includes(name)
        || (Object.keys(readers).includes(name) ? readers[name](given[name]) : set(UNEQUALLED, true)));
    const ratio = given.dpr ? '@' + given.dpr.replace('.0', '') + 'x' : '';
    return translated(given.w, given.h, chosen, key, ratio === '@1x' ? '' : ratio);
}

// The parameters of all components. What a component does to the size has to stand in one, and effects not before it:
// here, the order of the steps is always the same.
function cloudinaryParameters(components) {
    const given = {};
    const sized = components.findIndex((component) => /(^|,)[wh]_/.test(component));
    components.forEach((component, number) => component.split(',').forEach(function (part) {
        const name = part.split('_')[0];
        const isInPlace = 'a b c g h w'.split(' ').includes(name) ? number === sized || sized < 0
            : 'e r'.split(' ').includes(name) ? number >= sized : true;
        given[isInPlace && !(name in given) ? name : UNEQUALLED] = part.slice(name.length + 1);
    }));
    return given;
}
