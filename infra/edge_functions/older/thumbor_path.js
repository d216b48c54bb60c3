// The path of Thumbor, behind its signature: thumbor.readthedocs.io/en/latest/usage.html.
const UNREAD_BY_US = /^(meta$|trim|adaptive-|full-|fit-in$|filters:|orig|-?\d*x-?(\d|orig))/;

const FILTER_CHAIN = /^filters:(.*)$/;

// Each writes what a filter means into the chosen options, by the filter's arguments.
const FILTERS = {
    format: (chosen, names) => { chosen.format = FORMATS[names[0]]; },
    quality: (chosen, numbers) => { chosen.quality = numbers[0]; },
    grayscale: (chosen) => { chosen.grayscale = true; },
    no_upscale: (chosen) => { chosen.upscale = false; },
    upscale: (chosen) => { chosen.upscale = true; },
    background_color: (chosen, names) => { chosen.background = colour(names[0]); },
    fill: (chosen, names) => {
        chosen.fit = chosen.fit ? undefined : 'contain';
        chosen.background = colour(names[0]);
    },
    strip_exif: () => undefined,
    strip_icc: () => undefined,
};

// Returns undefined if no segment but the last is Thumbor's.
function thumborPath(segments) {
    let place = 0;
    const next = function (pattern) {
        const read = place < segments.length - 1 && pattern.exec(segments[place]);
        place += read ? 1 : 0;
        return read || [];
    };
    const trim = next(/^trim(:top-left)?$/);
    const crop = next(/^(\d+)x(\d+):(\d+)x(\d+)$/);
    const fitsIn = next(/^fit-in$/)[0];
    const size = next(/^(-?)(?=[^x]|x.)0*(\d*)x(-?)0*(\d*)$/);
    const across = next(/^(left|center|right)$/)[0];
    const down = next(/^(top|middle|bottom)$/)[0];
    const smart = next(/^smart$/)[0];
    let filters = '';
    for (let found = next(FILTER_CHAIN); found[0]; found = next(FILTER_CHAIN)) {
        filters += found[1] + ':';
    }
    const key = segments.slice(place);
    if (!place || (key.length > 1 && UNREAD_BY_US.test(key[0]))) {
        return undefined;
    }
    const gravity = smart || (({top: 'north', bottom: 'south'}[down] || '') + ({left: 'west', right: 'east'}[across] || ''));
    const chosen = fitsIn ? {fit: false, upscale: false} : {fit: 'cover', upscale: true, gravity: gravity || false};
    if (trim[0]) {
        chosen.trim = 0;
    }
    if (crop[0]) {
        chosen.crop = crop[1] + '-' + crop[2] + '-' + (crop[3] - crop[1]) + 'x' + (crop[4] - crop[2]);
    }
    chosen.flop = size[1] === '-';
    chosen.flip = size[3] === '-';
    filters.split(/\)?:/).filter((text) => text).forEach(function (text) {
        const parts = text.split('(');
        const filter = Object.keys(FILTERS).includes(parts[0]) && parts.length === 2 ? FILTERS[parts[0]] : undefined;
        if (filter) {
            filter(chosen, parts[1].split(',').map((each) => each.trim()));
        } else {
            chosen[UNEQUALLED] = true;
        }
    });
    return translated(size[2], size[4], chosen, key.join('/'));
}
