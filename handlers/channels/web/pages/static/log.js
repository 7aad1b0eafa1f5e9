// The list of messages: in order of seq, each once, with days between them and the unsent ones at the end.

import { choices, make } from "./bubble.js";

const GROUP = 5 * 60_000;
const NEAR = 90;
const AT_ONCE = 400;

export function openLog({ node, newer, typing, draw, t, language, onTap, onRetry, onRemove }) {
  const shown = new Map(); // seq -> {message, node}
  let order = [];
  let pending = [];
  let quiet = 0;
  let top = 0;
  let tapped = -AT_ONCE;
  let stuck = true; // to the end: what comes is scrolled to

  const atEnd = () => node.scrollHeight - node.scrollTop - node.clientHeight < NEAR;
  const toEnd = () => { node.scrollTop = node.scrollHeight; stuck = newer.hidden = true; };
  newer.onclick = () => { toEnd(); node.focus(); };
  new ResizeObserver(() => { if (stuck) toEnd(); }).observe(node);
  node.onscroll = () => { // it comes late: what grew since then is not the reader going up
    stuck = atEnd() || (stuck && node.scrollTop >= top);
    top = node.scrollTop;
    if (stuck) newer.hidden = true;
  };
  node.addEventListener("load", () => { if (stuck) toEnd(); }, true); // pictures grow the list as they come

  function dayName(date) {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000);
    if (days < 2) return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(-days, "day");
    return new Intl.DateTimeFormat(language(), { weekday: "long", month: "long", day: "numeric" }).format(date);
  }

  /** Days, groups and live buttons depend on the neighbours. */
  function tidy(start) {
    // An offer's card is announced, and its buttons live like the bot's.
    const asks = ({ message }) => message.author === "bot" || message.buttons?.length > 0;
    const newestBot = order.findLast((seq) => asks(shown.get(seq)));
    const answered = pending.some((p) => p.entry.state !== "failed")
      || order.some((seq) => seq > newestBot && shown.get(seq).message.author === "customer");
    for (let n = start; n < order.length; n++) arrange(shown.get(order[n]), shown.get(order[n - 1]));
    for (const seq of order) offer(shown.get(seq), seq === newestBot && !answered);
    order.map((seq) => shown.get(seq)).filter((entry) => entry.message.case).reduce(showCard, "");
  }

  /** A reference is handed over once, not again with every word about it. */
  function showCard(last, { message, node: item }) {
    item.querySelector(".card").hidden = message.case === last;
    return message.case;
  }

  /** But for the second half of a double click: by then the next question may stand in the same place. */
  function tap(button, click) {
    const soon = click.pointerType === "touch" && click.timeStamp - tapped < AT_ONCE; // a finger's taps are not counted
    tapped = click.timeStamp;
    if (click.detail < 2 && !soon) onTap(button);
  }

  function dayOf(item) {
    const before = item.previousElementSibling;
    return before?.matches(".day") ? before : null;
  }

  function arrange({ message, node: item }, before) {
    const at = new Date(message.at);
    const newDay = !before || at.toDateString() !== new Date(before.message.at).toDateString();
    const close = !newDay && before.message.author === message.author && at - new Date(before.message.at) < GROUP;
    item.classList.toggle("follow", close);
    const day = dayOf(item);
    if (newDay && !day) item.before(make("p", { className: "day" }, dayName(at)));
    if (!newDay) day?.remove();
  }

  function offer(entry, live) {
    if (!entry.message.buttons?.length || entry.live === live) return;
    const held = entry.choices?.contains(document.activeElement);
    entry.live = live;
    entry.choices?.remove();
    entry.choices = choices(entry.message.buttons, { live, label: t("choices"), onTap: tap });
    entry.node.append(entry.choices);
    if (held) node.focus(); // the focused button is gone; the reader's place must not be
  }

  function insert(message) {
    const item = draw(message);
    item.dataset.seq = message.seq;
    shown.set(message.seq, { message, node: item });
    let at = order.length;
    while (at > 0 && order[at - 1] > message.seq) at--;
    const after = shown.get(order[at])?.node;
    order.splice(at, 0, message.seq);
    node.insertBefore(item, (after && (dayOf(after) ?? after)) ?? pending[0]?.node ?? typing);
    return at;
  }

  /** One of our unsent ones, come by the stream, takes its place at once. */
  function adopt(message) {
    if (message.author !== "customer") return;
    const twin = pending.find((p) => !p.node.hidden && p.entry.text.trim() === message.text.trim());
    if (twin) twin.node.hidden = true;
  }

  function settle() {
    clearTimeout(quiet);
    quiet = setTimeout(() => node.setAttribute("aria-busy", "false"), 400);
  }

  function foot(entry) {
    const line = make("div", { className: `foot ${entry.state}` }, make("span", {}, entry.why || t(entry.state)));
    const act = (word, handler) => make("button", { type: "button", onclick: () => handler(entry) }, t(word));
    if (entry.state !== "sending") line.append(act("retry", onRetry));
    if (entry.state === "failed") line.append(act("remove", onRemove));
    return line;
  }

  return {
    /** Add what is new of `messages`; returns those. */
    put(messages) {
      const fresh = messages.filter((m) => !shown.has(m.seq));
      if (!fresh.length) return fresh;
      const follow = stuck || fresh.some((m) => m.author === "customer");
      const first = Math.min(...fresh.map((m) => { adopt(m); return insert(m); }));
      tidy(first);
      if (follow) toEnd();
      else newer.hidden = false;
      settle();
      return fresh;
    },
    /** Unchanged ones keep their nodes, and so the focus. */
    putPending(entries) {
      const old = new Map(pending.map((p) => [p.entry.id, p]));
      pending = entries.map((entry) => {
        const kept = old.get(entry.id);
        old.delete(entry.id);
        if (kept) {
          if (kept.entry.state !== entry.state) kept.node.querySelector(".foot").replaceWith(foot(entry));
          return Object.assign(kept, { entry });
        }
        const item = draw({ author: "customer", text: entry.text, files: entry.files });
        item.append(foot(entry));
        item.dataset.unsent = entry.id;
        node.insertBefore(item, typing);
        return { entry, node: item };
      });
      const lost = [...old.values()].some((p) => p.node.contains(document.activeElement));
      old.forEach((p) => p.node.remove());
      if (lost) node.focus();
      tidy(order.length);
      if (stuck || entries.some((e) => e.state === "sending")) toEnd();
      settle();
    },
    /** Somebody is writing; `by` is a colleague's name. */
    typing(on, by = "") {
      typing.hidden = !on;
      typing.lastElementChild.textContent = by && t("writing").replace("{name}", by);
      if (on && stuck) toEnd();
    },
    newest: () => order.at(-1) ?? 0,
    /** Whether a person has the chat, as far as the messages tell. */
    attended: () => ["agent", "notice"].includes(shown.get(order.findLast((seq) => shown.get(seq).message.author !== "customer"))?.message.author),
    unread: (read) => order.filter((seq) => seq > read && shown.get(seq).message.author !== "customer").length,
    /** In another language. */
    redraw() {
      const messages = order.map((seq) => shown.get(seq).message);
      const entries = pending.map((p) => p.entry);
      this.clear();
      this.put(messages);
      this.putPending(entries);
    },
    clear() {
      node.querySelectorAll(".msg:not(#welcome), .day").forEach((item) => item.remove());
      shown.clear();
      order = [];
      pending = [];
      typing.hidden = true;
      newer.hidden = true;
    },
    toEnd,
    ready: settle,
  };
}
