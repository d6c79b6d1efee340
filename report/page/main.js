// Puts the page together and keeps it in step with the switches.
function say(topic, text) { byId("say-" + topic).textContent = tie(text || ""); }
function head() {
  byId("kicker").textContent = DATA.kicker;
  byId("title").textContent = DATA.title;
  byId("question").textContent = DATA.question;
  byId("disclaimer").textContent = MAP.disclaimer;
  byId("attribution").textContent = DATA.attribution;
  for (const [topic, text] of Object.entries(DATA.sentences)) say(topic, text);
  for (const [name, value, words] of DATA.keys) put(byId("keys"), "div", {}, make("dt", {}, name), make("dd", {}, tie(value), make("small", {}, tie(words))));
  for (const [name, value] of DATA.facts) { put(byId("facts"), "dt", {}, name); put(byId("facts"), "dd", {}, value); }
  if (!DATA.notices.length) return;
  const box = put(byId("notices"), "details");
  put(box, "summary", {}, `${DATA.notices.length === 1 ? "A notice" : `${DATA.notices.length} notices`} on the network`);
  const list = put(box, "ul");
  for (const notice of DATA.notices) put(list, "li", {}, notice);
}
function sayPeriod() {
  for (const [topic, texts] of Object.entries(DATA.periodSentences)) say(topic, texts[state.period]);
  if (DATA.compare) {
    const { changes: ours, change_map: ofMap } = DATA.compare.sentences, none = `${DATA.compare.name} has no period ${state.period} to compare with.`;
    say("changes", ours[state.period] || none);
    if (showsChanges()) say("map", ofMap[state.period] || none);
  }
  byId("shown").textContent = `Figures of ${state.period}${span(state.period) === String(state.period) ? "" : `, which stands for ${span(state.period)}`}, unless a year is named; cargo on the map in ${state.cargo === "kt" ? "tonnes" : "boxes"}.`;
}
head();
choice(byId("period-switch"), "period", DATA.periods.map((p) => [p, String(p), span(p)]));
choice(byId("cargo-switch"), "cargo", DATA.boxes ? [["kt", "All, tonnes"], ["kteu", "Boxes, TEU"]] : [["kt", "All, tonnes"]]);
choice(byId("view-switch"), "view", MAP.views.map((view, i) => [i, view.name]));
choice(byId("shows-switch"), "shows", DATA.compare ? [["plan", "This plan"], ["change", `Change against ${DATA.compare.name}`]] : [["plan", "This plan"]]);
choice(byId("marks-switch"), "marks", MAP.projects.length ? [["plan", "Built"], ["all", "All"]] : [["plan", "Built"]]);
watch(() => { byId("marks-switch").hidden = Boolean(showsChanges()) || !MAP.projects.length; });
for (const action of [sayPeriod, drawMap, drawMapLegend, mapAside, corridorCards, bottlenecks, facilities, lanes, costs, changes, gains, accounts, trade]) watch(action);
for (const action of [investments, baseYear, confidence, policy, chain, minerals, tornado]) action();
changed();
