// The files about to be sent: uploaded one after another as soon as they are chosen, each with its progress.

import { isPicture, make } from "./bubble.js";
import { Away, Refused } from "./wire.js";

export function openTray({ node, t, upload, onChange, say }) {
  let items = [];
  let chain = Promise.resolve();

  function draw(item) {
    const { file } = item;
    item.bar = make("progress", { max: 1, value: 0, "aria-label": `${t("uploading")}: ${file.name}` });
    item.note = make("small", {});
    item.again = make("button", { type: "button", className: "again", hidden: true, onclick: () => start(item), "aria-label": `${t("retry")}: ${file.name}` }, t("retry"));
    const away = make("button", { type: "button", className: "away", onclick: () => remove(item), "aria-label": `${t("remove")}: ${file.name}` }, "×");
    item.node = make("li", {}, preview(item), make("div", { className: "about" }, make("bdi", {}, file.name), item.bar, item.note), item.again, away);
    node.append(item.node);
  }

  function preview(item) {
    if (!isPicture(item.file.type)) return make("span", { className: "kind", "aria-hidden": "true" }, item.file.name.split(".").pop().slice(0, 4));
    item.url = URL.createObjectURL(item.file);
    return make("img", { src: item.url, alt: "" });
  }

  function mark(item, state, note = "") {
    item.state = state;
    item.node.dataset.state = state;
    item.bar.hidden = state !== "waiting";
    item.again.hidden = state !== "failed";
    item.note.textContent = note;
    if (note) say(`${item.file.name}: ${note}`);
    onChange();
  }

  async function send(item) {
    if (item.state !== "waiting" || !items.includes(item)) return;
    try {
      item.job = upload(item.file, (part) => { item.bar.value = part; });
      item.done = await item.job.done;
      mark(item, "done");
    } catch (error) {
      item.lost = error instanceof Away;
      mark(item, "failed", (error instanceof Refused || error.after) && error.message || t("upload_failed"));
      if (error.after) setTimeout(() => item.state === "failed" && start(item), error.after);
    }
  }

  function start(item) {
    mark(item, "waiting");
    chain = chain.then(() => send(item));
  }

  function remove(item) {
    const index = items.indexOf(item);
    const held = item.node.contains(document.activeElement);
    items.splice(index, 1);
    item.job?.stop();
    item.node.remove();
    if (item.url) URL.revokeObjectURL(item.url);
    node.hidden = !items.length;
    if (held) (items[Math.min(index, items.length - 1)]?.node.querySelector(".away") ?? document.getElementById("attach")).focus();
    onChange();
  }

  addEventListener("online", () => items.filter((item) => item.state === "failed" && item.lost).forEach(start));

  return {
    add(files) {
      for (const file of files) {
        const item = { file, state: "new" };
        items.push(item);
        draw(item);
        node.hidden = false;
        start(item);
      }
    },
    get busy() { return items.some((item) => item.state === "waiting"); },
    get failed() { return items.some((item) => item.state === "failed"); },
    get count() { return items.length; },
    /** The uploaded files, taken away to be sent. */
    take() {
      const files = items.filter((item) => item.state === "done").map((item) => item.done);
      [...items].forEach(remove);
      return files;
    },
  };
}
