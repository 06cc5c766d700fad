// Security keys (WebAuthn). A button with data-key-get asks one of the keys it names, one with data-key-make registers a new one; what
// the key answers goes into the form's data-key-answer and the form is sent. Where the browser offers no keys, the buttons stay away.
const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const named = (button) => button.dataset.keys.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: toBytes(id) }));
const FAILED = "セキュリティキーで確かめられませんでした。キーを差し直して、もう一度ボタンを押してください。";
const KNOWN = "このセキュリティキーは、すでに登録されています。";
const TIMEOUT = 60_000;

async function get(button) {
  const found = await navigator.credentials.get({
    publicKey: { challenge: toBytes(button.dataset.challenge), allowCredentials: named(button), userVerification: "discouraged", timeout: TIMEOUT },
  });
  const { clientDataJSON, authenticatorData, signature } = found.response;
  return { id: toText(found.rawId), clientData: toText(clientDataJSON), authenticatorData: toText(authenticatorData), signature: toText(signature) };
}

async function make(button) {
  const { challenge, host, staff, name } = button.dataset;
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: toBytes(challenge),
      rp: { id: host, name: "書かない窓口" },
      user: { id: new TextEncoder().encode(staff), name: staff, displayName: name },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
      excludeCredentials: named(button),
      authenticatorSelection: { residentKey: "discouraged", userVerification: "discouraged" },
      attestation: "none",
      timeout: TIMEOUT,
    },
  });
  const { response } = made;
  return {
    id: toText(made.rawId), clientData: toText(response.clientDataJSON), authenticatorData: toText(response.getAuthenticatorData()),
    publicKey: toText(response.getPublicKey()), algorithm: response.getPublicKeyAlgorithm(),
  };
}

async function ask(button) {
  const { form } = button;
  const said = form.querySelector("[data-key-said]");
  said.textContent = "";
  button.disabled = true;
  try {
    const answer = await ("keyMake" in button.dataset ? make(button) : get(button));
    form.querySelector("[data-key-answer]").value = JSON.stringify(answer);
    form.submit();
  } catch (error) {
    said.textContent = error.name === "InvalidStateError" ? KNOWN : FAILED;
    button.disabled = false;
    button.focus();
  }
}

// Shown where the browser has keys to offer.
function arrive() {
  if (!window.PublicKeyCredential) return;
  for (const button of document.querySelectorAll("[data-key-get], [data-key-make]")) button.hidden = false;
  for (const text of document.querySelectorAll("[data-key-missing]")) text.hidden = true;
}

arrive();
document.addEventListener("htmx:afterSwap", arrive);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-key-get], [data-key-make]");
  if (button) ask(button);
});
