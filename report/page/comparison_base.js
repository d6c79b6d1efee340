// What the panels of a comparison share: its runs, the two chosen, sections, and how figures of a column are said.
paperWidth = 1000;
const RUNS = DATA.runs, SHOWN = DATA.shown;
Object.assign(state, { a: DATA.chosen[0], b: DATA.chosen[1], view: 0, shows: "plan", group: 0, mode: "value", column: 0, element: 0, slice: DATA.startSlice, outcome: 0, answer: DATA.tornado?.start || 0, prices: 0, kind: 0 });
const nameOf = (run) => RUNS[run].title;
const isBase = (run) => run === DATA.base;
const RUN_COLOURS = { a: "var(--c0)", b: "var(--c4)", base: "var(--ink)" };

// A section by its id, made where the page has none, with its heading; returns the node that panels fill.
const CONTENTS = byId("contents");
for (const [id, title] of DATA.sections) {
  const node = byId(id) || put(byId("main"), "section", { id, "aria-labelledby": "h-" + id }, make("h2", { id: "h-" + id }), make("p", { class: "say", id: "say-" + id, hidden: "" }), make("div", { id: id + "-body" }));
  byId("main").append(node);
  node.hidden = false;
  const said = make("ul", { class: "changes said" }, ...(DATA.said[id] || []).map((text) => make("li", {}, tie(text))));
  if (said.children.length) byId("say-" + id).after(said);
  byId("h-" + id).textContent = title;
  put(CONTENTS, "a", { href: "#" + id }, title);
}
const has = (id) => DATA.sections.some(([known]) => known === id);
function tell(id, text) {
  const node = byId("say-" + id);
  node.hidden = !text;
  node.textContent = tie(text || "");
}

// Figures of a column {unit, factor, decimals, changeDecimals}: the unit stands in the head, so cells are plain numbers.
const fixed = (value, decimals) => (Object.is(value, -0) ? 0 : value).toLocaleString("en-US", { minimumFractionDigits: Math.max(decimals, 0), maximumFractionDigits: Math.max(decimals, 0) });
const inColumn = (column, value) => value === null || value === undefined ? "-" : minus(value) + fixed(Math.abs(value * column.factor), column.decimals);
function changeIn(column, value) {
  if (value === null || value === undefined) return "-";
  const text = fixed(Math.abs(value * column.factor), column.changeDecimals);
  return Number(text.replace(/,/g, "")) === 0 ? "0" : (value > 0 ? "+" : "\u2212") + text;
}
const withUnit = (column, text) => text === "-" || !column.unit ? text : `${text}\u00a0${column.unit}`;
const difference = (value, base) => value === null || base === null || value === undefined || base === undefined ? null : value - base;

// Present values of two runs compare only at one discount rate.
const rateOf = (run) => DATA.runs[run].rate ?? DATA.runs[DATA.base].rate;
const sameRate = (a, b) => rateOf(a) === rateOf(b);
const fromBase = (column, run, value, base) => column.present && !sameRate(run, DATA.base) ? null : difference(value, base);
const rateWords = (a, b) => `present values at ${percent(rateOf(a))} a year and at ${percent(rateOf(b))} do not compare`;

// Arrow keys go through the cells of a table in two directions; one stop of the Tab key.
function steppableGrid(parent, rows) {
  const cells = rows.flat();
  if (!cells.length) return;
  const go = (node) => { cells.forEach((cell) => cell.setAttribute("tabindex", "-1")); node.setAttribute("tabindex", "0"); };
  cells[0].setAttribute("tabindex", "0");
  cells.forEach((cell) => cell.addEventListener("focus", () => go(cell)));
  parent.addEventListener("keydown", (event) => {
    const y = rows.findIndex((row) => row.includes(document.activeElement)), x = y < 0 ? -1 : rows[y].indexOf(document.activeElement);
    if (y < 0) return;
    const to = { ArrowRight: [y, x + 1], ArrowLeft: [y, x - 1], ArrowDown: [y + 1, x], ArrowUp: [y - 1, x], Home: [y, 0], End: [y, rows[y].length - 1], PageUp: [0, x], PageDown: [rows.length - 1, x] }[event.key];
    if (!to) return;
    event.preventDefault();
    rows[to[0]]?.[to[1]]?.focus();
  });
}
// Shade of a cell by its distance from the base: blue is better and orange worse; teal is more and purple less where neither is.
function shade(column, change, most) {
  if (change === null || !most || changeIn(column, change) === "0" || Math.abs(change) / most < 0.01) return null;
  const good = column.better === "more" ? change > 0 : change < 0;
  const colour = column.better ? (good ? "c4" : "c0") : change > 0 ? "c5" : "c1";
  return `background: color-mix(in srgb, var(--${colour}) ${Math.round(5 + 33 * Math.min(1, Math.abs(change) / most))}%, var(--card))`;
}
function shadeLegend(parent, columns) {
  const legend = put(parent, "div", { class: "legend" }), key = (colour, text) => put(legend, "span", {}, make("i", { class: "swatch", style: `background: color-mix(in srgb, var(--${colour}) 38%, var(--card))` }), text);
  put(legend, "span", {}, `against ${nameOf(DATA.base)}:`);
  if (columns.some((c) => c.better)) { key("c4", "better"); key("c0", "worse"); }
  if (columns.some((c) => !c.better)) { key("c5", "more"); key("c1", "less"); }
  put(legend, "span", {}, "full strength: the furthest of its column, at least 5 %");
}

// The lists in the bar that choose the two scenarios.
function runPicker(id, key) {
  const select = byId(id);
  for (const run of SHOWN) put(select, "option", { value: run }, nameOf(run) + (isBase(run) ? " (base)" : ""));
  select.value = state[key];
  select.addEventListener("input", () => { state[key] = Number(select.value); changed(); });
  watch(() => { select.value = state[key]; });
}
function choose(run) { state.a = run; changed(); }
