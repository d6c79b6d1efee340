// The limits that bind: what one more unit would be worth, in each period, and which projects add to them.
let tightTable = null;
function bottlenecks() {
  const rows = DATA.bottlenecks[state.period], parent = byId("bottlenecks-body");
  if (tightTable) { tightTable.refill(rows); markPeriod(); return; }
  const unit = (r) => r.kind === "TEU" ? "TEU" : "t", size = (r, v) => r.kind === "TEU" ? boxes(v) : tonnes(v);
  const where = (r) => r.link === null ? r.name : put(null, "button", { type: "button", class: "link", title: "Show on the map", "data-link": r.link }, r.name);
  const adds = (r) => r.adds.length ? `Projects that add to it: ${r.adds.join("; ")}.` : DATA.projects.length ? "No project adds to it." : "";
  const worth = DATA.periods.map((period, i) => ({ head: `Worth of one more, ${period}`, figure: true, narrow: i === DATA.periods.length - 1 ? undefined : false, value: (r) => !(r.worth[i] > 0.005) ? "-" : `${usd(r.worth[i])}/${unit(r)}` }));
  tightTable = table(parent, "Limits that bind, the dearest first", [
    { head: "Where", value: (r) => [where(r), make("small", {}, tie(r.words) + " " + adds(r))] },
    { head: "Limit a year", figure: true, value: (r) => size(r, r.capacity) },
    { head: "Used", figure: true, value: (r) => percent(r.use) },
    ...worth,
    { head: "Scarcity a year", figure: true, value: (r) => money(r.rent) },
    { head: "Limit rests on", value: (r) => tag(r.sure), narrow: false },
  ], rows);
  parent.addEventListener("click", (event) => { const link = event.target.dataset?.link; if (link !== undefined) findLink(Number(link)); });
  note(parent, "The worth of one more unit is the shadow price at the plan shown: what all shippers together would gain from it, beyond the charges they pay. Scarcity is that worth times the cargo that passes. A dash: the limit does not bind in that period.");
  markPeriod();
}
// The worth of the period shown is the one to read: in bold, and the only one on narrow screens.
function markPeriod() {
  const place = DATA.periods.indexOf(state.period);
  for (const line of tightTable.node.rows) DATA.periods.forEach((_, i) => {
    const cell = line.cells[3 + i];
    if (!cell) return;
    cell.classList.toggle("now", i === place);
    for (const look of ["narrow-off", "other-period"]) cell.classList.toggle(look, i !== place);
  });
}
