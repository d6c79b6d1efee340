// What lacks with its repairs, and every figure that the financing rests on.
function repairsPanel() {
  if (!DATA.repairs.length) return;
  show("repairs");
  table(byId("repairs-body"), "What lacks and repairs", [
    { head: "Kind", value: (r) => r[1] }, { head: "What", value: (r) => [r[0] && !r[2].includes(r[0]) ? `${r[0]}: ` : "", r[2]] }, { head: "From", value: (r) => r[3] === null ? "-" : String(r[3]) }, { head: "Amount", figure: true, value: (r) => money0(r[4]), sort: (r) => r[4] },
  ], DATA.repairs, 12);
  note(byId("repairs-body"), "A repair is the least by which this kind of limit alone would have to give way; of tickets and numbers of funders, the least money that moves.");
}
function assumptionsPanel() {
  if (!DATA.assumptions.length) return;
  show("assumptions");
  const body = byId("assumptions-body"), groups = [...new Set(DATA.assumptions.map(([group]) => group))], line = put(body, "div", { class: "filter" });
  labelled(body);
  const select = put(put(line, "label", {}, "Group "), "select", { id: "assumption-group" }), search = put(put(line, "label", {}, "Find "), "input", { type: "search", id: "assumption-find" }), count = put(line, "output");
  put(select, "option", { value: "" }, "All");
  for (const group of groups) put(select, "option", { value: group }, group);
  const kept = table(body, "Assumptions", [
    { head: "Figure", value: (r) => [r[1], make("small", {}, r[0])], sort: (r) => r[0] + r[1] },
    { head: "Value", figure: true, value: (r) => `${plainValue(r[2])} ${r[3]}`.trim() },
    { head: "Confidence", value: (r) => r[6] ? [tag(r[5]), " ", make("span", { class: "tag" }, "design default")] : tag(r[5]), sort: (r) => r[5] },
    { head: "Source", value: (r) => [clip(DATA.sources[r[7]] || "-", 140), r[4] ? make("small", {}, String(r[4])) : ""], narrow: false },
  ], DATA.assumptions, 15);
  const refill = () => {
    const words = search.value.toLowerCase(), rows = DATA.assumptions.filter((r) => (!select.value || r[0] === select.value) && (!words || [...r, DATA.sources[r[7]]].join(" ").toLowerCase().includes(words)));
    kept.refill(rows);
    count.textContent = `${number(rows.length, 6)} of ${number(DATA.assumptions.length, 6)}${DATA.assumptionCount > DATA.assumptions.length ? `; the workbook has all ${number(DATA.assumptionCount, 6)}` : ""}`;
  };
  for (const control of [select, search]) control.addEventListener("input", refill);
  refill();
}
const plainValue = (text) => /^-?\d+(\.\d+)?$/.test(text) && Math.abs(Number(text)) >= 1000 ? Number(text).toLocaleString("en-US") : text;
