// The chat page: puts its parts together and nothing else.

import { drawer } from "./bubble.js";
import { openComposer, openTray } from "./composer.js";
import { alone, openDevice, random } from "./device.js";
import { openFrame, tint } from "./frame.js";
import { openLog } from "./log.js";
import { openOutbox } from "./outbox.js";
import { Away, backoff, followChat, getFile, linkToTelegram, postFile, postIdentity, postMessage, postTyping } from "./wire.js";
import { loadWords, primary, showLanguages, showWords } from "./words.js";

const HIDDEN_LONG = 60_000; // then a hidden tab lets its stream go, unless it is the keeper

const $ = (id) => document.getElementById(id);
const device = openDevice();
const tabs = new BroadcastChannel("amends");
let words = {};
let stream = null;
let keeper = false; // one of several tabs streams while hidden, for the unread count
let lost = false;
let typingEnds = 0;

const t = (key) => words[key] ?? "";
const language = () => navigator.languages.find((code) => words.language && primary(code) === primary(words.language))
  ?? words.language ?? "en"; // the visitor's own region, if it is a region of the language spoken
const wanted = () => [...new Set([device.language(), frame.language, ...navigator.languages].filter(Boolean))];
const share = (kind, data) => tabs.postMessage({ kind, data });
const watching = () => document.visibilityState === "visible" && frame.open;

function say(text) {
  $("hint").textContent = text;
}

const frame = openFrame({
  onOpen() { follow(); log.toEnd(); composer.focus(); markRead(); },
  onClose: markRead,
  onIdentity: identify,
});

/** A chat of somebody else of this device stays theirs; whoever signed in now begins their own. */
async function identify(identity) {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      if (await postIdentity(device.tokenOrNew(), identity)) return follow();
      device.forget();
      forget();
      share("forgotten");
    } catch (failure) {
      if (!(failure instanceof Away)) return; // the chat goes on unverified
      await new Promise((resolve) => setTimeout(resolve, Math.max(backoff(attempt), failure.after)));
    }
  }
}

const log = openLog({
  node: $("log"), newer: $("newer"), typing: $("typing"),
  draw: drawer({ t, language, say, fetchFile: (digest) => getFile(device.token(), digest) }),
  t, language,
  onTap(button) {
    speak({ button: button.id, text: button.title });
    if (matchMedia("(hover: hover)").matches) composer.focus();
  },
  onRetry: (entry) => outbox.send(entry),
  onRemove: (entry) => outbox.remove(entry),
});

const tray = openTray({
  node: $("tray"), t, say,
  upload: (file, onProgress) => postFile(device.tokenOrNew(), file, language(), onProgress),
  onChange: () => composer.changed(),
});

const outbox = openOutbox({
  device,
  post: ({ id, text, button, files }) => postMessage(device.tokenOrNew(), {
    id, ...(button ? { button } : { text }), files: files.map((f) => f.digest),
    language: language(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }),
  onChange() { showUnsent(); share("unsent"); },
  onAnswer(messages, code) {
    if (code && code !== words.language && primary(code) === primary(words.language)) choose(code);
    showTyping(false); receive(messages); showUnsent(); share("unsent"); follow(); line(true); },
  onTrouble({ after }) { showTyping(false); if (!after) line(false); },
});

const composer = openComposer({
  form: $("composer"), area: $("words"), attach: $("attach"), picker: $("picker"), send: $("send"), drop: $("drop"),
  tray, t, say, device, onSend: speak,
  onType() { if (device.token() && log.attended()) postTyping(device.token()); },
});

function speak({ text, button, files = [] }) {
  outbox.send({ id: random(), text, button, files });
  follow();
}

function showUnsent() {
  log.putPending(device.unsent());
}

function receive(messages, told = false) {
  const fresh = log.put(messages);
  if (!fresh.length) return;
  if (fresh.some((m) => m.author !== "customer")) showTyping(false);
  if (!told) share("messages", fresh);
  markRead();
}

function markRead() {
  if (watching() && log.newest() > device.read()) {
    device.setRead(log.newest());
    share("read");
  }
  const count = log.unread(device.read());
  document.title = count ? `(${count}) ${t("title")}` : t("title");
  const label = count ? `${t("launcher")}, ${t("unread")}: ${count}` : t("launcher");
  frame.tell({ unread: count, label, title: t("title") });
}

function showTyping(on, by) {
  clearTimeout(typingEnds);
  log.typing(on, by);
  if (on) typingEnds = setTimeout(() => log.typing(false), 30_000);
}

/** The state of the line, said in the header and, when it is down, above the messages. */
function line(up) {
  lost = !up;
  const state = !navigator.onLine ? "offline" : lost ? "connecting" : "online";
  $("state").dataset.state = state;
  $("state").textContent = t(state);
  $("notice").hidden = state === "online";
  $("notice").textContent = state === "online" ? "" : t("offline_notice");
}

function onEvents(events) {
  const messages = events.filter((e) => e.kind === "message").map((e) => e.data);
  if (messages.length) receive(messages);
  const typing = events.findLast((e) => e.kind === "typing");
  if (typing) showTyping(typing.data.on, typing.data.by);
}

function follow() {
  if (stream || !device.token()) return;
  stream = followChat(device.token(), { onEvents, onState: line });
}

function unfollow() {
  stream?.stop();
  stream = null;
}

function forget() {
  unfollow();
  log.clear();
  tray.take();
  composer.clear();
  showUnsent();
  say("");
  markRead();
}

async function speakLanguage(codes) {
  for (let attempt = 0; ; attempt++) {
    try { words = await loadWords(codes); break; } catch {
      document.body.removeAttribute("aria-busy");
      await new Promise((resolve) => setTimeout(resolve, backoff(attempt)));
    }
  }
  showWords(words);
  showLanguages($("language"), words);
  $("goon").hidden = !words.telegram;
  document.body.removeAttribute("aria-busy");
  line(!lost);
  log.redraw();
  markRead();
}

function choose(code) {
  device.setLanguage(code);
  speakLanguage(wanted());
}

tabs.onmessage = ({ data: { kind, data } }) => {
  if (kind === "messages") { receive(data, true); follow(); }
  if (kind === "unsent") { showUnsent(); outbox.wake(); }
  if (kind === "read") markRead();
  if (kind === "forgotten") forget();
};

// What tabs say may overtake what they store; this comes when it is stored.
addEventListener("storage", showUnsent);

let hiding = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.visibilityState === "visible") { follow(); stream?.wake(); markRead(); }
  else hiding = setTimeout(() => { if (!keeper) unfollow(); }, HIDDEN_LONG);
});
alone("keeper", () => {
  keeper = true;
  follow();
  return new Promise(() => {});
});
addEventListener("online", () => { line(true); outbox.wake(); stream?.wake(); });
addEventListener("offline", () => line(false));

$("close").hidden = !frame.inside;
$("close").onclick = frame.close;
addEventListener("keydown", (e) => {
  const busy = e.isComposing || document.querySelector("dialog[open], [popover]:popover-open");
  if (e.key === "Escape" && !busy) frame.close();
});
$("language").onchange = (e) => {
  choose(e.target.value);
  $("menu").hidePopover();
};
$("goon").onclick = async () => {
  $("menu").hidePopover();
  const tab = open("", "_blank"); // at once, lest it count as a pop-up
  try {
    const url = await linkToTelegram(device.tokenOrNew());
    if (tab) { tab.opener = null; tab.location.replace(url); } else location.assign(url);
    follow();
  } catch (failure) {
    tab?.close();
    say(failure.said || t("offline_notice"));
  }
};
$("fresh").onclick = () => { $("menu").hidePopover(); $("sure").returnValue = "no"; $("sure").showModal(); };
$("sure").onclose = () => {
  $("more").focus();
  if ($("sure").returnValue !== "yes") return;
  device.forget();
  forget();
  share("forgotten");
  say(t("new_chat_started"));
  composer.focus();
};

tint(frame.color);
frame.tell({ ready: true });
await speakLanguage(wanted());
showUnsent();
follow();
outbox.flush();
log.ready();
if (!frame.inside && matchMedia("(hover: hover) and (pointer: fine)").matches) composer.focus();
