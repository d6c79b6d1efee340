// The modelled base year against what was observed, on a scale of ratios.
const RATIOS = (() => {
  const far = Math.max(...DATA.baseYear.filter((r) => r.modelled > 0 && r.observed > 0).flatMap((r) => [r.modelled, r.low, r.high].filter((v) => v > 0).map((v) => Math.abs(Math.log(v / r.observed)))), 0);
  const most = [2, 4, 10].find((limit) => Math.log(limit) >= far) || 10;
  return { most, width: 260, at: (ratio) => 130 + 118 * Math.max(-1, Math.min(1, Math.log(ratio) / Math.log(most))), ticks: [1 / most, 0.5, 1, 2, most].filter((v, i, all) => all.indexOf(v) === i) };
})();
const ratioWords = (ratio) => ratio === 1 ? "equal" : ratio === 0.5 ? "half" : ratio === 2 ? "twice" : ratio > 1 ? `${ratio}\u00d7` : `1/${Math.round(1 / ratio)}`;

function baseYear() {
  const parent = byId("base-body"), rows = DATA.baseYear;
  if (!rows.length) return;
  const size = (r, v) => v === null ? "-" : r.unit === "kTEU" ? boxes(v) : tonnes(v);
  const error = (r) => r.error === null ? "-" : Math.abs(r.error) < 0.05 ? "0\u00a0%" : signed((v) => number(v, v < 1 ? 1 : 2) + "\u00a0%", r.error);
  table(parent, "Modelled against observed", [
    { head: "Measure", value: (r) => r.title, sort: (r) => r.title },
    { head: "Observed", figure: true, value: (r) => [size(r, r.observed), r.low !== null && r.high !== null && r.low !== r.high ? make("small", {}, `${size(r, r.low)} to ${size(r, r.high)}`) : ""] },
    { head: "Modelled", figure: true, value: (r) => size(r, r.modelled) },
    { head: ratioAxis(), value: ratioMark },
    { head: "Error", figure: true, sort: (r) => r.error, value: (r) => [make("span", { class: r.inRange ? "good" : "bad" }, error(r)), make("small", { class: "short" }, r.inRange ? "in range" : "outside")] },
    { head: "Observation", value: (r) => tag(r.sure), narrow: false },
  ], rows);
  note(parent, "The bar is the observed range; the mark is the model: a green dot within that range or 10 % of the observation, a red diamond outside. The scale is logarithmic, so that twice and half lie equally far from the line. Most overstated first.");
}
function ratioPicture(words) {
  const picture = make("svg", { viewBox: `0 0 ${RATIOS.width} 16`, width: "100%", class: "ratio", role: "img", "aria-label": words });
  for (const ratio of [0.5, 1, 2]) put(picture, "line", { x1: RATIOS.at(ratio), x2: RATIOS.at(ratio), y1: 0, y2: 16, class: ratio === 1 ? "tick one" : "tick" });
  return picture;
}
function ratioAxis() {
  const picture = make("svg", { viewBox: `0 0 ${RATIOS.width} 16`, width: "100%", class: "ratio", role: "img", "aria-label": `Modelled as a multiple of observed, from 1/${RATIOS.most} to ${RATIOS.most} times` });
  for (const ratio of RATIOS.ticks) put(picture, "text", { x: RATIOS.at(ratio), y: 12, "text-anchor": "middle" }, ratioWords(ratio));
  return picture;
}
function ratioMark(row) {
  const picture = ratioPicture("");
  const words = () => [row.title, row.observed > 0 ? row.modelled > 0 ? `Modelled is ${number(row.modelled / row.observed)} times observed, ${row.inRange ? "within" : "outside"} the range` : "The model moves nothing here" : "Observed is zero", `Observation: ${provenance(row)}`];
  if (row.observed > 0) {
    const low = (row.low ?? row.observed * 0.9) / row.observed, high = (row.high ?? row.observed * 1.1) / row.observed, ratio = row.modelled / row.observed;
    const left = RATIOS.at(Math.max(low, 1e-6)), right = RATIOS.at(Math.max(high, 1e-6)), x = RATIOS.at(Math.max(ratio, 1e-6)), look = row.inRange ? "inside" : "outside";
    put(picture, "rect", { class: "range", x: left, y: 4, width: Math.max(2, right - left), height: 8, rx: 2 });
    const beyond = ratio < 1 / RATIOS.most ? -1 : ratio > RATIOS.most ? 1 : 0;
    if (beyond) put(picture, "polygon", { class: "mark outside", points: `${x + 8 * beyond},8 ${x},3 ${x},13` });
    else if (row.inRange) put(picture, "circle", { class: "mark " + look, cx: x, cy: 8, r: 4.5 });
    else put(picture, "polygon", { class: "mark " + look, points: `${x},2.5 ${x + 5.5},8 ${x},13.5 ${x - 5.5},8` });
  }
  return withTip(picture, words);
}
