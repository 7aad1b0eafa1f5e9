// The inbox by keyboard: j and k go through the chats, x chooses, Enter opens (a link does that by itself).

const links = () => [...document.querySelectorAll(".thread > a")];

function go(step) {
  const all = links(), at = all.indexOf(document.activeElement.closest(".thread")?.querySelector("a"));
  (all[at + step] ?? all[step > 0 ? 0 : all.length - 1])?.focus();
}

/** All that are shown, or none if all were. */
function chooseAll() {
  const boxes = [...document.querySelectorAll('.thread > input[name="chat"]')], on = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = on;
}

const all = document.getElementById("all");
all.hidden = false;
all.addEventListener("click", chooseAll);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "x") document.activeElement.closest(".thread")?.querySelector("input")?.click();
});
