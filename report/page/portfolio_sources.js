// Who pays: flows from funders, looked through to the powers that own them, to classes of assets or projects.
const SINKS = [["class", "Asset classes"], ["project", "Projects"]];
function sourcesPanel() {
  if (!DATA.flows) return;
  show("sources");
  const body = clear(byId("sources-body")), width = roomOf(body), wide = width >= 820, side = wide ? 240 : 170;
  const sink = state.sink === "class" ? 3 : 2, names = [DATA.flows.names.funder, DATA.flows.names.power, DATA.flows.names[state.sink]];
  const nodes = names.flatMap((list, column) => list.map((name, i) => ({ name, column, i }))), start = [0, names[0].length, names[0].length + names[1].length];
  const sums = new Map(), add = (source, target, value, lone) => { const key = source * 1000 + target, held = sums.get(key) || { source, target, value: 0, lone }; held.value += value; sums.set(key, held); };
  for (const row of DATA.flows.flows) {
    const [funder, power, value] = [start[0] + row[0], start[1] + row[1], row[4]], lone = names[1][row[1]] === "No one power";
    add(funder, power, value, lone);
    add(power, start[2] + row[sink], value, lone);
  }
  const most = Math.max(...names.map((list) => list.length)), height = Math.max(340, 30 * most), total = DATA.flows.flows.reduce((all, row) => all + row[4], 0);
  const layout = geo.sankey().nodeAlign((n) => n.column).nodeWidth(10).nodePadding(Math.min(14, 200 / most)).extent([[wide ? side : 1, 26], [width - side, height - 6]]);
  const graph = layout({ nodes, links: [...sums.values()] });
  const svg = canvas(body, width, height, "Sources and uses by power");
  const paths = graph.links.sort((a, b) => b.value - a.value).map((link) => withTip(put(svg, "path", { class: `vein p${link.lone ? " alone" : ""}`, d: geo.sankeyLinkHorizontal()(link), "stroke-width": Math.max(0.8, link.width), tabindex: "-1", role: "img" }), () => [`${link.source.name} to ${link.target.name}`, `${money(link.value)}, ${percent(link.value / total)} of all funds`]));
  for (const node of graph.nodes) sourceNode(svg, node, total, width, side, wide);
  ["Funders", "Powers behind them", state.sink === "class" ? "Asset classes" : "Projects"].forEach((head, column) => {
    const own = graph.nodes.find((n) => n.column === column);
    put(svg, "text", { class: "stage-head", x: column === 0 ? (wide ? own.x0 : 1) : own.x1, y: 14, "text-anchor": column === 0 && wide ? "end" : "start" }, head);
  });
  steppable(svg, paths);
  note(body, `Commitments that fund, in ${DATA.scenarios[0]?.[1] || "the first scenario"}: ${money(total)}. A funder is looked through to its owners; what no power holds is dispersed (pale). Guarantees do not fund.`);
  labelled(body);
}
function sourceNode(svg, node, total, width, side, wide) {
  const middle = (node.y0 + node.y1) / 2, box = put(svg, "rect", { class: "source-node", role: "img", x: node.x0, y: node.y0, width: node.x1 - node.x0, height: Math.max(1.5, node.y1 - node.y0) });
  withTip(box, () => [node.name, `${money(node.value)}, ${percent(node.value / total)} of all funds`]);
  const figure = `\u2002${percent(node.value / total)}`, first = node.column === 0 && wide, room = node.column === 1 ? width / 4 : node.column === 0 && !wide ? (width - side) / 2 - 24 : side - 14;
  put(svg, "text", { class: "vein-label", x: first ? node.x0 - 6 : node.x1 + 5, y: middle, dy: "0.35em", "text-anchor": first ? "end" : "start" }, fit(node.name, room - textWidth(figure) - 4) + figure);
}
