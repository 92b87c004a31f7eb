/** Beside each day's box: the day in words. The box itself follows the browser's language, not the page's. */

const BOXES = 'input[type="date"], input[type="datetime-local"]';

/** "thứ Ba 24/11/2026": the weekday catches a day and a month that were exchanged. */
function inWords(day: Date): string {
  const language = document.documentElement.lang;
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(day);
  const figures = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeZone: "UTC" });
  return `${weekday} ${figures.format(day)}`;
}

/** The words that belong to one box; made when first needed, in its label, silent for those who hear the box itself. */
function wordsOf(box: HTMLInputElement): HTMLElement | undefined {
  const label = box.labels?.[0];
  if (!label) return undefined;
  const there = label.querySelector<HTMLElement>("[data-day-words]");
  if (there) return there;
  const words = document.createElement("span");
  words.dataset.dayWords = "";
  words.className = "day-words";
  words.setAttribute("aria-hidden", "true");
  label.append(" ", words);
  return words;
}

function show(box: HTMLInputElement): void {
  const words = wordsOf(box);
  const day = new Date(`${box.value.slice(0, 10)}T00:00Z`);
  if (words) words.textContent = Number.isNaN(day.valueOf()) ? "" : inWords(day);
}

function showAll(inside: ParentNode): void {
  for (const box of inside.querySelectorAll<HTMLInputElement>(BOXES)) show(box);
}

document.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLInputElement && target.matches(BOXES)) show(target);
});
document.addEventListener("htmx:load", ({ target }) => {
  if (target instanceof HTMLElement) showAll(target);
});
showAll(document);
