// Goods at facilities: what is made and used there, what is left over, and what one more tonne would be worth.
let facilityTable = null;
function facilities() {
  if (!Object.values(DATA.facilities).some((rows) => rows.length)) return;
  const rows = DATA.facilities[state.period];
  if (facilityTable) { facilityTable.refill(rows); return; }
  byId("facilities").hidden = false;
  facilityTable = table(byId("facilities-body"), "Goods at facilities", [
    { head: "Facility", value: (r) => r.name, sort: (r) => r.name }, { head: "Good", value: (r) => r.good, sort: (r) => r.good },
    { head: "Made or used", value: (r) => r.side === "output" ? "made" : "used", sort: (r) => r.side },
    { head: "Amount a year", figure: true, value: (r) => tonnes(r.kt), sort: (r) => r.kt }, { head: "Left over", figure: true, value: (r) => r.surplus > 0 ? tonnes(r.surplus) : "-", sort: (r) => r.surplus },
    { head: "Worth there", figure: true, value: (r) => `${usd(r.worth)}/t`, sort: (r) => r.worth }, { head: "Rests on", value: (r) => tag(r.sure), narrow: false },
  ], rows, 20);
  note(byId("facilities-body"), "Worth there is what one more tonne at the gate would bring; below zero it costs to be rid of it.");
}
