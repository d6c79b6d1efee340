// What the colours, widths and marks of the map mean.
function drawMapLegend() {
  const node = clear(byId("map-legend")), most = widest();
  const group = (title, kind) => { const part = put(node, "div", { class: kind || null }); put(part, "b", {}, title); return part; };
  const swatch = (part, name, text) => put(part, "span", {}, make("i", { class: "swatch", style: `background: var(--${name})` }), text.replace(" %", "\u00a0%"));
  if (showsChanges()) {
    const part = group(`Against ${DATA.compare.name}`);
    swatch(part, "more", "more cargo");
    swatch(part, "less", "less cargo");
    swatch(part, "ground", "cargo that does not change");
  } else {
    const part = group("Use of the tightest limit");
    for (const [, name, text] of [...USE_CLASSES, [0, "un", "no limit"]]) swatch(part, name, text);
  }
  widthLegend(group("Width"), most);
  const kinds = Object.keys(MARKS).filter((kind) => document.querySelector("#projects ." + kind)), marks = kinds.length ? group("Projects") : null;
  for (const kind of kinds) put(marks, "span", {}, put(null, "svg", { width: 14, height: 14, "aria-hidden": "true" }, markShape(kind, 7, 7, 5)), MARKS[kind]);
  const arrow = put(group("Direction"), "span", {}, "arrows point with the cargo; each direction keeps to its right");
  arrow.className = "words";
}
function widthLegend(part, most) {
  for (const size of [1, 0.1, 0.01].map((share) => Number((most * share).toPrecision(1))).filter((v) => v > 0)) {
    const w = width(size, most), picture = make("svg", { width: 26, height: 14, "aria-hidden": "true" });
    put(picture, "rect", { x: 0, y: 7 - w / 2, width: 26, height: w, fill: "var(--soft)" });
    put(part, "span", {}, picture, inWords(size));
  }
  put(part, "span", {}, "a year, by its square root");
}
