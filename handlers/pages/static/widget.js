/* Amends chat widget: a button and a frame on any page, told by its own tag:
   <script async src="https://HOST/widget.js" data-lang="zh" data-color="#0b6b5d" data-position="start"></script> */
(() => {
  const me = document.currentScript, own = me.dataset;
  const home = new URL("embed", me.src);
  home.hash = new URLSearchParams({ host: location.origin, lang: own.lang || "", color: own.color || "" });
  if (document.querySelector("amends-chat")) return;
  const fill = CSS.supports("color", own.color || "") ? own.color : "#0b6b5d";
  const side = /^(left|right)$/.test(own.position) ? own.position
    : "inset-inline-" + (own.position === "start" ? "start" : "end");
  const at = `position:fixed;z-index:2147483000;${side}:20px;inset-block-end:`;
  const style = new CSSStyleSheet();
  style.replaceSync(`:host{all:initial!important}[hidden]{display:none!important}
button{${at}20px;width:60px;height:60px;padding:16px;border:0;border-radius:50%;cursor:pointer;
background:${fill};color:oklch(from ${fill} clamp(0,(.62 - l)*999,1) 0 0);box-shadow:0 4px 18px #0005}
button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #111}
svg{display:block;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
b{position:absolute;inset-block-start:-4px;inset-inline-end:-4px;min-width:12px;padding:0 5px;border-radius:11px;
background:#b3261e;color:#fff;font:600 13px/22px system-ui}
iframe{${at}92px;width:min(400px,100vw - 40px);height:min(660px,100dvh - 112px);border:0;border-radius:18px;
background:Canvas;box-shadow:0 8px 40px #0004;color-scheme:light dark}
@media(max-width:480px){iframe{inset:0;width:100%;height:100%;border-radius:0}[aria-expanded=true]{display:none}}
@media print{*{display:none}}`);
  const add = (tag, into, facts, space = "http://www.w3.org/1999/xhtml") => {
    const node = document.createElementNS(space, tag);
    for (const name in facts) node.setAttribute(name, facts[name]);
    return into.appendChild(node);
  };
  const begin = () => {
    const host = add("amends-chat", document.body), root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    const button = add("button", root, { type: "button", "aria-expanded": false, "aria-label": "Chat" });
    const svg = "http://www.w3.org/2000/svg";
    const path = add("path", add("svg", button, { viewBox: "0 0 24 24", "aria-hidden": true }, svg), {}, svg);
    const badge = add("b", button, { hidden: "", "aria-hidden": true });
    const frame = add("iframe", root, { src: home, title: "Chat", allow: "clipboard-write", hidden: "" });
    const tell = (open) => frame.contentWindow.postMessage({ amends: 1, open }, home.origin);
    const show = (open, focus = true) => {
      frame.hidden = !open;
      button.setAttribute("aria-expanded", open);
      path.setAttribute("d", open ? "M5 9l7 7 7-7" : "M12 4c5 0 9 3.3 9 7.5S17 19 12 19l-3-.4L4 21l1-4.2C3.7 15.4 3 13.5 3 11.5 3 7.3 7 4 12 4z");
      if (focus) (open ? frame : button).focus();
      tell(open);
    };
    button.onclick = () => show(frame.hidden);
    button.onkeydown = (e) => e.key === "Escape" && show(false);
    show(false, false);
    addEventListener("message", ({ origin, source, data }) => {
      if (origin !== home.origin || source !== frame.contentWindow || data?.amends !== 1) return;
      if (data.ready) tell(!frame.hidden);
      if (data.close) show(false);
      if (data.label) button.setAttribute("aria-label", data.label), (frame.title = data.title);
      if ("unread" in data) (badge.textContent = data.unread > 9 ? "9+" : data.unread), (badge.hidden = !data.unread);
    });
  };
  document.body ? begin() : addEventListener("DOMContentLoaded", begin);
})();
