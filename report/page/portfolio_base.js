// What the panels of a portfolio share: the scenario shown, lights, classes, and how pictures follow their width.
Object.assign(state, { scenario: 0, view: 0, sink: "class", part: "portfolio", lights: "warn", project: 0, driver: 0, measure: 0 });
const NOTHING = { projects: {}, lights: {}, covenants: [], currency: [], powers: [], bank: [], cash: {}, winners: [] };
const now = () => DATA.by[state.scenario] || NOTHING;
const scenarioTitle = () => DATA.scenarios[state.scenario]?.[1] || "";
const figuresOf = (project) => now().projects[project.id] || {};

// Projects from the dearest down: their places in this order are their numbers.
const ORDERED = [...DATA.projects].sort((a, b) => cost(b) - cost(a));
function cost(project) { return DATA.by[0]?.projects[project.id]?.capex || 0; }
const numberOf = new Map(ORDERED.map((project, i) => [project.id, i + 1]));

const CLASSES = Object.keys(DATA.classes).sort();
const classColour = (name) => `var(--c${Math.max(0, CLASSES.indexOf(name)) % 10})`;
const className = (name) => DATA.classes[name] || name;

const LIGHTS = { red: "broken", amber: "tight", green: "kept", none: "no limit of its own" };
const lightOf = (project) => now().lights[project.id] || "none";
// A diamond, a triangle or a circle, so that a light can be told without its colour.
function lightShape(name, x, y, r, look = "") {
  const kind = `l-${name} ${look}`.trim();
  if (name === "red") return make("polygon", { class: kind, points: `${x},${y - r * 1.15} ${x + r * 1.15},${y} ${x},${y + r * 1.15} ${x - r * 1.15},${y}` });
  if (name === "amber") return make("polygon", { class: kind, points: `${x},${y - r * 1.15} ${x + r * 1.15},${y + r * 0.9} ${x - r * 1.15},${y + r * 0.9}` });
  return make("circle", { class: kind, cx: x, cy: y, r });
}
function light(name, word = LIGHTS[name]) {
  const picture = make("svg", { width: 14, height: 14, "aria-hidden": "true" }, lightShape(name, 7, 7, 5.5));
  return make("span", { class: "light" }, picture, word);
}

const show = (id) => { byId(id).hidden = false; };
const labelled = (parent) => put(parent, "p", { class: "note label-note" }, DATA.label + ".");
const money0 = (value) => value === null || value === undefined ? "-" : money(value);
const share0 = (value) => value === null || value === undefined ? "-" : percent(value);
const ratio0 = (value) => value === null || value === undefined ? "-" : value.toFixed(2);
const gainLook = (value) => value === null || value === undefined ? null : value < 0 ? "bad" : null;

// Pictures are drawn for the width they have, on paper for a page upright; they follow the window and the scenario.
let printed = false;
const roomOf = (node) => printed ? 700 : Math.max(460, node.clientWidth);
const pictures = [];
function picture(action) { pictures.push(action); watch(action); }
let windowWidth = innerWidth;
addEventListener("resize", () => { if (innerWidth !== windowWidth) { windowWidth = innerWidth; pictures.forEach((draw) => draw()); } });
for (const [event, paper] of [["beforeprint", true], ["afterprint", false]]) addEventListener(event, () => { printed = paper; pictures.forEach((draw) => draw()); });

// A list to choose from, which draws anew what depends on it.
function chooser(parent, label, key, names) {
  const line = put(parent, "div", { class: "filter" }), select = put(put(line, "label", {}, label + " "), "select", { class: "wide", id: `choose-${key}` });
  names.forEach((name, i) => put(select, "option", { value: i }, name));
  select.value = state[key];
  select.addEventListener("input", () => { state[key] = Number(select.value); changed(); });
  return select;
}
