// The page's words, in the visitor's language. Its markup is English, should they not come.

const here = (path) => new URL(path, document.baseURI);

async function ask(language) {
  const answer = await fetch(here(`chat/words?lang=${encodeURIComponent(language)}`));
  if (!answer.ok) throw new Error(`words: ${answer.status}`);
  return answer.json();
}

export const primary = (code) => code.toLowerCase().split("-")[0];

/** The words for the first of `wanted` that the playbook speaks, else its default's. */
export async function loadWords(wanted) {
  const first = await ask(wanted[0] ?? "");
  const spoken = (first.languages ?? []).map(primary);
  const match = wanted.find((code) => spoken.includes(primary(code)));
  return match && primary(match) !== primary(first.language) ? ask(match) : first;
}

/** Put the words on every element that names one: data-word, data-label, data-hint. */
export function showWords(words) {
  const root = document.documentElement;
  root.lang = words.language ?? root.lang;
  root.dir = words.dir ?? "ltr";
  const each = (name, put) => document.querySelectorAll(`[data-${name}]`).forEach((node) => {
    const text = words[node.dataset[name]];
    if (text) put(node, text);
  });
  each("word", (node, text) => { node.textContent = text; });
  each("label", (node, text) => node.setAttribute("aria-label", text));
  each("hint", (node, text) => { node.placeholder = text; });
}

/** A small list of languages, each named in itself. */
export function showLanguages(select, words) {
  const codes = words.languages ?? [];
  select.replaceChildren(...codes.map((code) => {
    const name = new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
    const option = new Option(name, code, false, code === words.language);
    option.lang = code;
    return option;
  }));
  select.closest("label").hidden = codes.length < 2;
}
