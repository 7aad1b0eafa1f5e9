// Runs before the page is drawn, so that the colours that somebody chose are there from the first moment.
const chosen = localStorage.getItem("amends:theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
