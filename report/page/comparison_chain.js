// Rare earths from mine to market under the scenario chosen, beside the base or the other one chosen.
const chainPicture = (run) => {
  const flat = CHAIN.pictures[run][state.element][state.slice], nodes = [], place = new Map(), links = [];
  const nodeAt = (i) => { if (!place.has(i)) { place.set(i, nodes.length); nodes.push(CHAIN.places[i]); } return place.get(i); };
  for (let i = 0; i < flat.length; i += 4) links.push([nodeAt(flat[i]), nodeAt(flat[i + 1]), flat[i + 2], flat[i + 3]]);
  return { nodes, links };
};
const sliceName = (run) => CHAIN.slices[run][state.slice];
const beside_ = () => state.a !== DATA.base ? DATA.base : state.b;

function sankeyPanel() {
  if (!has("sankey")) return;
  const body = byId("sankey-body");
  if (!body.firstChild) {
    const tools = put(body, "div", { class: "map-tools" });
    choice(put(tools, "fieldset", { class: "switch small", id: "element-switch" }, make("legend", {}, "Flows of")), "element", CHAIN.elements.map((name, i) => [i, name]));
    choice(put(tools, "fieldset", { class: "switch small", id: "slice-switch" }, make("legend", {}, "Years")), "slice", CHAIN.views.map((name, i) => [i, name]));
    flowLegend(body);
    put(body, "div", { id: "sankey-pictures" });
    note(body, "Oxide equivalent a year; heights are to one scale in each picture. A good that passes several regions runs from who made it to who uses it; magnet works leave swarf, which comes back as scrap. Flows below 0.5 % of a stage are left out.");
  }
  const other = beside_(), runs = other === state.a ? [state.a] : [state.a, other], parent = clear(byId("sankey-pictures")), room = roomOf(body), two = room >= 1100 && runs.length > 1;
  parent.className = two ? "two" : "";
  for (const run of runs) {
    const part = put(parent, "div", { class: "sankey-part" }), picture = chainPicture(run), words = `${CHAIN.elements[state.element]}, ${sliceName(run)}: ${nameOf(run)}${isBase(run) ? " (base)" : ""}`;
    put(part, "h3", {}, words);
    if (picture.links.length) drawVeins(part, picture, words, two ? Math.floor((room - 32) / 2) : room);
    else note(part, `Nothing of it moves in ${sliceName(run)}.`);
  }
  tell("sankey", sankeyWords(runs));
}
// Part of what reaches the market that is free of what one power controls, from the picture's own figures.
function freePart(run) {
  const { nodes, links } = chainPicture(run), market = CHAIN.stages.indexOf("Market"), into = links.filter(([, to]) => nodes[to][0] === market), all = into.reduce((sum, [, , free, held]) => sum + free + held, 0);
  return { all, free: all ? into.reduce((sum, [, , free]) => sum + free, 0) / all : 0 };
}
function sankeyWords(runs) {
  const parts = runs.map((run) => ({ run, ...freePart(run) })).filter(({ all }) => all > 0), name = CHAIN.elements[state.element];
  return parts.map(({ run, all, free }, i) => `${i ? "under" : "Under"} \u201c${nameOf(run)}\u201d ${tonnes(all)} of ${name} in magnets reach the market in ${sliceName(run)}, ${percent(free)} of it free of Chinese content`).join("; ") + (parts.length ? "." : "");
}
