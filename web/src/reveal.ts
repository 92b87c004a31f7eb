/** A button in each password field that shows what is typed: long passwords are easier to type when seen. */
import { island, say, word } from "./core";

export function mount(element: HTMLElement): void {
  if (!(element instanceof HTMLInputElement)) return;
  const words = document.querySelector<HTMLTemplateElement>("#words");
  const template = words?.content.querySelector<HTMLTemplateElement>('[data-template="reveal"]');
  const frame = template?.content.firstElementChild?.cloneNode(true);
  if (!(frame instanceof HTMLElement)) return;
  const button = frame.querySelector("button");
  if (!button) return;
  element.before(frame);
  frame.prepend(element);
  element.classList.add("pr-14");
  button.addEventListener("click", () => {
    const show = element.type === "password";
    element.type = show ? "text" : "password";
    button.setAttribute("aria-pressed", String(show));
    for (const icon of button.querySelectorAll("svg")) icon.classList.toggle("hidden");
    say(word(show ? "shown" : "hidden"));
  });
  element.form?.addEventListener("submit", () => {
    element.type = "password";
  });
}

island('input[type="password"]', mount);
