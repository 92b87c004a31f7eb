/** Passkeys (WebAuthn): making one, signing in with one, confirming with one. */
import { island } from "./core";

type Json = Record<string, unknown>;

function bytes(text: string): ArrayBuffer {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  const raw = atob(base64);
  const made = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) made[at] = raw.charCodeAt(at);
  return made.buffer;
}

function text(buffer: ArrayBuffer): string {
  let raw = "";
  for (const byte of new Uint8Array(buffer)) raw += String.fromCharCode(byte);
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The credentials of a list with their ids as bytes. */
function named(list: unknown): PublicKeyCredentialDescriptor[] {
  const given = (list ?? []) as (PublicKeyCredentialDescriptor & { id: string })[];
  return given.map((one) => ({ ...one, id: bytes(one.id) }));
}

function creation(options: Json): PublicKeyCredentialCreationOptions {
  const key = options.publicKey as Json;
  const user = key.user as Json;
  return {
    ...key,
    challenge: bytes(key.challenge as string),
    user: { ...user, id: bytes(user.id as string) },
    excludeCredentials: named(key.excludeCredentials),
    // Found by the device without a name typed first, and opened by finger, face or code.
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
  } as PublicKeyCredentialCreationOptions;
}

function request(options: Json): PublicKeyCredentialRequestOptions {
  const key = options.publicKey as Json;
  const asked = { ...key, challenge: bytes(key.challenge as string), allowCredentials: named(key.allowCredentials) };
  return asked as PublicKeyCredentialRequestOptions;
}

/** The credential as the server reads it. */
function plain(credential: PublicKeyCredential): Json {
  const answer = credential.response;
  const response: Json = { clientDataJSON: text(answer.clientDataJSON) };
  if (answer instanceof AuthenticatorAttestationResponse) {
    response.attestationObject = text(answer.attestationObject);
    response.transports = answer.getTransports();
  } else if (answer instanceof AuthenticatorAssertionResponse) {
    response.authenticatorData = text(answer.authenticatorData);
    response.signature = text(answer.signature);
    response.userHandle = answer.userHandle ? text(answer.userHandle) : null;
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment,
  };
}

/** What the server asks: written in the page, or fetched when nobody has said yet who signs in. */
async function optionsFor(form: HTMLFormElement): Promise<Json> {
  const written = document.querySelector("#passkey-options")?.textContent;
  if (written && form.dataset.passkey !== "login") return JSON.parse(written) as Json;
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return ((await answer.json()) as { request_options: Json }).request_options;
}

async function credentialFor(form: HTMLFormElement): Promise<Credential | null> {
  const options = await optionsFor(form);
  if (form.dataset.passkey === "add") return navigator.credentials.create({ publicKey: creation(options) });
  return navigator.credentials.get({ publicKey: request(options) });
}

export function mount(element: HTMLElement): void {
  if (!(element instanceof HTMLFormElement)) return;
  const form = element;
  const problem = form.querySelector<HTMLElement>("[data-passkey-problem]");
  const field = form.elements.namedItem("credential");
  const tell = (name: "unsupported" | "stopped" | "known"): void => {
    if (!problem) return;
    problem.textContent = problem.dataset[name] ?? "";
    problem.hidden = false;
  };

  const ask = async (): Promise<void> => {
    if (problem) problem.hidden = true;
    form.setAttribute("aria-busy", "true");
    try {
      const credential = await credentialFor(form);
      if (!(credential instanceof PublicKeyCredential) || !(field instanceof HTMLInputElement)) return;
      field.value = JSON.stringify(plain(credential));
      form.submit();
    } catch (error) {
      form.removeAttribute("aria-busy");
      tell(error instanceof DOMException && error.name === "InvalidStateError" ? "known" : "stopped");
    }
  };

  // Before the rule that a form is sent once: this one is sent by us, when the device has answered.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (window.PublicKeyCredential === undefined) tell("unsupported");
    else void ask();
  });
}

island("form[data-passkey]", mount);
