// The projects as bars over the years: construction, then service.
const AXIS = (() => {
  const years = DATA.projects.filter((row) => row.decision === "built").flatMap((row) => [row.start, row.service]), spans = Object.values(DATA.spans).flat();
  const first = Math.min(...years, ...spans), last = Math.max(...years, ...spans) + 1;
  return { first, last, width: 280, at: (year) => 6 + (year - first) / (last - first) * 268 };
})();
const ticks = () => { const list = [], step = AXIS.last - AXIS.first > 40 ? 10 : 5; for (let year = Math.ceil(AXIS.first / step) * step; year <= AXIS.last; year += step) list.push(year); return list; };

function investments() {
  const parent = byId("investments-body"), of = (decision) => DATA.projects.filter((row) => row.decision === decision), built = of("built");
  const rows = [];
  for (const period of DATA.periods) {
    const mine = built.filter((row) => row.period === period);
    if (mine.length) rows.push({ heading: `Begun in the period of ${period} (${span(period)}): ${mine.length} for ${money(sum(mine, "cost"))}` }, ...mine);
  }
  if (built.length) rows.push({ total: true, name: "All that is built", cost: sum(built, "cost"), npv: sum(built, "npv") });
  if (rows.length) {
    ganttLegend(parent);
    table(parent, "Projects built, with construction and service", [
      { head: "Project", value: (r) => [r.name, r.most > 1 ? make("small", {}, `${number(r.units)} of ${number(r.most)} units`) : ""] },
      { head: "Where and what", value: (r) => r.total ? "" : `${r.countries} \u00b7 ${r.type}`, narrow: false },
      { head: "Cost", figure: true, value: (r) => money(r.cost) },
      { head: "Present value of cost", figure: true, value: (r) => money(r.npv), narrow: false },
      { head: timeAxis(), value: (r) => r.total ? "" : bar(r) },
      { head: "Cost rests on", value: (r) => r.total ? "" : tag(r.sure), narrow: false },
    ], rows);
  }
  rest(parent, of("given"), "already counted in today's network");
  rest(parent, of("not built"), "not built");
}
const sum = (rows, key) => rows.reduce((total, row) => total + (row[key] || 0), 0);

function ganttLegend(parent) {
  const legend = put(parent, "div", { class: "legend" });
  for (const [look, text] of [["building", "under construction"], ["serving", "in service"], ["opening", "first year of service"]]) {
    const picture = make("svg", { width: 26, height: 14, "aria-hidden": "true" });
    if (look === "opening") put(picture, "polygon", { class: look, points: "13,1.5 18,7 13,12.5 8,7" });
    else put(picture, "rect", { class: look, x: 0, y: look === "serving" ? 5 : 2, width: 26, height: look === "serving" ? 4 : 10 });
    put(legend, "span", {}, picture, text);
  }
}

function rest(parent, rows, what) {
  if (!rows.length) return;
  const box = put(parent, "details");
  put(box, "summary", {}, `${rows.length} ${rows.length === 1 ? "project" : "projects"} ${what}`);
  table(box, "Projects " + what, [
    { head: "Project", value: (r) => r.name, sort: (r) => r.name }, { head: "Where and what", value: (r) => `${r.countries} \u00b7 ${r.type}`, narrow: false },
    { head: "Cost", figure: true, value: (r) => money(r.cost), sort: (r) => r.cost },
    { head: "Cost rests on", value: (r) => [tag(r.sure), make("small", { class: "basis" }, provenance(r, 120).replace(/^\w+(, \d+)?:? ?/, ""))] },
  ], rows);
}
function axisPicture(words) {
  const picture = make("svg", { viewBox: `0 0 ${AXIS.width} 16`, width: "100%", class: "gantt", role: "img", "aria-label": words });
  for (const year of ticks()) put(picture, "line", { x1: AXIS.at(year), x2: AXIS.at(year), y1: 0, y2: 16, class: "tick" });
  return picture;
}
function timeAxis() {
  const picture = axisPicture(`Years ${AXIS.first} to ${AXIS.last - 1}`);
  for (const year of ticks()) if (AXIS.at(year) < AXIS.width - 24) put(picture, "text", { x: AXIS.at(year) + 3, y: 12 }, String(year));
  return picture;
}
function bar(row) {
  const picture = axisPicture(""), from = AXIS.at(row.start), to = AXIS.at(row.service), words = `Built ${row.start} to ${row.service}, in service from ${row.service}` + (row.end ? ` to the end of ${row.end - 1}` : "");
  const until = row.end ? Math.min(AXIS.at(row.end), AXIS.width) : AXIS.width;
  put(picture, "rect", { class: "serving", x: to, y: 6, width: Math.max(0, until - to), height: 4 });
  put(picture, "rect", { class: "building", x: from, y: 3, width: Math.max(2, to - from), height: 10 });
  put(picture, "polygon", { class: "opening", points: `${to},2.5 ${to + 5},8 ${to},13.5 ${to - 5},8` });
  return withTip(picture, () => [row.name, words, row.most > 1 ? `${number(row.units)} of ${number(row.most)} units` : "", `${money(row.cost)}, of present value ${money(row.npv)}`, `Cost: ${provenance(row)}`]);
}
