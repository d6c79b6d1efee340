// Portfolios side by side: worth against the worst scenarios and concentration, and the price of independence.
function frontierPanel() {
  if (!DATA.frontier.length) return;
  show("frontier");
  const body = clear(byId("frontier-body")), caps = DATA.frontier.filter((r) => r.study === "independence").sort((a, b) => b.power_cap - a.power_cap), plans = DATA.frontier.filter((r) => r.cvar !== null || r.funder_hhi !== null);
  const two = put(body, "div", { class: caps.length > 1 && plans.length > 1 ? "two" : "" });
  if (caps.length > 1) priceCurve(put(two, "div"), caps);
  if (plans.length > 1) scatter(put(two, "div"), plans);
  table(body, "Portfolios of the frontier", [
    { head: "Portfolio", value: (r) => [planName(r), make("small", {}, r.title)] },
    { head: "Gain", figure: true, value: (r) => money0(r.gain), sort: (r) => r.gain },
    { head: "Price", figure: true, value: (r) => r.study === "independence" ? money0(r.price) : "-", sort: (r) => r.price },
    { head: "Gap", figure: true, value: (r) => share0(r.gap), sort: (r) => r.gap, narrow: false },
    { head: "Worst scenarios", figure: true, value: (r) => money0(r.cvar), sort: (r) => r.cvar },
    { head: "Largest power", value: (r) => r.power ? `${r.power.replace(" and its members", "")} ${share0(r.largest_power_share)}` : "-", sort: (r) => r.largest_power_share },
    { head: "Concentration", figure: true, value: (r) => ratio0(r.funder_hhi), sort: (r) => r.funder_hhi, narrow: false },
    { head: "Cost", figure: true, value: (r) => money0(r.capex), sort: (r) => r.capex },
    { head: "Projects", figure: true, value: (r) => withTip(make("span", { tabindex: "0" }, String(r.count)), () => [planName(r), r.projects]), sort: (r) => r.count, narrow: false },
  ], DATA.frontier, 14);
  note(body, `Gain over nothing built, present value; worst scenarios: mean gain of those; concentration: sum of the squared shares of powers, 1 is all from one. ${DATA.label}.`);
}
const planName = (r) => r.study === "independence" ? (r.power_cap >= 1 ? "No cap" : `Cap ${percent(r.power_cap)}`) : `Weight ${percent(r.risk_weight)}`;

function priceCurve(parent, rows) {
  put(parent, "h3", {}, "Price of independence");
  const width = roomOf(parent), height = 290, svg = canvas(parent, width, height, "Price of independence by cap on any one power");
  const most = Math.max(...rows.map((r) => r.price), 1e-6), steps = roundTicks(0, most, 4), left = Math.max(...steps.map((v) => textWidth(money(v)))) + 14, right = width - 26;
  const y = scaleOf(0, Math.max(most, steps[steps.length - 1]), height - 46, 22), x = scaleOf(rows[0].power_cap, rows[rows.length - 1].power_cap, left + 14, right);
  uprightAxis(svg, y, steps, left, right, money);
  textOf(svg, (left + right) / 2, height - 6, "cap on any one power, share of all funds", "middle");
  const line = rows.map((r) => [x(r.power_cap), y(r.price)]);
  put(svg, "path", { class: "price-area", d: `${draw(line)}L${line[line.length - 1][0]},${y(0)}L${line[0][0]},${y(0)}Z`, "aria-hidden": "true" });
  put(svg, "path", { class: "price-curve", d: draw(line), "aria-hidden": "true" });
  let beyond = -Infinity;
  const nodes = rows.map((r) => {
    const words = r.power_cap >= 1 ? "none" : percent(r.power_cap), half = textWidth(words) / 2 + 4;
    if (x(r.power_cap) - half > beyond) { textOf(svg, x(r.power_cap), height - 26, words, "middle"); beyond = x(r.power_cap) + half; }
    return withTip(put(svg, "circle", { class: "dot risk", role: "img", tabindex: "-1", cx: x(r.power_cap), cy: y(r.price), r: 5 }), () => [planName(r), `price ${money(r.price)}, gain ${money(r.gain)}`, `bound ${money0(r.bound)}, gap ${share0(r.gap)}`, `${r.power.replace(" and its members", "")} holds ${share0(r.largest_power_share)}`]);
  });
  steppable(svg, nodes);
}
// Worth upwards, the worst scenarios to the right; size is concentration. Without scenarios concentration is to the right.
function scatter(parent, rows) {
  const risky = rows.every((r) => r.cvar !== null), key = risky ? "cvar" : "funder_hhi", shown = rows.filter((r) => r[key] !== null);
  if (shown.length < 2) return;
  put(parent, "h3", {}, risky ? "Worth, the worst scenarios and concentration" : "Worth and concentration");
  const width = roomOf(parent), height = 290, svg = canvas(parent, width, height, "Worth against risk and concentration");
  const xs = shown.map((r) => r[key]), ys = shown.map((r) => r.gain), padded = (list) => { const low = Math.min(...list), high = Math.max(...list), pad = (high - low || Math.abs(high) || 1) * 0.12; return [low - pad, high + pad]; };
  const [lowX, highX] = padded(xs), [lowY, highY] = padded(ys), steps = roundTicks(lowY, highY, 4), sayX = risky ? money : (v) => v.toFixed(2);
  const left = Math.max(...steps.map((v) => textWidth(money(v)))) + 14, right = width - 34, x = scaleOf(lowX, highX, left, right), y = scaleOf(lowY, highY, height - 46, 14);
  uprightAxis(svg, y, steps, left, right, money);
  for (const value of roundTicks(lowX, highX, Math.max(2, Math.floor((right - left) / 110)))) { put(svg, "line", { class: "grid-line", x1: x(value), x2: x(value), y1: 14, y2: height - 46 }); textOf(svg, x(value), height - 28, sayX(value), "middle"); }
  textOf(svg, (left + right) / 2, height - 8, risky ? "mean gain of the worst scenarios" : "sum of the squared shares of powers", "middle");
  for (const study of ["independence", "risk"]) { const own = shown.filter((r) => r.study === study); if (own.length > 1) put(svg, "path", { class: "trail", d: draw(own.map((r) => [x(r[key]), y(r.gain)])), "aria-hidden": "true" }); }
  const size = (r) => risky ? 4 + 14 * Math.sqrt(r.funder_hhi || 0) : 6, nodes = shown.map((r) => withTip(put(svg, "circle", { class: `dot ${r.study}`, role: "img", tabindex: "-1", cx: x(r[key]), cy: y(r.gain), r: size(r) }), () => [planName(r), `gain ${money(r.gain)}`, r.cvar === null ? "" : `worst scenarios ${money(r.cvar)}`, `concentration ${ratio0(r.funder_hhi)}`]));
  const boxes_ = shown.map((r) => [x(r[key]) - size(r), y(r.gain) - size(r), x(r[key]) + size(r), y(r.gain) + size(r)]), taken = [];
  shown.forEach((r, i) => {
    const words = planName(r), w = textWidth(words) * 1.05, gap = size(r) + 4, others = boxes_.filter((_, j) => j !== i);
    const spot = [[x(r[key]) + gap, y(r.gain) + 4], [x(r[key]) - gap - w, y(r.gain) + 4], [x(r[key]) - w / 2, y(r.gain) - gap], [x(r[key]) - w / 2, y(r.gain) + gap + 10]].find(([sx, sy]) => sx > left && sx + w < width && !overlap([sx, sy - 10, sx + w, sy + 2], [...others, ...taken]));
    if (spot) { taken.push([spot[0], spot[1] - 10, spot[0] + w, spot[1] + 2]); textOf(svg, spot[0], spot[1], words, "start", "vein-label"); }
  });
  steppable(svg, nodes);
  const legend = put(parent, "div", { class: "legend" });
  for (const [study, words] of [["c4", "caps on one power"], ["c0", "weights of the worst scenarios"]]) put(legend, "span", {}, make("i", { class: "swatch", style: `background: var(--${study})` }), words);
  if (risky) put(legend, "span", {}, "size: concentration on powers");
}
