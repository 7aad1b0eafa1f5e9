// Passkeys: a button that asks the browser for one, and a form that takes its answer. The page works without, by password.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const listed = (credentials) => (credentials ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/** Has an account of this site prove itself; returns the answer as JSON. */
async function prove(options) {
  const made = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = made.response;
  return answer(made, {
    clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
    userHandle: userHandle ? text(userHandle) : undefined,
  });
}

/** Makes a new passkey; returns the answer as JSON. */
async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    },
  });
  const { clientDataJSON, attestationObject } = made.response;
  return answer(made, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) });
}

function answer(made, response) {
  return JSON.stringify({
    id: made.id, rawId: text(made.rawId), type: made.type, response,
    clientExtensionResults: made.getClientExtensionResults(), authenticatorAttachment: made.authenticatorAttachment,
  });
}

for (const button of document.querySelectorAll("button[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const form = button.form;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const status = document.getElementById("status");
    try {
      const options = JSON.parse(button.dataset.passkey);
      form.elements.namedItem(button.dataset.field).value = await (button.dataset.ask === "make" ? make(options) : prove(options));
      form.noValidate = true;
      form.submit();
    } catch {
      status.textContent = button.dataset.failed;
    }
  });
}
