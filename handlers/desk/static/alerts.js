// What rings: one stream for the page. Counts follow every change; sound, title and a notification are for
// one's own chats alone.

import { tell } from "./desk.js";

const bar = document.querySelector("[data-alerts]");
const title = document.title;
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
  const words = why === "wrote" ? `${who} ${bar.dataset.wrote}`.trim() : `${bar.dataset[why]}${who ? `: ${who}` : ""}`;
  unread += 1;
  mark();
  tell(words);
  chime();
  if (globalThis.Notification?.permission === "granted" && document.visibilityState !== "visible") {
    const note = new Notification("Amends", { body: words, tag: chat });
    note.onclick = () => { focus(); location.assign(`/desk/chats/${chat}`); };
  }
}

function connection(lost) {
  if (lost === down) return;
  down = lost;
  document.documentElement.classList.toggle("offline", lost);
  tell(lost ? bar.dataset.lost : bar.dataset.again);
  if (!lost) refresh();
}

/** A list is fetched anew where it stands; focus and choice stay. */
function refresh() {
  const list = document.getElementById("threads");
  if (list && globalThis.htmx) htmx.trigger(list, "refresh");
}

if (bar) {
  const stream = new EventSource(bar.dataset.alerts);
  stream.addEventListener("changed", (event) => { count(JSON.parse(event.data)); refresh(); });
  stream.addEventListener("mine", (event) => ring(JSON.parse(event.data)));
  stream.addEventListener("signed-out", () => location.reload());
  stream.addEventListener("open", () => connection(false));
  stream.addEventListener("error", () => connection(true));
  addEventListener("pagehide", () => stream.close());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") { unread = 0; mark(); }
  });
  const asked = document.getElementById("alerts");
  if (asked && globalThis.Notification?.permission === "default") {
    asked.hidden = false;
    asked.addEventListener("click", async () => { await Notification.requestPermission(); asked.hidden = true; });
  }
}
