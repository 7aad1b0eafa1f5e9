// What rings: one stream for the page. Counts follow every change; sound, title and a notification are for
// one's own chats alone.

import { tell } from "./desk.js";
import { follow } from "./follow.js";

const bar = document.querySelector("[data-alerts]");
const title = document.title;
const lost = document.getElementById("lost");
let unread = 0, down = false;

function count(counts) {
  for (const place of document.querySelectorAll("[data-count]")) {
    const many = counts[place.dataset.count];
    place.textContent = many >= 1000 ? "1000+" : many;
  }
}

function mark() {
  document.title = unread ? `(${unread}) ${title}` : title;
}

/** Two soft tones, made here: no file to fetch. A browser that was not touched yet stays silent. */
function chime() {
  try {
    const audio = chime.audio ??= new AudioContext();
    [660, 880].forEach((pitch, n) => {
      const tone = audio.createOscillator(), loudness = audio.createGain(), from = audio.currentTime + n * 0.15;
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.08, from);
      loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.3);
      tone.connect(loudness).connect(audio.destination);
      tone.start(from);
      tone.stop(from + 0.3);
    });
  } catch { /* no sound here */ }
}

function ring({ why, conversation_id: chat, reference, customer }) {
  const here = location.pathname.endsWith(chat) && document.visibilityState === "visible";
  if (here) return;
  const who = customer || reference;
  const words = why === "wrote" ? `${who || bar.dataset.somebody} ${bar.dataset.wrote}` : `${bar.dataset[why]}${who ? `: ${who}` : ""}`;
  unread += 1;
  mark();
  tell(words);
  chime();
  if (globalThis.Notification?.permission === "granted" && document.visibilityState !== "visible") {
    const note = new Notification("Amends", { body: words, tag: chat });
    note.onclick = () => { focus(); location.assign(`/desk/chats/${chat}`); };
  }
}

/** A banner for as long as the connection is gone. A chat says so by itself, above its own timeline. */
function online(up) {
  if (up === !down) return;
  down = !up;
  document.documentElement.classList.toggle("offline", down);
  lost.hidden = up || Boolean(document.getElementById("chat"));
  lost.textContent = down ? bar.dataset.lost : "";
  if (up) { tell(bar.dataset.again); refresh(); }
}

/** Whoever was not here for long is away, and must not believe to be given chats. */
function present(presence) {
  const shown = document.getElementById(`presence-${presence}`);
  if (!shown || shown.getAttribute("aria-pressed") === "true") return;
  for (const each of document.querySelectorAll("#presence button")) each.setAttribute("aria-pressed", String(each === shown));
  if (presence === "away") { tell(bar.dataset.away); chime(); }
}

/** A list is fetched anew where it stands; focus and choice stay. */
function refresh() {
  const list = document.getElementById("threads");
  if (list && globalThis.htmx) htmx.trigger(list, "refresh");
}

if (bar) {
  follow(bar.dataset.alerts, bar.dataset.since, {
    online,
    on: {
      changed(counts) { count(JSON.parse(counts)); refresh(); },
      mine: (what) => ring(JSON.parse(what)),
      presence: present,
      "signed-out": () => location.reload(),
    },
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") { unread = 0; mark(); }
  });
  const asked = document.getElementById("alerts");
  if (asked && globalThis.Notification?.permission === "default") {
    asked.hidden = false;
    asked.addEventListener("click", async () => { await Notification.requestPermission(); asked.hidden = true; });
  }
}
