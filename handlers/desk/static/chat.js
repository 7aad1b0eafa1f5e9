// The page of a chat, made live: puts its modules together. Without it every form works all the same.

import { heard, now } from "./clock.js";
import { tell } from "./desk.js";
import { openComposer } from "./compose.js";
import { follow } from "./follow.js";
import { openParts } from "./parts.js";

const page = document.getElementById("chat");
const log = document.getElementById("log");
const line = document.getElementById("line");
const base = `/desk/chats/${page.dataset.id}`;
heard(page.dataset.now);
const csrf = () => page.querySelector('[name="csrf"]').value;

/** What an answer says to people: plain words, or the error of whoever would not take so much. */
async function words(answer) {
  const kind = answer.headers.get("content-type") ?? "";
  if (kind.startsWith("application/json")) return (await answer.json()).error?.message ?? "";
  return kind.startsWith("text/plain") ? answer.text() : "";
}

/** Sends a form by itself and says what came of it. True when it was done. */
async function send(form, submitter) {
  const body = new FormData(form, submitter);
  try {
    const answer = await fetch(submitter?.getAttribute("formaction") ?? form.action, { method: "POST", headers: { "HX-Request": "true" }, body });
    const said = await words(answer);
    if (answer.headers.get("hx-redirect")) location.assign(answer.headers.get("hx-redirect"));
    tell(said || (answer.ok ? "" : document.body.dataset.failed));
    return answer.ok;
  } catch {
    tell(document.body.dataset.failed);
    return false;
  }
}

const post = (path, fields) => fetch(`${base}/${path}`, {
  method: "POST", headers: { "HX-Request": "true", "X-CSRF-Token": csrf() }, body: new URLSearchParams(fields), keepalive: true,
}).catch(() => null);

// Whoever is at the end stays there, whatever grows: what comes, pictures, the form below.
// A scroll is told of late, when the form may have grown already: only who went up has left the end.
let stuck = true, height = 0;
const toEnd = () => { log.scrollTop = log.scrollHeight; };
log.addEventListener("scroll", () => {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  stuck = atEnd || (stuck && log.scrollTop >= height);
  height = log.scrollTop;
});
log.addEventListener("load", () => { if (stuck) toEnd(); }, true);
new ResizeObserver(() => { if (stuck) toEnd(); }).observe(log);

const parse = (html) => {
  const held = document.createElement("template");
  held.innerHTML = html; // rendered and escaped by the server
  return held.content;
};

/** New entries at the end of the timeline, each once. */
function append(html) {
  const follow = stuck;
  for (const entry of [...parse(html).children]) {
    if (!document.getElementById(entry.id)) log.append(entry);
  }
  if (follow) toEnd();
}

function replaceEach(html) {
  for (const fresh of [...parse(html).children]) document.getElementById(fresh.id)?.replaceWith(fresh);
}

const parts = openParts({ page, base, parse, onSwap: () => composer.renew() });
const composer = openComposer({ page, send, post });

let lost = false;
function online(up) {
  if (up === !lost) return;
  lost = !up;
  line.hidden = false;
  line.classList.toggle("bad", lost);
  line.textContent = lost ? page.dataset.lost : page.dataset.back;
  if (up) setTimeout(() => { if (!lost) line.hidden = true; }, 4000);
}

follow(`${base}/events`, page.dataset.cursor, {
  online,
  on: {
    entries: append,
    standing: replaceEach,
    company(html) { document.getElementById("company").replaceChildren(parse(html)); },
    side: () => parts.renew(),
    gone: () => location.reload(),
    "signed-out": () => location.reload(),
  },
});

// Forms outside of the composer: done in place, and what changed comes by the stream.
page.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const done = await send(form, event.submitter);
  delete form.dataset.busy;
  if (done) {
    form.closest("details")?.removeAttribute("open");
    form.reset();
    parts.renew();
  }
});

/** Clocks count down by themselves, by the time of the server. */
function count() {
  const language = document.documentElement.lang;
  const form = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  for (const each of document.querySelectorAll("[data-due]")) {
    const minutes = Math.round((new Date(each.dataset.due) - now()) / 60_000);
    const [amount, unit] = Math.abs(minutes) < 90 ? [minutes, "minute"] : Math.abs(minutes) < 2880 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    each.classList.toggle("late", minutes < 0);
    each.textContent = minutes < 0 ? `${page.dataset.late} ${form.format(amount, unit)}` : form.format(amount, unit);
  }
}
setInterval(count, 20_000);

// A form that opens is there to be filled in; Escape closes it, or leaves the field.
page.addEventListener("click", (event) => {
  const form = event.target.closest("summary[data-key]")?.parentElement;
  if (form) setTimeout(() => { if (form.open) form.querySelector("textarea, select, input:not([type=hidden]), button, a")?.focus(); });
});
page.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const open = event.target.closest("details[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (event.target.matches("input, textarea, select")) log.focus();
});
toEnd();
