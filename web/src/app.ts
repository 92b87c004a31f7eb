/** On every page: htmx under a strict policy, messages, dialogs, menus, theme. */
import htmx from "htmx.org";
import { say, toast, word } from "./core";
import "./days";
import "./reveal";

const SIX_MONTHS = 60 * 60 * 24 * 180;

document.documentElement.classList.add("js");

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

interface Configured {
  headers: Record<string, string>;
  triggeringEvent?: Event;
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content;
  const { headers, triggeringEvent } = (event as CustomEvent<Configured>).detail;
  if (token) headers["X-CSRFToken"] = token;
  // What a page asks by itself is no sign that somebody is there: it must not keep a session alive.
  if (!triggeringEvent || !("isTrusted" in triggeringEvent) || !triggeringEvent.isTrusted) headers["X-Background"] = "1";
});

const REFUSALS: Readonly<Record<number, string>> = { 403: "forbidden", 429: "too-many" };
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
  toast(word(REFUSALS[xhr.status] ?? "request-failed"), "error");
});
document.addEventListener("htmx:sendError", () => toast(word("request-failed"), "error"));

document.addEventListener("toast", (event) => {
  const { text, tone } = (event as CustomEvent<{ text: string; tone?: "info" | "success" | "error" }>).detail;
  toast(text, tone);
});
document.addEventListener("say", (event) => {
  const { value } = (event as CustomEvent<{ value: string }>).detail;
  say(value);
});

/** Opens the dialog with `id` as modal, with the focus on its first field. */
function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.showModal();
  const fields = "input:not([type=hidden]), textarea, select";
  (dialog.querySelector<HTMLElement>("[autofocus]") ?? dialog.querySelector<HTMLElement>(fields))?.focus();
}

/** Sets the theme for half a year; an empty name lets the device decide. */
function chooseTheme(name: string): void {
  const [prefix, secure] = location.protocol === "https:" ? ["__Host-", "; Secure"] : ["", ""];
  document.cookie = `${prefix}theme=${name}; Path=/; Max-Age=${name ? SIX_MONTHS : 0}; SameSite=Lax${secure}`;
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
  document.dispatchEvent(new CustomEvent("themechange"));
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
  if (target instanceof HTMLDialogElement && target.open) target.close();
  const control = target.closest<HTMLElement>("[data-dialog], [data-close], [data-dismiss], [data-theme-choice]");
  if (!control) return;
  if (control.dataset.dialog !== undefined) {
    event.preventDefault();
    openDialog(control.dataset.dialog);
  } else if (control.dataset.close !== undefined) {
    event.preventDefault();
    control.closest("dialog")?.close();
  } else if (control.dataset.dismiss !== undefined) {
    control.closest(".toast-note")?.remove();
  } else if (control.dataset.themeChoice !== undefined) {
    chooseTheme(control.dataset.themeChoice);
    control.closest("details")?.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field instanceof HTMLElement && field.dataset.submit !== undefined) field.closest("form")?.requestSubmit();
});

/** A form that is on its way is not sent a second time; coming back to the page frees it. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

for (const note of document.querySelectorAll("#toasts .toast-note")) setTimeout(() => note.remove(), 10_000);

// A strip of links that is wider than the phone begins where the open one is in sight.
for (const strip of document.querySelectorAll<HTMLElement>("[data-strip]")) {
  const open = strip.querySelector<HTMLElement>('[aria-current="page"]');
  if (open) strip.scrollLeft = open.offsetLeft - strip.offsetLeft - (strip.clientWidth - open.offsetWidth) / 2;
  showOpen(strip, open);
  strip.addEventListener("toggle", () => showOpen(strip, open));
}

/** Brings the open link of a tall list into sight; one that is seen already stays where it is. */
function showOpen(list: HTMLElement, open: HTMLElement | null): void {
  if (!open) return;
  const [frame, link] = [list.getBoundingClientRect(), open.getBoundingClientRect()];
  if (link.top >= frame.top && link.bottom <= frame.bottom) return;
  list.scrollTop += link.top - frame.top - (frame.height - link.height) / 2;
}

// What is wrong with a form is read first.
document.querySelector<HTMLElement>("[data-focus]")?.focus();

/** Shows a question that depends on another only while its answer there is chosen; hidden ones are not sent. */
function askAfter(): void {
  for (const question of document.querySelectorAll<HTMLElement>("[data-asked-after]")) {
    const named = `[name="${CSS.escape(question.dataset.askedAfter ?? "")}"]:checked`;
    const chosen = [...document.querySelectorAll<HTMLInputElement>(named)].map((input) => input.value);
    question.hidden = !chosen.includes(question.dataset.askedIf ?? "");
    for (const field of question.querySelectorAll<HTMLInputElement>("input, textarea")) field.disabled = question.hidden;
  }
}
askAfter();
document.addEventListener("change", askAfter);
document.addEventListener("htmx:load", askAfter);

/** Puts a ready answer where the writer is; what was written stays around it. */
document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLSelectElement) || !target.dataset.insert || !target.value) return;
  const text = document.getElementById(target.dataset.insert);
  if (!(text instanceof HTMLTextAreaElement)) return;
  text.setRangeText(target.value, text.selectionStart, text.selectionEnd, "end");
  target.value = "";
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
});
