// What time it is by the server's clock, which is the one that promises are kept by. That of a workplace may be minutes
// off, or be set right while the page is open; so the difference is taken anew with whatever the server sends.

let ahead = 0;

/** The server's time as it stands in what came just now. */
export function heard(iso) {
  if (iso) ahead = Date.parse(iso) - Date.now();
}

/** Milliseconds, as of `Date.now()`. */
export const now = () => Date.now() + ahead;
