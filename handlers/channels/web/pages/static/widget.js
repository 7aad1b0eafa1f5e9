// A chat button and its frame: <script async src="…/widget.js" data-lang data-color data-position data-identity></script>
(() => {
  const { src, dataset: { lang = "", color = "", position, identity } } = document.currentScript;
  const home = new URL("embed", src);
  home.hash = new URLSearchParams({ host: location.origin, lang, color });
  const fill = CSS.supports("color", color) ? color : "#0b6b5d";
  const side = position === "start" ? "start" : "end";
  const place = `position:fixed;z-index:999999;inset-inline-${side}:20px;inset-block-end`;
  const style = new CSSStyleSheet();
  style.replaceSync(`:host{all:initial!important}[hidden]{display:none}
button{${place}:20px;width:60px;height:60px;padding:16px;border:0;border-radius:50%;cursor:pointer;background:${fill};
color:oklch(from ${fill} clamp(0,(.62 - l)*999,1) 0 0);box-shadow:0 4px 18px #0005}
button:focus-visible{outline:3px solid #fff;box-shadow:0 0 0 6px #111}
button:before{content:"";display:block;height:28px;background:currentColor;
clip-path:path("M14 3a12 10 0 1 1-4 19.5L4 25l1.3-4.7A12 10 0 0 1 14 3z")}
[aria-expanded=true]:before{clip-path:path("M5 10l2-2 7 7 7-7 2 2-9 9z")}
[data-unread]:after{content:attr(data-unread);position:absolute;top:-4px;inset-inline-end:-4px;min-width:12px;padding:0 5px;
border-radius:1em;background:#b3261e;color:#fff;font:600 13px/22px system-ui}
iframe{${place}:92px;width:min(400px,100vw - 40px);height:min(660px,100dvh - 112px);border:0;border-radius:18px;
box-shadow:0 8px 40px #0004}
@media(max-width:480px){iframe{inset:0;width:100%;height:100%;border-radius:0}[aria-expanded=true]{display:none}}`);
  const make = (tag, facts) => Object.assign(document.createElement(tag), facts);
  const begin = () => {
    if (document.querySelector("amends-chat")) return;
    const button = make("button", { type: "button", ariaLabel: "Chat", ariaExpanded: false });
    const frame = make("iframe", { src: home, title: "Chat", allow: "clipboard-write", hidden: true });
    const host = make("amends-chat"), root = host.attachShadow({ mode: "open" });
    let up;
    const tell = () => up && frame.contentWindow.postMessage({ amends: 1, open: !frame.hidden }, home.origin);
    const show = (open) => {
      frame.hidden = !open;
      button.ariaExpanded = open;
      (open ? frame : button).focus();
      tell();
    };
    root.adoptedStyleSheets = [style];
    root.append(frame, button);
    document.body.append(host);
    button.onclick = () => show(frame.hidden);
    button.onkeydown = (e) => { if (e.key === "Escape") show(false); };
    addEventListener("message", ({ origin, source, data }) => {
      if (origin !== home.origin || source !== frame.contentWindow || data?.amends !== 1) return;
      if (data.ready) {
        up = 1, tell();
        if (identity) frame.contentWindow.postMessage({ amends: 1, identity }, home.origin);
      }
      if (data.close) show(false);
      if (!data.label) return;
      button.ariaLabel = data.label;
      frame.title = data.title;
      data.unread ? (button.dataset.unread = data.unread) : delete button.dataset.unread;
    });
  };
  document.body ? begin() : addEventListener("DOMContentLoaded", begin);
})();
