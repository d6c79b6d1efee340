// The cost curve of an oxide: mines by cost less what co-products earn, as wide as what they could give.
const STANDING = new Set(["operating", "construction", "committed"]);
const MINE = { name: 0, country: 1, status: 2, sure: 3, kt: 4, cost: 5, alone: 6 };

// Round steps between two figures, about `count` of them.
function roundTicks(low, high, count) {
  const rough = (high - low) / count, power = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map((n) => n * power).find((s) => s >= rough);
  const list = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-9; at += step) list.push(Math.abs(at) < step * 1e-9 ? 0 : at);
  return list;
}
// Places for labels `gap` apart near where they belong, between two ends.
function spread(wanted, gap, low, high) {
  const at = [...wanted];
  for (let i = 0; i < at.length; i += 1) at[i] = Math.max(at[i], i ? at[i - 1] + gap : low);
  for (let i = at.length - 1; i >= 0; i -= 1) at[i] = Math.min(at[i], i === at.length - 1 ? high : at[i + 1] - gap);
  return at;
}

function drawCurve(parent, curve, focus) {
  const width = chainWidth(), wide = hasRoom(width), height = 340, left = 78, right = width - (wide ? 150 : 118), top = 34, bottom = height - 40;
  const total = curve.rows.reduce((sum, r) => sum + r[MINE.kt], 0), prices = curve.prices.filter(([, , high]) => high !== null);
  const costs = curve.rows.map((r) => r[MINE.cost]).sort((a, b) => a - b), dear = Math.max(...prices.map(([, , high]) => high), 0);
  const most = Math.max(dear * 1.5, Math.min(costs[costs.length - 1], dear > 0 ? dear * 2 : Infinity)) || 1, least = costs[0] < 0 ? Math.max(costs[0], -0.6 * most) : 0;
  const x = (kt) => left + (right - left) * kt / total, y = (usdT) => bottom - (bottom - top) * (Math.min(Math.max(usdT, least), most) - least) / (most - least);
  const svg = put(parent, "svg", { viewBox: `0 0 ${width} ${height}`, class: "curve", role: "group", "aria-label": `Cost curve of ${curve.good}, ${curve.slice}` });
  curveAxes(svg, { x, y, left, right, bottom, least, most, total });
  let sum = 0;
  const bars = curve.rows.map((row) => { const bar = mineBar(svg, row, x(sum), x(sum + row[MINE.kt]), y, focus); sum += row[MINE.kt]; return { ...bar, row }; });
  priceLines(svg, prices, { y, left, right, most });
  const own = bars.filter((b) => b.row[MINE.country] === focus);
  numbered(svg, own, left, right);
  steppable(svg, bars.map((b) => b.node));
  return { own: own.map((b) => b.row), beyond: costs.filter((c) => c > most || c < least).length };
}
function curveAxes(svg, { x, y, left, right, bottom, least, most, total }) {
  for (const at of roundTicks(least, most, 5)) {
    put(svg, "line", { class: at === 0 ? "tick one" : "tick", x1: left, x2: right, y1: y(at), y2: y(at) });
    put(svg, "text", { class: "vein-label", x: left - 6, y: y(at), dy: "0.35em", "text-anchor": "end" }, minus(at) + number(Math.abs(at)));
  }
  for (const at of roundTicks(0, total, 6)) put(svg, "text", { class: "vein-label", x: x(at), y: bottom + 15, "text-anchor": "middle" }, number(at));
  put(svg, "text", { class: "vein-label", x: right, y: bottom + 32, "text-anchor": "end" }, "oxide that mines could give together, kt a year");
  put(svg, "text", { class: "vein-label", x: 2, y: 12 }, "USD a tonne");
}
function mineBar(svg, row, from, to, y, focus) {
  const [zero, edge] = [y(0), y(row[MINE.cost])], own = row[MINE.country] === focus, stands = STANDING.has(row[MINE.status]);
  const look = ["mine-bar", own ? "own" : row[MINE.country] === "CN" ? "held" : "free", stands ? "" : "planned"].join(" ").trim();
  const node = put(svg, "rect", { class: look, x: from, width: Math.max(own ? 2 : 0.6, to - from - (to - from > 3 ? 0.6 : 0)), y: Math.min(zero, edge), height: Math.max(1.5, Math.abs(zero - edge)), tabindex: "-1", role: "img" });
  withTip(node, () => [`${row[MINE.name]}, ${row[MINE.country]}`, `${tonnes(row[MINE.kt])} a year, ${row[MINE.status]}`, `${usd(row[MINE.cost])} a tonne less co-products`, `${usd(row[MINE.alone])} a tonne if co-products were worth nothing`, row[MINE.sure] ? `Facility: ${row[MINE.sure]}` : ""]);
  return { node, middle: (from + to) / 2, edge: Math.min(zero, edge) };
}
function priceLines(svg, prices, { y, left, right, most }) {
  const order = [...prices].filter(([, , high]) => high <= most).sort((a, b) => b[2] - a[2]), at = spread(order.map(([, low, high]) => y((low + high) / 2)), 28, 20, 300);
  order.forEach(([region, low, high], i) => {
    if (y(low) - y(high) > 2) put(svg, "rect", { class: "price-band", x: left, width: right - left, y: y(high), height: y(low) - y(high) });
    put(svg, "line", { class: "price-line", x1: left, x2: right, y1: y(high), y2: y(high) });
    put(svg, "path", { class: "leader", d: `M${right},${y((low + high) / 2)}L${right + 8},${at[i]}` });
    put(svg, "text", { class: "vein-label marked", x: right + 11, y: at[i] - 2 }, region);
    put(svg, "text", { class: "vein-label", x: right + 11, y: at[i] + 11 }, rangeOf([low, high]));
  });
}
// Numbers over the bars of the country in focus, on leaders where bars are too thin; the list below names them.
function numbered(svg, own, left, right) {
  const at = spread(own.map((b) => b.middle), 17, left + 8, right - 8);
  own.forEach((bar, i) => {
    put(svg, "path", { class: "leader", d: `M${at[i]},26L${at[i]},34L${bar.middle},${Math.max(36, bar.edge)}` });
    put(svg, "text", { class: "vein-label marked", x: at[i], y: 23, "text-anchor": "middle" }, String(i + 1));
  });
}
// A price, or its two ends where joint products leave it open.
function rangeOf(range) {
  if (!range || range[1] === null) return "-";
  const [low, high] = range;
  return high - low <= 0.005 * Math.abs(high) ? usd(high) : `${minus(low)}${number(Math.abs(low))} to ${number(high)}`;
}
