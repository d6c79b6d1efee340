// What the answers on rare earths rest on: each figure at 0.3 and 3 (pale) and at 0.7 and 1.3 times (full), over the base,
// less of it in one colour and more in another.
const TORNADO_ENDS = [0.1, 10];
function tornado() {
  if (!DATA.tornado) return;
  const box = byId("chain-tornado");
  put(box, "h3", { class: "apart" }, "What it rests on");
  note(box, tie(DATA.tornado.said));
  const tools = put(box, "div", { class: "chain-tools" }), chooser = put(tools, "fieldset", { class: "switch small" });
  put(chooser, "legend", {}, "Answer");
  const legend = put(box, "div", { class: "legend" });
  for (const [look, text] of [["tornado-near less", "0.7 times"], ["tornado-near more", "1.3 times"], ["tornado-far less", "0.3 times"], ["tornado-far more", "3 times"]]) {
    const key = put(put(legend, "span", {}, make("svg", { width: 14, height: 11, "aria-hidden": "true" }), text).firstChild, "rect", { class: look, width: 14, height: 11 });
    key.setAttribute("rx", 2);
  }
  const picture = put(box, "div");
  DATA.tornado.parts.forEach((part, place) => {
    const input = make("input", { type: "radio", name: "tornado", value: place });
    input.checked = place === 0;
    input.addEventListener("change", () => drawTornado(clear(picture), part));
    put(chooser, "label", { title: part.unit }, input, make("span", {}, part.title));
  });
  drawTornado(picture, DATA.tornado.parts[0]);
  note(box, "Times the answer without a change, on a scale of equal ratios; what lies beyond a tenth or ten times ends with an arrow. Point at a bar for its figures.");
}
function drawTornado(parent, part) {
  const width = chainWidth(), line = 26, top = 30, left = Math.min(240, width * 0.34), right = width - 40, height = top + part.rows.length * line + 26;
  const svg = put(parent, "svg", { viewBox: `0 0 ${width} ${height}`, class: "curve", role: "group", "aria-label": `${part.title}: what it rests on` });
  const place = (ratio) => left + (right - left) * (Math.log10(Math.min(Math.max(ratio, TORNADO_ENDS[0]), TORNADO_ENDS[1])) + 1) / 2;
  put(svg, "text", { class: "vein-label", x: 2, y: 12 }, `${part.title}, ${part.unit}: ${number(part.base)}`);
  for (const at of [0.1, 0.3, 1, 3, 10]) {
    put(svg, "line", { class: at === 1 ? "tick one" : "tick", x1: place(at), x2: place(at), y1: top - 6, y2: height - 22 });
    put(svg, "text", { class: "vein-label", x: place(at), y: height - 6, "text-anchor": "middle" }, number(at));
  }
  const nodes = part.rows.map(([name, ...values], row) => tornadoBar(svg, part, name, values, top + row * line, left, place));
  steppable(svg, nodes);
}
function tornadoBar(svg, part, name, values, y, left, place) {
  const ratio = (value) => value === null ? 1 : value / part.base, group = put(svg, "g", { tabindex: "-1", role: "img" });
  put(group, "text", { class: "vein-label", x: left - 16, y: y + 12, "text-anchor": "end" }, name);
  // From the answer without a change to that with it, the longer of two first, so that both can be seen on one side.
  const bars = (pair, look, inset) => {
    const ends = pair.map((i) => ({ i, at: place(ratio(values[i])) })).filter(({ i }) => values[i] !== null);
    ends.sort((a, b) => Math.abs(b.at - place(1)) - Math.abs(a.at - place(1)));
    for (const { i, at } of ends) put(group, "rect", { class: `${look} ${i < 2 ? "less" : "more"}`, x: Math.min(at, place(1)), width: Math.max(1.5, Math.abs(at - place(1))), y: y + inset, height: 18 - 2 * inset });
  };
  bars([0, 3], "tornado-far", 0);
  bars([1, 2], "tornado-near", 4);
  for (const value of [values[0], values[3]]) {
    const r = ratio(value);
    if (r > TORNADO_ENDS[1]) put(group, "text", { class: "vein-label", x: place(r) + 3, y: y + 13 }, "\u25b8");
    if (r < TORNADO_ENDS[0]) put(group, "text", { class: "vein-label", x: place(r) - 3, y: y + 13, "text-anchor": "end" }, "\u25c2");
  }
  const atEnds = name === DATA.tornado.ends, places = atEnds ? [1, 2] : [0, 1, 2, 3], of = (i) => atEnds ? ["low end", "high end"][i - 1] : `${DATA.tornado.factors[i]} times`;
  withTip(group, () => [name, ...places.map((i) => `${of(i)}: ${values[i] === null ? "-" : number(values[i])}`), `unchanged: ${number(part.base)}`, part.unit]);
  return group;
}
