// Cash flow and cover of one project, chosen in a list; years after the model's last go on as its last period.
const CASHED = ORDERED.filter((p) => DATA.by.some((one) => one.cash[p.id]));
function cashPanel() {
  if (!CASHED.length) return;
  if (byId("cash").hidden) { show("cash"); chooser(byId("cash-body"), "Project", "project", CASHED.map((p) => `${numberOf.get(p.id)} ${p.short}`)); put(byId("cash-body"), "div", { id: "cash-picture" }); }
  const parent = clear(byId("cash-picture")), project = CASHED[state.project], flow = now().cash[project.id], f = figuresOf(project);
  if (!flow) { note(parent, "It has no cash flow in this scenario."); return; }
  const years = flow.capex.map((_, i) => flow.first + i), beyond = flow.is_extrapolated.indexOf(1);
  put(parent, "h3", { class: "apart" }, "Million USD a year");
  lineChart(put(parent, "div"), {
    years, say_: (v) => number(v), words: `Cash flow of ${project.short}`, height: 250,
    series: [
      { name: "Investment", values: flow.capex, colour: "var(--c2)" }, { name: "Revenue", values: flow.revenue, colour: "var(--c5)", dash: "5 3" }, { name: "For debt service", values: flow.cfads, colour: "var(--c4)" },
      { name: "Debt service", values: flow.service, colour: "var(--c0)" }, { name: "Service by the state", values: flow.sovereign_service, colour: "var(--c1)", dash: "2 3" },
    ].filter((s) => s.values.some((v) => v)),
  });
  if (flow.dscr.some((v) => v !== null)) {
    const floor = f.dscr_floor ?? null, most = Math.max(4 * (floor || 1), 4), last = flow.dscr.reduce((held, v, i) => v === null ? held : i, 0), first = flow.dscr.findIndex((v) => v !== null);
    put(parent, "h3", { class: "apart" }, "Debt service cover");
    const shown = years.slice(first, last + 1);
    lineChart(put(parent, "div"), { years: shown, say_: (v) => v.toFixed(2), words: `Debt service cover of ${project.short}`, height: 190, series: [{ name: "cover", values: flow.dscr.slice(first, last + 1).map((v) => v === null ? null : Math.min(v, most)), colour: "var(--c4)" }, { name: "floor", values: shown.map(() => floor), floor: true }] });
    const below = flow.dscr.filter((v) => v !== null && v < floor).length;
    const line = put(parent, "p", { class: "note" });
    line.append(light(below ? "red" : "green", below ? `broken: below ${ratio0(floor)} in ${below} ${below === 1 ? "year" : "years"}, at least ${ratio0(f.dscr_min)} in ${f.dscr_min_year}` : `kept: at least ${ratio0(f.dscr_min)} in ${f.dscr_min_year}, floor ${ratio0(floor)}`));
  } else note(parent, "No debt is served from its own revenue.");
  note(parent, `Financial worth ${money0(f.fnpv)} at ${share0(f.wacc)} a year, return ${share0(f.firr)}, payback ${f.payback_years === null || f.payback_years === undefined ? "never" : `${number(f.payback_years)} years`}; loan life cover ${ratio0(f.llcr)}, project life cover ${ratio0(f.plcr)}.${beyond > 0 ? ` From ${flow.first + beyond} on the last period of the model goes on.` : ""}`);
}
