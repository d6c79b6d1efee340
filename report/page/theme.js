// Light and dark: as the system says, until the button says otherwise.
const darkSystem = matchMedia("(prefers-color-scheme: dark)"), themeButton = byId("theme");
let chosenTheme = null;
function applyTheme() {
  const theme = chosenTheme || (darkSystem.matches ? "dark" : "light"), next = theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  themeButton.textContent = next === "dark" ? "Dark theme" : "Light theme";
  themeButton.onclick = () => { chosenTheme = next; applyTheme(); };
}
darkSystem.addEventListener("change", applyTheme);
applyTheme();
