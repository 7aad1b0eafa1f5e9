// What is about to be said. Enter sends, Shift+Enter breaks the line; Enter while an input method composes (Chinese,
// Japanese, Korean) belongs to it. Files are uploaded as soon as they are chosen, in turn.

import { isPicture, make } from "./bubble.js";
import { Away } from "./wire.js";

const SIGN = 3000;
const ownSize = CSS.supports("field-sizing", "content");

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
      mark(item, "failed", error.said || t("upload_failed"));
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

export function openComposer({ form, area, attach, picker, send, tray, drop, t, say, device, onSend, onType }) {
  let waiting = false, signed = 0;

  function sign() { // a colleague sees for some seconds that something is being written
    if (!area.value || Date.now() - signed < SIGN) return;
    signed = Date.now();
    onType();
  }

  function grow() {
    if (ownSize) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }

  function changed() {
    send.toggleAttribute("data-ready", Boolean(area.value.trim() || tray.count));
    if (waiting && !tray.busy) submit();
  }

  function submit() {
    waiting = false;
    const text = area.value.trim();
    if (!text && !tray.count) return area.focus();
    if (tray.busy) { waiting = true; return say(t("upload_wait")); }
    if (tray.failed) return say(t("upload_unfinished"));
    const files = tray.take();
    area.value = "";
    signed = 0;
    device.setDraft("");
    grow();
    changed();
    say("");
    onSend({ text, files });
  }

  form.addEventListener("submit", (e) => {
    e.preventDefault();
    submit();
    if (!matchMedia("(pointer: coarse)").matches) area.focus();
  });
  area.addEventListener("keydown", (e) => {
    // 229: Safari ends the composition before the key that ended it arrives.
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
    e.preventDefault();
    submit();
  });
  area.addEventListener("input", () => {
    waiting = false;
    device.setDraft(area.value);
    sign();
    grow();
    changed();
  });
  area.addEventListener("paste", (e) => {
    if (!e.clipboardData.files.length) return;
    e.preventDefault();
    tray.add(e.clipboardData.files);
  });
  attach.onclick = () => picker.click();
  picker.onchange = () => { tray.add(picker.files); picker.value = ""; area.focus(); };

  const carriesFiles = (e) => e.dataTransfer?.types.includes("Files");
  let depth = 0;
  const over = (by) => { depth = by ? Math.max(0, depth + by) : 0; drop.classList.toggle("on", depth > 0); };
  addEventListener("dragenter", (e) => { if (carriesFiles(e)) over(1); });
  addEventListener("dragleave", (e) => { if (carriesFiles(e)) over(-1); });
  addEventListener("dragover", (e) => { if (carriesFiles(e)) e.preventDefault(); });
  addEventListener("drop", (e) => {
    if (!carriesFiles(e)) return;
    e.preventDefault();
    over(0);
    tray.add(e.dataTransfer.files);
  });

  area.value = device.draft();
  grow();
  changed();
  return { changed, focus: () => area.focus(), clear() { area.value = ""; waiting = false; changed(); } };
}
