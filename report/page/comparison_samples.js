// Samples as lines across ranges and answers, one above the other; ranges narrow what is chosen, by pointer or keyboard.
const S = DATA.samples;
const chosenRanges = new Map();  // of each axis, the shares of its scale between which lines are kept
const MOST_LINES = 400;

function sampleAxes() {
  const axes = S.axes.map((axis, i) => ({ id: "x" + i, label: axis.label, unit: axis.unit, at: 1 + i, range: true, say: (v) => typeof v === "string" ? v : number(v) }));
  const answers = S.drawn.map((i) => { const place = S.answers[i]; const column = MATRIX.columns[place]; return { id: "y" + i, label: column.title, unit: column.unit, at: 1 + S.axes.length + i, say: (v) => inColumn(column, v) }; });
  return [...axes, ...answers].map((axis) => {
    const values = S.rows.map((row) => row[axis.at]).filter((v) => v !== null), texts = values.some((v) => typeof v === "string") ? [...new Set(values.map(String))] : null;
    const numbers = texts ? [0, texts.length - 1] : [Math.min(...values), Math.max(...values)], span_ = numbers[1] - numbers[0] || 1;
    const share = (v) => v === null ? null : ((texts ? texts.indexOf(String(v)) : v) - numbers[0]) / span_;
    return { ...axis, texts, low: numbers[0], high: numbers[1], share };
  });
}
const AXES = S ? sampleAxes() : [];
const isKept = (row) => AXES.every((axis) => { const range = chosenRanges.get(axis.id), at = axis.share(row[axis.at]); return !range || (at !== null && at >= range[0] - 1e-9 && at <= range[1] + 1e-9); });

function samplesPanel() {
  if (!has("samples")) return;
  const body = byId("samples-body");
  if (!body.firstChild) {
    tell("samples", S.said);
    put(body, "div", { class: "filter" }, make("output", { id: "samples-count", "aria-live": "polite" }), make("button", { type: "button", class: "plain", id: "samples-reset" }, "All samples"));
    byId("samples-reset").addEventListener("click", () => { chosenRanges.clear(); drawSamples(true); });
    put(body, "div", { id: "samples-picture", class: "parallel" });
    put(body, "div", { id: "samples-table" });
    note(body, `Each line is a sample: ranges above, answers below${S.rows.length > MOST_LINES ? `; of ${S.rows.length.toLocaleString("en-US")} samples ${MOST_LINES} are drawn, all are counted` : ""}. The two handles of a range or an answer keep the lines between them; from the keyboard Tab goes to a handle and the arrow keys move it. Ranges come with the data; their confidence stands under Method.`);
  }
  drawSamples(true);
}
// The whole picture, or only what changes while a handle moves: the lines and the counts.
function drawSamples(anew) {
  const parent = byId("samples-picture"), width = roomOf(byId("samples-body")), name = Math.min(330, width * 0.34), row = 46, height = AXES.length * row + 8, left = name + 14, right = width - 24;
  const x = (share) => left + (right - left) * share, y = (i) => 30 + i * row;
  if (anew) {
    clear(parent);
    parent.style.height = height + "px";
    const svg = put(parent, "svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `${S.rows.length} samples across ${S.axes.length} ranges and ${AXES.length - S.axes.length} answers` });
    put(svg, "g", { id: "sample-lines", "aria-hidden": "true" });
    AXES.forEach((axis, i) => sampleAxis(svg, parent, axis, y(i), { left, right, x, name }));
  }
  const kept = S.rows.filter(isKept), step = Math.max(1, Math.ceil(S.rows.length / MOST_LINES)), lines = clear(byId("sample-lines"));
  const path = (sample) => "M" + AXES.flatMap((axis, i) => { const at = axis.share(sample[axis.at]); return at === null ? [] : [`${x(at).toFixed(1)},${y(i)}`]; }).join("L");
  const drawn = S.rows.filter((_, i) => i % step === 0), inside = new Set(kept);
  for (const look of ["out", "in"]) for (const sample of drawn) if (inside.has(sample) === (look === "in")) put(lines, "path", { class: `sample ${look}`, d: path(sample) });
  byId("samples-count").textContent = kept.length === S.rows.length ? `All ${S.rows.length.toLocaleString("en-US")} samples` : `${kept.length.toLocaleString("en-US")} of ${S.rows.length.toLocaleString("en-US")} samples`;
  byId("samples-reset").disabled = !chosenRanges.size;
  sampleTable(kept);
}
function sampleAxis(svg, parent, axis, y, { left, right, x, name }) {
  put(svg, "text", { class: axis.range ? "vein-label" : "vein-label marked", x: name, y: y + (axis.unit ? -3 : 4), "text-anchor": "end" }, fit(axis.label, axis.range ? name * 0.95 : name * 0.86));
  if (axis.unit) put(svg, "text", { class: "axis-text", x: name, y: y + 11, "text-anchor": "end" }, fit(axis.unit, name * 0.95));
  put(svg, "line", { class: "axis", x1: left, x2: right, y1: y, y2: y });
  const ends = axis.texts ? axis.texts.map((text, i) => [axis.texts.length > 1 ? i / (axis.texts.length - 1) : 0, text]) : [0, 0.5, 1].map((share) => [share, axis.say(axis.low + share * (axis.high - axis.low))]);
  for (const [share, text] of ends) { put(svg, "line", { class: "axis", x1: x(share), x2: x(share), y1: y - 4, y2: y + 4 }); textOf(svg, x(share), y - 9, text, share === 0 ? "start" : share === 1 ? "end" : "middle", "axis-text halo"); }
  ["from", "to"].forEach((end, side) => {
    const now = chosenRanges.get(axis.id) || [0, 1], input = put(parent, "input", { type: "range", min: 0, max: 1, step: 0.01, value: now[side], class: `handle ${end}`, style: `left: ${left - 8}px; top: ${y - 8}px; width: ${right - left + 16}px`, "aria-label": `${axis.label}, ${end}`, "data-axis": axis.id });
    const valueText = () => input.setAttribute("aria-valuetext", axis.texts ? axis.texts[Math.round(Number(input.value) * (axis.texts.length - 1))] : axis.say(axis.low + Number(input.value) * (axis.high - axis.low)));
    valueText();
    input.addEventListener("input", () => {
      const range = [...(chosenRanges.get(axis.id) || [0, 1])];
      range[side] = side ? Math.max(Number(input.value), range[0]) : Math.min(Number(input.value), range[1]);
      input.value = range[side];
      if (range[0] === 0 && range[1] === 1) chosenRanges.delete(axis.id); else chosenRanges.set(axis.id, range);
      valueText();
      drawSamples(false);
    });
  });
}
const quantile = (sorted, share) => { const at = (sorted.length - 1) * share, low = Math.floor(at); return sorted[low] + (sorted[Math.ceil(at)] - sorted[low]) * (at - low); };
function sampleTable(kept) {
  const parent = clear(byId("samples-table")), base = MATRIX.rows.find(([run]) => isBase(run));
  const rows = S.answers.map((place, i) => { const column = MATRIX.columns[place], values = kept.map((row) => row[1 + S.axes.length + i]).filter((v) => v !== null).sort((a, b) => a - b); return { column, values, base: base ? answerOf(base, place) : null }; }).filter(({ values }) => values.length);
  const at = (share, head, narrow) => ({ head, figure: true, narrow, value: (r) => inColumn(r.column, quantile(r.values, share)) });
  table(parent, "Answers of the samples chosen", [{ head: "Answer", value: (r) => [r.column.title, make("small", {}, r.column.unit)] }, at(0, "Least", false), at(0.1, "10 %"), at(0.5, "Median"), at(0.9, "90 %"), at(1, "Most", false), { head: "Base", figure: true, value: (r) => inColumn(r.column, r.base) }], rows);
}
