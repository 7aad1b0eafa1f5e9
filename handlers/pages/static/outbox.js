// What the customer said and the server has not yet acknowledged. Sent one by one, in order, with the id each was
// given at birth, so that sending again is harmless. One tab sends at a time; when it closes, another goes on.

import { alone } from "./device.js";
import { Away, backoff, resting } from "./wire.js";

export function openOutbox({ device, post, onChange, onAnswer, onTrouble }) {
  const { rest, wake } = resting();
  let busy = false, again = false, attempt = 0, last = 0;

  const next = () => device.unsent().find((entry) => entry.state !== "failed");

  async function sendOne(entry) {
    try {
      const messages = await post(entry);
      device.dropUnsent(entry);
      attempt = 0;
      onAnswer(messages, entry);
    } catch (error) {
      if (!device.unsent().some((other) => other.id === entry.id)) return; // removed, or a new chat was begun
      const later = error instanceof Away;
      device.keepUnsent({ ...entry, state: later ? "waiting" : "failed", why: later ? "" : error.said });
      onChange();
      if (!later) return;
      onTrouble(error);
      await rest(backoff(attempt++), error.after);
    }
  }

  async function sendAll() {
    for (let entry = next(); entry; entry = next()) await sendOne(entry);
  }

  async function flush() {
    if (busy) { again = true; return; }
    busy = true;
    do {
      again = false;
      await alone("outbox", sendAll);
    } while (again);
    busy = false;
  }

  return {
    flush,
    wake() { wake(); flush(); },
    /** Send it, or send it again: then in its old place, and now. */
    send(entry) {
      last = Math.max(Date.now(), last + 1);
      device.keepUnsent({ at: last, ...entry, state: "sending", why: "" });
      onChange();
      wake(entry.at);
      flush();
    },
    remove(entry) {
      device.dropUnsent(entry);
      onChange();
    },
  };
}
