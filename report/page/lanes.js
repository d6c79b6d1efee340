// Cost and time: by market and corridor, and by lane in a table that sorts and filters.
const LANE = { from: 0, to: 1, kind: 2, market: 3, kt: 4, kteu: 5, unserved: 6, usdT: 7, usdTeu: 8, price: 9, days: 10 };
const LANES_SHOWN = 20;
const boxed = (lane) => lane[LANE.usdTeu] !== null && lane[LANE.kt] > 0;
let laneTable = null, routeTable = null;

function lanes() {
  if (laneTable) { routeTable.refill(routeRows()); laneTable.refill(laneRows()); return; }
  const parent = byId("lanes-body");
  routeTable = table(parent, "Cost and time by market and corridor", [
    { head: "Market", value: (r) => r.market }, { head: "By", value: (r) => r.name },
    { head: "Share", figure: true, value: (r) => percent(r.share / 100) },
    { head: "Cargo a year", figure: true, value: (r) => r.boxed ? boxes(r.kteu) : tonnes(r.kt), narrow: false },
    { head: "Charges", figure: true, value: (r) => r.boxed ? usd(r.usdTeu) + "/TEU" : usd(r.usdT) + "/t" },
    { head: "Days", figure: true, value: (r) => number(r.days, 2) },
  ], routeRows(), 12);
  put(parent, "h3", { class: "apart" }, "Lanes between zones");
  laneFilter(parent);
  const text = (key, names) => (r) => names[r[key]];
  const words = (head, key, names) => ({ head, value: text(key, names), sort: text(key, names) });
  const figure = (head, key, value, narrow) => ({ head, figure: true, value: (r) => value(r[key], r), sort: (r) => r[key], narrow });
  laneTable = table(parent, "Lanes between zones", [
    words("From", LANE.from, DATA.lanes.zones), words("To", LANE.to, DATA.lanes.zones), { ...words("Cargo", LANE.kind, DATA.lanes.kinds), narrow: false },
    figure("Moved a year", LANE.kt, (kt, r) => boxed(r) ? boxes(r[LANE.kteu]) : tonnes(kt)),
    figure("Not moved", LANE.unserved, (kt, r) => kt > 1e-4 * (r[LANE.kt] + kt) ? boxed(r) ? boxes(kt * r[LANE.kteu] / r[LANE.kt]) : tonnes(kt) : "-", false),
    figure("Charges, USD/t", LANE.usdT, (v) => number(v)), figure("Charges, USD/TEU", LANE.usdTeu, (v) => number(v), false),
    figure("Last tonne, with time and risk, USD/t", LANE.price, (v) => number(v), false), figure("Days", LANE.days, (v) => number(v, 2)),
  ], laneRows(), LANES_SHOWN);
  note(parent, "Charges are freight, handling and fees paid; days are door to door, waiting included. Both are means over what moves. The last tonne is what the dearest tonne still worth moving costs its owner in all.");
}

function laneFilter(parent) {
  const line = put(parent, "div", { class: "filter" });
  const input = put(put(line, "label", {}, "Find "), "input", { type: "search", id: "lane-filter", placeholder: "zone or kind of cargo" });
  const select = put(put(line, "label", {}, "Market "), "select", { id: "lane-market" });
  put(select, "option", { value: "" }, "all");
  DATA.lanes.markets.forEach((name, i) => put(select, "option", { value: i }, name));
  put(line, "output", { id: "lane-count", for: "lane-filter lane-market", "aria-live": "polite" });
  for (const control of [input, select]) control.addEventListener("input", () => laneTable.refill(laneRows()));
}
function laneRows() {
  const wanted = byId("lane-filter").value.trim().toLowerCase(), market = byId("lane-market").value, all = DATA.lanes.rows[state.period];
  const said = (r) => `${DATA.lanes.zones[r[LANE.from]]} ${DATA.lanes.zones[r[LANE.to]]} ${DATA.lanes.kinds[r[LANE.kind]]}`.toLowerCase();
  const rows = all.filter((r) => (market === "" || r[LANE.market] === Number(market)) && said(r).includes(wanted)), count = DATA.lanes.counts[state.period];
  const cut = all.length < count ? `, the busiest of ${count.toLocaleString("en-US")}` : "";
  byId("lane-count").textContent = `${rows.length.toLocaleString("en-US")} of ${all.length.toLocaleString("en-US")} lanes in ${state.period}${cut}`;
  return rows;
}
function routeRows() {
  const rows = [];
  for (const market of DATA.markets) {
    let name = market.name;
    for (const row of market.rows) {
      if (row.period !== state.period || row.share < 0.5) continue;
      rows.push({ ...row, boxed: market.basis === "kteu" && row.usdTeu !== null, market: name, name: DATA.corridors[row.corridor] });
      name = "";
    }
  }
  return rows;
}
