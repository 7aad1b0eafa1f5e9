// The list of what the bot leads, live: what is new comes, what has gone goes, and what stays keeps its place and the
// focus. j and k go through it.

import { follow } from "./follow.js";

const place = document.getElementById("led");
const rows = () => [...place.querySelectorAll(".thread")];

function show(html) {
  const held = document.createElement("template");
  held.innerHTML = html; // rendered and escaped by the server
  const fresh = [...held.content.querySelectorAll(".thread")], ids = new Set(fresh.map((row) => row.id));
  if (!fresh.length || !rows().length) return place.replaceChildren(held.content);
  for (const row of rows()) if (!ids.has(row.id)) row.remove();
  let before = null;
  for (const row of fresh) {
    const known = document.getElementById(row.id);
    if (known) {
      known.className = row.className;
      known.querySelector("a").replaceChildren(...row.querySelector("a").childNodes);
      known.querySelector(".facts").replaceWith(row.querySelector(".facts"));
    } else if (before) before.after(row);
    else place.querySelector("ul").prepend(row);
    before = known ?? row;
  }
}

follow(place.dataset.events, "", { online() {}, on: { led: show, "signed-out": () => location.reload() } });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || !["j", "k"].includes(event.key)) return;
  if (document.querySelector("dialog[open]")) return;
  const all = rows().map((row) => row.querySelector("a")), step = event.key === "j" ? 1 : -1;
  const at = all.indexOf(document.activeElement.closest(".thread")?.querySelector("a"));
  (all[at + step] ?? all[step > 0 ? 0 : all.length - 1])?.focus();
});
