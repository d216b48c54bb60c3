// Serverless image resizers that cut with sharp: sagidM/s3-resizer, and AWS's own serverless-image-resizing.
// sharp's quality is 80, and so is ours: `300x200,quality=80` is the picture of `300x200_max`.
alone = ',quality=80';

OLDER.push(function (asked) {
    const read = /^(\d+|AUTO)x(\d+|AUTO)(_max|_min)?\/(.+)$/.exec(asked);
    if (!read) {
        return undefined;
    }
    const side = (text) => text === 'AUTO' ? '' : text;
    const fit = {_max: false, _min: 'outside'}[read[3]];
    return translated(side(read[1]), side(read[2]), {fit: fit === undefined ? 'cover' : fit}, read[4]);
});
