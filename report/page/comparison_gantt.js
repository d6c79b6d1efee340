// Investments over all runs: from the earliest to the latest start, the median, and in how many runs each is built.
const GANTT = DATA.gantt;
function ganttPanel() {
  if (!has("gantt")) return;
  const body = clear(byId("gantt-body")), kinds = GANTT.kinds.map(([kind]) => kind), kind = kinds[state.kind], rows = GANTT.rows.filter((r) => printed || r.kind === kind), idle = GANTT.never.filter(([of]) => printed || of === kind).map(([, name]) => name);
  if (kinds.length > 1) choice(put(put(body, "div", { class: "map-tools" }), "fieldset", { class: "switch small", id: "kind-switch" }, make("legend", {}, "Of")), "kind", GANTT.kinds.map(([, title], i) => [i, title]));
  const years = GANTT.rows.flatMap((r) => [r.first, r.last]).filter((v) => v !== null);
  ganttKey(body);
  const axis = { first: Math.min(...years), last: Math.max(...years) + 1 };
  axis.at = scaleOf(axis.first, axis.last, 8, 256);
  const count = (r) => make("span", { class: "robust" }, make("i", { class: "robust-bar" }, make("i", { style: `width: ${100 * r.built / r.runs}%` })), `${r.built} of ${r.runs}`);
  table(body, "Projects by the number of runs that build them", [
    { head: "Project", value: (r) => [r.name, make("small", {}, `${r.where} \u00b7 ${r.type}`)], sort: (r) => r.name },
    { head: "Built in", value: count, sort: (r) => -r.built / r.runs },
    { head: axisOf(axis), value: (r) => startsOf(axis, r) },
    { head: "Median start", figure: true, value: (r) => yearWords(r.median), sort: (r) => r.median },
    { head: "Earliest to latest", figure: true, value: (r) => r.first === r.last ? yearWords(r.first) : `${yearWords(r.first)}\u2013${yearWords(r.last)}`, sort: (r) => r.first, narrow: false },
    { head: "Cost", figure: true, value: (r) => money0(r.cost), sort: (r) => r.cost },
    { head: "Cost rests on", value: (r) => tag(r.sure), narrow: false },
  ], rows, printed ? Infinity : 25);
  if (idle.length) put(put(body, "details"), "summary", {}, `${idle.length} built in no run`).after(make("p", { class: "note" }, idle.join("; ") + "."));
  note(body, GANTT.fixed ? "All runs take the same plan, so starts and counts do not tell the scenarios apart." : "Each run searches for its own plan, to the gap stated under Method: a start that moves by a year may be the search and not the scenario.");
}
const yearWords = (year) => year === null ? "-" : String(Math.round(year));
function ganttKey(parent) {
  const legend = put(parent, "div", { class: "legend" }), picture = (draw_) => { const svg = make("svg", { width: 30, height: 16, "aria-hidden": "true" }); draw_(svg); return svg; };
  put(legend, "span", {}, picture((svg) => put(svg, "rect", { class: "start-range", x: 0, y: 5, width: 30, height: 6 })), "earliest to latest start");
  put(legend, "span", {}, picture((svg) => put(svg, "polygon", { class: "opening", points: "15,2 21,8 15,14 9,8" })), "median start");
  put(legend, "span", {}, picture((svg) => put(svg, "circle", { class: "start-now", cx: 15, cy: 8, r: 3.5 })), `start under \u201c${nameOf(state.a)}\u201d`);
}
function startsOf(axis, r) {
  const picture_ = yearAxis(axis, ""), from = axis.at(r.first), to = axis.at(r.last), middle = axis.at(r.median), plan = DATA.plans[state.a]?.[r.place], here = Array.isArray(plan) ? plan[0] : null;
  put(picture_, "rect", { class: "start-range", x: from - 1, y: 5, width: Math.max(2, to - from + 2), height: 6 });
  put(picture_, "polygon", { class: "opening", points: `${middle},2 ${middle + 6},8 ${middle},14 ${middle - 6},8` });
  if (here !== null && here !== undefined) put(picture_, "circle", { class: "start-now", cx: axis.at(here), cy: 8, r: 2.8 });
  return withTip(picture_, () => [r.name, `Built in ${r.built} of ${r.runs} runs`, r.first === r.last ? `Starts ${yearWords(r.first)} in all of them` : `Starts ${yearWords(r.first)} to ${yearWords(r.last)}, median ${yearWords(r.median)}`, here ? `Under \u201c${nameOf(state.a)}\u201d ${here}` : plan === null ? `Not built under \u201c${nameOf(state.a)}\u201d` : "", r.without.length ? `Not built under ${r.without.join(", ")}` : ""]);
}
