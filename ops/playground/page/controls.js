// A control for each option, made from the option's declaration. The kind of its values decides the kind of control.
// A control has a `row` to show, and `text`: the option's value as an address has it, "" if the option is not set.

const KINDS = { flag, oneof, placement, integer: number, decimal: number, hex: colour, crop };
const POINT = "point";

export function control(option) {
  const id = `option-${option.name}`;
  const made = (KINDS[option.kind] || words)(option, id);
  const row = element("div", { className: `field option ${option.kind}` });
  const doc = element("p", { id: `${id}-doc`, className: "doc" }, ...prose(option.doc));
  row.append(element("label", { htmlFor: id, textContent: option.name }), made.body, doc);
  row.querySelector(`#${id}`).setAttribute("aria-describedby", doc.id);
  return Object.defineProperties({ row, name: option.name }, {
    text: { get: made.read, set: (text) => { made.write(text); row.classList.toggle("set", made.read() !== ""); } },
  });
}

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Documentation has code between backticks.
function prose(text) {
  return text.split("`").map((part, place) => place % 2 ? element("code", { textContent: part }) : part);
}

function body(...inputs) {
  return element("span", { className: "inputs" }, ...inputs);
}

// A second way to the same value, for mouse and touch. The first control has it for keyboard and screen reader.
function aid(properties, main, read) {
  const made = element("input", { tabIndex: -1, ...properties });
  made.setAttribute("aria-hidden", "true");
  made.addEventListener("input", () => {
    main.value = made.value.replace("#", "");
    main.dispatchEvent(new Event("input", { bubbles: true }));
  });
  made.follow = () => { made.value = read(main.value); };
  main.addEventListener("input", made.follow);
  return made;
}

function flag(option, id) {
  const box = element("input", { id, type: "checkbox" });
  return { body: body(box), read: () => box.checked ? "on" : "", write: (text) => { box.checked = text !== ""; } };
}

function oneof(option, id) {
  const select = choice(id, option, []);
  const write = (text) => { select.value = text || unset(option); };
  return { body: body(select), read: () => set(option, select.value), write };
}

function choice(id, option, more) {
  const first = option.default === null ? [element("option", { value: "", textContent: option.default_doc })] : [];
  const names = [...option.values.names, ...more].map((name) => element("option", { textContent: name }));
  return element("select", { id }, ...first, ...names);
}

function unset(option) {
  return option.default === null ? "" : option.default;
}

function set(option, text) {
  return text === unset(option) ? "" : text;
}

function placement(option, id) {
  const select = choice(id, option, [POINT]);
  const sides = ["X", "Y"].map((side) => part(`${side}, percent`, side, 0, 100));
  const spelled = () => sides.map((side) => side.input.value || "50").join("-");
  const read = () => select.value === POINT ? spelled() : set(option, select.value);
  const show = () => sides.forEach((side) => { side.label.hidden = select.value !== POINT; });
  select.addEventListener("input", show);
  const write = (text) => {
    const point = /^(\d+)-(\d+)$/.exec(text);
    select.value = point ? POINT : text || unset(option);
    sides.forEach((side, place) => { side.input.value = point ? point[place + 1] : ""; });
    show();
  };
  write("");
  return { body: body(select, ...sides.map((side) => side.label)), read, write };
}

function part(label, short, min, max) {
  const input = element("input", { type: "number", min, max, step: 1 });
  input.setAttribute("aria-label", label);
  return { input, label: element("label", { className: "part" }, short, input) };
}

function number(option, id) {
  const { least, most } = option.values;
  const step = option.kind === "decimal" ? 0.1 : 1;
  const bounds = { min: least, max: most, step };
  const input = element("input", { id, type: "number", ...bounds, placeholder: option.default ?? "" });
  const place = (text) => text || option.default || least;
  const slider = aid({ type: "range", ...bounds }, input, place);
  slider.follow();
  const write = (text) => { input.value = text; slider.follow(); };
  return { body: body(input, ...(most <= 1000 ? [slider] : [])), read: () => set(option, input.value), write };
}

function colour(option, id) {
  const placeholder = option.values.alpha ? "rrggbb or rrggbbaa" : "rrggbb";
  const input = element("input", { id, spellcheck: false, autocomplete: "off", placeholder });
  const opaque = (text) => /^[0-9a-f]{6}/i.test(text) ? `#${text.slice(0, 6)}` : "#ffffff";
  const swatch = aid({ type: "color" }, input, opaque);
  const write = (text) => { input.value = text; swatch.follow(); };
  swatch.follow();
  return { body: body(input, swatch), read: () => input.value, write };
}

function crop(option, id) {
  const { most } = option.values;
  const sides = [["left", "X", 0], ["top", "Y", 0], ["width", "W", 1], ["height", "H", 1]]
    .map(([label, short, least]) => part(`${option.name}: ${label}`, short, least, most));
  sides[0].input.id = id;
  const read = () => {
    const [left, top, width, height] = sides.map((side) => side.input.value);
    return left && top && width && height ? `${left}-${top}-${width}x${height}` : "";
  };
  const write = (text) => sides.forEach((side, place) => { side.input.value = text ? text.split(/[-x]/)[place] : ""; });
  return { body: body(...sides.map((side) => side.label)), read, write };
}

function words(option, id) {
  const input = element("input", { id, spellcheck: false, autocomplete: "off", placeholder: option.allowed });
  return { body: body(input), read: () => input.value, write: (text) => { input.value = text; } };
}
