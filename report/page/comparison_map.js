// The map of the scenario chosen, or of what differs from the other: unpacks its flows into what the map's modules draw.
Object.assign(MAP, { flows: {}, changes: {}, placeLimits: {}, projects: [] });
DATA.compare = { name: "" };

// A run's figures by period: kt, kTEU and use in % of each slot (a link in one direction); an empty one is the base's.
const unpacked = new Map();
function figuresOf(run, period) {
  const key = `${run} ${period}`;
  if (!unpacked.has(key)) {
    const base = run === SHOWN[0] ? null : figuresOf(SHOWN[0], period), read = (name) => MAP.runs[run][period][name].split(",").map((text, i) => text === "" ? base[name][i] : text === "-" ? null : Number(text));
    unpacked.set(key, { kt: read("kt"), kteu: read("kteu"), use: read("use") });
  }
  return unpacked.get(key);
}
function flowRows(run, period) {
  const { kt, kteu, use } = figuresOf(run, period);
  return MAP.slots.flatMap(([link, back], i) => kt[i] ? [[link, back, kt[i], kteu[i], use[i] === null ? null : use[i] / 100, null, 0, 0, 0, null, []]] : []);
}
function changeRows(run, other, period) {
  const here = figuresOf(run, period), there = figuresOf(other, period), differs = (a, b) => Math.abs(a - b) > 0.002 * Math.max(a, b);
  return MAP.slots.flatMap(([link, back], i) => {
    const row = [link, back, here.kt[i], there.kt[i], here.kteu[i], there.kteu[i]];
    return differs(here.kt[i], there.kt[i]) || differs(here.kteu[i], there.kteu[i]) ? [row] : [];
  });
}
// What a plan decides on a project: null = not built, 0 = in today's network, else [start, service, units, cost].
function projectOf(item, place) {
  const here = DATA.plans[state.a][place], there = DATA.plans[state.b][place], built = Array.isArray(here);
  const change = built && Array.isArray(there) ? (here[0] !== there[0] || here[2] !== there[2] ? "moved" : "") : built ? "added" : Array.isArray(there) ? "dropped" : "";
  const [start, service, units, cost] = built ? here : Array.isArray(there) ? there : [null, null, 0, item.cost];
  return { ...item, decision: built ? "built" : here === 0 ? "given" : "not built", start, service, units, cost, change };
}
function unpackMap() {
  if (!MAP.runs) return;
  for (const period of DATA.periods) {
    MAP.flows[period] = flowRows(state.a, period);
    MAP.changes[period] = changeRows(state.a, state.b, period);
    MAP.placeLimits[period] = MAP.runs[state.a][period].places.map(([place, use]) => [place, use / 100, null, 0, 0, 0]);
  }
  DATA.compare.name = nameOf(state.b);
  MAP.projects = DATA.projects.map(projectOf).filter((item) => item.lon !== undefined);
}
function mapPanel() {
  if (!has("map")) return;
  byId("marks-switch").hidden = Boolean(showsChanges()) || !MAP.projects.length;
  tell("map", mapWords());
  drawMap();
  drawMapLegend();
  mapAside();
}
const carried = (run) => MAP.totals[run][state.period].map((pair) => pair[state.cargo === "kt" ? 0 : 1]);
function mapWords() {
  const here = carried(state.a), there = carried(state.b), sum = (list) => list.reduce((all, v) => all + v, 0), same = state.a === state.b, most = Math.max(...here, ...there);
  const moves = here.map((v, i) => [v - there[i], i]).filter(([v]) => Math.abs(v) > 1e-3 * most).sort((p, q) => Math.abs(q[0]) - Math.abs(p[0]));
  const first = `In ${state.period}, ${inWords(sum(here))} moves on all corridors under \u201c${nameOf(state.a)}\u201d${same ? "" : `, against ${inWords(sum(there))} under \u201c${nameOf(state.b)}\u201d`}.`;
  if (same || !moves.length) return first + (same ? "" : " No corridor carries more or less.");
  return `${first} ${moves.slice(0, 2).map(([v, i]) => `${MAP.within[i]} carries ${inWords(Math.abs(v))} ${v > 0 ? "more" : "less"}`).join("; ").replace(/^./, (c) => c.toUpperCase())}.`;
}
function mapAside() {
  const parent = clear(byId("map-aside")), here = carried(state.a), there = carried(state.b), block = put(parent, "div"), most = Math.max(...here, ...there, 1e-9), same = state.a === state.b;
  put(block, "h3", {}, `Cargo by corridor, ${state.period}, a year`);
  const bars = put(block, "div", { class: "bars" });
  here.map((v, i) => [v, there[i], MAP.corridors[i]]).filter(([v, w]) => v + w > 0).sort((p, q) => q[0] - p[0]).forEach(([v, w, name]) => {
    put(bars, "span", {}, name);
    put(bars, "span", {}, inWords(v), same || Math.abs(v - w) <= 1e-3 * most ? "" : make("small", { class: v > w ? "up" : "down" }, ` (${signed(inWords, v - w)})`));
    const track = put(bars, "div", { class: "track" });
    put(track, "div", { class: "fill", style: `width: ${100 * v / most}%; background: var(--soft)` });
    if (!same) put(track, "i", { class: "was", style: `left: ${100 * w / most}%` });
  });
  if (!same) note(block, `In brackets and as a mark in the bar: against \u201c${nameOf(state.b)}\u201d.`);
}
