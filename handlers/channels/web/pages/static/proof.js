// What a server may ask of a browser that begins a chat: a moment of work, in the background.
import { search } from "./search.js";

/** The proof for a challenge. */
export async function prove(challenge, difficulty) {
  const found = await beside(challenge, difficulty).catch(() => between(challenge, difficulty));
  return `${challenge}:${found}`;
}

function beside(challenge, difficulty) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("searcher.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
    worker.onerror = (event) => { event.preventDefault?.(); worker.terminate(); reject(new Error("no worker")); };
    worker.postMessage({ challenge, difficulty });
  });
}

/** Where there are no workers: a little at a time, so that the page stays alive. */
async function between(challenge, difficulty) {
  for (let from = 0; ; from += 2048) {
    const found = search(challenge, difficulty, from, 2048);
    if (found >= 0) return found;
    await new Promise((resolve) => setTimeout(resolve));
  }
}
