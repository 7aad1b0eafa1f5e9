// Writing: a reply or a private note, never one for the other; kept while it is written; prepared answers on "/".

const KEEP = 1200;
const SIGN = 3000;

export function openComposer({ page, send, post }) {
  const composer = document.getElementById("composer");
  const tabs = { reply: document.getElementById("tab-reply"), note: document.getElementById("tab-note") };
  const waiting = new Map();
  let signed = 0, keeping = null;

  const panel = (kind) => document.getElementById(`part-${kind}`);
  const area = (kind) => panel(kind).querySelector("textarea");

  function choose(kind, focus = true) {
    for (const [name, tab] of Object.entries(tabs)) {
      const on = name === kind;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      panel(name).hidden = !on;
    }
    composer.dataset.mode = kind;
    if (focus) (area(kind) ?? tabs[kind]).focus();
  }

  const mode = () => composer.dataset.mode;

  let able = Boolean(area("reply"));

  /** The reply's form was put anew. Once one may reply, that is what is wanted, unless a note is being written. */
  function renew() {
    if (area("reply") && !able && !area("note").value && document.activeElement !== area("note")) choose("reply", false);
    able = Boolean(area("reply"));
    for (const kind of ["reply", "note"]) {
      panel(kind).setAttribute("role", "tabpanel");
      panel(kind).hidden = kind !== mode();
    }
  }

  function keep(kind, text) {
    clearTimeout(waiting.get(kind));
    waiting.set(kind, setTimeout(() => { waiting.delete(kind); keeping = post("unsent", { kind, text }); }, KEEP));
  }

  composer.addEventListener("input", (event) => {
    const form = event.target.closest("[data-write]");
    if (!form || event.target.tagName !== "TEXTAREA") return;
    const kind = form.dataset.write;
    keep(kind, event.target.value);
    if (kind === "reply" && event.target.value.trim() && Date.now() - signed > SIGN) {
      signed = Date.now();
      post("writing", {});
    }
  });

  composer.addEventListener("keydown", (event) => {
    const inArea = event.target.tagName === "TEXTAREA";
    if (event.isComposing || event.keyCode === 229) return;
    if (inArea && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
    if (inArea && event.key === "/" && !event.target.value && event.target.id === "reply") {
      event.preventDefault();
      answers();
    }
    if (event.target.role === "tab" && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      const other = event.target === tabs.reply ? "note" : "reply";
      choose(other, false);
      tabs[other].focus();
    }
  });

  composer.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-write]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    const kind = form.dataset.write;
    form.dataset.busy = "1";
    clearTimeout(waiting.get(kind));
    await keeping; // lest what is sent comes back as begun
    const done = await send(form);
    delete form.dataset.busy;
    if (!done) return;
    form.querySelector("textarea").value = "";
    form.querySelector("[type=file]").value = "";
    if (form.elements.macro) form.elements.macro.value = "";
    form.elements.act.value = crypto.getRandomValues(new Uint8Array(16)).reduce((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "");
    signed = 0;
  });

  /** The list of prepared answers; the arrows lead through it, Enter takes one. */
  function answers() {
    const list = document.getElementById("part-macros");
    if (!list) return;
    list.open = true;
    list.querySelector("[data-macro]")?.focus();
  }

  composer.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-macro]");
    if (!chosen) return;
    event.preventDefault();
    const field = area("reply");
    const { selectionStart: at, value } = field;
    field.value = `${value.slice(0, at)}${chosen.dataset.text}${value.slice(field.selectionEnd)}`;
    const also = field.form.elements.macro;
    also.value = chosen.dataset.macro;
    if (also.selectedIndex < 0) also.value = "";
    document.getElementById("part-macros").open = false;
    field.focus();
    const blank = /\{[a-z_]+\}/.exec(field.value);
    if (blank) field.setSelectionRange(blank.index, blank.index + blank[0].length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  composer.addEventListener("keydown", (event) => {
    const list = event.target.closest?.("#part-macros");
    if (!list || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const all = [...list.querySelectorAll("[data-macro]")];
    const at = all.indexOf(document.activeElement);
    all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]?.focus();
  });

  for (const [kind, tab] of Object.entries(tabs)) tab.addEventListener("click", () => choose(kind));
  composer.querySelector("[role=tablist]").hidden = false;
  choose(area("reply") ? "reply" : "note", false);
  renew();
  return { choose, answers, renew };
}
