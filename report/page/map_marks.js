// Places and projects on the map.
const LIMIT = { place: 0, use: 1, limit: 2, boxed: 3, dualT: 4, dualTeu: 5 };

function placeLines(place, limit) {
  return [place.name, limitWords(limit[LIMIT.use], limit[LIMIT.limit], limit[LIMIT.boxed]), ...worthLines(limit[LIMIT.dualT], limit[LIMIT.dualTeu]), `Limit: ${provenance(place)}`];
}

// Places that cargo passes, those of the corridor first, then the busiest; a limit of a place colours its dot.
function drawPlaces(project, taken) {
  const flows = MAP.flows[state.period], weight = new Map(), limits = new Map();
  for (const flow of flows) for (const end of [MAP.links[flow[FLOW.link]].a, MAP.links[flow[FLOW.link]].b]) weight.set(end, (weight.get(end) || 0) + amount(flow));
  if (!flows.length) MAP.places.forEach((_, i) => weight.set(i, 0));
  if (!showsChanges()) for (const limit of MAP.placeLimits[state.period]) if (limit[LIMIT.use] !== null) limits.set(limit[LIMIT.place], limit);
  const busy = [...weight.entries()].filter(([, moved]) => moved > 0 || !flows.length).sort((a, b) => Number(MAP.places[b[0]].focus) - Number(MAP.places[a[0]].focus) || b[1] - a[1]);
  const seen = busy.map(([i]) => ({ ...MAP.places[i], limit: limits.get(i), at: project([MAP.places[i].lon, MAP.places[i].lat]) })).filter(({ at }) => at && within(at, 4));
  const layer = put(svgMap, "g", { id: "places" }), nodes = [];
  for (const place of [...seen].reverse()) {
    const { limit, at } = place, full = limit && limit[LIMIT.use] >= 0.8;
    const dot = put(layer, "circle", { class: "place" + (limit ? " " + useClass(limit[LIMIT.use]) : ""), cx: at[0].toFixed(1), cy: at[1].toFixed(1), r: limit ? (full ? 4.2 : 3) : 1.9 });
    if (!limit) { dot.setAttribute("aria-hidden", "true"); continue; }
    dot.setAttribute("role", "img");
    dot.setAttribute("tabindex", "-1");
    nodes.unshift(withTip(dot, () => placeLines(place, limit)));
  }
  steppable(layer, nodes);
  drawNames(seen, taken);
}

const MARKS = {
  done: "project in service by the end of the period", doing: "project under way", given: "already in today's network", idle: "not built",
  added: "built here only", dropped: "built there only", moved: "built at another time or size",
};
// What a project's mark says in the period shown; empty where it has none.
function markOf(item) {
  if (showsChanges()) return item.change;
  if (item.decision === "built") { const end = DATA.spans[state.period][1]; return item.start > end ? "" : item.service <= end ? "done" : "doing"; }
  return state.marks === "all" ? (item.decision === "given" ? "given" : "idle") : "";
}
function projectLines(item) {
  const when = item.decision === "built" ? `Start ${item.start}, in service ${item.service}` : item.decision === "given" ? "Already counted in today's network" : "Not built in this plan";
  const differs = { added: `Not built in ${DATA.compare?.name}`, dropped: `Built in ${DATA.compare?.name}`, moved: `Built at another time or size in ${DATA.compare?.name}` }[item.change];
  return [item.name, `${item.type}, ${item.countries}`, `${money(item.cost)}${item.most > 1 ? `, ${number(item.units)} of ${number(item.most)} units` : ""}`, when, showsChanges() ? differs : "", `Cost: ${provenance(item)}`];
}
function markShape(kind, x, y, r) {
  if (kind === "given") return make("rect", { class: "project given", x: x - r * 0.8, y: y - r * 0.8, width: r * 1.6, height: r * 1.6 });
  return make("polygon", { class: "project " + kind, points: `${x},${y - r} ${x + r},${y} ${x},${y + r} ${x - r},${y}` });
}

// Returns the boxes that the marks take.
function drawProjects(project) {
  const layer = put(svgMap, "g", { id: "projects" }), set = [], nodes = [];
  if (isWide() && pan.k < 3) return set;  // too close together to tell apart
  for (const item of MAP.projects) {
    const kind = markOf(item), at = kind && project([item.lon, item.lat]);
    if (!at || !within(at, 6)) continue;
    const [x, y] = freeSpot(at, set), node = markShape(kind, x, y, 4.8);
    set.push([x, y]);
    layer.append(node);
    node.setAttribute("role", "img");
    node.setAttribute("tabindex", "-1");
    nodes.push(withTip(node, () => projectLines(item)));
  }
  steppable(layer, nodes);
  return set.map(([x, y]) => [x - 6, y - 6, x + 6, y + 6]);
}
