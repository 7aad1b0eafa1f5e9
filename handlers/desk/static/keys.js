// Keys: anything on a page that has `data-key` answers to it, and `?` lists them all. `g m` is two keys, one
// after the other. Nothing happens while somebody types, nor with Ctrl, Alt or ⌘, which belong to the browser.

const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
let before = "", timer;

function named(element) {
  const label = element.labels?.[0]?.firstChild?.textContent ?? element.getAttribute("aria-label") ?? element.dataset.keyName ?? element.textContent;
  return label.trim().replace(/\s+/g, " ");
}

function use(element) {
  if (typing(element)) element.focus();
  else element.click();
}

function list() {
  document.getElementById("keys")?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = "keys";
  dialog.ariaLabel = document.body.dataset.keys;
  const article = document.createElement("article");
  const rows = document.createElement("dl");
  for (const element of document.querySelectorAll("[data-key]")) {
    if (!element.checkVisibility()) continue;
    const key = document.createElement("dt"), does = document.createElement("dd");
    key.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.key }));
    does.textContent = named(element);
    rows.append(key, does);
  }
  for (const more of document.querySelectorAll("template.keys")) rows.append(more.content.cloneNode(true));
  const close = Object.assign(document.createElement("button"), { textContent: "Esc", className: "small" });
  close.addEventListener("click", () => dialog.close());
  article.append(rows, close);
  dialog.append(article);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") { event.preventDefault(); list(); return; }
  const pressed = before ? `${before} ${event.key}` : event.key;
  clearTimeout(timer);
  const exact = document.querySelector(`[data-key="${CSS.escape(pressed)}"]`);
  const begins = !before && [...document.querySelectorAll("[data-key]")].some((each) => each.dataset.key.startsWith(`${event.key} `));
  before = "";
  if (exact?.checkVisibility()) { event.preventDefault(); use(exact); }
  else if (begins) { before = event.key; timer = setTimeout(() => { before = ""; }, 1000); }
});
