/** Lists and actions by keyboard: j/k, Enter, /, ?, and a letter for each action that names one. */
import htmx from "htmx.org";
import { typing } from "./core";

function links(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-list] [data-item] [data-open]")];
}

/** Moves the focus in the list by `step`, starting from the focus, or else from what is open. */
function move(step: 1 | -1): void {
  const all = links();
  const focused = all.findIndex((link) => link === document.activeElement);
  const open = all.findIndex((link) => link.closest("[data-item]")?.getAttribute("aria-current") === "true");
  const from = focused >= 0 ? focused : open;
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  next?.focus();
  next?.closest("[data-item]")?.scrollIntoView({ block: "nearest" });
}

function focusSearch(): void {
  const search = document.querySelector<HTMLInputElement>("[data-search]");
  search?.focus();
  search?.select();
}

/** Adds what this page's own keys do to the help. */
function fillHelp(list: HTMLElement): void {
  for (const old of list.querySelectorAll("[data-key-row]")) old.remove();
  for (const control of document.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = document.createElement("kbd");
    key.className = "kbd kbd-sm";
    key.textContent = control.dataset.key === "Enter" ? "↵" : (control.dataset.key ?? "");
    const term = document.createElement("dt");
    const meaning = document.createElement("dd");
    term.dataset.keyRow = meaning.dataset.keyRow = "";
    term.append(key);
    meaning.textContent = label(control);
    list.append(term, meaning);
  }
}

function label(control: HTMLElement): string {
  const named = control.getAttribute("aria-label");
  if (named) return named;
  const copy = control.cloneNode(true) as HTMLElement;
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return copy.textContent?.trim() ?? "";
}

function openHelp(): void {
  const help = document.querySelector<HTMLDialogElement>("#keys");
  const list = help?.querySelector<HTMLElement>("[data-keys-list]");
  if (list) fillHelp(list);
  help?.showModal();
}

/** Whether the focus is on something that has its own use for Enter: not the page, nor a heading moved to. */
function enterIsTaken(): boolean {
  const focus = document.activeElement;
  return focus !== null && focus !== document.body && focus.getAttribute("tabindex") !== "-1";
}

/** Whether a control can be seen, or would be once its menu is opened. */
function isThere(control: HTMLElement): boolean {
  const menu = control.closest<HTMLElement>("details[data-menu]");
  return control.checkVisibility() || (menu !== null && menu.checkVisibility());
}

/** Presses the control that names `key`; Enter only when the focus is on nothing that has an own use for it. */
function press(key: string): boolean {
  if (key === "Enter" && enterIsTaken()) return false;
  const controls = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)];
  const control = controls.find((one) => isThere(one) && !one.matches(":disabled"));
  control?.click();
  return control !== undefined;
}

function act(key: string): boolean {
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "/") focusSearch();
  else if (key === "?") openHelp();
  else return press(key);
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && document.activeElement instanceof HTMLElement && !document.querySelector("dialog[open]")) {
    document.activeElement.blur();
    return;
  }
  if (!typing() && act(event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest('[data-dialog="keys"]')) {
    const list = document.querySelector<HTMLElement>("#keys [data-keys-list]");
    if (list) fillHelp(list);
  }
});

/** Marks the row whose matter is open: a matter opened in place changes the address without a new page. */
function markOpen(): void {
  for (const item of document.querySelectorAll<HTMLElement>("[data-list] [data-item]")) {
    const open = item.querySelector<HTMLAnchorElement>("a[data-open]")?.pathname === location.pathname;
    if (open) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}
document.addEventListener("htmx:pushedIntoHistory", markOpen);
document.addEventListener("htmx:afterSettle", markOpen);

/** What waits for its dialog to close before it renews itself, so that nobody loses what they are writing. */
const waiting = new Set<HTMLElement>();

document.addEventListener("htmx:beforeRequest", (event) => {
  const { target } = event;
  if (!(target instanceof HTMLElement) || target.dataset.waits === undefined) return;
  if (!target.querySelector("dialog[open]")) return;
  event.preventDefault();
  waiting.add(target);
  for (const note of target.querySelectorAll<HTMLElement>("[data-stale]")) note.hidden = false;
});
document.addEventListener(
  "close",
  ({ target }) => {
    // What may be seen once goes with its dialog.
    const shownOnce = target instanceof HTMLElement && target.querySelector("[data-once]");
    const around = shownOnce ? shownOnce.closest<HTMLElement>("[data-waits]") : null;
    if (around) waiting.add(around);
    for (const element of waiting) htmx.trigger(element, "live", {});
    waiting.clear();
  },
  true,
);
