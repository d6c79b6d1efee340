// The map of a portfolio: the network in thin lines, what projects act on in the colour of their light, marks by size.
const capexOf = (project) => figuresOf(project).capex || 0;
const mostCapex = Math.max(1e-9, ...ORDERED.map(cost));
const markSize = (capex) => 8 + 11 * Math.sqrt(capex / mostCapex);
const WORST = ["red", "amber", "green", "none"];

function drawFlows(project) {
  const layer = put(svgMap, "g", { id: "flows", "aria-hidden": "true" }), acted = new Map();
  for (const [place, , , links] of MAP.marks) {
    const name = lightOf(DATA.projects[place]);
    for (const link of links) if (!acted.has(link) || WORST.indexOf(name) < WORST.indexOf(acted.get(link))) acted.set(link, name);
  }
  const draws = (line, look) => runs(project, line).forEach((run) => put(layer, "path", { class: look, d: draw(run) }));
  LINES.forEach((line, i) => { if (!acted.has(i)) draws(line, "net"); });
  LINES.forEach((line, i) => { if (acted.has(i)) draws(line, `acted l-${acted.get(i)}`); });
}
function drawPlaces(project, taken) {
  const seen = MAP.places.map((place) => ({ ...place, at: project([place.lon, place.lat]) })).filter(({ at }) => at && within(at, 4));
  const layer = put(svgMap, "g", { id: "places", "aria-hidden": "true" });
  for (const { at } of seen) put(layer, "circle", { class: "place", cx: at[0].toFixed(1), cy: at[1].toFixed(1), r: 1.9 });
  drawNames(seen, taken);
}
// The nearest spot to `at` on growing rings around it where a mark of this size covers no other.
function roomySpot(at, size, set) {
  for (let ring = 0; ; ring++) {
    for (let i = 0; i < Math.max(1, 6 * ring); i++) {
      const angle = 2 * Math.PI * i / (6 * ring || 1), spot = [at[0] + 8 * ring * Math.cos(angle), at[1] + 8 * ring * Math.sin(angle)];
      if (set.every(([x, y, r]) => Math.hypot(x - spot[0], y - spot[1]) > r + size + 2) && (ring > 12 || within(spot, size))) return spot;
    }
  }
}
function drawProjects(project) {
  const layer = put(svgMap, "g", { id: "projects" }), set = [], nodes = [];
  const marks = [...MAP.marks].sort((a, b) => cost(DATA.projects[b[0]]) - cost(DATA.projects[a[0]]));
  for (const [place, lon, lat] of marks) {
    const item = DATA.projects[place], at = project([lon, lat]);
    if (!at || !within(at, 4)) continue;
    const size = markSize(cost(item)) * (isWide() && pan.k < 3 ? 0.6 : 1), [x, y] = roomySpot(at, size, set), name = lightOf(item);
    set.push([x, y, size]);
    if (Math.hypot(x - at[0], y - at[1]) > size) put(layer, "line", { class: "leader", x1: at[0], y1: at[1], x2: x, y2: y });
    const node = lightShape(name, x, y, name === "amber" ? size * 1.2 : size, "pin");
    layer.append(node);
    for (const [key, value] of Object.entries({ role: "img", tabindex: "-1", "data-id": item.id })) node.setAttribute(key, value);
    nodes.push(withTip(node, () => projectLines(item)));
    put(layer, "text", { class: "pin-number", x, y: y + (name === "amber" ? 7 : 4) }, String(numberOf.get(item.id)));
  }
  steppable(layer, nodes);
  return set.map(([x, y, r]) => [x - r, y - r, x + r, y + r]);
}
function projectLines(item) {
  const f = figuresOf(item);
  return [
    `${numberOf.get(item.id)} ${item.name}`, `${className(item.class)}, ${item.country}; ${item.mode}`,
    `Built ${item.start} to ${item.service}; ${money0(f.capex)} and ${money0(f.idc)} of interest`,
    f.unfunded > 0 ? `Without a source: ${money(f.unfunded)}` : "",
    f.power ? `Largest power: ${f.power} with ${share0(f.largest_power_share)}` : "",
    f.dscr_min !== null && f.dscr_min !== undefined ? `Debt service cover at least ${ratio0(f.dscr_min)}, floor ${ratio0(f.dscr_floor)}` : "",
    f.enpv !== null && f.enpv !== undefined ? `Economic worth ${money(f.enpv)}, return ${share0(f.eirr)}` : "",
    `Limits: ${LIGHTS[lightOf(item)]}`,
  ];
}
function drawMapLegend() {
  const node = clear(byId("map-legend")), used = new Set(DATA.projects.map(lightOf));
  const part = put(node, "div");
  put(part, "b", {}, "Its limits");
  for (const name of WORST) if (used.has(name)) part.append(light(name));
  const sizes = put(node, "div");
  put(sizes, "b", {}, "Investment");
  for (const value of [1, 0.1].map((part_) => Number((mostCapex * part_).toPrecision(1))).filter((v) => v > 0)) {
    const r = markSize(value), box = make("svg", { width: 2 * r + 2, height: 2 * r + 2, "aria-hidden": "true" });
    put(box, "circle", { class: "size-ring", cx: r + 1, cy: r + 1, r });
    put(sizes, "span", {}, box, money(value));
  }
  put(sizes, "span", {}, "numbers as in the list");
}
function mapAside() {
  const node = clear(byId("map-aside")), placed = new Set(MAP.marks.map(([place]) => DATA.projects[place].id));
  put(node, "h3", {}, "Projects, the dearest first");
  const list = put(node, "ul", { class: "list pins" });
  for (const item of ORDERED) {
    const line = put(list, "li"), left = put(line, "span", {}, make("span", { class: "nth" }, String(numberOf.get(item.id))));
    if (placed.has(item.id)) put(left, "button", { type: "button", class: "link" }, item.short).addEventListener("click", () => svgMap.querySelector(`[data-id="${item.id}"]`)?.focus());
    else put(left, "span", {}, item.short, make("small", {}, " (no place on the map)"));
    put(line, "span", {}, money0(capexOf(item)), " ", light(lightOf(item), ""));
  }
}
