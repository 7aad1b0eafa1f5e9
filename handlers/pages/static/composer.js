// Where the customer writes: Enter sends, Shift+Enter breaks the line, and Enter while an input method
// is composing (Chinese, Japanese, Korean) belongs to the input method.

const ownSize = CSS.supports("field-sizing", "content");

export function openComposer({ form, area, attach, picker, send, tray, drop, t, say, device, onSend }) {
  let waiting = false;

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
