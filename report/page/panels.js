// The panels below the corridors: investments, bottlenecks, cost and time, costs, base year, confidence, changes.
function investments() {
  const parent = byId("investments-body"), all = DATA.investments, built = all.filter((row) => row.decision === "built");
  const years = built.flatMap((row) => [row.start, row.service]), first = Math.min(...years, ...DATA.periods), last = Math.max(...years, DATA.horizon);
  const axis = { first, last, width: 330 }, x = (year) => (year - first) / (last - first) * axis.width;
  const columns = [
    { head: "Project", value: (r) => r.name },
    { head: "Where and what", value: (r) => `${r.countries} \u00b7 ${r.type}`, narrow: false },
    { head: "Cost", figure: true, value: (r) => money(r.cost) },
    { head: timeAxis(axis, x), value: (r) => span(axis, x, r) },
    { head: "Rests on", value: (r) => tag(r.sure), narrow: false },
  ];
  const rows = [];
  for (const period of DATA.periods) {
    const mine = built.filter((row) => row.period === period);
    if (!mine.length) continue;
    rows.push({ heading: `Started in the period of ${period}: ${mine.length} for ${money(mine.reduce((sum, row) => sum + row.cost, 0))}` }, ...mine);
  }
  if (rows.length) table(parent, "Projects built, with construction and service", columns, rows);
  rest(parent, all.filter((row) => row.decision === "given"), "already there or paid for, counted in today's network");
  rest(parent, DATA.notBuilt, "not built");
}
function rest(parent, rows, what) {
  if (!rows.length) return;
  const box = put(parent, "details");
  put(box, "summary", {}, `${rows.length} ${rows.length === 1 ? "project" : "projects"} ${what}`);
  table(box, "Projects " + what, [
    { head: "Project", value: (r) => r.name }, { head: "Country", value: (r) => r.countries },
    { head: "Cost", figure: true, value: (r) => money(r.cost) }, { head: "Rests on", value: (r) => tag(r.sure), narrow: false },
  ], rows);
}
function timeAxis(axis, x) {
  const picture = make("svg", { viewBox: `0 0 ${axis.width} 16`, width: "100%", style: `min-width: 150px; max-width: ${axis.width}px`, role: "img", "aria-label": `Years ${axis.first} to ${axis.last}` });
  for (let year = Math.ceil(axis.first / 5) * 5; year <= axis.last; year += 5) {
    if (x(year) > axis.width - 24) break;
    put(picture, "line", { x1: x(year), x2: x(year), y1: 0, y2: 16, stroke: "var(--line)" });
    put(picture, "text", { x: x(year) + 3, y: 12, "font-size": 11, fill: "var(--soft)" }, String(year));
  }
  return picture;
}
function span(axis, x, row) {
  const words = `Built ${row.start} to ${row.service}, then in service`;
  const picture = make("svg", { viewBox: `0 0 ${axis.width} 16`, width: "100%", style: `min-width: 150px; max-width: ${axis.width}px`, role: "img" });
  for (let year = Math.ceil(axis.first / 5) * 5; year <= axis.last; year += 5) put(picture, "line", { x1: x(year), x2: x(year), y1: 0, y2: 16, stroke: "var(--line)" });
  put(picture, "rect", { x: x(row.service), y: 6, width: Math.max(0, axis.width - x(row.service)), height: 4, fill: "var(--accent)", opacity: 0.45 });
  put(picture, "rect", { x: x(row.start), y: 3, width: Math.max(3, x(row.service) - x(row.start)), height: 10, rx: 2, fill: "var(--accent)" });
  return withTip(picture, () => [row.name, words, row.units > 1 ? `${number(row.units)} of ${number(row.most)} units` : ""]);
}

let tightTable = null;
function bottlenecks() {
  const rows = DATA.bottlenecks[state.period];
  if (tightTable) { tightTable.refill(rows); return; }
  const unit = (r) => r.kind === "TEU" ? "TEU" : "t", size = (r, v) => r.kind === "TEU" ? boxes(v) : tonnes(v);
  tightTable = table(byId("bottlenecks-body"), "Limits that bind, the dearest first", [
    { head: "Where", value: (r) => [r.name, make("small", {}, tie(r.words))] },
    { head: "Limit a year", figure: true, value: (r) => size(r, r.capacity) },
    { head: "Used", figure: true, value: (r) => percent(r.use) },
    { head: "Worth of one more", figure: true, value: (r) => `${usd(r.worth)}/${unit(r)}` },
    { head: "Scarcity a year", figure: true, value: (r) => money(r.rent) },
    { head: "Limit rests on", value: (r) => tag(r.sure), narrow: false },
  ], rows);
  put(byId("bottlenecks-body"), "p", { class: "note" }, "The worth of one more unit is the shadow price at the plan shown: what all shippers together would gain from it, beyond the charges they pay. Scarcity is that worth times the cargo that passes.");
}

let laneTable = null, corridorTable = null;
function lanes() {
  const parent = byId("lanes-body"), rows = laneRows(), routes = routeRows();
  if (laneTable) { laneTable.refill(rows); corridorTable.refill(routes); return; }
  corridorTable = table(parent, "Cost and time by market and corridor", [
    { head: "Market", value: (r) => r.market }, { head: "By", value: (r) => r.name },
    { head: "Share", figure: true, value: (r) => percent(r.share / 100) },
    { head: "Charges", figure: true, value: (r) => r.boxed ? usd(r.usdTeu) + "/TEU" : usd(r.usdT) + "/t" },
    { head: "Days", figure: true, value: (r) => number(r.days, 2) },
  ], routes);
  const box = put(parent, "details"), lead = `The ${DATA.lanes[state.period].length} busiest lanes between zones`;
  put(box, "summary", {}, lead);
  const filter = put(put(box, "div", { class: "filter" }), "label", {}, "Find a zone or kind of cargo: ");
  const input = put(filter, "input", { type: "search", id: "lane-filter" });
  input.addEventListener("input", () => laneTable.refill(laneRows()));
  laneTable = table(box, "Lanes between zones", [
    { head: "From", value: (r) => r.from, sort: (r) => r.from }, { head: "To", value: (r) => r.to, sort: (r) => r.to },
    { head: "Cargo", value: (r) => r.cargo, sort: (r) => r.cargo },
    { head: "Moved", figure: true, value: (r) => r.kteu > 0 && r.cargo === "container" ? boxes(r.kteu) : tonnes(r.kt), sort: (r) => r.kt },
    { head: "Not moved", figure: true, value: (r) => r.unserved > 0.05 ? tonnes(r.unserved) : "-", sort: (r) => r.unserved, narrow: false },
    { head: "Charges a tonne", figure: true, value: (r) => usd(r.usdT), sort: (r) => r.usdT },
    { head: "Charges a TEU", figure: true, value: (r) => usd(r.usdTeu), sort: (r) => r.usdTeu, narrow: false },
    { head: "Last tonne, with time and risk", figure: true, value: (r) => usd(r.price), sort: (r) => r.price, narrow: false },
    { head: "Days", figure: true, value: (r) => number(r.days, 2), sort: (r) => r.days },
  ], rows, true);
  put(parent, "p", { class: "note" }, "Charges are freight, handling and fees paid; days are door to door, waiting included. Both are means over what moves.");
}
function laneRows() {
  const input = byId("lane-filter"), wanted = input ? input.value.trim().toLowerCase() : "";
  return DATA.lanes[state.period].filter((r) => `${r.from} ${r.to} ${r.cargo}`.toLowerCase().includes(wanted));
}
function routeRows() {
  const rows = [];
  for (const market of DATA.markets.slice(0, 8)) {
    let name = market.name;
    for (const row of market.rows) {
      if (row.period !== state.period || row.share < 0.5) continue;
      rows.push({ ...row, boxed: market.basis === "kteu", market: name, name: DATA.corridors[row.corridor] });
      name = "";
    }
  }
  return rows;
}

function costs() {
  const parent = clear(byId("costs-body")), rows = DATA.costs.filter((row) => Math.abs(row.musd) >= 0.05);
  const categories = [...new Set(rows.map((row) => row.category))], most = Math.max(...rows.map((row) => Math.abs(row.musd)));
  const cell = (category, period) => {
    const row = rows.find((r) => r.category === category && r.period === period);
    if (!row) return "-";
    const bar = make("svg", { width: 72, height: 8, "aria-hidden": "true", class: "narrow-off" });
    put(bar, "rect", { x: 0, y: 0, width: 72 * Math.abs(row.musd) / most, height: 8, rx: 1, fill: row.musd < 0 ? "var(--good)" : period === state.period ? "var(--accent)" : "var(--faint)" });
    return [money(row.musd) + " ", bar];
  };
  const columns = [{ head: "A year of the period", value: (c) => c.name }];
  for (const period of DATA.periods) columns.push({ head: String(period), figure: true, value: (c) => cell(c.id, period) });
  table(parent, "Cost of a year by kind", columns, categories.map((id) => ({ id, name: DATA.categories[id] })));
  put(parent, "p", { class: "note" }, "Time of the cargo and late arrival are what days under way and lateness cost its owners; they are paid to no one.");
}

function baseYear() {
  const parent = byId("base-body"), rows = DATA.baseYear;
  if (!rows.length) return;
  const size = (r, v) => v === null ? "-" : r.unit === "kTEU" ? boxes(v) : tonnes(v);
  table(parent, "Modelled against observed", [
    { head: "Measure", value: (r) => r.title },
    { head: "Observed", figure: true, value: (r) => [size(r, r.observed), r.low !== null && r.high !== null ? make("small", {}, `${size(r, r.low)} to ${size(r, r.high)}`) : ""] },
    { head: "Modelled", figure: true, value: (r) => size(r, r.modelled) },
    { head: ratioAxis(), value: ratioMark },
    { head: "Error", figure: true, value: (r) => make("span", { class: r.inRange ? "good" : "bad" }, r.error === null ? "-" : signed(number(Math.abs(r.error), 2) + "\u00a0%", r.error)) },
    { head: "Observation", value: (r) => tag(r.sure), narrow: false },
  ], rows);
  put(parent, "p", { class: "note" }, "The bar is the observed range, the dot the model: green within that range or 10 % of the observation, red beyond. The scale is logarithmic, so that twice and half lie equally far from the line.");
}
const SCALE = 10, RATIO = { width: 260, at: (ratio) => 130 + 122 * Math.max(-1, Math.min(1, Math.log(ratio) / Math.log(SCALE))) };
function ratioAxis() {
  const picture = make("svg", { viewBox: `0 0 ${RATIO.width} 16`, width: "100%", style: "min-width: 150px; max-width: 260px", role: "img", "aria-label": "Modelled as a multiple of observed, from a tenth to ten times" });
  for (const [ratio, text] of [[0.1, "1/10"], [0.5, "half"], [1, "equal"], [2, "twice"], [10, "10\u00d7"]]) put(picture, "text", { x: RATIO.at(ratio), y: 12, "font-size": 11, fill: "var(--soft)", "text-anchor": ratio === 0.1 ? "start" : ratio === 10 ? "end" : "middle" }, text);
  return picture;
}
function ratioMark(row) {
  const picture = make("svg", { viewBox: `0 0 ${RATIO.width} 16`, width: "100%", style: "min-width: 150px; max-width: 260px", role: "img" });
  for (const ratio of [0.5, 1, 2]) put(picture, "line", { x1: RATIO.at(ratio), x2: RATIO.at(ratio), y1: 0, y2: 16, stroke: ratio === 1 ? "var(--soft)" : "var(--line)" });
  const low = (row.low ?? row.observed * 0.9) / row.observed, high = (row.high ?? row.observed * 1.1) / row.observed, ratio = row.modelled / row.observed;
  const left = RATIO.at(Math.max(low, 0.01)), right = RATIO.at(high);
  put(picture, "rect", { x: left, y: 4, width: Math.max(2, right - left), height: 8, rx: 2, fill: "var(--faint)", opacity: 0.45 });
  const beyond = ratio < 1 / SCALE || ratio > SCALE, x = RATIO.at(Math.max(ratio, 1e-6)), colour = row.inRange ? "var(--good)" : "var(--bad)";
  if (beyond) put(picture, "polygon", { points: ratio > 1 ? `${x},8 ${x - 8},3 ${x - 8},13` : `${x},8 ${x + 8},3 ${x + 8},13`, fill: colour });
  else put(picture, "circle", { cx: x, cy: 8, r: 4.5, fill: colour, stroke: "var(--card)" });
  return withTip(picture, () => [row.title, ratio > 0 ? `Modelled is ${number(ratio)} times observed` : "The model moves nothing here", row.source]);
}

const SURE = ["sourced", "estimate", "memory"];
function confidence() {
  const parent = byId("confidence-body"), legend = put(parent, "div", { class: "legend" });
  const meaning = { sourced: "sourced: read in the source named", estimate: "estimate: basis given in the data", memory: "memory: general knowledge, not checked" };
  for (const name of SURE) put(legend, "span", {}, make("i", { class: "swatch", style: `background: var(--${name})` }), meaning[name]);
  const bars = (row) => {
    const node = make("div", { class: "strip", style: "display: flex; height: 20px; min-width: 160px; border-radius: 3px; overflow: hidden" });
    for (const name of SURE) if (row[name] > 0.0005) put(node, "i", { class: name === "sourced" ? "" : "dark", style: `width: ${row[name] * 100}%; background: var(--${name})` }, row[name] > 0.08 ? percent(row[name]) : "");
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", SURE.map((name) => `${name} ${percent(row[name])}`).join(", "));
    return node;
  };
  table(parent, "How much rests on what", [{ head: "What", value: (r) => [r.subject, make("small", {}, "by share of " + r.what)] }, { head: "", value: bars }], DATA.confidence);
}

function changes() {
  if (!DATA.changes.length) return;
  byId("changes").hidden = false;
  const [lead, ...lines] = DATA.changes, parent = byId("changes-body");
  put(parent, "p", { class: "say" }, lead);
  const list = put(parent, "ul");
  for (const line of lines) put(list, "li", {}, tie(line));
}
