// What this device remembers of the chat. Storage may be forbidden (private windows, frames of other sites):
// then memory serves until the page closes.

const PREFIX = "amends:";

function shelf(kind) {
  try {
    const real = globalThis[kind];
    real.setItem(PREFIX, "");
    real.removeItem(PREFIX);
    return real;
  } catch {
    const kept = new Map();
    return {
      get length() { return kept.size; },
      key: (n) => [...kept.keys()][n],
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, String(value)),
      removeItem: (key) => kept.delete(key),
    };
  }
}

/** 33 random bytes, base64url: a chat's token, or a message's id (crypto.randomUUID exists only on https). */
export function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(33));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** Act in one tab at a time. Where locks are missing or forbidden each tab acts, which is merely wasteful. */
export async function alone(name, act) {
  try { await navigator.locks.request(`amends-${name}`, act); } catch { await act(); }
}

export function openDevice() {
  const long = shelf("localStorage");
  const short = shelf("sessionStorage");
  const keys = () => Array.from({ length: long.length }, (_, n) => long.key(n)).filter((key) => key.startsWith(PREFIX));
  const unsentKey = (entry) => `${PREFIX}unsent:${entry.at}:${entry.id}`;
  const keep = (shelf, key, value) => {
    try { shelf.setItem(PREFIX + key, value); } catch { /* the shelf is full: the chat goes on without it */ }
  };
  return {
    /** The chat's token, or null before anything was sent. */
    token: () => long.getItem(`${PREFIX}token`),
    tokenOrNew() {
      if (!this.token()) keep(long, "token", random());
      return this.token();
    },
    read: () => Number(long.getItem(`${PREFIX}read`)) || 0,
    setRead: (seq) => keep(long, "read", seq),
    language: () => long.getItem(`${PREFIX}language`),
    setLanguage: (code) => keep(long, "language", code),
    draft: () => short.getItem(`${PREFIX}draft`) ?? "",
    setDraft: (text) => keep(short, "draft", text),

    /** One key for each, so that two tabs never overwrite each other's list. Oldest first. */
    unsent: () => keys().filter((key) => key.startsWith(`${PREFIX}unsent:`)).sort().map((key) => JSON.parse(long.getItem(key))),
    keepUnsent: (entry) => keep(long, unsentKey(entry).slice(PREFIX.length), JSON.stringify(entry)),
    dropUnsent: (entry) => long.removeItem(unsentKey(entry)),

    /** Forget the chat, but not the chosen language. */
    forget() {
      keys().filter((key) => key !== `${PREFIX}language`).forEach((key) => long.removeItem(key));
      short.removeItem(`${PREFIX}draft`);
    },
  };
}
