// What the readers of older systems share. A reader that meets something without an equal here writes a variant that
// is not in the grammar, such as `300x200,background=undefined`: then the request goes on as it is, to the app that
// refuses it.

// infra/edge_functions/canonical.py fills this in.
const COLOURS = {};

const FORMATS = {jpg: 'jpeg', jpeg: 'jpeg', png: 'png', webp: 'webp', avif: 'avif', gif: 'gif', auto: 'auto'};
const LARGEST = '9999x9999';  // as large as the original: no picture is enlarged without `upscale`
const UNEQUALLED = 'unequalled';

// What stands behind a size without options. dit.js and sir.js read such a size as their own, so they set it to what
// changes nothing.
let alone = '';

// Returns the path of a picture here, or undefined. `chosen` maps the names of options to values; true is a flag, false is left out.
function translated(width, height, chosen, key, ratio) {
    const size = (width || '') + 'x' + (height || '');
    if (isInAnotherOrder(chosen, size)) {
        chosen[UNEQUALLED] = true;
    }
    const open = ['fit', 'gravity'].concat(size === 'x' ? ['upscale'] : []);
    const options = Object.keys(chosen).filter((name) => chosen[name] !== false
        && (width && height || !open.includes(name)));
    if (/[,/]/.test([size, ratio].concat(options.map((name) => chosen[name])).join(''))) {
        return undefined;  // such a value would begin another option, or the key
    }
    const spelled = options.map((name) => ',' + (chosen[name] === true ? name : name + '=' + chosen[name])).join('');
    return (size === 'x' ? LARGEST : size) + (ratio || '') + (spelled || ratio || alone) + '/' + key;
}

// The older systems cut first and turn or mirror then, here it is the other way round. Where that makes a difference, and
// where a tilt would need a background, there is no equal.
function isInAnotherOrder(chosen, size) {
    const isPlaced = chosen.gravity && !['smart', 'face'].includes(chosen.gravity);
    const isTurned = chosen.rotate && (chosen.rotate % 90 || (size !== 'x' && (isPlaced || chosen.rotate !== 180)));
    return isTurned || (isPlaced && (chosen.flip || chosen.flop)) || (chosen.crop && chosen.trim !== undefined);
}

function colour(text) {
    const digits = COLOURS[text] || text;
    return digits.length < 6 ? digits.split('').map((digit) => digit + digit).join('') : digits;
}
