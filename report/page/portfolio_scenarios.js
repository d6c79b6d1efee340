// The portfolio in every scenario as a matrix, two portfolios side by side, national plans, and who gains.
const HEAT = [
  ["Gain at 6 %", money0, 1], ["Gain at 9 %", money0, 1], ["Economic return", share0, 1], ["Regret", money0, -1], ["Least cover", ratio0, 1], ["Projects below the floor", (v) => v === null ? "-" : String(v), -1],
  ["First breach", (v) => v ? money(v) : "none", -1], ["Emissions a year", (v) => v === null ? "-" : signed(tonnes, v), -1], ["Middle Corridor a year", (v) => v === null ? "-" : tonnes(v), 1],
];
function scenariosPanel() {
  if (!DATA.heat.length) return;
  show("scenarios");
  const body = byId("scenarios-body"), node = put(put(body, "div", { class: "scroll" }), "table", { class: "heat-table" }), head = put(put(node, "thead"), "tr"), rows = put(node, "tbody"), nodes = [];
  put(node, "caption", { class: "unseen" }, "Scenarios by indicators");
  put(head, "th", { scope: "col" }, "Scenario");
  const used = HEAT.map((_, i) => DATA.heat.some(([, values]) => values[i] !== null));
  HEAT.forEach(([name], i) => { if (used[i]) put(head, "th", { scope: "col", class: i === 1 || i === 5 || i === 7 ? "figure narrow-off" : "figure" }, name); });
  for (const [title, values, breach, year] of DATA.heat) {
    const line = put(rows, "tr");
    put(line, "th", { scope: "row" }, title, breach ? make("small", {}, `first to break: ${breach}${year ? `, ${year}` : ""}`) : make("small", {}, "nothing breaks"));
    HEAT.forEach(([name, say_, good], i) => { if (used[i]) nodes.push(heatCell(line, title, name, say_, good, values[i], DATA.heat.map(([, all]) => all[i]), i)); });
  }
  steppable(rows, nodes);
  note(body, "In each column blue is best and orange worst over the scenarios, paler where they differ little; words and figures say the same. Regret is what lacks to the best portfolio known in that scenario; emissions are those of freight, less those with nothing built.");
}
function heatCell(line, title, name, say_, good, value, all, i) {
  const known = all.filter((v) => v !== null), low = Math.min(...known), high = Math.max(...known), size = Math.max(Math.abs(low), Math.abs(high)), weight = Math.min(1, (high - low) / (0.05 * size || 1)), at = value === null || high === low ? 0 : weight * good * (2 * (value - low) / (high - low) - 1);
  const style = at === 0 ? null : `background: color-mix(in srgb, var(--${at > 0 ? "c4" : "c0"}) ${Math.round(30 * Math.abs(at))}%, var(--card))`;
  const cell = put(line, "td", { class: i === 1 || i === 5 || i === 7 ? "figure narrow-off" : "figure", tabindex: "-1", style }, say_(value));
  return withTip(cell, () => [title, `${name}: ${say_(value)}`, known.length > 1 ? `over the scenarios ${say_(low)} to ${say_(high)}` : ""]);
}
function winnersPanel() {
  if (!DATA.by.some((one) => one.winners.length)) return;
  show("winners");
  const body = clear(byId("winners-body")), rows = now().winners.map(([name, value, parts]) => [name, value, [`${money(value)}, present value`, ...parts.map(([account, gain]) => `${account}: ${money(gain)}`)]]);
  if (rows.length) zeroBars(body, rows, "Gain by country");
  note(body, `${scenarioTitle()}. Accounts with the portfolio less accounts with nothing built, present value; rents of scarce links, which new capacity ends, count where the link begins; the workbook has the accounts of all.`);
}
function tollsPanel() {
  if (!DATA.tolls.length) return;
  show("tolls");
  table(byId("tolls-body"), "Tolls", [
    { head: "Projects", value: (r) => r[0] }, { head: "Toll", value: (r) => [r[1], make("small", { class: "short" }, r[3] === null ? "" : `${number(r[3])} times today's charges${r[4] ? ", chosen" : ""}`)] }, { head: "Shippers gain", figure: true, value: (r) => money0(r[5]) }, { head: "Owners over today", figure: true, value: (r) => money0(r[6]) },
    { head: "Both together", figure: true, value: (r) => money0(r[7]) }, { head: "Cash a year, last period", figure: true, value: (r) => money0(r[8]), narrow: false }, { head: "Middle Corridor a year", figure: true, value: (r) => r[9] === null ? "-" : tonnes(r[9]), narrow: false }, { head: "Can be financed", value: (r) => r[2], narrow: false },
  ], DATA.tolls, 20);
  note(byId("tolls-body"), "Present value; routed anew at every level. Rows of one project have the others at their chosen levels. Shippers' gain is over nothing built with the investment paid; owners count with what they receive beyond today's charges, less the cost of carrying.");
}
function comparePanel() {
  if (DATA.compare) {
    show("compare");
    const several = new Set(DATA.compare.rows.map(([scenario]) => scenario)).size > 1, [first, second] = DATA.compare.names;
    table(byId("compare-body"), "Two portfolios", [
      { head: "Measure", value: (r) => [r[1], several ? make("small", {}, r[0]) : ""] }, { head: first, figure: true, value: (r) => r[2] }, { head: second, figure: true, value: (r) => r[3] }, { head: "Difference", figure: true, value: (r) => r[4] },
    ], DATA.compare.rows, 40);
    note(byId("compare-body"), `The tables by project are those of ${second}.`);
  }
  if (!DATA.national.length) return;
  show("national");
  table(byId("national-body"), "National plans", [
    { head: "Plan of", value: (r) => r[0] }, { head: "Builds", value: (r) => r[1] || "-" , narrow: false }, { head: "Investment", figure: true, value: (r) => money0(r[2]) }, { head: "Worth", figure: true, value: (r) => money0(r[3]) },
  ], DATA.national, 40);
  note(byId("national-body"), "Each country builds what is worth most in its own accounts; the last rows are worth to all.");
}
