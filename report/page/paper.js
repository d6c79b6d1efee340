// On paper nothing can be opened: everything is, after the pictures were drawn for paper.
addEventListener("beforeprint", () => {
  const closed = [...document.querySelectorAll("details:not([open])")];
  closed.forEach((box) => { box.open = true; });
  addEventListener("afterprint", () => closed.forEach((box) => { box.open = false; }), { once: true });
});
