// A stream of server-sent events that goes on where it was cut. Read by fetch: EventSource cannot be told where to begin
// anew after an error, and hears no pings, so it does not notice a line that is dead.

const SILENCE = 40_000; // pings come every 15 s
const backoff = (attempt) => Math.min(15_000, 500 * 2 ** attempt) * (0.5 + Math.random() / 2);

export function follow(address, cursor, { on, online }) {
  let attempt = 0, controller = null, watchdog = 0, wake = () => {};

  const alive = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => controller.abort(), SILENCE);
  };

  function take(block) {
    const event = { name: "message", data: [] };
    for (const row of block.split("\n")) {
      const [, field, value] = /^(\w+): ?(.*)$/s.exec(row) ?? [];
      if (field === "data") event.data.push(value);
      else if (field === "event") event.name = value;
      else if (field === "id") event.id = value;
    }
    if (!event.data.length) return;
    on[event.name]?.(event.data.join("\n"));
    if (event.id) cursor = event.id; // only when it has been shown
  }

  async function listen() {
    controller = new AbortController();
    alive();
    const answer = await fetch(address, { headers: { accept: "text/event-stream", "last-event-id": cursor }, signal: controller.signal, cache: "no-store" });
    if (answer.status === 401 || answer.status === 403) return location.reload();
    if (!answer.ok || !answer.body || answer.redirected) throw new Error(String(answer.status));
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    online(true);
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      attempt = 0;
      alive();
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      blocks.forEach(take);
    }
  }

  async function run() {
    for (;;) {
      try { await listen(); } catch { /* it is tried again */ }
      clearTimeout(watchdog);
      if (attempt) online(false);
      await new Promise((resolve) => { wake = resolve; setTimeout(resolve, backoff(attempt++)); });
    }
  }
  addEventListener("online", () => wake());
  addEventListener("offline", () => { online(false); controller?.abort(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
  run();
}
