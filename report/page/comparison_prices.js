// Prices over the years under every scenario: those chosen and the base in colour, the others pale.
const PRICES = DATA.prices;
function pricesPanel() {
  if (!has("prices")) return;
  const body = byId("prices-body");
  if (!body.firstChild) {
    chooser(body, "Prices of", "prices", PRICES.map(({ title }) => title));
    put(body, "div", { id: "prices-legend", class: "legend" });
    put(body, "div", { id: "prices-pictures" });
  }
  const legend = clear(byId("prices-legend")), parent = clear(byId("prices-pictures"));
  const loud = [...new Map([[state.b, RUN_COLOURS.b], [state.a, RUN_COLOURS.a], [DATA.base, RUN_COLOURS.base]])];
  for (const [run, colour] of [...loud].reverse()) put(legend, "span", {}, make("i", { class: "swatch line", style: `background: ${colour}` }), nameOf(run) + (isBase(run) ? " (base)" : ""));
  if (RUNS.length > loud.length) put(legend, "span", {}, make("i", { class: "swatch line pale" }), "other runs");
  for (const group of printed ? PRICES : [PRICES[state.prices]]) {
    if (printed) put(parent, "h3", { class: "apart" }, group.title);
    priceGroup(parent, group, loud, multipleWidth(roomOf(body)));
  }
}
function priceGroup(parent, group, loud, width) {
  const grid = put(parent, "div", { class: "multiples" }), known = new Set(loud.map(([run]) => run));
  let beyond = false;
  for (const chart of group.charts) {
    const part = put(grid, "div", { class: "multiple" }), of = new Map(chart.series);
    const pale = chart.series.filter(([run]) => !known.has(run)).map(([run, values]) => ({ name: nameOf(run), values, quiet: true, colour: "var(--faint)" }));
    const order = [...pale, ...loud.filter(([run]) => of.has(run)).map(([run, colour]) => ({ name: nameOf(run), values: of.get(run), colour }))], most = loudMost(order);
    beyond = beyond || pale.some(({ values }) => values.some((v) => v !== null && v > most));
    put(part, "h3", {}, chart.title, make("small", {}, group.unit));
    lineChart(part, { years: group.years, series: order, say_: (v) => minus(v) + number(Math.abs(v)), words: `${chart.title}, ${group.unit}`, height: 180, width, ends: false, ticks: 4, joined: group.joined, most });
  }
  note(parent, group.note + (beyond ? " Scales are made for the lines in colour; pale lines that leave a picture go beyond it." : ""));
}
// The upper end of a scale: that of the lines in colour, with room for pale ones of the same size.
function loudMost(series) {
  const top = Math.max(...series.filter((s) => !s.quiet).flatMap((s) => s.values).filter((v) => v !== null), 0);
  return top > 0 ? 1.6 * top : Infinity;
}
