// What the customer said and the server has not yet acknowledged. Sent one by one, in order, with the id each was
// given at birth, so that sending again is harmless. One tab sends at a time; when it closes, another goes on.
// What the server fails on again and again is laid aside for the customer to decide.

import { alone } from "./device.js";
import { Away, Broken, backoff, resting } from "./wire.js";

const TRIES = 5;

export function openOutbox({ device, post, onChange, onAnswer, onTrouble }) {
  const { rest, wake } = resting();
  let busy = false, again = false, attempt = 0, last = 0;

  const next = () => device.unsent().find((entry) => entry.state !== "failed");

  async function sendOne(entry) {
    try {
      const { messages, language } = await post(entry);
      device.dropUnsent(entry);
      attempt = 0;
      onAnswer(messages, language);
    } catch (error) {
      if (!device.unsent().some((other) => other.id === entry.id)) return; // removed, or a new chat was begun
      const broken = (entry.broken ?? 0) + (error instanceof Broken);
      const later = error instanceof Away && broken < TRIES;
      device.keepUnsent({ ...entry, broken, state: later ? "waiting" : "failed", why: later ? "" : error.said });
      onChange();
      if (!later) { attempt = 0; return; }
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
      device.keepUnsent({ at: last, ...entry, state: "sending", why: "", broken: 0 });
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
