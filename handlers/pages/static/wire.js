// Talking to the server: messages up, files up and down, the stream down. Knows nothing of the page.

const here = (path) => new URL(path, document.baseURI);
const SILENCE = 40_000; // the server pings every 15 s; silent this long, the line is dead
const PATIENCE = 30_000;

/** The server will not take this, however often it is sent. */
export class Refused extends Error {}

/** Not now: no network, too much, or the server is away. `after` is what it asked us to wait, in ms. */
export class Away extends Error {
  constructor(message, after = 0) {
    super(message);
    this.after = after;
  }
}

function retryAfter(value) {
  if (!value) return 0;
  const ms = /^\d+$/.test(value) ? value * 1000 : Date.parse(value) - Date.now();
  return Math.min(Math.max(ms || 0, 0), 300_000);
}

function failure(status, body, after) {
  let message = "";
  try { message = JSON.parse(body).error.message; } catch { /* a proxy's page, not ours */ }
  const later = status === 408 || status === 425 || status === 429 || status >= 500;
  return later ? new Away(message, retryAfter(after)) : new Refused(message);
}

/** Exponential from 1 s to 30 s, with jitter so that a crowd does not come back at once. */
export const backoff = (attempt) => Math.min(30_000, 1000 * 2 ** attempt) * (0.5 + Math.random() / 2);

export async function postMessage(token, body) {
  let answer;
  try {
    answer = await fetch(here("chat/messages"), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) return (await answer.json()).messages;
  } catch (error) {
    throw new Away(String(error));
  }
  throw failure(answer.status, await answer.text().catch(() => ""), answer.headers.get("retry-after"));
}

/** Upload by XMLHttpRequest, for fetch tells no progress. Returns {done, stop}. */
export function postFile(token, file, language, onProgress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open("POST", here("chat/files"));
    request.setRequestHeader("authorization", `Bearer ${token}`);
    if (language) request.setRequestHeader("accept-language", language);
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
    request.onerror = request.ontimeout = () => reject(new Away("network"));
    request.onabort = () => reject(new Refused("stopped"));
    request.onload = () => request.status === 200
      ? resolve(JSON.parse(request.responseText))
      : reject(failure(request.status, request.responseText, request.getResponseHeader("retry-after")));
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
  return { done, stop: () => request.abort() };
}

export async function getFile(token, digest) {
  const answer = await fetch(here(`chat/files/${encodeURIComponent(digest)}`), { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw failure(answer.status, await answer.text(), answer.headers.get("retry-after"));
  return answer.blob();
}

/** Read server-sent events from text as it arrives: returns a function that takes pieces and calls `onEvent`. */
export function eventReader(onEvent) {
  let rest = "";
  return (piece) => {
    const blocks = (rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { event: "message", data: "" };
      for (const line of block.split("\n")) {
        const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
        if (field === "data") event.data += value;
        else if (field) event[field] = value;
      }
      if (event.data) onEvent(event);
    }
  };
}

/**
 * Follow the chat for ever: `onEvents(list)` for what arrived together, `onState(up)` as the line comes and goes.
 * The place to go on from is moved by this stream alone, so what came by other ways leaves no gap.
 */
export function followChat(token, { onEvents, onState }) {
  let cursor = 0, attempt = 0, line = null, nap = null, stopped = false;

  async function listen() {
    line = new AbortController();
    let watchdog = 0;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => line.abort(), SILENCE);
    };
    try {
      alive();
      const answer = await fetch(here("chat/stream"), {
        headers: { authorization: `Bearer ${token}`, accept: "text/event-stream", "last-event-id": String(cursor) },
        signal: line.signal,
        cache: "no-store",
      });
      if (!answer.ok) throw failure(answer.status, "", answer.headers.get("retry-after"));
      onState(true);
      await drain(answer.body.pipeThrough(new TextDecoderStream()).getReader(), alive);
    } finally {
      clearTimeout(watchdog);
    }
  }

  async function drain(reader, alive) {
    const batch = [];
    const read = eventReader((event) => {
      batch.push({ kind: event.event, data: JSON.parse(event.data) });
      if (event.event === "message") cursor = Math.max(cursor, Number(event.id) || 0);
    });
    for (;;) {
      const { done, value } = await reader.read();
      if (done || stopped) return;
      alive();
      attempt = 0;
      read(value);
      if (batch.length) onEvents(batch.splice(0));
    }
  }

  async function run() {
    while (!stopped) {
      let after = 0;
      try { await listen(); } catch (error) { after = error.after ?? 0; }
      if (stopped) return;
      if (attempt || !navigator.onLine) onState(false);
      await new Promise((resolve) => {
        nap = { resolve, timer: setTimeout(resolve, Math.max(after, backoff(attempt++))), hard: after > 0 };
      });
      nap = null;
    }
  }
  run();
  return {
    /** Try again now, unless the server asked for rest. */
    wake() { if (nap && !nap.hard) { clearTimeout(nap.timer); nap.resolve(); } },
    stop() { stopped = true; line?.abort(); if (nap) { clearTimeout(nap.timer); nap.resolve(); } },
  };
}
