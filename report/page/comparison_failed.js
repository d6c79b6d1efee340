// Runs that failed or are not yet done, with their reasons.
function failedPanel() {
  if (!has("failed")) return;
  tell("failed", DATA.failed.said);
  table(byId("failed-body"), "Runs that did not finish", [
    { head: "Run", value: (r) => r[0], sort: (r) => r[0] }, { head: "State", value: (r) => r[1], sort: (r) => r[1] }, { head: "Reason", value: (r) => r[2] || "-" }, { head: "Seconds", figure: true, value: (r) => r[3] === null ? "-" : number(r[3]), sort: (r) => r[3] },
  ], DATA.failed.rows, 20);
}
