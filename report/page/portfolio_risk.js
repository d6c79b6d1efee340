// Drivers one at a time, draws with reference classes, and how their mean settles.
function tornadoPanel() {
  if (!DATA.tornado.length) return;
  if (byId("tornado").hidden) { show("tornado"); if (DATA.tornado.length > 1) chooser(byId("tornado-body"), "Worth of", "driver", DATA.tornado.map((part) => part.name)); put(byId("tornado-body"), "div", { id: "tornado-picture" }); }
  const parent = clear(byId("tornado-picture")), part = DATA.tornado[state.driver], rows = part.rows, width = roomOf(parent), line = 34, top = 34, height = top + rows.length * line + 22;
  const base = rows[0][4], values = rows.flatMap((r) => [r[3], r[5]]).concat(base, 0).filter((v) => v !== null), steps = roundTicks(Math.min(...values), Math.max(...values), 5);
  const left = Math.max(...rows.map((r) => textWidth(r[0]))) * 1.1 + 18, x = scaleOf(Math.min(...values), Math.max(...values), left + 40, width - 50), svg = canvas(parent, width, height, `${part.name}: what its worth rests on`);
  for (const value of steps) { put(svg, "line", { class: value === 0 ? "axis" : "grid-line", x1: x(value), x2: x(value), y1: top - 6, y2: height - 18 }); textOf(svg, x(value), height - 4, money(value).replace("USD\u00a0", ""), "middle"); }
  put(svg, "line", { class: "floor-line", x1: x(base), x2: x(base), y1: top - 10, y2: height - 18 });
  textOf(svg, x(base), 16, `as it is: ${money(base)}`, x(base) > width * 0.75 ? "end" : x(base) < width * 0.3 ? "start" : "middle", "vein-label");
  const nodes = rows.map((row, i) => tornadoRow(svg, row, top + i * line, line, left, x, base));
  steppable(svg, nodes);
  const legend = put(parent, "div", { class: "legend" });
  for (const [look, words] of [["c4", "at the low value"], ["c0", "at the high value"]]) put(legend, "span", {}, make("i", { class: "swatch", style: `background: var(--${look})` }), words);
  table(parent, "Values at which the worth is nothing", [
    { head: "Driver", value: (r) => r[0] }, { head: "Low", figure: true, value: (r) => driverWords(r[8], r[1]) }, { head: "Worth", figure: true, value: (r) => money0(r[3]) }, { head: "High", figure: true, value: (r) => driverWords(r[8], r[2]) },
    { head: "Worth", figure: true, value: (r) => money0(r[5]) }, { head: "Nothing at", figure: true, value: (r) => r[6] === null ? "none in reach" : driverWords(r[8], r[6]) },
  ], rows);
}
const driverWords = (driver, value) => value === null ? "-" : driver === "delay" ? `${number(value, 2)} ${value === 1 ? "year" : "years"}` : `${number(value, 2)}\u00a0\u00d7`;
function tornadoRow(svg, [name, low, high, atLow, , atHigh, nothing, note_, driver], y, line, left, x, base) {
  const group = put(svg, "g", { class: "bars-row", tabindex: "-1", role: "img" });
  put(group, "text", { class: "vein-label", x: left - 8, y: y + 17, "text-anchor": "end" }, name);
  for (const [value, look, inset] of [[atLow, "bar-low", 3], [atHigh, "bar-high", 3]]) if (value !== null) put(group, "rect", { class: look, x: Math.min(x(value), x(base)), y: y + inset, width: Math.max(1.5, Math.abs(x(value) - x(base))), height: line - 14 });
  for (const [value, words] of [[atLow, driverWords(driver, low)], [atHigh, driverWords(driver, high)]]) if (value !== null && Math.abs(x(value) - x(base)) > 8) textOf(group, value < base ? x(value) - 4 : x(value) + 4, y + 17, words, value < base ? "end" : "start", "vein-label");
  return withTip(group, () => [name, `${driverWords(driver, low)}: ${money0(atLow)}`, `as it is: ${money0(base)}`, `${driverWords(driver, high)}: ${money0(atHigh)}`, nothing === null ? note_ : `worth nothing at ${driverWords(driver, nothing)}`]);
}
const DRAW = { name: 0, mean: 1, error: 2, p5: 3, p50: 4, p80: 5, p95: 6, below: 7, draws: 8, seed: 9 };
function drawsPanel() {
  if (!DATA.draws.length) return;
  if (byId("draws").hidden) { show("draws"); if (DATA.draws.length > 1) chooser(byId("draws-body"), "Measure", "measure", DATA.draws.map((part) => part.title)); put(byId("draws-body"), "div", { id: "draws-picture" }); }
  const parent = clear(byId("draws-picture")), part = DATA.draws[state.measure], rows = part.rows, say_ = part.measure.endsWith("musd") ? money : (v) => v.toFixed(2), short = (v) => say_(v).replace("USD\u00a0", "");
  put(parent, "h3", { class: "apart" }, part.title);
  const width = roomOf(parent), line = 30, top = 8, height = top + rows.length * line + 22, left = Math.min(width * 0.34, Math.max(...rows.map((r) => textWidth(r[0]))) * 1.08 + 16), svg = canvas(parent, width, height, part.title);
  const values = rows.flatMap((r) => [r[DRAW.p5], r[DRAW.p95], r[DRAW.mean]]), low = Math.min(0, ...values), high = Math.max(0, ...values), x = scaleOf(low, high, left + 6, width - 96);
  for (const value of roundTicks(low, high, 5)) { put(svg, "line", { class: value === 0 ? "axis" : "grid-line", x1: x(value), x2: x(value), y1: top, y2: height - 20 }); textOf(svg, x(value), height - 5, short(value), "middle"); }
  const nodes = rows.map((r, i) => {
    const y = top + i * line, group = put(svg, "g", { class: "bars-row", tabindex: "-1", role: "img" });
    put(group, "text", { class: "vein-label", x: left - 8, y: y + 18, "text-anchor": "end" }, fit(r[0], left - 12));
    put(group, "rect", { class: "range-far", x: x(r[DRAW.p5]), y: y + 9, width: Math.max(1.5, x(r[DRAW.p95]) - x(r[DRAW.p5])), height: 8 });
    put(group, "rect", { class: "range-near", x: x(r[DRAW.p50]), y: y + 5, width: Math.max(1.5, x(r[DRAW.p80]) - x(r[DRAW.p50])), height: 16 });
    put(group, "circle", { class: "mean-dot", cx: x(r[DRAW.mean]), cy: y + 13, r: 4 });
    if (r[DRAW.below] !== null) textOf(svg, width - 4, y + 18, `${percent(r[DRAW.below])} lose`, "end", "vein-label");
    return withTip(group, () => [r[0], `mean ${say_(r[DRAW.mean])}, standard error ${say_(r[DRAW.error])}`, `5 %: ${say_(r[DRAW.p5])}; 50 %: ${say_(r[DRAW.p50])}; 80 %: ${say_(r[DRAW.p80])}; 95 %: ${say_(r[DRAW.p95])}`, r[DRAW.below] === null ? "" : `${percent(r[DRAW.below])} of draws lose, or fall below the floor`, `${number(r[DRAW.draws], 6)} draws, seed ${r[DRAW.seed]}`]);
  });
  steppable(svg, nodes);
  const legend = put(parent, "div", { class: "legend" });
  put(legend, "span", {}, make("i", { class: "swatch", style: "background: var(--c4); opacity: 0.35" }), "nine of ten draws");
  put(legend, "span", {}, make("i", { class: "swatch", style: "background: var(--c4)" }), "from the middle to four of five");
  put(legend, "span", {}, make("svg", { width: 12, height: 12, "aria-hidden": "true" }, make("circle", { class: "mean-dot", cx: 6, cy: 6, r: 4 })), "mean");
  if (DATA.convergence.length > 1) convergence(parent);
}
function convergence(parent) {
  put(parent, "h3", { class: "apart" }, "How the mean settles, and twice its standard error");
  const rows = DATA.convergence, width = roomOf(parent), height = 190, svg = canvas(parent, width, height, "Mean of the portfolio's worth by number of draws"), ends = rows.flatMap(([, m, e]) => [m - 2 * e, m + 2 * e]), low = Math.min(...ends), high = Math.max(...ends), steps = roundTicks(low, high, 4);
  const left = Math.max(...steps.map((v) => textWidth(money(v)))) + 14, right = width - 20, x = scaleOf(0, rows[rows.length - 1][0], left, right), y = scaleOf(low, high, height - 38, 10);
  uprightAxis(svg, y, steps, left, right, money);
  for (const value of roundTicks(0, rows[rows.length - 1][0], 5)) textOf(svg, x(value), height - 20, number(value, 6), "middle");
  textOf(svg, (left + right) / 2, height - 4, "draws", "middle");
  put(svg, "path", { class: "band", style: "fill: var(--c4)", d: `${draw(rows.map(([n, m, e]) => [x(n), y(m + 2 * e)]))}${draw([...rows].reverse().map(([n, m, e]) => [x(n), y(m - 2 * e)])).replace("M", "L")}Z`, "aria-hidden": "true" });
  put(svg, "path", { class: "series", style: "stroke: var(--c4)", d: draw(rows.map(([n, m]) => [x(n), y(m)])), "aria-hidden": "true" });
  steppable(svg, rows.map(([n, m, e]) => withTip(put(svg, "circle", { class: "dot independence", role: "img", tabindex: "-1", cx: x(n), cy: y(m), r: rows.length > 20 ? 2.5 : 4 }), () => [`${number(n, 6)} draws`, `mean ${money(m)}`, `standard error ${money(e)}`])));
}
