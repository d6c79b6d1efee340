// Flows on the map: width by cargo, colour by use of the tightest limit; or what changes against another plan.
const USE_CLASSES = [[0.5, "u0", "under 50 %"], [0.8, "u1", "50 to 80 %"], [0.95, "u2", "80 to 95 %"], [Infinity, "u3", "95 % and more"]];
const useClass = (use) => use === null ? "un" : USE_CLASSES.find(([top]) => use < top)[1];
// Pages of many plans hold no limits, costs and goods of flows: they are left out of the words.
const limitWords = (use, limit, boxed) => `${percent(use)} of its ${limit === null ? "tightest limit" : `limit of ${boxed ? boxes(limit) : tonnes(limit)} a year`}, in the fullest season`;
const worthLines = (dualT, dualTeu) => [
  dualT > 0.005 ? `One more tonne a year is worth ${usd(dualT)}` : "",
  dualTeu > 0.005 ? `One more TEU a year is worth ${usd(dualTeu)}` : "",
];

function endsOf(row) {
  const link = MAP.links[row[0]], ends = [MAP.places[link.a].name, MAP.places[link.b].name];
  return (row[1] ? ends.reverse() : ends).join(" \u2192 ");
}
const cargoWords = (flow) => [flow[FLOW.kt] > 0 ? tonnes(flow[FLOW.kt]) : "", flow[FLOW.kteu] > 0 ? boxes(flow[FLOW.kteu]) : ""].filter(Boolean).join(", ");

function flowLines(flow) {
  const link = MAP.links[flow[FLOW.link]], goods = flow[FLOW.goods];
  const other = MAP.flows[state.period].find((f) => f[FLOW.link] === flow[FLOW.link] && f[FLOW.back] !== flow[FLOW.back]);
  const main = goods.filter((_, i) => i % 2 === 0).map((good, i) => `${MAP.goods[good]} ${goods[2 * i + 1]}\u00a0%`);
  return [
    endsOf(flow),
    [link.mode, link.km ? `${number(link.km)}\u00a0km` : ""].filter(Boolean).join(", "),
    `${cargoWords(flow)} in a year of ${state.period}`,
    other ? `Other way: ${cargoWords(other)}` : "Other way: nothing",
    main.length ? `Mostly ${main.join(", ")}` : "",
    flow[FLOW.use] === null ? "No limit of its own" : limitWords(flow[FLOW.use], flow[FLOW.limit], flow[FLOW.boxed]),
    ...worthLines(flow[FLOW.dualT], flow[FLOW.dualTeu]),
    flow[FLOW.kt] > 0 && flow[FLOW.cost] !== null ? `Freight and fees ${usd(flow[FLOW.cost] / flow[FLOW.kt] * 1000)} a tonne` : "",
    `${number(link.run)}\u00a0h under way, ${number(link.wait)}\u00a0h waiting at its ends`,
    `Time and limit: ${provenance(link)}`,
    link.charges ? `Freight: ${provenance(link.charges)}` : "",
  ];
}
function changeLines(row) {
  const [here, there] = state.cargo === "kt" ? [row[CHANGE.kt], row[CHANGE.ktOther]] : [row[CHANGE.kteu], row[CHANGE.kteuOther]];
  return [endsOf(row), MAP.links[row[0]].mode, `${signed(inWords, change(row))} in a year of ${state.period}`, `${inWords(here)} here, ${inWords(there)} in ${DATA.compare.name}`];
}

// Layers from below: the flows, their arrows, and wide unseen lines that make thin flows easy to point at.
function drawFlows(project) {
  const most = widest(), layers = ["flows", "arrows", "reach"].map((id) => put(svgMap, "g", { id }));
  layers.slice(1).forEach((layer) => layer.setAttribute("aria-hidden", "true"));
  const nodes = [];
  if (showsChanges()) {
    for (const flow of MAP.flows[state.period]) if (amount(flow) > 0) drawFlow(layers, project, flow, { w: 0.8, look: "ground" });
    const rows = (MAP.changes[state.period] || []).filter((row) => Math.abs(change(row)) > 1e-4 * most).sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)));
    for (const row of rows) nodes.push(drawFlow(layers, project, row, { w: width(Math.abs(change(row)), most), look: change(row) > 0 ? "more" : "less", lines: () => changeLines(row) }));
  } else {
    const flows = MAP.flows[state.period].filter((flow) => amount(flow) > 0).sort((a, b) => amount(b) - amount(a));
    for (const flow of flows) nodes.push(drawFlow(layers, project, flow, { w: width(amount(flow), most), look: useClass(flow[FLOW.use]), lines: () => flowLines(flow) }));
  }
  steppable(layers[0], nodes.filter(Boolean));
}

function drawFlow([layer, arrows, reach], project, row, { w, look, lines }) {
  const back = row[1], coordinates = back ? LINES[row[0]].map((run) => [...run].reverse()).reverse() : LINES[row[0]];
  const moved = runs(project, coordinates).map((line) => beside(line, w / 2 + 0.5));
  if (!moved.length) return null;
  const d = moved.map(draw).join("");
  if (!lines) { put(layer, "path", { class: "flow ground", d, "stroke-width": w, "aria-hidden": "true" }); return null; }
  put(layer, "path", { class: "casing", d, "stroke-width": (w + 1.2).toFixed(2), "aria-hidden": "true" });
  const node = put(layer, "path", { class: "flow " + look, d, "stroke-width": w.toFixed(2), role: "img", tabindex: "-1", "data-link": row[0] });
  withTip(node, lines);
  if (w < 6) easyToPoint(reach, node, lines);
  moved.forEach((line) => drawArrows(arrows, line, w, look));
  return node;
}

function drawArrows(layer, line, w, look) {
  const { spots, length } = along(line, 130), inside = w >= 6, size = inside ? w * 0.36 : Math.max(2.9, w * 1.05);
  if (length < (w < 2 ? 34 : 4 * w)) return;
  for (const { at: [x, y], direction: [dx, dy] } of spots) {
    const corner = (forth, across) => `${(x + dx * forth - dy * across).toFixed(1)},${(y + dy * forth + dx * across).toFixed(1)}`;
    put(layer, "polygon", { class: "arrow " + (inside ? "inside" : look), points: [corner(size, 0), corner(-size * 0.7, size * 0.9), corner(-size * 0.7, -size * 0.9)].join(" ") });
  }
}

// A wider unseen line over a thin one.
function easyToPoint(layer, node, lines) {
  const over = put(layer, "path", { class: "reach", d: node.getAttribute("d") });
  over.addEventListener("pointermove", (event) => showTip(lines(), event.clientX, event.clientY));
  over.addEventListener("pointerenter", () => node.classList.add("on"));
  over.addEventListener("pointerleave", () => { node.classList.remove("on"); hideTip(); });
}
