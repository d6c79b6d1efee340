// The bank's balance sheet by year, and its two ratios against what its rules allow.
const BANK = { year: 0, equity: 1, loans: 2, investments: 3, guarantees: 4, undrawn: 5, borrowing: 6, capital: 7, income: 8, toLoans: 9, toLoansMin: 10, gearing: 11, gearingMax: 12, raroc: 13 };
function bankPanel() {
  const rows = now().bank;
  if (!DATA.by.some((one) => one.bank.length)) return;
  show("bank");
  const body = clear(byId("bank-body")), years = rows.map((r) => r[BANK.year]), of = (key) => rows.map((r) => r[BANK[key]]);
  labelled(body);
  if (!rows.length) { note(body, "The bank has no book in this scenario."); return; }
  put(body, "h3", { class: "apart" }, "What it holds and owes, million USD");
  const say_ = (v) => number(v);
  lineChart(put(body, "div"), {
    years, say_, words: "Balance sheet of the bank by year", height: 280,
    series: [
      { name: "Equity", values: of("equity"), colour: "var(--c4)" }, { name: "Loans", values: of("loans"), colour: "var(--c0)" },
      { name: "Own debt", values: of("borrowing"), colour: "var(--c1)" }, { name: "Committed, not drawn", values: of("undrawn"), colour: "var(--c2)", dash: "5 3" },
      { name: "Economic capital", values: of("capital"), colour: "var(--c5)", dash: "2 3" }, { name: "Guarantees", values: of("guarantees"), colour: "var(--c3)", dash: "1 3" },
      { name: "Stakes", values: of("investments"), colour: "var(--soft)", dash: "8 3" },
    ].filter((s) => s.values.some((v) => v > 0)),
  });
  const two = put(body, "div", { class: "two" });
  for (const [head, key, limit, words] of [["Equity to loans", "toLoans", "toLoansMin", "least allowed"], ["Gearing: exposure over capital and reserves", "gearing", "gearingMax", "most allowed"]]) {
    const part = put(two, "div");
    put(part, "h3", { class: "apart" }, head);
    const values = of(key), most = 4 * Math.max(...of(limit).filter((v) => v !== null), 0.25), cut = values.map((v) => v === null ? null : Math.min(v, most));
    lineChart(put(part, "div"), { years, say_: (v) => v.toFixed(2), words: head, height: 200, series: [{ name: "the bank", values: cut, colour: "var(--c4)" }, { name: words, values: of(limit), floor: true }] });
    if (values.some((v) => v > most)) note(part, `Cut at ${most.toFixed(1)}, four times what is allowed: a young bank has few loans.`);
  }
  const box = put(body, "details");
  put(box, "summary", {}, "The figures by year");
  const cell = (head, key, say2, narrow) => ({ head, figure: true, narrow, value: (r) => r[BANK[key]] === null ? "-" : say2(r[BANK[key]]) });
  table(box, "Balance sheet by year", [
    { head: "Year", value: (r) => String(r[0]) }, cell("Equity", "equity", money), cell("Loans", "loans", money), cell("Not drawn", "undrawn", money, false), cell("Own debt", "borrowing", money),
    cell("Income", "income", money, false), cell("Economic capital", "capital", money, false), cell("Equity to loans", "toLoans", (v) => v.toFixed(2)), cell("Gearing", "gearing", (v) => v.toFixed(2)), cell("Return on capital", "raroc", percent, false),
  ], rows, 40);
}
