// How the figures were made, what each scenario changes, and what all rests on.
function methodPanel() {
  if (!has("method")) return;
  const body = byId("method-body"), M = DATA.method;
  tell("method", M.said);
  for (const text of M.words) put(body, "p", { class: "method" }, text);
  if (M.confidence.length) {
    put(body, "h3", { class: "apart" }, "What the costs rest on");
    const legend = put(body, "div", { class: "legend" });
    for (const [name, meaning] of Object.entries(SURE)) put(legend, "span", {}, make("i", { class: "swatch", style: `background: var(--${name})` }), meaning);
    table(body, "Share of cost by confidence", [{ head: "Run", value: (r) => r.title }, { head: "Rests on", value: sureBar }], M.confidence, 12);
  }
  if (M.ranges.length) {
    put(body, "h3", { class: "apart" }, "Ranges and grids");
    table(body, "Ranges and grids", [{ head: "Figure", value: (r) => r[0] }, { head: "Values", value: (r) => r[1] }, { head: "Rests on", value: (r) => r[2] ? tag(r[2]) : "-" }, { head: "Basis", value: (r) => r[3] || "-", narrow: false }], M.ranges, 20);
  }
  put(body, "h3", { class: "apart" }, "What each scenario changes");
  table(body, "What each scenario changes", [
    { head: "Scenario", value: (r) => [r.title, make("small", {}, r.question)] },
    { head: "Changes", value: (r) => r.levers.length ? levers(r.levers) : "nothing" },
  ], M.scenarios, 40);
  put(body, "h3", { class: "apart" }, "What the indicators are");
  table(body, "Indicators", [{ head: "Indicator", value: (r) => r[0] }, { head: "Unit", value: (r) => r[1] || "-" }, { head: "Better", value: (r) => r[2] || "-", narrow: false }, { head: "Meaning", value: (r) => r[3] }, { head: "Rests on", value: (r) => r[4] ? tag(r[4]) : "-", narrow: false }], M.indicators, 12);
  const facts = put(body, "dl", { class: "facts apart" });
  for (const [name, value] of M.facts) { put(facts, "dt", {}, name); put(facts, "dd", {}, value); }
  if (M.notices.length) { const list = put(body, "ul", { class: "changes" }); for (const text of M.notices) put(list, "li", {}, text); }
  note(body, DATA.attribution);
}
function levers(rows) {
  const list = make("ul", { class: "levers" });
  for (const [what, basis, sure] of rows) put(list, "li", {}, what + " ", sure ? tag(sure) : "", basis ? make("small", {}, basis) : "");
  return list;
}
