// Prices over the years under every scenario: those chosen and the base in colour, the others pale.
const PRICES = DATA.prices;
function pricesPanel() {
  if (!has("prices")) return;
  const body = byId("prices-body");
  if (!body.firstChild) {
    chooser(body, "Prices of", "prices", PRICES.map(({ title }) => title));
    put(body, "div", { id: "prices-legend", class: "legend" });
    put(body, "div", { id: "prices-pictures", class: "multiples" });
    put(body, "div", { id: "prices-notes" });
  }
  const group = PRICES[state.prices], legend = clear(byId("prices-legend")), parent = clear(byId("prices-pictures")), width = multipleWidth(roomOf(body));
  const loud = [...new Map([[DATA.base, "var(--ink)"], [state.b, RUN_COLOURS.b], [state.a, RUN_COLOURS.a]].map(([run, colour]) => [run, run === DATA.base ? "var(--ink)" : colour])).entries()];
  for (const [run, colour] of loud) put(legend, "span", {}, make("i", { class: "swatch line", style: `background: ${colour}` }), nameOf(run) + (isBase(run) ? " (base)" : ""));
  if (RUNS.length > loud.length) put(legend, "span", {}, make("i", { class: "swatch line pale" }), "other runs");
  for (const chart of group.charts) {
    const part = put(parent, "div", { class: "multiple" }), of = new Map(chart.series), order = [...chart.series.filter(([run]) => !loud.some(([known]) => known === run)).map(([run, values]) => ({ name: nameOf(run), values, quiet: true, colour: "var(--faint)" })), ...loud.filter(([run]) => of.has(run)).map(([run, colour]) => ({ name: nameOf(run), values: of.get(run), colour }))];
    put(part, "h3", {}, chart.title, make("small", {}, group.unit));
    lineChart(part, { years: group.years, series: order, say_: (v) => minus(v) + number(Math.abs(v)), words: `${chart.title}, ${group.unit}`, height: 180, width, ends: false, ticks: 4, joined: group.joined, most: loudMost(order) });
  }
  const beyond = group.charts.some((chart) => chart.series.some(([, values]) => values.some((v) => v !== null && v > loudMost(chart.series.filter(([run]) => loud.some(([known]) => known === run)).map(([, own]) => ({ values: own }))))));
  const notes = clear(byId("prices-notes"));
  note(notes, group.note + (beyond ? " Scales are made for the lines in colour; pale lines that leave a picture go beyond it." : ""));
}
// The upper end of a scale: that of the lines in colour, with room for pale ones of the same size.
const loudMost = (series) => 1.6 * Math.max(...series.filter((s) => !s.quiet).flatMap((s) => s.values).filter((v) => v !== null), 0);
