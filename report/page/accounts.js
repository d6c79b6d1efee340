// The accounts of countries in the period shown, and the states of the world.
let accountTable = null;
function accounts() {
  const rows = DATA.accounts[state.period] || [];
  if (accountTable) { accountTable.refill(rows); return; }
  if (!rows.length) return;
  byId("accounts").hidden = false;
  if (DATA.states.length) {
    const list = put(byId("states"), "ul", { class: "changes" });
    for (const line of DATA.states) put(list, "li", {}, tie(line));
  }
  const sellers = (r) => r.producer_surplus + r.market_capital;
  const cell = (key, head, narrow) => ({ head, figure: true, narrow, value: (r) => Math.abs(r[key]) < 0.5 ? "-" : money(r[key]), sort: (r) => r[key] });
  accountTable = table(byId("accounts-body"), "Accounts of countries, a year", [
    { head: "Country", value: (r) => r.name, sort: (r) => r.name },
    { head: "Sellers", figure: true, value: (r) => Math.abs(sellers(r)) < 0.5 ? "-" : money(sellers(r)), sort: sellers }, cell("duty", "Duty received"), cell("transit_revenue", "Transit fees", false), cell("limit_rent", "Rent of limits", false),
    cell("carrier_margin", "Rent of scarce ways"), cell("freight_receipts", "Freight received", false),
    { head: "CO2", figure: true, narrow: false, value: (r) => Math.abs(r.emissions) < 0.5 ? "-" : tonnes(r.emissions), sort: (r) => r.emissions },
  ], rows, 10);
  note(byId("accounts-body"), "A year of the period. Buyers pay the duty; their surplus, prices by good and origin and all countries are in plan.xlsx. Sellers gain over the lowest price of their curve, and what capacity for markets at risk earns above its charge; of mixtures (containers) no curve is known.");
}
