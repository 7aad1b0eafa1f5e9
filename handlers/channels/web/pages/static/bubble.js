// One message as DOM. Text is only ever set as text; nothing said becomes markup.

const PICTURES = /^image\/(png|jpeg|webp|gif)$/;
const LINK = /https?:\/\/[^\s<>"'`，。；：！？、（）【】《》「」]+/gi;

export function make(tag, facts = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export const isPicture = (type) => PICTURES.test(type);

/** Text with its http(s) addresses as links, without the full stop after them. */
export function linked(text) {
  const parts = document.createDocumentFragment();
  let from = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const address = found.replace(/[.,;:!?)\]}]+$/, "");
    if (!URL.canParse(address)) continue;
    parts.append(text.slice(from, index));
    parts.append(make("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    from = index + address.length;
  }
  parts.append(text.slice(from));
  return parts;
}

const paragraphs = (text) => text.split(/\n{2,}/).map((part) => make("p", { dir: "auto" }, linked(part)));

export function size(bytes, language) {
  const [unit, value] = bytes < 1e6 ? ["kilobyte", bytes / 1e3] : ["megabyte", bytes / 1e6];
  const digits = value < 10 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: digits }).format(value);
}

export function drawer({ t, language, fetchFile, say }) {
  async function save(file) {
    const url = URL.createObjectURL(await fetchFile(file.digest));
    make("a", { href: url, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  function fileRow(file) {
    const click = () => save(file).catch(() => say(t("download_failed")));
    return make("button", { type: "button", className: "file", onclick: click, "aria-label": `${t("download")}: ${file.name}` },
      make("bdi", {}, file.name), make("small", {}, size(file.size, language())));
  }

  /** Fetched with the token, which an <img> could not send. */
  function picture(file) {
    const image = make("img", { alt: file.name, decoding: "async" });
    const frame = make("a", { className: "picture", target: "_blank", "aria-label": `${t("open")}: ${file.name}` }, image);
    fetchFile(file.digest).then((blob) => {
      frame.href = image.src = URL.createObjectURL(new Blob([blob], { type: file.media_type }));
      image.onerror = () => frame.replaceWith(fileRow(file));
    }).catch(() => frame.replaceWith(fileRow(file)));
    return frame;
  }

  async function copy(reference, button) {
    try {
      await navigator.clipboard.writeText(reference.textContent);
    } catch {
      getSelection().selectAllChildren(reference);
      document.execCommand("copy");
    }
    button.textContent = t("copied");
    say(t("copied"));
    setTimeout(() => { button.textContent = t("copy"); }, 2000);
  }

  function card(reference) {
    const code = make("code", { dir: "ltr" }, reference);
    const button = make("button", { type: "button", "aria-label": `${t("copy")}: ${reference}` }, t("copy"));
    button.onclick = () => copy(code, button);
    return make("div", { className: "card" }, make("span", {}, t("reference")), code, button);
  }

  function time(at) {
    const date = new Date(at);
    const text = new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit" }).format(date);
    return make("time", { dateTime: date.toISOString(), title: date.toLocaleString(language()) }, text);
  }

  return function draw(message) {
    const who = make("span", { className: message.author === "agent" ? "name" : "unseen" }, message.by || t(message.author === "customer" ? "you" : message.author));
    const node = make("div", { className: `msg ${message.author}` }, who);
    if (message.text) node.append(make("div", { className: "text" }, ...paragraphs(message.text)));
    const files = message.files ?? [];
    if (files.length) node.append(make("div", { className: "files" }, ...files.map((f) => isPicture(f.media_type) ? picture(f) : fileRow(f))));
    if (message.case) node.append(card(message.case));
    if (message.at) node.append(make("div", { className: "foot" }, time(message.at)));
    return node;
  };
}

/** Quick replies: live ones are buttons, answered ones plain words. */
export function choices(buttons, { live, label, onTap }) {
  if (live) {
    return make("div", { className: "choices", role: "group", "aria-label": label },
      ...buttons.map((b) => make("button", { type: "button", dir: "auto", onclick: (click) => onTap(b, click) }, b.title)));
  }
  const titles = buttons.map((b) => b.title).join(" · ");
  return make("p", { className: "choices past", dir: "auto", hidden: buttons.length < 2 }, titles);
}
