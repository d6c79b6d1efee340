// Puts the page of a comparison together and keeps it in step with the scenarios and the period chosen.
function comparisonHead() {
  byId("kicker").textContent = DATA.kicker;
  byId("title").textContent = DATA.title;
  byId("question").textContent = DATA.question;
  byId("question").hidden = !DATA.question;
  byId("disclaimer").textContent = MAP.disclaimer;
  const [first, ...more] = DATA.findings;
  byId("say-first").textContent = tie(first || "");
  for (const line of more) put(byId("findings"), "li", {}, tie(line));
  byId("findings").hidden = !more.length;
  for (const [name, value, words] of DATA.keys) put(byId("keys"), "div", {}, make("dt", {}, name), make("dd", {}, tie(value), make("small", {}, tie(words))));
}
function shownWords() { byId("shown").textContent = `Chosen for print: \u201c${nameOf(state.a)}\u201d against \u201c${nameOf(state.b)}\u201d, ${state.period}, unless another is named.`; }

comparisonHead();
runPicker("pick-a", "a");
runPicker("pick-b", "b");
choice(byId("period-switch"), "period", DATA.periods.map((p) => [p, String(p), span(p)]));
choice(byId("cargo-switch"), "cargo", DATA.boxes ? [["kt", "Tonnes"], ["kteu", "Boxes"]] : [["kt", "Tonnes"]]);
choice(byId("view-switch"), "view", MAP.views.map((view, i) => [i, view.name]));
choice(byId("shows-switch"), "shows", SHOWN.length > 1 ? [["plan", "Scenario"], ["change", "Difference"]] : [["plan", "Scenario"]]);
choice(byId("marks-switch"), "marks", [["plan", "Built"], ["all", "All"]]);
for (const action of [shownWords, unpackMap, mapPanel]) watch(action);
for (const action of [matrixPanel, sankeyPanel, ganttPanel, tornadoPanel, samplesPanel, gridPanel, pricesPanel, winnersPanel]) picture(action);
for (const action of [failedPanel, methodPanel]) action();
changed();
