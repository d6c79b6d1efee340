// Corridor shares by market and period, and the cargo of each corridor beside the map.
const corridorColour = (i) => `var(--c${Math.min(i, 9)})`;
const PALE = new Set([6, 7, 8, 9]);

function corridorLegend(node, used) {
  for (const i of used) put(node, "span", {}, make("i", { class: "swatch", style: `background: ${corridorColour(i)}` }), DATA.corridors[i]);
}

// A bar of parts, each {share in %, colour, pale, lines}; shares below 0.05 % are too thin to draw.
function strip(parts) {
  const node = make("div", { class: "strip" });
  for (const part of parts) {
    if (part.share < 0.05) continue;
    const block = put(node, "i", { style: `width: ${part.share}%; background: ${part.colour}`, class: part.pale ? "pale" : null, role: "img" }, part.share >= 18 ? Math.round(part.share) + "\u00a0%" : "");
    withTip(block, () => part.lines);
  }
  return node;
}

function corridorCards() {
  const parent = clear(byId("corridor-cards")), used = new Set();
  for (const market of DATA.markets) {
    const boxed = market.basis === "kteu", card = put(parent, "article", { class: "card" });
    put(card, "h3", {}, market.name, make("small", {}, boxed ? "share of boxes" : "share of tonnes"));
    const grid = put(card, "div", { class: "stack" });
    for (const period of DATA.periods) {
      const rows = market.rows.filter((row) => row.period === period), total = rows.reduce((sum, row) => sum + (boxed ? row.kteu : row.kt), 0);
      put(grid, "span", { class: period === state.period ? "now" : null }, String(period));
      const parts = rows.map((row) => ({ share: row.share, colour: corridorColour(row.corridor), pale: PALE.has(row.corridor), lines: [
        `${DATA.corridors[row.corridor]}, ${period}`, `${percent(row.share / 100)} of ${market.name}`,
        row.kteu > 0 ? boxes(row.kteu) : tonnes(row.kt),
        boxed && row.usdTeu ? `Charges ${usd(row.usdTeu)} a TEU` : row.usdT ? `Charges ${usd(row.usdT)} a tonne` : "", row.days ? `${number(row.days, 2)} days door to door` : "" ] }));
      rows.forEach((row) => { if (row.share >= 0.05) used.add(row.corridor); });
      grid.append(strip(parts));
      put(grid, "span", { class: "size" }, boxed ? boxes(total).replace("\u00a0million", "\u00a0M") : tonnes(total));
    }
  }
  corridorLegend(clear(byId("corridor-legend")), DATA.corridors.length > 1 ? [...used].sort((a, b) => a - b) : []);
}

function mapAside() {
  const parent = clear(byId("map-aside"));
  const totals = DATA.totals.filter((row) => row.period === state.period && row[state.cargo] > 0).sort((a, b) => b[state.cargo] - a[state.cargo]);
  if (totals.length && DATA.corridors.length > 1) {
    const block = put(parent, "div"), most = totals[0][state.cargo];
    put(block, "h3", {}, `Cargo by corridor, ${state.period}`);
    const bars = put(block, "div", { class: "bars" });
    for (const row of totals) {
      put(bars, "span", {}, DATA.corridors[row.corridor]);
      put(bars, "span", {}, inWords(row[state.cargo]));
      put(put(bars, "div", { class: "track" }), "div", { class: "fill", style: `width: ${100 * row[state.cargo] / most}%; background: ${corridorColour(row.corridor)}` });
    }
  }
  const tight = DATA.bottlenecks[state.period].slice(0, 7), list = put(parent, "div");
  if (tight.length) put(list, "h3", {}, `Dearest bottlenecks, ${state.period}`);
  const twice = (row) => tight.filter((other) => other.name === row.name).length > 1;  // a limit in tonnes and one in boxes
  const items = tight.length ? put(list, "ul", { class: "list" }) : null;
  for (const row of tight) put(items, "li", {}, make("span", {}, twice(row) ? `${row.name} (${row.kind})` : row.name), make("span", {}, money(row.rent) + " a year"));
  if (DATA.unplaced.length) note(list, `Built, but without a place of their own on the map: ${DATA.unplaced.join("; ")}.`);
}
