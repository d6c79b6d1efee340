// The map: countries, flows (width by cargo, colour by use of the tightest limit), places and projects.
const MAP = DATA.map, SIZE = { width: 900, height: 560 };
const svgMap = byId("map-svg");
const pan = { k: 1, x: 0, y: 0 };
const USE_CLASSES = [[0.5, "u0", "under 50 %"], [0.8, "u1", "50 to 80 %"], [0.95, "u2", "80 to 95 %"], [Infinity, "u3", "95 % and more"]];
const useClass = (use) => use === null ? "un" : USE_CLASSES.find(([top]) => use < top)[1];
const shapes = MAP.topology ? readShapes(MAP.topology) : null;

function readShapes(topology) {
  const borders = (settled) => ({ type: "FeatureCollection", features: geo.feature(topology, topology.objects.borders).features.filter((line) => (line.properties.status === "boundary") === settled) });
  return { land: rewound(geo.feature(topology, topology.objects.countries)), borders: borders(true), undetermined: borders(false) };
}

// d3-geo takes the land to lie to the right of a ring; other tools write rings the other way round.
function rewound(land) {
  const turn = (ring, i) => geo.geoArea({ type: "Polygon", coordinates: [ring] }) > 2 * Math.PI === (i === 0) ? [...ring].reverse() : ring;
  for (const { geometry } of land.features) {
    if (geometry.type === "Polygon") geometry.coordinates = geometry.coordinates.map(turn);
    if (geometry.type === "MultiPolygon") geometry.coordinates = geometry.coordinates.map((polygon) => polygon.map(turn));
  }
  return land;
}

function projection() {
  const box = MAP.views[state.view].box, [west, south, east, north] = box, middle = (west + east) / 2;
  const points = [];
  for (let i = 0; i <= 8; i++) for (const lat of [south, north, (south + north) / 2]) points.push([west + (east - west) * i / 8, lat]);
  const project = isWide() ? geo.geoEqualEarth().rotate([-middle, 0]) : geo.geoConicConformal().rotate([-middle, 0]).parallels([south + (north - south) / 6, north - (north - south) / 6]);
  project.fitExtent([[16, 16], [SIZE.width - 16, SIZE.height - 16]], { type: "MultiPoint", coordinates: points });
  const [x, y] = project.translate(), centre = [SIZE.width / 2, SIZE.height / 2];
  project.scale(project.scale() * pan.k).translate([centre[0] + (x - centre[0]) * pan.k + pan.x, centre[1] + (y - centre[1]) * pan.k + pan.y]);
  return project.clipExtent([[-60, -60], [SIZE.width + 60, SIZE.height + 60]]);
}

// Projected runs of points of a line; more than one where the edge of the map cuts it.
function runs(project, coordinates) {
  const lines = [];
  const pen = { moveTo: (x, y) => lines.push([[x, y]]), lineTo: (x, y) => lines[lines.length - 1].push([x, y]), closePath() {}, arc() {}, beginPath() {} };
  geo.geoPath(project, pen)({ type: "MultiLineString", coordinates });
  return lines.map(thin).filter((line) => line.length > 1);
}
const thin = (line) => line.filter((point, i) => !i || i === line.length - 1 || Math.hypot(point[0] - line[i - 1][0], point[1] - line[i - 1][1]) > 0.6);

// The line moved to the right of its direction, so that the two directions of a link lie side by side.
function beside(line, distance) {
  return line.map((point, i) => {
    const a = line[Math.max(i - 1, 0)], b = line[Math.min(i + 1, line.length - 1)];
    const dx = b[0] - a[0], dy = b[1] - a[1], length = Math.hypot(dx, dy) || 1;
    return [point[0] - dy / length * distance, point[1] + dx / length * distance];
  });
}
const draw = (line) => "M" + line.map(([x, y]) => x.toFixed(1) + "," + y.toFixed(1)).join("L");

const FLOW = { link: 0, back: 1, kt: 2, kteu: 3, use: 4, dualT: 5, dualTeu: 6, cost: 7, goods: 8 };
const amount = (flow) => flow[state.cargo === "kt" ? FLOW.kt : FLOW.kteu];
const inWords = (value) => state.cargo === "kt" ? tonnes(value) : boxes(value);
function widest() {
  let most = 0;
  for (const flows of Object.values(MAP.flows)) for (const flow of flows) most = Math.max(most, amount(flow));
  return most;
}
const isWide = () => MAP.views[state.view].box[2] - MAP.views[state.view].box[0] > 150;
const width = (value, most) => Math.max(0.7, (isWide() && pan.k < 2 ? 8 : 13) * Math.sqrt(value / most));

function flowLines(flow) {
  const link = MAP.links[flow[FLOW.link]], ends = [MAP.places[link.a].name, MAP.places[link.b].name];
  if (flow[FLOW.back]) ends.reverse();
  const per = flow[FLOW.kt] > 0 ? flow[FLOW.cost] / flow[FLOW.kt] * 1000 : null;
  return [
    ends.join(" \u2192 "),
    `${link.mode}, ${number(link.km)} km`,
    `${tonnes(flow[FLOW.kt])}${flow[FLOW.kteu] > 0 ? ", " + boxes(flow[FLOW.kteu]) : ""} in ${state.period}`,
    flow[FLOW.goods] ? `Mostly ${flow[FLOW.goods]}` : "",
    flow[FLOW.use] === null ? "No limit of its own" : `Fullest season: ${percent(flow[FLOW.use])} of the limit`,
    flow[FLOW.dualT] > 0.005 ? `One more tonne a year is worth ${usd(flow[FLOW.dualT])}` : "",
    flow[FLOW.dualTeu] > 0.005 ? `One more TEU a year is worth ${usd(flow[FLOW.dualTeu])}` : "",
    per === null ? "" : `Charges ${usd(per)} a tonne`,
    `${number(link.run)} h under way, ${number(link.wait)} h waiting at its ends`,
    link.sure ? `Limit and times: ${link.sure}` : "",
  ];
}

let order = [], current = -1;
function drawMap() {
  SIZE.width = Math.max(320, Math.round(svgMap.clientWidth || 900));
  SIZE.height = Math.round(Math.max(SIZE.width * 0.62, 380));
  clear(svgMap).setAttribute("viewBox", `0 0 ${SIZE.width} ${SIZE.height}`);
  const project = projection(), path = geo.geoPath(project), most = widest();
  put(svgMap, "path", { class: "grid", d: path(geo.geoGraticule10()) });
  if (shapes) {
    put(svgMap, "path", { class: "land", d: path(shapes.land) });
    put(svgMap, "path", { class: "border", d: path(shapes.borders) });
    put(svgMap, "path", { class: "border dashed", d: path(shapes.undetermined) });
  }
  const layer = put(svgMap, "g", { id: "flows" }), flows = [...MAP.flows[state.period]].filter((flow) => amount(flow) > 0);
  flows.sort((a, b) => amount(b) - amount(a));
  order = [];
  const arrows = put(svgMap, "g", { "aria-hidden": "true" }), reach = put(svgMap, "g", { "aria-hidden": "true" });
  for (const flow of flows) drawFlow({ layer, arrows, reach }, project, flow, most);
  if (order.length) order[0].setAttribute("tabindex", "0");
  current = order.length ? 0 : -1;
  drawPlaces(project, flows, drawProjects(project));
}

function drawFlow({ layer, arrows, reach }, project, flow, most) {
  const link = MAP.links[flow[FLOW.link]], w = width(amount(flow), most), use = useClass(flow[FLOW.use]);
  const coordinates = flow[FLOW.back] ? link.line.map((run) => [...run].reverse()) : link.line;
  const moved = runs(project, coordinates).map((line) => beside(line, w / 2 + 0.4));
  if (!moved.length) return;
  const node = put(layer, "path", { class: "flow " + use, d: moved.map(draw).join(""), "stroke-width": w.toFixed(2), role: "img", tabindex: "-1" });
  withTip(node, () => flowLines(flow));
  order.push(node);
  if (w < 5) easyToPoint(reach, node, () => flowLines(flow));
  const longest = moved.reduce((a, b) => b.length > a.length ? b : a), spot = half(longest);
  if (w < 2.2 || spot.length < 4 * w) return;
  const inside = w >= 6, size = inside ? w * 0.36 : Math.max(3.4, w), [x, y] = spot.at, [dx, dy] = spot.direction;
  const corner = (along, across) => `${(x + dx * along - dy * across).toFixed(1)},${(y + dy * along + dx * across).toFixed(1)}`;
  put(arrows, "polygon", { class: "arrow " + (inside ? "inside" : use), points: [corner(size, 0), corner(-size * 0.7, size * 0.9), corner(-size * 0.7, -size * 0.9)].join(" ") });
}

// A wider unseen line over a thin one.
function easyToPoint(reach, node, lines) {
  const over = withTip(put(reach, "path", { class: "reach", d: node.getAttribute("d") }), lines);
  over.removeAttribute("aria-label");
  over.addEventListener("pointerenter", () => node.classList.add("on"));
  over.addEventListener("pointerleave", () => node.classList.remove("on"));
}

// The middle of a line, its direction there and its length.
function half(line) {
  const steps = line.slice(1).map((point, i) => Math.hypot(point[0] - line[i][0], point[1] - line[i][1]));
  const length = steps.reduce((a, b) => a + b, 0);
  let left = length / 2, i = 0;
  while (i < steps.length - 1 && left > steps[i]) left -= steps[i++];
  const [a, b] = [line[i], line[i + 1]], step = steps[i] || 1, direction = [(b[0] - a[0]) / step, (b[1] - a[1]) / step];
  return { at: [a[0] + direction[0] * left, a[1] + direction[1] * left], direction, length };
}

function drawPlaces(project, flows, taken) {
  const weight = new Map();
  for (const flow of flows) for (const end of [MAP.links[flow[FLOW.link]].a, MAP.links[flow[FLOW.link]].b]) weight.set(end, (weight.get(end) || 0) + amount(flow));
  const layer = put(svgMap, "g", { "aria-hidden": "true" });
  const busy = [...weight.entries()].sort((a, b) => Number(MAP.places[b[0]].focus) - Number(MAP.places[a[0]].focus) || b[1] - a[1]);
  const seen = busy.map(([i]) => ({ ...MAP.places[i], at: project([MAP.places[i].lon, MAP.places[i].lat]) })).filter(({ at }) => at && at[0] > 4 && at[0] < SIZE.width - 4 && at[1] > 4 && at[1] < SIZE.height - 4);
  for (const { at } of seen) put(layer, "circle", { class: "place", cx: at[0].toFixed(1), cy: at[1].toFixed(1), r: 1.9 });
  taken.push([0, 0, 330, 46], [SIZE.width - 80, 0, SIZE.width, 46]);
  let shown = 0;
  for (const { at, short } of seen) {
    if (shown >= SIZE.width / 19) break;
    const w = short.length * 5.9, spots = [[at[0] + 5, at[1] + 4], [at[0] - w - 5, at[1] + 4], [at[0] - w / 2, at[1] - 6], [at[0] - w / 2, at[1] + 15]];
    const spot = spots.find(([x, y]) => x > 2 && x + w < SIZE.width - 2 && y > 12 && !taken.some(([l, t, r, b]) => x < r && x + w > l && y - 10 < b && y + 3 > t));
    if (!spot) continue;
    taken.push([spot[0] - 2, spot[1] - 11, spot[0] + w + 2, spot[1] + 4]);
    put(layer, "text", { class: "label", x: spot[0].toFixed(1), y: spot[1].toFixed(1) }, short);
    shown++;
  }
}

// The nearest spot to `at` on growing rings around it that is not covered by another mark.
function freeSpot(at, set) {
  for (let ring = 0; ; ring++) {
    for (let i = 0; i < Math.max(1, 6 * ring); i++) {
      const angle = 2 * Math.PI * i / (6 * ring || 1), spot = [at[0] + 10 * ring * Math.cos(angle), at[1] + 10 * ring * Math.sin(angle)];
      if (set.every(([x, y]) => Math.hypot(x - spot[0], y - spot[1]) > 9)) return spot;
    }
  }
}

function drawProjects(project) {
  const layer = put(svgMap, "g", { id: "projects" }), set = [];
  if (isWide() && pan.k < 3) return set;  // too close together to tell apart
  for (const item of MAP.projects) {
    if (item.start > DATA.ends[state.period]) continue;
    const at = project([item.lon, item.lat]);
    if (!at || at[0] < 6 || at[0] > SIZE.width - 6 || at[1] < 6 || at[1] > SIZE.height - 6) continue;
    const [x, y] = freeSpot(at, set), done = item.service <= DATA.ends[state.period], r = 4.6;
    set.push([x, y]);
    const node = put(layer, "polygon", { class: "project " + (done ? "done" : "doing"), points: `${x},${y - r} ${x + r},${y} ${x},${y + r} ${x - r},${y}`, role: "img", tabindex: "-1" });
    withTip(node, () => [item.name, `${money(item.cost)}, ${item.countries}`, `Start ${item.start}, in service ${item.service}`, `Cost: ${item.sure}`]);
  }
  return set.map(([x, y]) => [x - 5, y - 5, x + 5, y + 5]);
}

function drawMapLegend() {
  const node = clear(byId("map-legend")), most = widest();
  put(node, "span", {}, "Use of the tightest limit, fullest season:");
  for (const [, name, text] of [...USE_CLASSES, [0, "un", "no limit"]]) put(node, "span", {}, make("i", { class: "swatch", style: `background: var(--${name})` }), text.replace(" %", "\u00a0%"));
  const sizes = [1, 0.1, 0.01].map((part) => Number((most * part).toPrecision(1))).filter((v) => v > 0);
  put(node, "span", {}, "Width grows with the square root of cargo:");
  for (const size of sizes) {
    const w = width(size, most), picture = make("svg", { width: 26, height: 14, "aria-hidden": "true" });
    put(picture, "rect", { x: 0, y: 7 - w / 2, width: 26, height: w, fill: "var(--faint)" });
    put(node, "span", {}, picture, inWords(size));
  }
  if (!document.querySelector("#projects polygon")) return;
  for (const [kind, text] of [["done", "project in service by the end of the period"], ["doing", "project under way"]]) {
    const picture = make("svg", { width: 14, height: 14, "aria-hidden": "true" });
    put(picture, "polygon", { class: "project " + kind, points: "7,1.5 12.5,7 7,12.5 1.5,7" });
    put(node, "span", {}, picture, text);
  }
}

svgMap.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step || current < 0) return;
  event.preventDefault();
  order[current].setAttribute("tabindex", "-1");
  current = (current + step + order.length) % order.length;
  order[current].setAttribute("tabindex", "0");
  order[current].focus();
});
function zoom(factor) {
  const k = Math.min(12, Math.max(0.6, pan.k * factor)), ratio = k / pan.k;
  Object.assign(pan, { k, x: pan.x * ratio, y: pan.y * ratio });
  drawMap();
}
byId("zoom-in").addEventListener("click", () => zoom(1.5));
byId("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
let grip = null, drawnAt = 0;
addEventListener("resize", () => { if (svgMap.clientWidth !== drawnAt) { drawnAt = svgMap.clientWidth; drawMap(); } });
svgMap.addEventListener("pointerdown", (event) => { if (event.button === 0) grip = { x: event.clientX, y: event.clientY, pan: { ...pan }, far: false }; });
addEventListener("pointermove", (event) => {
  if (!grip) return;
  const scale = SIZE.width / svgMap.clientWidth, dx = (event.clientX - grip.x) * scale, dy = (event.clientY - grip.y) * scale;
  if (!grip.far && Math.hypot(dx, dy) < 4) return;
  grip.far = true;
  svgMap.classList.add("dragged");
  hideTip();
  Object.assign(pan, { x: grip.pan.x + dx, y: grip.pan.y + dy });
  drawMap();
});
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => { grip = null; svgMap.classList.remove("dragged"); });
