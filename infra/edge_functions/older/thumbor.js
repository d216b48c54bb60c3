// Thumbor: `unsafe` or a signature in front. The signature is not checked: the site's allowlist takes its place.
FILTERS.blur = (chosen, numbers) => { chosen.blur = numbers[1] || numbers[0]; };
FILTERS.rotate = (chosen, numbers) => { chosen.rotate = (720 - numbers[0]) % 360; };  // counter-clockwise

OLDER.push(function (asked) {
    const segments = asked.split('/');
    return /^(unsafe|[\w-]{27}[\w=-])$/.test(segments[0]) ? thumborPath(segments.slice(1)) : undefined;
});
