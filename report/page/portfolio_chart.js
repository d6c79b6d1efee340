// Charts: axes with round figures, lines over years with names at their ends, bars around zero.
function roundTicks(low, high, count = 5) {
  const span_ = high - low || 1, raw = span_ / count, power = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw), list = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + step * 1e-6; v += step) list.push(Math.abs(v) < step * 1e-9 ? 0 : v);
  return list;
}
const scaleOf = (from, to, start, end) => (value) => start + (end - start) * (to === from ? 0.5 : (value - from) / (to - from));
const canvas = (parent, width, height, words) => put(parent, "svg", { viewBox: `0 0 ${width} ${height}`, class: "curve", role: "group", "aria-label": words });
const textOf = (svg, x, y, words, anchor = "start", look = "axis-text") => put(svg, "text", { class: look, x, y, "text-anchor": anchor }, words);

// Grid lines and figures of the upright axis; returns the width that its figures take.
function uprightAxis(svg, at, ticks_, left, right, say_) {
  for (const value of ticks_) {
    put(svg, "line", { class: value === 0 ? "axis" : "grid-line", x1: left, x2: right, y1: at(value), y2: at(value) });
    textOf(svg, left - 6, at(value) + 4, say_(value), "end");
  }
}
// Moves labels apart from top to bottom, so that none covers another.
function spread(labels, gap, top, bottom) {
  labels.sort((a, b) => a.y - b.y);
  for (let i = 0; i < labels.length; i++) labels[i].y = Math.max(labels[i].y, i ? labels[i - 1].y + gap : top);
  for (let i = labels.length - 1; i >= 0; i--) labels[i].y = Math.min(labels[i].y, i === labels.length - 1 ? bottom : labels[i + 1].y - gap);
}
// Lines over years. series: {name, values, colour, dash, floor, quiet}; a floor is dashed; a quiet one is pale and has no
// name; null leaves a gap. `say_` puts a figure into words. `ends`: names at the ends
// of the lines, not in a legend; `joined`: no gaps; `most`: end of the scale, where lines beyond it are cut.
function lineChart(parent, { years, series, say_, words, height = 260, least = 0, width = roomOf(parent), ends: named = true, ticks: count = 5, joined = false, most = Infinity }) {
  const shown = series.filter((s) => s.values.some((v) => v !== null)), loud = shown.filter((s) => !s.quiet), longest = named ? Math.max(...loud.map((s) => textWidth(s.name)), 30) : 4;
  const svg = canvas(parent, width, height, words), values = shown.flatMap((s) => s.values).filter((v) => v !== null);
  const low = Math.min(least, ...values), high = Math.max(Math.min(Math.max(...values), most), low + 1e-6), steps = roundTicks(low, high, count), room = Math.max(...steps.map((v) => textWidth(say_(v)))) + 12;
  const left = room, right = width - longest * 1.12 - 14, top = 10, bottom = height - 24;
  const at = scaleOf(Math.min(low, steps[0]), Math.max(high, steps[steps.length - 1]), bottom, top), x = scaleOf(years[0], years[years.length - 1], left, right);
  uprightAxis(svg, at, steps, left, right, say_);
  let beyond = -Infinity;
  for (const year of years) if (x(year) >= beyond) { textOf(svg, x(year), height - 6, String(year), "middle"); beyond = x(year) + 52; }
  const ends = [];
  for (const s of shown) {
    let path = "", open = false, last = null;
    s.values.forEach((v, i) => { if (v === null) { open = open && joined; return; } path += `${open ? "L" : "M"}${x(years[i]).toFixed(1)},${Math.max(at(v), top - 2).toFixed(1)}${open ? "" : "h0"}`; open = true; last = v; });
    put(svg, "path", { class: s.floor ? "floor-line series" : s.quiet ? "series quiet" : "series", d: path, style: s.floor ? null : `stroke: ${s.colour}`, "stroke-dasharray": s.dash || null, "aria-hidden": "true" });
    if (named && !s.quiet) ends.push({ name: s.name, colour: s.floor ? "var(--u3)" : s.colour, y: at(last) + 4 });
  }
  spread(ends, 14, top + 6, bottom + 4);
  for (const { name, colour, y } of ends) put(svg, "text", { class: "end-label", x: right + 8, y, style: `fill: ${colour}` }, name);
  const half = (right - left) / Math.max(1, years.length - 1) / 2;
  const nodes = years.map((year, i) => withTip(put(svg, "rect", { class: "hover", role: "img", tabindex: "-1", x: x(year) - half, y: top, width: 2 * half, height: bottom - top }), () => [String(year), ...loud.map((s) => s.values[i] === null ? "" : `${s.name}: ${say_(s.values[i])}`)]));
  steppable(svg, nodes);
  return svg;
}
// Bars to the left and right of zero. rows: [name, value, lines of the tip]; names stand to the left of all bars.
function zeroBars(parent, rows, words, say_ = (value) => money(value).replace("USD\u00a0", ""), look = (value) => value < 0 ? "loss" : "gain") {
  const width = roomOf(parent), line = 26, top = 8, height = top + rows.length * line + 24, left = Math.min(width * 0.36, Math.max(...rows.map(([name]) => textWidth(name))) * 1.08 + 14);
  const svg = canvas(parent, width, height, words), values = rows.map(([, value]) => value), low = Math.min(0, ...values), high = Math.max(0, ...values);
  const pad = 70, x = scaleOf(low, high, left + (low < 0 ? pad : 8), width - pad);
  for (const value of roundTicks(low, high, 5)) {
    put(svg, "line", { class: value === 0 ? "axis" : "grid-line", x1: x(value), x2: x(value), y1: top, y2: height - 20 });
    textOf(svg, x(value), height - 5, say_(value), "middle");
  }
  const nodes = rows.map(([name, value, tip_], i) => {
    const y = top + i * line, group = put(svg, "g", { class: "bars-row", role: "img", tabindex: "-1" }), ends = [x(0), x(value)];
    put(group, "text", { class: "vein-label", x: left - 10, y: y + 16, "text-anchor": "end" }, fit(name, left - 14));
    put(group, "rect", { class: look(value), x: Math.min(...ends), y: y + 4, width: Math.max(1.5, Math.abs(ends[1] - ends[0])), height: line - 9 });
    textOf(group, value < 0 ? x(value) - 5 : x(value) + 5, y + 16, say_(value), value < 0 ? "end" : "start", "vein-label");
    return withTip(group, () => [name, ...tip_]);
  });
  steppable(svg, nodes);
  return svg;
}
// A name cut to the room that it has.
function fit(name, room) {
  if (textWidth(name) * 1.06 <= room) return name;
  let text = name;
  while (text.length > 4 && textWidth(text + "\u2026") * 1.06 > room) text = text.slice(0, -1);
  return text.trimEnd() + "\u2026";
}
// A strip of years {first, last, at} for a row of a table, and the years for its head.
function yearAxis(axis, words) {
  const picture_ = make("svg", { viewBox: "0 0 264 16", width: "100%", class: "gantt", role: "img", "aria-label": words }), step = axis.last - axis.first > 40 ? 10 : 5;
  for (let year = Math.ceil(axis.first / step) * step; year <= axis.last; year += step) put(picture_, "line", { x1: axis.at(year), x2: axis.at(year), y1: 0, y2: 16, class: "tick" });
  return picture_;
}
function axisOf(axis) {
  const picture_ = yearAxis(axis, `Years ${axis.first} to ${axis.last}`), step = axis.last - axis.first > 25 ? 10 : 5;
  for (let year = Math.ceil(axis.first / step) * step; year <= axis.last; year += step) if (axis.at(year) < 226) textOf(picture_, axis.at(year) + 3, 12, String(year));
  return picture_;
}
