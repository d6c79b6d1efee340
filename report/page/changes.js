// What changed against the plan compared with: sentences, and tables of the period shown.
let changeTables = null;
function changes() {
  if (!DATA.compare) return;
  const parent = byId("changes-body"), compare = DATA.compare, rows = (part) => compare[part][state.period];
  if (changeTables) { for (const [part, list] of Object.entries(changeTables)) list.refill(rows(part)); return; }
  byId("changes").hidden = false;
  const list = put(parent, "ul", { class: "changes" });
  for (const line of compare.lines) put(list, "li", {}, tie(line));
  const part = (title) => { const box = put(parent, "div"); put(box, "h3", { class: "apart" }, title); return box; };
  const points = (r) => Math.abs(r.points) < 0.05 ? "0" : signed((v) => v.toFixed(1), r.points);
  const unit = (r) => r.kind === "TEU" ? "/TEU" : "/t", worth = (v, r) => v > 0.005 ? usd(v) + unit(r) : "-";
  changeTables = {
    corridors: table(part("Corridors by market"), "Corridors whose cargo changes", [
      { head: "Market", value: (r) => r.market, sort: (r) => r.market }, { head: "Corridor", value: (r) => r.corridor, sort: (r) => r.corridor },
      { head: "This plan", figure: true, value: (r) => r.boxed ? boxes(r.kteu) : tonnes(r.kt), sort: (r) => r.kt },
      { head: "Change", figure: true, value: (r) => r.boxed ? signed(boxes, r.kteuChange) : signed(tonnes, r.ktChange), sort: (r) => r.ktChange },
      { head: "Share", figure: true, value: (r) => percent(r.share / 100), sort: (r) => r.share, narrow: false },
      { head: "Change, points", figure: true, value: points, sort: (r) => r.points },
    ], rows("corridors"), 10),
    bottlenecks: table(part("Bottlenecks"), "Limits whose worth changes", [
      { head: "Where", value: (r) => r.name },
      { head: "Worth of one more", figure: true, value: (r) => worth(r.worth, r) }, { head: compare.name, figure: true, value: (r) => worth(r.worthOther, r) },
      { head: "Scarcity a year", figure: true, value: (r) => money(r.rent), narrow: false }, { head: "Change", figure: true, value: (r) => signed(money, r.rentChange), sort: (r) => r.rentChange },
    ], rows("bottlenecks"), 8),
    costs: table(part("Cost of a year"), "Changes of the cost of a year", [
      { head: "Kind", value: (r) => r.kind }, { head: "This plan", figure: true, value: (r) => money(r.musd) }, { head: compare.name, figure: true, value: (r) => money(r.other) },
      { head: "Change", figure: true, value: (r) => signed(money, r.change) },
    ], rows("costs"), 12),
  };
  table(part("Projects decided differently"), "Projects decided differently", [
    { head: "Project", value: (r) => r.name }, { head: "Cost", figure: true, value: (r) => money(r.cost) }, { head: "This plan", value: (r) => r.here }, { head: compare.name, value: (r) => r.there },
  ], compare.builds);
}
