// Talking to the server. Knows nothing of the page.

const here = (path) => new URL(path, document.baseURI);
const SILENCE = 40_000; // pings come every 15 s
const PATIENCE = 30_000;

/** `said` is the server's own explanation, if it gave one; `after` is how long it asked us to wait, in ms. */
class Failure extends Error {
  constructor(said = "", after = 0) {
    super(said);
    Object.assign(this, { said, after });
  }
}

/** The server will not take this, however often it is sent. */
class Refused extends Failure {}

/** Not now: no network, too much, or the server is away. */
export class Away extends Failure {}

/** Not now, and perhaps never: the server failed on this very thing. */
export class Broken extends Away {}

/** Retry-After, seconds or a date, in ms; five minutes at most. */
function retryAfter(value) {
  const ms = value * 1000 || Date.parse(value) - Date.now() || 0;
  return Math.min(Math.max(ms, 0), 300_000);
}

function failure(status, body, after) {
  let said = "";
  try { said = JSON.parse(body).error.message; } catch { /* a proxy's page, not ours */ }
  const again = [408, 425, 429].includes(status) || status >= 500;
  return new (status === 500 ? Broken : again ? Away : Refused)(said, retryAfter(after));
}

/** From 1 s to 30 s, with jitter, lest a crowd come back at once. */
export const backoff = (attempt) => Math.min(30_000, 1000 * 2 ** attempt) * (0.5 + Math.random() / 2);

/** A rest that can be cut short; one that the server asked for only by force. */
export function resting() {
  let end = null, firm = false;
  return {
    rest: (ms, asked = 0) => new Promise((resolve) => {
      end = resolve;
      firm = asked > 0;
      setTimeout(resolve, Math.max(ms, asked));
    }),
    wake(force) { if (force || !firm) end?.(); },
  };
}

/** Where this chat goes on on Telegram: a link that is good once. */
export async function linkToTelegram(token) {
  let answer;
  try {
    answer = await fetch(here("chat/telegram"), {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch { throw new Away(); }
  if (!answer.ok) throw failure(answer.status, await answer.text(), answer.headers.get("retry-after"));
  return (await answer.json()).url;
}

/** Whom the host page vouches for; false where the chat is another's. */
export async function postIdentity(token, identity) {
  let answer;
  try {
    answer = await fetch(here("chat/identity"), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ identity }),
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch { throw new Away(); }
  if (answer.status === 403) return false;
  if (!answer.ok) throw failure(answer.status, await answer.text(), answer.headers.get("retry-after"));
  return true;
}

const PROOF = 428; // work first

const proven = async (header) => (await import("./proof.js")).prove(header("x-challenge"), +header("x-difficulty"));

export async function postMessage(token, body, proof = "") {
  let answer;
  try {
    answer = await fetch(here("chat/messages"), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...(proof && { "x-proof": proof }) },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok) return await answer.json();
  } catch {
    throw new Away();
  }
  if (answer.status === PROOF && !proof) return postMessage(token, body, await proven((name) => answer.headers.get(name)));
  throw failure(answer.status, await answer.text().catch(() => ""), answer.headers.get("retry-after"));
}

/** A courtesy: whether it arrives does not matter. */
export function postTyping(token) {
  fetch(here("chat/typing"), { method: "POST", headers: { authorization: `Bearer ${token}` } }).catch(() => null);
}

/** Upload by XMLHttpRequest, for fetch tells no progress. Returns {done, stop}. */
export function postFile(token, file, language, onProgress) {
  let request = null, stopped = false;
  const attempt = (proof) => new Promise((resolve, reject) => {
    if (stopped) return reject(new Refused());
    request = new XMLHttpRequest();
    request.open("POST", here("chat/files"));
    if (proof) request.setRequestHeader("x-proof", proof);
    request.setRequestHeader("authorization", `Bearer ${token}`);
    if (language) request.setRequestHeader("accept-language", language);
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
    request.onerror = () => reject(new Away());
    request.onabort = () => reject(new Refused());
    request.onload = () => request.status === 200
      ? resolve(JSON.parse(request.responseText))
      : request.status === PROOF && !proof
      ? resolve(proven((name) => request.getResponseHeader(name)).then(attempt))
      : reject(failure(request.status, request.responseText, request.getResponseHeader("retry-after")));
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
  return { done: attempt(""), stop() { stopped = true; request?.abort(); } };
}

export async function getFile(token, digest) {
  const answer = await fetch(here(`chat/files/${encodeURIComponent(digest)}`), { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw failure(answer.status);
  return answer.blob();
}

/** Server-sent events from text that comes in pieces. */
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
 * Follow the chat for ever: `onEvents(list)` gets what came together, `onState(up)` how the line is.
 * Only this stream moves the place to go on from, so what comes by other ways leaves no gap.
 */
export function followChat(token, { onEvents, onState }) {
  const { rest, wake } = resting();
  let cursor = 0, attempt = 0, line = null, stopped = false;

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
      await rest(backoff(attempt++), after);
    }
  }
  run();
  return { wake, stop() { stopped = true; line?.abort(); wake(true); } };
}
