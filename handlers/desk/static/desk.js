// What every page of the desk does: colours, the browser's zone, and saying what went wrong.
// Each page works without any of it.

const root = document.documentElement;

/** Says something in the page's status line, where screen readers hear it too. */
export function tell(words) {
  const line = document.getElementById("status");
  line.textContent = "";
  requestAnimationFrame(() => { line.textContent = words; });
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { line.textContent = ""; }, 8000);
}

function colours() {
  const button = document.getElementById("theme");
  if (!button) return;
  const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const show = () => { button.textContent = dark() ? button.dataset.light : button.dataset.dark; };
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    localStorage.setItem("amends:theme", root.dataset.theme);
    show();
  });
}

/** Times are shown in this zone unless the account names another. */
function zone() {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (here) document.cookie = `amends-zone=${here}; path=/desk; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

/** A menu closes when one clicks beside it or presses Escape. */
function menus() {
  const close = (menu) => { menu.open = false; };
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.me[open]")) if (!menu.contains(event.target)) close(menu);
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.me[open]");
    if (menu) { close(menu); menu.querySelector("summary").focus(); }
  });
}

document.addEventListener("htmx:response:error", (event) => {
  const { response, text } = event.detail.ctx;
  const plain = response.headers.get("content-type")?.startsWith("text/plain");
  if (!response.headers.get("hx-redirect")) tell(plain && text ? text : document.body.dataset.failed);
});
document.addEventListener("htmx:error", () => tell(document.body.dataset.failed));
colours();
zone();
menus();
