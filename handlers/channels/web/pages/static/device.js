// What this device remembers of the chat. Where storage is forbidden (private windows, frames of other sites) or
// full, memory serves until the page closes.

const PREFIX = "amends:";

function openShelf(kind) {
  const spare = new Map();
  let real = null;
  try { real = globalThis[kind]; } catch { /* forbidden */ }
  return {
    keys: () => [...Object.keys(real ?? {}), ...spare.keys()].filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length)),
    get: (key) => spare.get(PREFIX + key) ?? real?.getItem(PREFIX + key) ?? null,
    set(key, value) {
      this.drop(key);
      try { real.setItem(PREFIX + key, value); } catch { spare.set(PREFIX + key, String(value)); }
    },
    drop(key) {
      spare.delete(PREFIX + key);
      real?.removeItem(PREFIX + key);
    },
  };
}

/** 33 random bytes, base64url: a chat's token, or a message's id (crypto.randomUUID exists only on https). */
export function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(33));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** Act in one tab at a time. Where locks are missing or forbidden each tab acts, which is merely wasteful. */
export async function alone(name, act) {
  try { await navigator.locks.request(PREFIX + name, act); } catch { await act(); }
}

export function openDevice() {
  const long = openShelf("localStorage");
  const short = openShelf("sessionStorage");
  return {
    /** The chat's token, or null before anything was sent. */
    token: () => long.get("token"),
    tokenOrNew() {
      if (!this.token()) long.set("token", random());
      return this.token();
    },
    read: () => Number(long.get("read")),
    setRead: (seq) => long.set("read", seq),
    language: () => long.get("language"),
    setLanguage: (code) => long.set("language", code),
    draft: () => short.get("draft") ?? "",
    setDraft: (text) => short.set("draft", text),

    /** One key for each, so that two tabs never overwrite each other's list. Oldest first. */
    unsent: () => long.keys().filter((key) => key.startsWith("unsent:")).map((key) => JSON.parse(long.get(key)))
      .sort((a, b) => a.at - b.at),
    keepUnsent: (entry) => long.set(`unsent:${entry.id}`, JSON.stringify(entry)),
    dropUnsent: (entry) => long.drop(`unsent:${entry.id}`),

    /** Forget the chat, but not the chosen language. */
    forget() {
      long.keys().filter((key) => key !== "language").forEach(long.drop);
      short.drop("draft");
    },
  };
}
