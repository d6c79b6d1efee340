// Powers against caps, and every limit with its light.
const PART_NAMES = { portfolio: "The portfolio", project: "Projects", country: "Countries", asset_class: "Asset classes", period: "Periods" };
const capState = (share, cap, over) => over > 1e-6 ? "red" : share > 0.9 * cap ? "amber" : "green";
function powersPanel() {
  const every = DATA.by.flatMap((one) => one.powers);
  if (!every.length) return;
  show("powers");
  const body = clear(byId("powers-body")), rows = now().powers.filter(([part]) => part === state.part), widest = Math.max(...every.map(([, , , , , share, cap]) => Math.max(share, cap < 1 ? cap : 0)), 1e-6);
  const sorted = state.part === "portfolio" ? rows : [...rows].sort((a, b) => b[5] / b[6] - a[5] / a[6]);
  table(body, "Parts of powers against caps", [
    ...(state.part === "portfolio" ? [] : [{ head: "Of", value: (r) => r[1], sort: (r) => r[1] }]),
    { head: "Power", value: (r) => r[2], sort: (r) => r[2] },
    { head: "Its part, the line is the cap", value: (r) => capBar(r, widest) },
    { head: "Part", figure: true, value: (r) => percent(r[5]), sort: (r) => r[5] },
    { head: "Cap", figure: true, value: (r) => r[6] >= 1 ? "none" : percent(r[6]), sort: (r) => r[6] },
    { head: "Counts", figure: true, value: (r) => money0(r[3]), sort: (r) => r[3], narrow: false },
    { head: "As host, exempt", figure: true, value: (r) => r[4] > 0 ? money(r[4]) : "-", sort: (r) => r[4], narrow: false },
    { head: "Over", figure: true, value: (r) => r[7] > 1e-6 ? money(r[7]) : "-", sort: (r) => r[7] },
    { head: "Light", value: (r) => light(capState(r[5], r[6], r[7])), sort: (r) => WORST.indexOf(capState(r[5], r[6], r[7])) },
  ], sorted, 10);
  put(body, "p", { class: "note label-note" }, `Caps: ${DATA.caps || "none"}. ${DATA.label}.`);
}
function capBar([, , , , , share, cap, over], widest) {
  const node = make("div", { class: "cap-bar", role: "img", "aria-label": `${percent(share)} of ${percent(cap)}` }), look = { red: "over", amber: "near", green: "" }[capState(share, cap, over)];
  put(node, "i", { class: look || null, style: `width: ${Math.min(100, 100 * share / widest)}%` });
  if (cap < 1) put(node, "b", { style: `left: calc(${Math.min(100, 100 * cap / widest)}% - 1px)` });
  return node;
}
const inUnit = (value, unit) => value === null ? "-" : unit === "musd" ? money(value) : unit === "share" ? percent(value) : unit === "funders" ? value.toFixed(0) : value.toFixed(2);
let limitsTable = null;
function limitsPanel() {
  if (!DATA.by.some((one) => one.covenants.length)) return;
  show("limits");
  const warned = now().covenants.filter((r) => r.light !== "green"), rows = state.lights === "warn" ? warned : now().covenants;
  if (limitsTable) { limitsTable.refill(rows); return; }
  const body = byId("limits-body");
  limitsTable = table(body, "Limits with their lights", [
    { head: "Light", value: (r) => light(r.light), sort: (r) => WORST.indexOf(r.light) },
    { head: "Limit", value: (r) => [r.title + (r.key ? ": " : ""), r.key, r.bank ? make("small", {}, "rule of the bank: design default") : ""], sort: (r) => r.title + r.key },
    { head: "Year", value: (r) => r.year === null ? "-" : String(r.year), sort: (r) => r.year, narrow: false },
    { head: "Value", figure: true, value: (r) => inUnit(r.value, r.unit), sort: (r) => r.value },
    { head: "Allowed", figure: true, value: (r) => inUnit(r.limit, r.unit), sort: (r) => r.limit },
    { head: "Left, in money", figure: true, value: (r) => make("span", { class: r.left < 0 ? "bad" : null }, money0(r.left)), sort: (r) => r.left },
  ], rows, 12);
  note(body, "Broken: below 0 is left. Tight: less than a tenth of the limit is left. A cover, a ratio of equity and a ticket must be at least what is allowed, all others at most. Of too many funders what is left below 0 is what the smallest of them commit; funds beyond the uses break nothing and need not be drawn.");
  labelled(body);
}
// Currency of debt against currency of revenue, and what a fall of the local one does.
let currencyTable = null;
function currencyPanel() {
  if (!DATA.by.some((one) => one.currency.length)) return;
  show("currency");
  const rows = now().currency;
  if (currencyTable) { currencyTable.refill(rows); return; }
  const body = byId("currency-body"), fall = DATA.by.flatMap((one) => one.currency)[0][5], ratio = (value) => value === null ? "-" : value.toFixed(2);
  currencyTable = table(body, "Loans and revenue by currency", [
    { head: "Project", value: (r) => [r[0], make("small", {}, `local: ${r[1]}`)], sort: (r) => r[0] },
    { head: "Loans in", value: (r) => r[2] || "-", sort: (r) => r[2] },
    { head: "Earns in", value: (r) => r[3] || "nothing", sort: (r) => r[3], narrow: false },
    { head: "Unhedged", figure: true, value: (r) => percent(r[4]), sort: (r) => r[4] },
    { head: "Cover", figure: true, value: (r) => ratio(r[6]), sort: (r) => r[6], narrow: false },
    { head: `Cover after a fall by ${percent(fall)}`, figure: true, value: (r) => make("span", { class: r[7] !== null && r[7] < r[8] - 1e-6 ? "bad" : null }, ratio(r[7])), sort: (r) => r[7] },
    { head: "Floor", figure: true, value: (r) => r[7] === null ? "-" : ratio(r[8]), sort: (r) => r[8], narrow: false },
    { head: "Fall that breaks it", figure: true, value: (r) => r[7] === null ? "-" : r[9] === null ? "none" : r[9] === 0 ? "broken" : percent(r[9]), sort: (r) => r[9] },
    { head: "State pays more a year", figure: true, value: (r) => r[10] > 0 ? money0(r[10]) : "-", sort: (r) => r[10] },
  ], rows, 12);
  note(body, "Unhedged: loans in foreign currencies beyond the part of revenue in them. The fall lasts, and tariffs in local currency do not follow. Under availability the state makes good what cover lacks. Shares of currencies are estimates of data/finance, terms those of the USD.");
}
