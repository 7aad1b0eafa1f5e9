// The parts beside the timeline, read anew when something was done. A part that somebody is at is left alone until they
// are done with it: nothing that was typed is lost, and the focus stays.

import { heard } from "./clock.js";

const same = (a, b) => a.replaceAll(/name="act" value="\w+"/g, "") === b.replaceAll(/name="act" value="\w+"/g, "");

function touched(part) {
  return [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) => {
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((o) => o.selected !== o.defaultSelected) && field.selectedIndex > 0;
    return field.value !== field.defaultValue;
  });
}

/** Somebody is in a menu of the part, or in a form that they opened. */
function entered(part) {
  const menu = document.activeElement?.closest("details[open]");
  return Boolean(menu) && part.contains(menu);
}

export function openParts({ page, base, parse, onSwap }) {
  const shown = new Map([...page.querySelectorAll("[data-part]")].map((part) => [part.id, part.outerHTML]));
  let reading = false, stale = false, again = false;

  function put(fresh) {
    const old = document.getElementById(fresh.id);
    if (!old) return;
    const html = fresh.outerHTML;
    const unchanged = fresh.dataset.as !== undefined ? fresh.dataset.as === old.dataset.as : same(html, shown.get(fresh.id) ?? "");
    if (unchanged) return fresh.querySelectorAll("[data-part]").forEach(put);
    const held = old.contains(document.activeElement);
    if ((touched(old) || entered(old)) && fresh.dataset.as === undefined) { again = true; return; }
    const focus = held ? document.activeElement.id : "";
    for (const each of old.querySelectorAll("details[id]")) {
      const twin = fresh.querySelector(`#${CSS.escape(each.id)}`);
      if (twin) twin.open = each.open;
    }
    old.replaceWith(fresh);
    shown.set(fresh.id, html);
    if (held) (document.getElementById(focus) ?? fresh.querySelector("summary, button, textarea, a") ?? page).focus();
    onSwap(fresh);
  }

  async function read() {
    const answer = await fetch(`${base}/side`, { headers: { "HX-Request": "true", "X-Unattended": "1" }, cache: "no-store" });
    if (!answer.ok) return;
    const side = parse(await answer.text());
    heard(side.querySelector("[data-now]")?.dataset.now);
    for (const fresh of [...side.children]) put(fresh);
  }

  /** What changes while the parts are being read may have come too late for them: then they are read once more. */
  async function renew() {
    stale = true;
    if (reading) return;
    reading = true;
    while (stale) {
      stale = false;
      try { await read(); } catch { again = true; }
    }
    reading = false;
  }

  page.addEventListener("focusout", () => {
    if (!again) return;
    again = false;
    setTimeout(renew, 200);
  });
  return { renew };
}
