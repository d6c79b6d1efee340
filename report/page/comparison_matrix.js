// Scenarios by indicators: sorted by a click on a head, shaded against the base, as figures or as differences.
const MATRIX = DATA.matrix;
const periodPlace = () => Math.max(0, DATA.periods.indexOf(state.period));
// Values of a row in the period chosen, and the years that a column's figures are of; "" = of all years.
const valuesOf = ([, byPeriod]) => byPeriod[periodPlace()];
// The figure of a row in the period in which it is a headline: what the sentences speak of, whatever period is chosen.
const answerOf = (row, place) => row[2][place];
const yearsOf = (column) => column.years[periodPlace()];
const matrixOrder = { column: null, down: true };
const NAME_ROOM = { wide: 220, narrow: 150 }, CELL_ROOM = { wide: 104, narrow: 92 };

function matrixPanel() {
  if (!has("matrix")) return;
  const body = byId("matrix-body");
  if (!body.firstChild) {
    const tools = put(body, "div", { class: "map-tools" });
    choice(put(tools, "fieldset", { class: "switch small", id: "group-switch" }, make("legend", {}, "Indicators")), "group", MATRIX.groups.map(([title], i) => [i, title]));
    choice(put(tools, "fieldset", { class: "switch small", id: "mode-switch" }, make("legend", {}, "Show")), "mode", [["value", "Figures"], ["change", "Difference from base"]]);
    put(body, "div", { id: "matrix-tables" });
    put(body, "div", { id: "matrix-notes" });
  }
  const tables = clear(byId("matrix-tables")), groups = printed ? MATRIX.groups : [MATRIX.groups[state.group]], used = groups.flatMap(([, places]) => places);
  for (const [title, places] of groups) {
    if (printed && MATRIX.groups.length > 1) put(tables, "h3", { class: "apart" }, title);
    for (const part of partsOf(places, roomOf(body))) heatTable(tables, part, title);
  }
  const notes = clear(byId("matrix-notes"));
  shadeLegend(notes, used.map((place) => MATRIX.columns[place]));
  note(notes, matrixWords());
}
function matrixWords() {
  const left = MATRIX.count - MATRIX.rows.length;
  return `Figures of the model, constant-2025 USD; what each indicator is and rests on stands under Method.${left > 0 ? ` ${left.toLocaleString("en-US")} further runs are in comparison.xlsx.` : ""}`;
}
// Columns in parts that fit the width, of about the same size.
function partsOf(places, room) {
  const name = room < 800 ? NAME_ROOM.narrow : NAME_ROOM.wide, most = Math.max(3, Math.floor((room - name) / (room < 800 ? CELL_ROOM.narrow : CELL_ROOM.wide))), count = Math.ceil(places.length / most), at = (i) => Math.round(i * places.length / count);
  return Array.from({ length: count }, (_, i) => places.slice(at(i), at(i + 1)));
}
function rowsInOrder() {
  if (matrixOrder.column === null) return MATRIX.rows;
  const key = matrixOrder.column < 0 ? ([run]) => nameOf(run) : (row) => valuesOf(row)[matrixOrder.column];
  return [...MATRIX.rows].sort(inOrder(key, matrixOrder.down));
}
function sortButton(cell, place, words) {
  const sorted = matrixOrder.column === place;
  if (sorted) cell.setAttribute("aria-sort", matrixOrder.down ? "descending" : "ascending");
  const button = put(cell, "button", { type: "button", "data-column": place }, words);
  button.addEventListener("click", () => {
    Object.assign(matrixOrder, { column: place, down: sorted ? !matrixOrder.down : place >= 0 });
    matrixPanel();
    document.querySelector(`#matrix-tables button[data-column="${place}"]`)?.focus();
  });
}
function heatTable(parent, places, title) {
  const node = put(parent, "table", { class: "heat-table matrix", role: "grid" }), head = put(put(node, "thead"), "tr"), rows = put(node, "tbody"), baseRow = MATRIX.rows.find(([run]) => isBase(run)), cells = [];
  put(node, "caption", { class: "unseen" }, `${title}: scenarios by indicators${state.mode === "change" ? ", differences from the base" : ""}`);
  sortButton(put(head, "th", { scope: "col" }), -1, "Scenario");
  for (const place of places) {
    const column = MATRIX.columns[place], cell = put(head, "th", { scope: "col", class: "figure" });
    sortButton(cell, place, column.label);
    put(cell, "small", {}, [column.unit, yearsOf(column)].filter(Boolean).join(", ") || "\u00a0");
  }
  const base = baseRow ? valuesOf(baseRow) : [], most = places.map((place) => Math.max(0.05 * Math.abs(base[place] ?? 0), ...MATRIX.rows.map((row) => Math.abs(fromBase(MATRIX.columns[place], row[0], valuesOf(row)[place], base[place]) ?? 0))));
  for (const row of rowsInOrder()) {
    const [run] = row, values = valuesOf(row), line = put(rows, "tr", { class: isBase(run) ? "base" : null }), name = put(line, "th", { scope: "row" });
    if (SHOWN.includes(run)) put(name, "button", { type: "button", class: "link", title: "Show on the map and in the charts" }, nameOf(run)).addEventListener("click", () => choose(run));
    else name.append(nameOf(run));
    if (isBase(run)) put(name, "small", {}, "base");
    cells.push(places.map((place, i) => heatCell(line, run, place, values[place], base[place], most[i])));
  }
  steppableGrid(rows, cells);
}
function heatCell(line, run, place, value, base, most) {
  const column = MATRIX.columns[place], change = fromBase(column, run, value, base), words = state.mode === "change" && !isBase(run) ? changeIn(column, change) : inColumn(column, value);
  const cell = put(line, "td", { class: "figure", role: "gridcell", tabindex: "-1", style: isBase(run) ? null : shade(column, change, most) }, words);
  return withTip(cell, () => [nameOf(run), `${column.label}${yearsOf(column) ? `, ${yearsOf(column)}` : ""}: ${withUnit(column, inColumn(column, value))}`, isBase(run) || change === null ? (column.present && !sameRate(run, DATA.base) ? rateWords(run, DATA.base) : "") : `against the base ${withUnit(column, changeIn(column, change))}`, column.sure ? `Rests on: ${column.sure}` : ""]);
}
