// imgy: github.com/joarleymoraes/imgy. With one side alone it stretches the picture, which has no equal here.
OLDER.push(function (asked, request) {
    const given = parameters(asked, request, ['w', 'h', 'fm', 'q']);
    if (!given || !given.w !== !given.h) {
        return undefined;
    }
    const chosen = {fit: 'fill', upscale: true};
    if (given.fm) {
        chosen.format = FORMATS[given.fm];
    }
    if (given.q) {
        chosen.quality = given.q;
    }
    return translated(given.w, given.h, chosen, asked);
});
