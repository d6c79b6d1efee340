// The projects as bars over the years in the colours of their classes, with what they earn.
function projectsPanel() {
  if (!DATA.projects.length) return;
  show("projects-panel");
  const body = clear(byId("projects-body")), legend = put(body, "div", { class: "legend" });
  for (const name of CLASSES) put(legend, "span", {}, make("i", { class: "swatch", style: `background: ${classColour(name)}` }), className(name));
  put(legend, "span", {}, "full colour: under construction; pale: in service");
  const first = Math.min(...DATA.projects.map((p) => p.start)), last = Math.max(...DATA.projects.map((p) => Math.min(p.end || p.service + 30, p.service + 30)));
  const axis = { first, last, at: scaleOf(first, last, 4, 256) };
  const worth = (key, head, narrow) => ({ head, figure: true, narrow, value: (p) => make("span", { class: gainLook(figuresOf(p)[key]) }, money0(figuresOf(p)[key])), sort: (p) => figuresOf(p)[key] ?? null });
  const rate = (key, head, narrow) => ({ head, figure: true, narrow, value: (p) => figuresOf(p)[key] === null && figuresOf(p)[key + "_note"] ? "none" : share0(figuresOf(p)[key]), sort: (p) => figuresOf(p)[key] ?? null });
  table(body, "Projects with years, cost and returns", [
    { head: "Project", value: (p) => [make("span", { class: "nth" }, String(numberOf.get(p.id))), p.short, make("small", {}, `${className(p.class)}, ${p.country}; ${p.mode}`)], sort: (p) => p.short },
    { head: "Cost", figure: true, value: (p) => [money0(figuresOf(p).capex), make("small", { class: "short" }, `interest ${money0(figuresOf(p).idc).replace("USD\u00a0", "")}`)], sort: (p) => figuresOf(p).capex },
    { head: axisOf(axis), value: (p) => yearsOf(axis, p) },
    rate("firr", "Financial return", false),
    { head: "Least cover", figure: true, value: coverCell, sort: (p) => figuresOf(p).dscr_min ?? null },
    worth("enpv", "Economic worth"),
    rate("eirr", "Economic return", false),
    worth("complement", "Of it as complement", false),
    { head: "Cost rests on", value: (p) => tag(p.sure), narrow: false },
  ], ORDERED, 25);
  note(body, `${scenarioTitle()}. Financial return on project cost after tax; cover is what is left of revenue after costs and tax, over debt service, in its worst year; economic worth is present value at 6 %, with the project less without it in the portfolio. None: no rate makes its worth zero. A dash: it has none, or it was not asked for (--worth).`);
}
function coverCell(p) {
  const f = figuresOf(p);
  if (f.dscr_min === null || f.dscr_min === undefined) return "-";
  const below = f.dscr_min < f.dscr_floor;
  return [make("span", { class: below ? "bad" : null }, ratio0(f.dscr_min)), make("small", { class: "short" }, `${below ? "below" : "floor"} ${ratio0(f.dscr_floor)}, ${f.dscr_min_year}`)];
}
function yearsOf(axis, p) {
  const picture_ = yearAxis(axis, ""), [from, to] = [axis.at(p.start), axis.at(p.service)], until = axis.at(Math.min(p.end || axis.last, axis.last)), fill = `fill: ${classColour(p.class)}`;
  put(picture_, "rect", { class: "plan-bar", style: fill, x: to, y: 5, width: Math.max(0, until - to), height: 6 });
  put(picture_, "rect", { class: "build-bar", style: fill, x: from, y: 2, width: Math.max(2, to - from), height: 12 });
  return withTip(picture_, () => [p.short, `Under construction from ${p.start}, in service from ${p.service}${p.end ? ` to the end of ${p.end - 1}` : ""}`, ...["firr", "eirr"].map((key) => figuresOf(p)[key + "_note"] ? `${key === "firr" ? "Financial" : "Economic"} return: ${figuresOf(p)[key + "_note"]}` : "")]);
}
