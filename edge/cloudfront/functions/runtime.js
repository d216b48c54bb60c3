// Cuts the engine down to what the Developer Guide lists in "JavaScript runtime 2.0 features for CloudFront
// Functions", and returns the function that runs a handler. Listed there and missing here, since no function of ours
// needs it: modules, promises, symbols, text decoders and encoders, typed arrays.
(function () {
    const GLOBALS = ('Array Boolean Date Error EvalError Function Infinity InternalError JSON Math NaN Number Object '
        + 'RangeError ReferenceError RegExp String SyntaxError TypeError URIError atob btoa console decodeURI '
        + 'decodeURIComponent encodeURI encodeURIComponent globalThis isFinite isNaN parseFloat parseInt undefined'
    ).split(' ');

    const MEMBERS = {
        Object: 'assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor '
            + 'getOwnPropertyDescriptors getOwnPropertyNames getPrototypeOf isExtensible isFrozen isSealed keys '
            + 'preventExtensions seal values',
        'Object.prototype': 'hasOwnProperty isPrototypeOf propertyIsEnumerable',
        String: 'fromCharCode fromCodePoint',
        'String.prototype': 'charAt codePointAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat '
            + 'replace replaceAll search slice split startsWith substr substring toLowerCase toUpperCase trim trimEnd '
            + 'trimStart',
        Number: 'EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY '
            + 'isFinite isInteger isNaN isSafeInteger parseFloat parseInt',
        'Number.prototype': 'toExponential toFixed toPrecision',
        'Function.prototype': 'apply bind call',
        RegExp: '',
        'RegExp.prototype': 'exec flags global ignoreCase multiline source sticky test',
        JSON: 'parse stringify',
        Array: 'isArray of',
        'Array.prototype': 'concat copyWithin every fill filter find findIndex forEach includes indexOf join lastIndexOf '
            + 'map pop push reduce reduceRight reverse shift slice some sort splice unshift',
        Math: 'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos '
            + 'cosh exp expm1 floor fround hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan '
            + 'tanh trunc',
    };
    const KEPT_EVERYWHERE = ['constructor', 'length', 'name', 'prototype', 'toString', 'valueOf'];

    const own = Object.getOwnPropertyNames;
    const parse = JSON.parse;
    const stringify = JSON.stringify;
    const lines = [];

    function keepOnly(object, names) {
        own(object).filter((name) => !names.includes(name)).forEach((name) => delete object[name]);
    }

    function refuseCode() {
        throw new EvalError('Code generation from strings is not supported.');
    }

    const functions = [function () {}, function* () {}, async function () {}, async function* () {}];
    functions.map(Object.getPrototypeOf).forEach(
        (prototype) => Object.defineProperty(prototype, 'constructor', {value: refuseCode}));
    globalThis.Function = refuseCode;
    refuseCode.prototype = functions[0].__proto__;
    globalThis.console = {log: (line) => void lines.push(String(line))};

    Object.entries(MEMBERS).forEach(function (entry) {
        const object = entry[0].split('.').reduce((holder, name) => holder[name], globalThis);
        keepOnly(object, entry[1].split(' ').concat(KEPT_EVERYWHERE));
    });
    keepOnly(globalThis, GLOBALS);

    // `text` is the event as JSON, with the query string as it was written beside the request.
    return function (handler, text) {
        const event = parse(text);
        const query = event.request.rawQueryString;
        event.request.rawQueryString = () => query;
        return stringify({value: handler(event), lines: lines});
    };
})();
