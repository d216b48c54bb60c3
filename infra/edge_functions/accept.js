// Which of auto's spellings suits a browser, by what it accepts (RFC 9110, 12.5.1).

// infra/edge_functions/canonical.py adds those that the site allows, beside `auto` itself.
const AUTO_ALSO = [];

suited = function (variant, request) {
    const accept = request.headers.accept;
    const options = variant.split(',');
    const place = options.indexOf('format=auto');
    if (accept && place > 0) {
        options[place] = 'format=' + spellingOfAuto(weights(accept));
    }
    return options.join(',');
};

// The types that a header names, each with its weight. A range such as image/* says nothing of AVIF and WebP: browsers
// that show neither have always sent it.
function weights(accept) {
    const found = {};
    (accept.multiValue || [accept]).map((each) => each.value).join(',').split(',').forEach(function (range) {
        const parts = range.toLowerCase().split(';').map((part) => part.trim());
        const weight = parts.find((part) => part.startsWith('q='));
        found[parts[0]] = weight ? Number(weight.slice(2)) || 0 : 1;
    });
    return found;
}

function spellingOfAuto(found) {
    const older = Math.max(found['image/jpeg'] || 0, found['image/png'] || 0);
    const spellings = [['auto-avif', found['image/avif']], ['auto', found['image/webp']], ['auto-jpeg', older || 0.0001]];
    const shown = spellings.filter((each) => each[1] > 0 && (each[0] === 'auto' || AUTO_ALSO.includes(each[0])));
    return shown.reduce((best, each) => each[1] > best[1] ? each : best, shown[0] || ['auto'])[0];
}
