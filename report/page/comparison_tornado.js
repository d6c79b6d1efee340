// What moves an answer most: every scenario against the base, and every sampled range from its low to its high third.
function tornadoPanel() {
  if (!has("tornado")) return;
  const body = byId("tornado-body"), T = DATA.tornado;
  if (!body.firstChild) {
    chooser(body, "Answer", "answer", T.answers.map((column) => MATRIX.columns[column].title));
    put(body, "div", { id: "tornado-picture" });
  }
  const parent = clear(byId("tornado-picture")), place = T.answers[state.answer], column = MATRIX.columns[place];
  const base = MATRIX.rows.find(([run]) => isBase(run)), was = base ? answerOf(base, place) : null;
  const rows = MATRIX.rows.filter(([run]) => !isBase(run)).map((row) => [nameOf(row[0]), fromBase(column, row[0], answerOf(row, place), was), row]).filter(([, change]) => change !== null);
  rows.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const moved = rows.filter(([, change]) => changeIn(column, change) !== "0"), still = rows.length - moved.length, head = `${column.title}${column.unit ? `, ${column.unit}` : ""}`;
  if (rows.length) {
    put(parent, "h3", {}, `${head}: each scenario less the base${was === null ? "" : `, which has ${inColumn(column, was)}`}${column.unit === "%" ? ", in points" : ""}`);
    if (moved.length) zeroBars(parent, moved.slice(0, T.most).map(([name, change, row]) => [name, change * column.factor, [`${withUnit(column, inColumn(column, answerOf(row, place)))}`, `against the base ${withUnit(column, changeIn(column, change))}`]]), `${head}: difference of each scenario from the base`, plainSigned(column), (value) => column.better ? ((column.better === "more") === (value > 0) ? "gain" : "loss") : value > 0 ? "rise" : "fall");
    if (moved.length) note(parent, column.better ? "Blue: better than the base; orange: worse." : "Green: more than in the base; purple: less.");
    if (still) note(parent, `${moved.length ? "" : "No scenario moves it. "}${still === 1 ? "1 scenario does" : `${still} scenarios do`} not move it.`);
    if (moved.length > T.most) note(parent, `The ${T.most} largest of ${moved.length}.`);
  }
  for (const part of T.ranges) rangeBars(parent, part, place, column, head);
}
// Figures of axes: no more decimals than the steps between them need.
const plainSigned = (column) => (value) => value === 0 ? "0" : (value > 0 ? "+" : "\u2212") + fixed(Math.abs(value), Math.max(0, Math.min(column.changeDecimals, Math.abs(value) >= 10 ** -column.changeDecimals ? column.changeDecimals : column.changeDecimals + 1))).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

// Of samples and grids: the answer at the low and the high values of each axis, around that of the base.
const AXIS_BAR = { answer: 0, name: 1, lowValue: 2, highValue: 3, low: 4, high: 5, strength: 6 };
function rangeBars(parent, part, place, column, head) {
  const rows = part.rows.filter((row) => row[AXIS_BAR.answer] === place && row[AXIS_BAR.low] !== null && row[AXIS_BAR.high] !== null), base = MATRIX.rows.find(([run]) => isBase(run));
  if (!rows.length || !base) return;
  const middle = answerOf(base, place) * column.factor, sampled = rows.some((row) => row[AXIS_BAR.strength] !== null), ends = (row) => [row[AXIS_BAR.low], row[AXIS_BAR.high]].map((v) => v * column.factor);
  put(parent, "h3", { class: "apart" }, `${head}: ${part.title}, ${part.runs} runs, ${part.method}`);
  const legend = put(parent, "div", { class: "legend" });
  for (const [look, words] of [["c4", sampled ? "median where the figure is in its lowest fifth" : "at the lowest value"], ["c0", sampled ? "in its highest fifth" : "at the highest value"]]) put(legend, "span", {}, make("i", { class: "swatch", style: `background: var(--${look})` }), words);
  const width = roomOf(parent), line = 28, top = 26, height = top + rows.length * line + 22, left = Math.min(width * 0.36, Math.max(...rows.map((row) => textWidth(row[AXIS_BAR.name]))) * 1.1 + 16), values = rows.flatMap(ends).concat(middle);
  const svg = canvas(parent, width, height, `${head}: what moves it, ${part.title}`), x = scaleOf(Math.min(...values), Math.max(...values), left + 60, width - 70);
  for (const value of roundTicks(Math.min(...values), Math.max(...values), Math.max(2, Math.floor((width - left) / 110)))) { put(svg, "line", { class: "grid-line", x1: x(value), x2: x(value), y1: top - 4, y2: height - 18 }); textOf(svg, x(value), height - 4, minus(value) + number(Math.abs(value), 4), "middle"); }
  put(svg, "line", { class: "floor-line", x1: x(middle), x2: x(middle), y1: top - 8, y2: height - 18 });
  textOf(svg, x(middle), 13, `base ${inColumn(column, answerOf(base, place))}`, x(middle) > width * 0.8 ? "end" : x(middle) < left + 90 ? "start" : "middle", "vein-label");
  steppable(svg, rows.map((row, i) => {
    const y = top + i * line, group = put(svg, "g", { class: "bars-row", tabindex: "-1", role: "img" }), [low, high] = ends(row), far = (value) => Math.abs(x(value) - x(middle));
    put(group, "text", { class: "vein-label", x: left - 8, y: y + 15, "text-anchor": "end" }, fit(row[AXIS_BAR.name], left - 12));
    for (const [value, look] of [[low, "bar-low"], [high, "bar-high"]].sort((p, q) => far(q[0]) - far(p[0]))) put(group, "rect", { class: look, x: Math.min(x(value), x(middle)), y: y + 3, width: Math.max(1.5, far(value)), height: line - 10 });
    for (const [value, words, other] of [[low, row[AXIS_BAR.lowValue], high], [high, row[AXIS_BAR.highValue], low]]) if (far(value) > 6 && Math.sign(value - middle) * Math.abs(value - middle) !== Math.sign(other - middle) * Math.abs(other - middle) && ((value - middle) * (other - middle) < 0 || far(value) > far(other))) textOf(group, value < middle ? x(value) - 4 : x(value) + 4, y + 15, words, value < middle ? "end" : "start", "vein-label");
    return withTip(group, () => [row[AXIS_BAR.name], `${row[AXIS_BAR.lowValue]}: ${withUnit(column, inColumn(column, row[AXIS_BAR.low]))}`, `${row[AXIS_BAR.highValue]}: ${withUnit(column, inColumn(column, row[AXIS_BAR.high]))}`, row[AXIS_BAR.strength] === null ? "" : `coefficient ${minus(row[AXIS_BAR.strength])}${Math.abs(row[AXIS_BAR.strength]).toFixed(2)}`]);
  }));
}
