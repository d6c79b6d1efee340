// Rare earths: flows, who holds what, shortage, costs, prices, candidates, controls and what the country in focus makes.
const chainState = CHAIN && { slice: CHAIN.start, element: CHAIN.elements[0][0], oxide: 0 };
const chainTables = {};
// Rows whose first `count` values are places in the list of texts.
const unpacked = (rows, count) => rows.map((row) => row.map((value, i) => i < count ? CHAIN.texts[value] : value));
const yearsShown = () => CHAIN.slices[chainState.slice];

function chain() {
  if (!CHAIN) return;
  byId("chain").hidden = false;
  const [lead, ...more] = CHAIN.said, list = byId("chain-said");
  byId("say-chain").textContent = tie(lead || "");
  for (const line of more) put(list, "li", {}, tie(line));
  pick("chain-slice", CHAIN.slices.map((name, i) => [i, name]), "slice", chainYears);
  pick("chain-element", CHAIN.elements, "element", chainFlows);
  chainStill();
  chainYears();
  let width = chainWidth();
  const redrawn = () => { chainFlows(); chainHeld(); chainCurve(); };
  addEventListener("resize", () => { if (chainWidth() !== width) { width = chainWidth(); redrawn(); } });
  for (const [event, paper] of [["beforeprint", true], ["afterprint", false]]) addEventListener(event, () => { onPaper = paper; redrawn(); });
}
// Radio buttons that set a key of the chain's own state and draw what depends on it.
function pick(id, options, key, action) {
  const fieldset = byId(id);
  fieldset.hidden = options.length < 2;
  for (const [value, text] of options) {
    const input = make("input", { type: "radio", name: id, value });
    input.checked = value === chainState[key];
    input.addEventListener("change", () => { chainState[key] = value; action(); });
    put(fieldset, "label", {}, input, make("span", {}, text));
  }
}
// A note whose last sentence is of no use on paper.
const onScreen = (parent, text, more) => put(parent, "p", { class: "note" }, text, make("span", { class: "basis" }, " " + more));
function chainYears() { chainFlows(); chainHeld(); chainShortage(); chainControls(); chainFocus(); chainAdded(); }

function chainFlows() {
  const parent = clear(byId("chain-flows")), picture = CHAIN.sankey[chainState.element][chainState.slice], name = CHAIN.elements.find(([id]) => id === chainState.element)[1];
  put(parent, "h3", { class: "apart" }, `${name} from mine to market, ${yearsShown()}, oxide equivalent a year`);
  if (!picture.links.length) { note(parent, `Nothing of it moves in ${yearsShown()}.`); return; }
  flowLegend(parent);
  drawVeins(put(parent, "div", {}), picture, `${name} from mine to market, ${yearsShown()}`);
  onScreen(parent, "Widths are tonnes of oxide, or of what metal, alloy and magnets hold. A good that passes several regions runs from who made it to who uses it. Magnet works leave swarf, which comes back as scrap on the left. What enters a place and does not leave it is lost on the way; flows below 0.5 % of a stage are left out.", "Arrow keys step through the flows from the largest.");
}

const NARROW_OXIDES = new Set(["NdPr", "Dy", "Tb", "Y"]); // shown where there is no room for all
// Who holds what: regions by goods, the share of one power.
function chainHeld() {
  const parent = clear(byId("chain-held")), { power, regions, goods, cells } = CHAIN.held, now = cells[chainState.slice];
  if (!now.length) return;
  put(parent, "h3", { class: "apart" }, `Share from ${power} or with its content, ${yearsShown()}, %`);
  const node = put(put(parent, "div", { class: "scroll" }), "table", { class: "held-table" }), head = put(node, "thead"), groups = put(head, "tr"), names = put(head, "tr"), body = put(node, "tbody");
  put(node, "caption", { class: "unseen" }, "Share of one power by region and good");
  put(groups, "td"); put(names, "th", { scope: "col" }, "Used in");
  const wide = hasRoom(chainWidth()), used = goods.map(([stage, short], g) => now.some(([, good]) => good === g) && (wide || stage !== CHAIN.stages[3] || NARROW_OXIDES.has(short)));
  goods.forEach(([stage, short], g) => {
    if (!used[g]) return;
    const first = g === 0 || goods.slice(0, g).every(([other], k) => other !== stage || !used[k]);
    if (first) put(groups, "th", { scope: "colgroup", colspan: goods.filter(([other], k) => other === stage && used[k]).length }, stage);
    put(names, "th", { scope: "col", class: first ? "first" : null }, short);
  });
  const found = new Map(now.map((cell) => [cell[0] * goods.length + cell[1], cell])), nodes = [];
  regions.forEach((region, r) => {
    const line = put(body, "tr");
    put(line, "th", { scope: "row" }, CHAIN.regions[region]);
    goods.forEach(([, , name], g) => { if (used[g]) heldCell(line, found.get(r * goods.length + g), region, name, nodes); });
  });
  steppable(body, nodes);
  onScreen(parent, "Empty: none is used there.", "The tip has the largest source, its share, the sum of the squared shares of all sources (1 is all from one), and how sure it is.");
}
function heldCell(line, cell, region, name, nodes) {
  if (!cell) { put(line, "td"); return; }
  const [, , share, largest, part, spreadOf, sure, rests] = cell, node = put(line, "td", { class: "heat", tabindex: "-1", style: `background: color-mix(in srgb, var(--c0) ${Math.round(0.55 * share)}%, var(--card))` }, String(share));
  nodes.push(withTip(node, () => [`${name} in ${CHAIN.regions[region]}`, `${share}\u00a0% from ${CHAIN.held.power} or with its content`, `Largest source: ${CHAIN.regions[largest] || largest}, ${part}\u00a0%`, `Sum of squared shares ${(spreadOf / 100).toFixed(2)}`, `Rests on: ${CHAIN.texts[sure]} (${CHAIN.texts[rests]})`]));
}

function chainTable(id, title, caption, columns, rows, most, none) {
  const box = byId(id), kept = chainTables[id];
  if (kept) { kept.head.textContent = title; kept.box.hidden = !rows.length; kept.none.hidden = Boolean(rows.length); kept.none.textContent = none; kept.table.refill(rows); return; }
  const head = put(box, "h3", { class: "apart" }, title), empty = put(box, "p", { class: "note" }, none), inner = put(box, "div");
  chainTables[id] = { head, box: inner, none: empty, table: table(inner, caption, columns, rows, most) };
  inner.hidden = !rows.length; empty.hidden = Boolean(rows.length);
}
const timesOf = (i, head, narrow) => ({ head, figure: true, narrow, value: (r) => r[i] === null ? "-" : (r[i] < 0.005 ? "0" : number(r[i])) + "\u00a0\u00d7", sort: (r) => r[i] });
const shareOf = (i, head, narrow) => ({ head, figure: true, narrow, value: (r) => r[i] === null ? "-" : percent(r[i]), sort: (r) => r[i] });
const usdTonne = (i, head, narrow) => ({ head, figure: true, narrow, value: (r) => r[i] === null ? "-" : usd(r[i]), sort: (r) => r[i] });
const regionOf = (i, head) => ({ head, value: (r) => r[i].split(",")[0], sort: (r) => r[i] });
// A class of confidence, with the parts by class below it where these are known.
const restsOn = (i, words) => ({ head: "Rests on", narrow: false, value: (r) => words ? [tag(r[i]), make("small", { class: "short" }, r[words])] : tag(r[i]), sort: (r) => r[i] });
const plainFigure = (i, head, narrow) => ({ head, figure: true, narrow, value: (r) => number(r[i]), sort: (r) => r[i] });

function chainShortage() {
  const { text, kt } = cellsOf;
  chainTable("chain-shortage", `What is not bought at the reference price, ${yearsShown()}`, "Demand that is not met", [regionOf(0, "Region"), text(1, "Good"), kt(4, "Wanted a year"), kt(5, "Bought"), shareOf(6, "Not bought"), usdTonne(7, "Price a tonne"), usdTonne(8, "Reference price", false), restsOn(2, 3)], unpacked(CHAIN.shortage[chainState.slice], 4), 8, `All that is wanted at the reference price is bought in ${yearsShown()}.`);
}
function chainControls() {
  const { text, kt, size } = cellsOf;
  chainTable("chain-controls", `Controls and contracts that bind, ${yearsShown()}`, "Controls that bind", [text(0, "Control"), text(1, "Good"), { ...text(2, "Where", false), value: (r) => r[2].replace(" places", "\u00a0places") }, kt(4, "Lets through, or must reach, a year"), usdTonne(5, "Highest worth of a tonne"), size(6, "Worth a year"), { ...kt(7, "Goal missed by", false), value: (r) => r[7] > 1e-4 ? tonnes(r[7]) : "-" }, restsOn(3)], unpacked(CHAIN.controls[chainState.slice], 4), 8, `None binds in ${yearsShown()}.`);
}
function chainFocus() {
  const { text, kt, size } = cellsOf, name = CHAIN.focus[1];
  chainTable("chain-focus", `What ${name} makes, and what it takes, ${yearsShown()}, a year`, `Output of ${name} by step`, [text(0, "Step"), kt(1, "Output"), kt(2, "Capacity", false), kt(3, "Through China or with its content"), size(4, "Operating cost", false), size(5, "Earned above it", false), size(6, "Value added"), plainFigure(7, "Water, million m\u00b3"), plainFigure(8, "Energy, GWh"), kt(9, "CO\u2082"), kt(10, "Radioactive residue", false), restsOn(11)], CHAIN.countries[chainState.slice], 9, `${name} makes nothing of the chain in ${yearsShown()}.`);
}
function chainAdded() {
  const { text, size } = cellsOf, { parts, rows } = CHAIN.added, first = !chainTables["chain-added"];
  chainTable("chain-added", `Value added, ${yearsShown()}, a year`, "Value added by country and part of the chain", [text(0, "Country"), ...parts.map((name, i) => size(i + 1, name, false)), size(parts.length + 1, "All")], rows[chainState.slice], 9, `None in ${yearsShown()}.`);
  if (first) note(byId("chain-added"), `What comes out at the prices found, less feed and goods of the chain and less reagents, energy, water and services, whose part of operating cost is an estimate; what is left pays wages, capital and taxes. Jobs are not shown, as no table has them.`);
}

// What does not change with the years chosen.
function chainStill() {
  curvePanel();
  const { columns, rows } = CHAIN.prices, still = byId("chain-prices"), last = [...new Set(columns.map(([, name]) => name))].slice(-3);
  if (rows.length) {
    put(still, "h3", { class: "apart" }, "What one more tonne of oxide is worth, USD");
    const cells = columns.map(([region, name], i) => ({ head: `${region}, ${name.replace("-", "\u2011")}`, figure: true, narrow: name === last[last.length - 1] || last.length < 3 || name === last[0] ? undefined : false, value: (r) => r[i + 1] ? [rangeOf(r[i + 1]).replace("USD\u00a0", ""), make("small", { class: "short" }, r[i + 1][2])] : "-", name })).filter(({ name }) => last.includes(name));
    table(still, "Prices of oxides", [{ head: "Oxide", value: (r) => r[0] }, ...cells], rows);
    note(still, "Two figures where joint products leave the price open: what one tonne less would save, and what one tonne more would cost. Below zero, more is made beside other oxides than anyone buys, and it costs to keep it. Below each, what part of the operating cost behind it is known from memory alone, or read at a source; the rest is estimated. Demand, which sets prices with it, is an estimate.");
  }
  candidatesPanel();
  if (!CHAIN.stops.length) return;
  const { text, kt, size } = cellsOf, box = byId("chain-stops");
  put(box, "h3", { class: "apart" }, "What the stop costs buyers, against the same builds without it");
  table(box, "What a stop costs", [regionOf(0, "Region"), text(1, "Good"), kt(2, "Not bought because of it"), shareOf(3, "Most that lacks at a time"), timesOf(4, "Highest price over that without"), text(5, "As before from", false), size(6, "Cost, present value"), restsOn(7)], CHAIN.stops, 10);
}
function candidatesPanel() {
  const { text, size } = cellsOf, box = byId("chain-candidates");
  if (!CHAIN.candidates.length) return;
  put(box, "h3", { class: "apart" }, "Candidates: what would have to be true");
  table(box, "Candidates with switching values", [
    { head: "Candidate", value: (r) => [r[0], make("small", {}, `${r[1]}, ${r[2]}, from ${number(Math.ceil(r[3]), 4).replace(",", "")}`)], sort: (r) => r[1] + r[0] },
    { head: "Plan", value: (r) => make("span", { class: "whole" }, ...(r[10] === null ? ["not built"] : [`built, ${Math.ceil(r[10])}`, r[9] !== 1 ? make("small", {}, `${number(r[9])} times its size`) : ""])) },
    size(4, "Investment"), { ...cellsOf.gain(5, "Worth less investment, present value"), narrow: false },
    timesOf(6, "Investment that it could bear"), { ...shareOf(7, "Use that it needs", false), value: (r) => r[7] === null || r[7] > 10 ? "never pays" : percent(r[7]) },
    timesOf(8, "Prices, or recovery, that a mine needs"), { head: "Rests on", value: (r) => tag(r[11]), narrow: false },
  ], CHAIN.candidates, 18);
  note(box, `${CHAIN.focus[1]} first, then the corridor (${CHAIN.corridor.join(", ")}), then the rest; in each, first what bears most. Figures are multiples of the tables' for the announced size at its earliest start, at the prices found: below 1 \u00d7 a plant does not bear its investment, above 1 \u00d7 a mine needs higher prices than those found. A large plant moves the prices, so that what is built can show less than 1 \u00d7.`);
}
function curvePanel() {
  const box = byId("chain-curve");
  if (!CHAIN.curves.length) return;
  put(box, "h3", { class: "apart", id: "curve-head" });
  const line = put(box, "div", { class: "filter" }), select = put(put(line, "label", {}, "Oxide "), "select", { id: "chain-oxide" });
  CHAIN.curves.forEach((curve, i) => put(select, "option", { value: i }, curve.good));
  select.addEventListener("input", () => { chainState.oxide = Number(select.value); chainCurve(); });
  put(box, "div", { id: "curve-body" });
  chainCurve();
}
function chainCurve() {
  if (!CHAIN.curves.length) return;
  const parent = clear(byId("curve-body")), packed = CHAIN.curves[chainState.oxide], curve = { ...packed, rows: unpacked(packed.rows, 4) }, [focus, name] = CHAIN.focus;
  byId("curve-head").textContent = `Cost of ${curve.good.toLowerCase()} by mine, less what its co-products earn, ${curve.slice}`;
  const legend = put(parent, "div", { class: "legend" });
  for (const [look, text] of [["held", "China"], ["own", name], ["free", "elsewhere"], ["free planned", "pale: not built or not yet"]]) put(legend, "span", {}, make("i", { class: `swatch bar-${look.replace(" ", " bar-")}` }), text);
  const dashes = put(legend, "span", {}, make("svg", { width: 26, height: 8, "aria-hidden": "true" }), "price at the market");
  put(dashes.firstChild, "line", { class: "price-line", x1: 0, x2: 26, y1: 4, y2: 4 });
  const { own, beyond } = drawCurve(parent, curve, focus);
  if (own.length) put(parent, "p", { class: "note" }, own.map((r, i) => `${i + 1} ${r[MINE.name]}: ${tonnes(r[MINE.kt])} at ${usd(r[MINE.cost])}`).join("; ") + ".");
  onScreen(parent, `Operating cost and transport, without investment. A mine below the price covers its costs by this oxide and those beside it.${beyond ? ` ${beyond} ${beyond === 1 ? "mine lies" : "mines lie"} beyond the scale.` : ""}`, "Arrow keys step through the mines.");
}
