// Returns the parameters of the query string, decoded; undefined without any, with one that is not in `known`, or for
// an address that is spelled as here: its query string selects no picture.
function parameters(asked, request, known) {
    const given = {};
    const names = Object.keys(request.querystring);
    if (!names.length || SIZE.test(asked.split(/[/,]/)[0]) || !names.every((name) => known.includes(name))) {
        return undefined;
    }
    names.forEach(function (name) {
        given[name] = decodeURIComponent(request.querystring[name].value);
    });
    return given;
}
