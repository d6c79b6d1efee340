// What the panels of a portfolio share: the scenario shown, lights and classes.
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

const labelled = (parent) => put(parent, "p", { class: "note label-note" }, DATA.label + ".");
const gainLook = (value) => value === null || value === undefined ? null : value < 0 ? "bad" : null;
