// The page inside a widget, and its host. The loader names its page's origin when it makes the frame; nothing is
// sent to, or heard from, another.

export function openFrame({ onOpen, onClose }) {
  const asked = new URLSearchParams(location.hash.slice(1));
  const host = asked.get("host");
  const inside = parent !== window && Boolean(host);
  let open = !inside;

  const tell = (facts) => { if (inside) parent.postMessage({ amends: 1, ...facts }, host); };
  if (inside) {
    addEventListener("message", ({ origin, source, data }) => {
      if (origin !== host || source !== parent || data?.amends !== 1 || typeof data.open !== "boolean") return;
      open = data.open;
      (open ? onOpen : onClose)();
    });
  }
  return {
    inside,
    get open() { return open; },
    language: asked.get("lang") || "",
    color: asked.get("color") || "",
    tell,
    close: () => tell({ close: true }),
  };
}

/** The accent asked for, with white or black on it, whichever reads better. */
export function tint(color) {
  if (!color || !CSS.supports("color", color)) return;
  const pen = new OffscreenCanvas(1, 1).getContext("2d");
  pen.fillStyle = color;
  pen.fillRect(0, 0, 1, 1);
  const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const style = document.documentElement.style;
  style.setProperty("--accent", color);
  style.setProperty("--on-accent", light > 0.179 ? "#111" : "#fff");
}
