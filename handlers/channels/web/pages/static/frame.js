// The page inside a widget, and its host. The loader names its page's origin when it makes the frame; nothing is
// sent to, or heard from, another.

const NAMELESS = "null"; // the origin of a file and of a sandbox: it can be heard, but not addressed

/** The origin that was named, `NAMELESS`, or nothing where it is none. */
function originOf(named) {
  if (named === NAMELESS) return named;
  try {
    const { protocol, origin } = new URL(named);
    return protocol.startsWith("http") ? origin : NAMELESS;
  } catch { return ""; }
}

export function openFrame({ onOpen, onClose, onIdentity }) {
  const asked = new URLSearchParams(location.hash.slice(1));
  const host = originOf(asked.get("host"));
  const inside = parent !== window && Boolean(host);
  let open = !inside;

  // Whoever frames us names the host: addressed as anybody, a nameless parent hears no more than it could ask for.
  const target = host === NAMELESS ? "*" : host;
  const tell = (facts) => { if (inside) parent.postMessage({ amends: 1, ...facts }, target); };
  if (inside) {
    addEventListener("message", ({ origin, source, data }) => {
      if ((origin.startsWith("http") ? origin : NAMELESS) !== host || source !== parent || data?.amends !== 1) return;
      if (typeof data.identity === "string") onIdentity(data.identity);
      if (typeof data.open !== "boolean") return;
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
