// Flows of the rare-earth chain from mine to market: two colours by content, columns by stage, regions by name.
const CHAIN = DATA.chain;
const COLUMN_OF = [0, 0, 0, 1, 2, 3, 4, 5, 5, 1, 5, 5]; // of the stages, in the order of CHAIN.stages
const SCRAP = 1;
const MAIN_STAGE = { 0: 0, 3: 1, 4: 2, 5: 3, 6: 4, 7: 5 };
const inCorridor = (region) => CHAIN.corridor.includes(region);
// Pictures are drawn for the width that they have, on paper for a page upright.
let onPaper = false;
const chainWidth = () => onPaper ? 700 : Math.max(600, byId("chain-flows").clientWidth);
const hasRoom = (width) => width >= 900;

// Text of a node: its region, or its stage where regions are not told apart.
function nodeName([stage, region], wide) {
  const scrap = stage === SCRAP ? ", scrap" : "";
  if (scrap && !wide) return `scrap ${region || "others"}`;
  if (region) return (inCorridor(region) ? "\u25c6 " : "") + CHAIN.regions[region] + scrap;
  return stage in MAIN_STAGE || scrap ? "others" + scrap : CHAIN.stages[stage].toLowerCase();
}
const nodePlace = ([stage, region]) => region || stage in MAIN_STAGE || stage === SCRAP ? `${CHAIN.stages[stage].toLowerCase()} of ${region ? CHAIN.regions[region] : "others"}` : CHAIN.stages[stage].toLowerCase();

// Nodes and links for the layout; a link of free and one of restricted content, and columns without a gap.
function flowGraph(picture) {
  const columns = [...new Set(picture.nodes.map(([stage]) => COLUMN_OF[stage]))].sort((a, b) => a - b);
  const weight = {};
  for (const [from, to, free, held] of picture.links) for (const end of [from, to]) { const region = picture.nodes[end][1]; weight[region] = (weight[region] || 0) + free + held; }
  const nodes = picture.nodes.map((node) => ({ node, column: columns.indexOf(COLUMN_OF[node[0]]), rank: [node[0] === SCRAP ? 1 : node[0] in MAIN_STAGE ? 0 : 2, node[1] ? 0 : 1, -(weight[node[1]] || 0), node[0]] }));
  const links = picture.links.flatMap(([source, target, free, held]) => [[held, true], [free, false]].filter(([kt]) => kt > 0).map(([kt, restricted]) => ({ source, target, value: kt, restricted, other: restricted ? free : held })));
  // The layout has as many columns as its longest way: an unseen way of one node a column keeps them all.
  columns.forEach((_, column) => nodes.push({ column, unseen: true, rank: [3] }));
  for (let i = 1; i < columns.length; i += 1) links.push({ source: picture.nodes.length + i - 1, target: picture.nodes.length + i, value: 1e-9, unseen: true });
  return { nodes, links, columns };
}
const inRank = (a, b) => { for (let i = 0; i < 4; i += 1) if (a.rank[i] !== b.rank[i]) return a.rank[i] - b.rank[i]; return 0; };

function drawVeins(parent, picture, words, width = chainWidth()) {
  const { nodes, links, columns } = flowGraph(picture), wide = hasRoom(width), right = wide ? 165 : 112;
  const fullest = Math.max(...columns.map((_, c) => nodes.filter((n) => n.column === c).length)), height = Math.max(wide ? 440 : 400, 34 * fullest);
  const layout = geo.sankey().nodeAlign((n) => n.column).nodeSort(inRank).nodeWidth(9).nodePadding(16).extent([[1, 40], [width - right, height - 8]]);
  const graph = layout({ nodes, links });
  const svg = put(parent, "svg", { viewBox: `0 0 ${width} ${height}`, class: "flows", role: "group", "aria-label": words });
  const paths = graph.links.filter((link) => !link.unseen).sort((a, b) => b.value - a.value).map((link) => flowPath(svg, link));
  for (const node of graph.nodes.filter((n) => !n.unseen)) flowNode(svg, node, wide);
  columns.forEach((_, place) => columnHead(svg, graph.nodes.filter((n) => n.column === place && !n.unseen), wide));
  steppable(svg, paths);
  return svg;
}
function flowPath(svg, link) {
  const both = link.value + link.other, marked = inCorridor(link.source.node[1]) || inCorridor(link.target.node[1]);
  const path = put(svg, "path", { class: `vein ${link.restricted ? "held" : "free"}${marked ? " marked" : ""}`, d: geo.sankeyLinkHorizontal()(link), "stroke-width": Math.max(marked ? 1.6 : 0.8, link.width), tabindex: "-1", role: "img" });
  return withTip(path, () => [`${nodePlace(link.source.node)} to ${nodePlace(link.target.node)}`.replace(/^./, (c) => c.toUpperCase()), `${tonnes(link.value)} a year ${link.restricted ? "with Chinese content" : "free of it"}`, link.other > 0 ? `${tonnes(both)} in all, ${percent((link.restricted ? link.value : link.other) / both)} with Chinese content` : ""]);
}
function flowNode(svg, node, wide) {
  const [, region] = node.node, high = Math.max(1.5, node.y1 - node.y0), marked = inCorridor(region);
  const box = put(svg, "rect", { class: marked ? "stage-node marked" : "stage-node", role: "img", x: node.x0, y: node.y0, width: node.x1 - node.x0, height: high });
  withTip(box, () => [nodePlace(node.node).replace(/^./, (c) => c.toUpperCase()), `${tonnes(node.value)} a year`]);
  put(svg, "text", { class: marked ? "vein-label marked" : "vein-label", x: node.x1 + 4, y: (node.y0 + node.y1) / 2, dy: "0.35em" }, nodeName(node.node, wide) + (wide ? "\u2002" + tonnes(node.value) : ""));
}
// The stage of a column with what passes through it; what starts or ends elsewhere is not of it.
function columnHead(svg, nodes, wide) {
  if (!nodes.length) return;
  const main = nodes.filter((n) => n.node[0] in MAIN_STAGE), stage = main.length ? main[0].node[0] : nodes[0].node[0];
  const scrap = nodes.filter((n) => n.node[0] === SCRAP), total = (list) => tonnes(list.reduce((sum, n) => sum + n.value, 0)), x = Math.min(...nodes.map((n) => n.x0));
  put(svg, "text", { class: "stage-head", x, y: 13 }, CHAIN.stages[stage] + (wide && scrap.length ? " and scrap" : ""));
  put(svg, "text", { class: "vein-label", x, y: 28 }, main.length ? total(main) + (wide && scrap.length ? ` and ${total(scrap)}` : "") : "");
}
function flowLegend(parent) {
  const legend = put(parent, "div", { class: "legend" });
  for (const [look, text] of [["var(--c0)", "mined or treated in China, or made of what was (its controls can follow it)"], ["var(--c4)", "free of Chinese content"]]) put(legend, "span", {}, make("i", { class: "swatch", style: `background: ${look}` }), text);
  put(legend, "span", {}, make("b", { style: "min-width: 0" }, "\u25c6"), "country of the corridor");
}
