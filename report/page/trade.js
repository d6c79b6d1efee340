// Trade: prices, duties and spread of the plan, and who gains, what gets dearer and what moves against another.
const usdOf = (v) => "USD\u00a0" + number(v, 4);
const figureOf = (say, least = 0) => (i, head, narrow) => ({ head, figure: true, narrow, value: (r) => r[i] === null || Math.abs(r[i]) < least ? "-" : say(r[i]), sort: (r) => r[i] });
const cellsOf = {
  text: (i, head, narrow) => ({ head, narrow, value: (r) => r[i], sort: (r) => r[i] }),
  size: figureOf(money, 0.05), gain: figureOf((v) => signed(money, v), 0.05),
  kt: figureOf(tonnes), moved: figureOf((v) => signed(tonnes, v), 0.001),
  rate: figureOf((v) => v.toFixed(1) + "\u00a0%"), change: figureOf((v) => signed((s) => s.toFixed(s < 0.095 ? 2 : 1) + "\u00a0%", v), 0.005),
  price: figureOf(usdOf),
};
const apart = (parent, title) => { const box = put(parent, "div"); put(box, "h3", { class: "apart" }, title); return box; };

let gainTables = null;
function gains() {
  const data = DATA.gains;
  if (!data) return;
  const said = data.said[state.period] || [`${data.name} has no period ${state.period} to compare with.`], parent = byId("gains-body"), rows = (part) => data[part][state.period] || [];
  const list = clear(byId("gains-said"));
  for (const line of said) put(list, "li", {}, tie(line));
  if (gainTables) { for (const [part, one] of Object.entries(gainTables)) one.refill(rows(part)); return; }
  byId("gains").hidden = false;
  const { text, gain, moved, change, price, kt, size } = cellsOf;
  const gained = (head) => [text(0, head), gain(1, "Buyers"), gain(2, "Sellers"), gain(3, "Treasury", false)];
  gainTables = {
    countries: table(apart(parent, "Who gains and who pays, a year"), "Gains by country", [...gained("Country"), gain(4, "Transit fees", false), gain(5, "Rents", false), gain(6, "Together"), gain(7, "All years, present value", false)], rows("countries"), 12),
    goods: table(apart(parent, "In which good, a year"), "Gains by good", [...gained("Good"), gain(6, "Together"), gain(7, "All years, present value", false)], rows("goods"), 8),
    index: table(apart(parent, "Price index by country"), "Price index by country", [text(0, "Buyers in"), change(1, "This plan above the reference"), change(2, data.name), change(3, "Change")], rows("index"), 8),
    prices: table(apart(parent, "Prices at the market, a tonne"), "Prices that change", [text(0, "Buyers in"), text(1, "Good"), price(2, "This plan"), price(3, data.name), change(4, "Change"), gain(5, "It costs, a year", false), moved(6, "Bought", false)], rows("prices"), 10),
    trade: table(apart(parent, "Trade that changes most, a year"), "Trade that changes", [text(0, "From"), text(1, "To"), text(2, "Good"), kt(3, "This plan", false), moved(4, "Change"), size(5, "Value", false), gain(6, "Change of value")], rows("trade"), 10),
  };
  note(parent, "Both plans choose their own projects, so part of a small change is of those. Buyers gain what goods are worth to them above all that they pay, duty included; the treasury (duties and export tax) gets that duty back. Rents are of limits on trade and of scarce ways, by where the way begins. The price index takes the reference quantities, so that it tells what the same purchases cost more (Laspeyres); a price is the mean over where the reference quantities come from.");
}

let tradeTables = null;
function trade() {
  const data = DATA.trade;
  if (!data) return;
  const parent = byId("trade-body"), rows = (part) => data[part][state.period] || [], other = DATA.compare && DATA.compare.name;
  byId("say-trade").textContent = tie(data.said[state.period] || "");
  spreadOfTrade(data.spread, other);
  if (tradeTables) { for (const [part, one] of Object.entries(tradeTables)) one.refill(rows(part)); return; }
  byId("accounts").hidden = false;
  const { text, size, rate, change } = cellsOf;
  tradeTables = {
    countries: table(apart(parent, "Prices and duties by country"), "Prices and duties by country", [text(0, "Country"), change(1, "Prices above the reference"), size(2, "Imports", false), size(3, "Duty received"), size(4, "Exports", false), size(5, "Duty on them abroad")], rows("countries"), 10),
    goods: table(apart(parent, "Gains by good"), "Gains by good", [text(0, "Good"), size(1, "Buyers"), size(2, "Sellers"), size(3, "Duty received", false), size(4, "Together")], rows("goods"), 8),
    duties: table(apart(parent, "Duties"), "Duty of the largest trade", [text(0, "From"), text(1, "To"), text(2, "Good"), size(3, "Trade a year", false), size(4, "Duty a year", false), rate(5, "Rate"), ...(other ? [rate(6, other)] : [])], rows("duties"), 10),
  };
  note(parent, "Rates are the mean of all layers that apply, of the value of the goods; scripts/policy.py explains the layers of one line. " + (other ? "Trade whose rate changes comes first, then the largest by value." : "The largest trade by value comes first."));
}
function spreadOfTrade(spread, other) {
  const parent = clear(byId("spread-body")), parts = spread.parts[state.period] || [];
  if (!parts.length) return;
  const box = apart(parent, `How the trade of ${spread.country} spreads, ${state.period}`), { text, kt, size, rate } = cellsOf;
  const rows = parts.flatMap((part) => [{ heading: `${part.title}: Herfindahl index ${part.value.toFixed(2)} by value${part.other === null ? "" : ` (${other} ${part.other.toFixed(2)})`}, ${part.tonnes.toFixed(2)} by tonnes` }, ...part.rows]);
  const plain = ({ head, figure, narrow, value }) => ({ head, figure, narrow, value });
  table(box, `How the trade of ${spread.country} spreads`, [text(0, "With or by"), kt(1, "Trade a year", false), rate(2, "Share of tonnes"), size(3, "Value a year", false), rate(4, "Share of value")].map(plain), rows);
  note(box, "Exports and imports together. The index is the sum of the squares of the shares: 1 is all with one, 0.1 is as ten equal parts.");
}
