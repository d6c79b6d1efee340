// How much rests on sources, estimates and memory, and the weakest figures of weight.
const SURE = { sourced: "sourced: read in the source named", estimate: "estimate: basis given in the data", memory: "memory: general knowledge, not checked" };
function confidence() {
  const parent = byId("confidence-body");
  if (!DATA.confidence.length) return;
  const legend = put(parent, "div", { class: "legend" });
  for (const [name, meaning] of Object.entries(SURE)) put(legend, "span", {}, make("i", { class: "swatch", style: `background: var(--${name})` }), meaning);
  table(parent, "How much rests on what", [{ head: "What", value: (r) => [r.subject, make("small", {}, "by share of " + r.what)] }, { head: "Rests on", value: sureBar }], DATA.confidence);
  if (!DATA.weak.length) return;
  put(parent, "h3", { class: "apart" }, "The weakest figures that weigh most");
  table(parent, "The weakest figures that weigh most", [
    { head: "What", value: (r) => [r.what[0].toUpperCase() + r.what.slice(1), make("small", {}, r.subject)] },
    { head: "Weight", figure: true, value: (r) => [tie(r.weight), make("small", {}, percent(r.share) + " of its kind")] },
    { head: "Rests on", value: (r) => [tag(r.sure), r.year ? ` ${r.year}` : ""] },
    { head: "Basis", value: (r) => r.source && r.source !== r.sure ? clip(r.source, 220) : "no more than that is stated", narrow: false },
  ], DATA.weak);
  note(parent, `Flows, charges and limits of ${DATA.periods[DATA.periods.length - 1]}. A basis that many rows share counts once, with the weight of all of them.`);
}
function sureBar(row) {
  const node = make("div", { class: "strip bare", role: "img", "aria-label": Object.keys(SURE).map((name) => `${name} ${percent(row[name])}`).join(", ") });
  for (const name of Object.keys(SURE)) if (row[name] > 0.0005) put(node, "i", { class: "on-" + name, style: `width: ${row[name] * 100}%; background: var(--${name})` }, row[name] > 0.08 ? percent(row[name]) : "");
  return node;
}
