// Minerals beside the rare-earth chain: exports by value, who takes them, what crosses the Caspian.
function minerals() {
  if (!DATA.minerals) return;
  const { text, size } = cellsOf, box = byId("chain-minerals");
  put(box, "h3", { class: "apart" }, "Other minerals that the region exports");
  note(box, tie(DATA.minerals.said));
  table(box, "Exports of other minerals", [
    { head: "Mineral", value: (r) => [r[0], make("small", {}, r[1])], sort: (r) => r[0] },
    size(2, "Value a year"), text(3, "Goes to, largest first"), shareOf(4, "Part of the first"), shareOf(5, "Across the Caspian"), restsOn(6),
  ], DATA.minerals.rows, 12);
  note(box, "The chain has only rare earths, and nothing here is decided by the model. Goods that the network moves as commodities, as copper, zinc, ferroalloys, aluminium, oil and grain, are in its lanes; so are tonnes of uranium and titanium, for capacity alone.");
}
