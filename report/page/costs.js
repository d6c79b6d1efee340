// What a year costs, by kind and period.
const COST_COLOURS = { freight: "c4", handling: "c7", fees: "c1", time: "c3", unreliability: "c9", carbon: "c2", storage: "c8", capex: "c0", fixed_opex: "c6" };
const costColour = (category) => `var(--${COST_COLOURS[category] || "c5"})`;

function costs() {
  const parent = clear(byId("costs-body")), of = (category, period) => DATA.costs.find((r) => r.category === category && r.period === period);
  const categories = Object.keys(DATA.categories).filter((c) => DATA.costs.some((r) => r.category === c && r.musd));
  if (!categories.length) return;
  const spent = categories.filter((c) => DATA.costs.some((r) => r.category === c && r.musd > 0));
  const legend = put(parent, "div", { class: "legend" });
  for (const c of spent) put(legend, "span", {}, make("i", { class: "swatch", style: `background: ${costColour(c)}` }), DATA.categories[c]);
  costBars(parent, spent, of);
  const cell = (c, period) => c.total ? money(sum(DATA.costs.filter((r) => r.period === period), "musd")) : of(c.id, period)?.musd ? money(of(c.id, period).musd) : "-";
  const columns = [{ head: "A year of the period", value: (c) => c.name }];
  for (const period of DATA.periods) columns.push({ head: String(period), figure: true, value: (c) => period === state.period ? make("b", {}, cell(c, period)) : cell(c, period) });
  table(parent, "Cost of a year by kind", columns, [...categories.map((id) => ({ id, name: DATA.categories[id] })), { total: true, name: "In all" }]);
  note(parent, "Time of the cargo and late arrival are what days under way and lateness cost its owners; they are paid to no one. Saved by projects is taken off the lines above it.");
}
function costBars(parent, spent, of) {
  const positive = (period) => sum(spent.map((c) => ({ musd: Math.max(0, of(c, period)?.musd || 0) })), "musd"), most = Math.max(...DATA.periods.map(positive));
  const grid = put(parent, "div", { class: "stack wide" });
  for (const period of DATA.periods) {
    const total = positive(period);
    put(grid, "span", { class: period === state.period ? "now" : null }, String(period));
    const parts = spent.map((c) => ({ share: total > 0 ? 100 * Math.max(0, of(c, period)?.musd || 0) / total : 0, colour: costColour(c), pale: PALE.has(Number((COST_COLOURS[c] || "c5").slice(1))), lines: [`${DATA.categories[c]}, ${period}`, `${money(of(c, period)?.musd || 0)} a year`, total > 0 ? `${percent((of(c, period)?.musd || 0) / total)} of what is spent` : ""] }));
    const bar = strip(parts);
    bar.style.width = `${most > 0 ? 100 * total / most : 0}%`;
    grid.append(bar);
    put(grid, "span", { class: "size" }, money(total));
  }
}
