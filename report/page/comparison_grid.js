// Grids: an answer over the values of an axis, a small picture each, a line for each scenario.
const GRID = DATA.grid;
const SERIES_COLOURS = ["var(--c4)", "var(--c0)", "var(--c5)", "var(--c1)", "var(--c3)", "var(--c2)"];
const LEVEL = 1e-4; // of the answer: what differs by less does not move
function gridPanel() {
  if (!has("grid")) return;
  const body = byId("grid-body");
  if (!body.firstChild) {
    if (GRID.axes.length > 1) chooser(body, "Over", "outcome", GRID.axes.map((axis) => axis.label));
    put(body, "div", { id: "grid-legend", class: "legend" });
    put(body, "div", { id: "grid-pictures", class: "multiples" });
    note(body, "Each picture has a scale of its own, which need not begin at zero.");
  }
  const axis = GRID.axes[state.outcome] || GRID.axes[0], legend = clear(byId("grid-legend")), parent = clear(byId("grid-pictures"));
  axis.series.forEach(([title], i) => put(legend, "span", {}, make("i", { class: "swatch", style: `background: ${SERIES_COLOURS[i % 6]}` }), title));
  const width = multipleWidth(roomOf(body)), level = [];
  GRID.answers.forEach((place, k) => {
    const column = MATRIX.columns[place], series = axis.series.map(([title, values], i) => ({ name: title, values: values.map((row) => row[k] === null ? null : row[k] * column.factor), colour: SERIES_COLOURS[i % 6] }));
    if (series.every((s) => s.values.every((v) => v === null))) return;
    const all = series.flatMap((s) => s.values).filter((v) => v !== null);
    if (Math.max(...all) - Math.min(...all) <= LEVEL * Math.max(...all.map(Math.abs))) { level.push(column.title); return; }
    const part = put(parent, "div", { class: "multiple" });
    put(part, "h3", {}, column.title, make("small", {}, column.unit || "\u00a0"));
    lineChart(part, { years: axis.values, series, say_: (v) => minus(v) + number(Math.abs(v), 4), words: `${column.title} over ${axis.label}`, height: 170, least: Math.min(...all), width, ends: false, ticks: 4 });
    put(part, "p", { class: "axis-name" }, axis.label);
  });
  if (level.length) put(parent, "p", { class: "note" }, `Not moved by it, in no scenario: ${level.join("; ")}.`);
}
// Width of one of several pictures side by side.
function multipleWidth(room) { const count = room >= 1000 ? 3 : 2; return Math.floor((room - (count - 1) * 28) / count); }
