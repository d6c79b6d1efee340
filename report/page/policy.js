// What a change of policy is worth over the same builds: who gains and who pays, by good, and in prices.
function policy() {
  const worth = DATA.policy;
  if (!worth) return;
  byId("policy").hidden = false;
  const parent = byId("policy-body"), list = put(parent, "ul", { class: "changes" });
  for (const line of worth.lines) put(list, "li", {}, tie(line));
  const part = (title) => { const box = put(parent, "div"); put(box, "h3", { class: "apart" }, title); return box; };
  const gain = (key, head, narrow) => ({ head, figure: true, narrow, value: (r) => Math.abs(r[key]) < 0.005 ? "-" : signed(money, r[key]), sort: (r) => r[key] });
  const rate = (v) => v === null ? "-" : `${v.toFixed(1)} %`;
  table(part("Who gains and who pays, present value"), "Gains by country", [
    { head: "Country", value: (r) => r.name, sort: (r) => r.name }, gain("buyers_musd", "Buyers"), gain("sellers_musd", "Sellers"),
    gain("treasury_musd", "Treasury"), gain("total_musd", "Together"), gain("low_musd", "Low figures", false), gain("high_musd", "High figures", false),
  ], worth.countries, 12);
  table(part("In which good, present value"), "Gains by good", [
    { head: "Good and way", value: (r) => r.name, sort: (r) => r.name }, gain("duty_musd", "Duty"), gain("risk_musd", "Risk"), gain("investment_musd", "Trade"), gain("total_musd", "Together"),
    { head: "Change of trade a year", figure: true, narrow: false, value: (r) => Math.abs(r.change_kt) < 0.0005 ? "-" : signed(tonnes, r.change_kt), sort: (r) => r.change_kt },
    { head: "Duty before", figure: true, narrow: false, value: (r) => rate(r.duty_before_pct), sort: (r) => r.duty_before_pct }, { head: "after", figure: true, narrow: false, value: (r) => rate(r.duty_after_pct), sort: (r) => r.duty_after_pct },
  ], worth.goods, 12);
  table(part("Prices at the market"), "Delivered prices that change", [
    { head: "Buyers in", value: (r) => r.name, sort: (r) => r.name }, { head: "Good", value: (r) => r.good, sort: (r) => r.good },
    { head: "Before", figure: true, value: (r) => `${usd(r.before_usd_per_t)}/t`, sort: (r) => r.before_usd_per_t }, { head: "After", figure: true, value: (r) => `${usd(r.after_usd_per_t)}/t`, sort: (r) => r.after_usd_per_t },
    { head: "Change", figure: true, value: (r) => `${r.change_pct > 0 ? "+" : ""}${r.change_pct.toPrecision(2)} %`, sort: (r) => r.change_pct },
  ], worth.prices, 12);
  if (worth.stack.length) table(part("Duty stack of what changes most"), "Layers of duty", [
    { head: "Good and way", value: (r) => r.pair, sort: (r) => r.pair }, { head: "Line", value: (r) => r.line, narrow: false }, { head: "Measure", value: (r) => r.measure.replaceAll("_", " ") }, { head: "Legal basis", value: (r) => r.legal_basis, narrow: false },
    { head: "Rate", figure: true, value: (r) => rate(r.rate_pct) }, { head: "Counts", figure: true, value: (r) => rate(r.counted_pct) }, { head: "Why", value: (r) => r.why, narrow: false }, { head: "Rests on", value: (r) => tag(r.confidence), narrow: false },
  ], worth.stack, 12);
  note(parent, "Both policies are routed over this plan's builds. Trade is what is bought more or less, and what rivals gain or lose; the treasury's revenue is the other side of the duty. Low and high take all uncertain figures of trade at one end of their ranges.");
}
