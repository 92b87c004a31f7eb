/** What islands share: words in the page's language, announcements, mounting. */

/** A phrase of the page's language, written by the server into `#words`. */
export function word(name: string): string {
  const words = document.querySelector<HTMLTemplateElement>("#words");
  return words?.content.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
}

/** Says `text` to screen readers without moving the focus. */
export function say(text: string): void {
  const region = document.querySelector("#announce");
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

/** Shows a short message; errors stay until closed, the rest leaves by itself after six seconds. */
export function toast(text: string, tone: "info" | "success" | "error" = "info"): void {
  const words = document.querySelector<HTMLTemplateElement>("#words");
  const name = tone === "info" ? "toast" : `toast-${tone}`;
  const template = words?.content.querySelector<HTMLTemplateElement>(`[data-template="${name}"]`);
  const note = template?.content.firstElementChild?.cloneNode(true);
  if (!(note instanceof HTMLElement)) return;
  const line = note.querySelector("p");
  if (line) line.textContent = text;
  document.querySelector("#toasts")?.append(note);
  if (tone !== "error") setTimeout(() => note.remove(), 6000);
}

/** Mounts an island on each element that matches, now and after htmx brings new ones; once an element. */
export function island(selector: string, mount: (element: HTMLElement) => void): void {
  const mounted = new WeakSet<Element>();
  const scan = (root: ParentNode & Node): void => {
    const found = [...root.querySelectorAll<HTMLElement>(selector)];
    if (root instanceof HTMLElement && root.matches(selector)) found.push(root);
    for (const element of found) {
      if (mounted.has(element)) continue;
      mounted.add(element);
      mount(element);
    }
  };
  scan(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof HTMLElement) scan(event.target);
  });
}

/** Whether keys typed now belong to a field or an open dialog and not to the page. */
export function typing(): boolean {
  const focus = document.activeElement;
  const field = focus instanceof HTMLElement && focus.matches("input, textarea, select, [contenteditable]");
  return field || document.querySelector("dialog[open]") !== null;
}
