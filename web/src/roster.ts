/** The roster's grid by keyboard: arrows along the week, Enter down; choosing in a cell stays the browser's own. */
import { island } from "./core";

function cells(row: HTMLTableRowElement): HTMLSelectElement[] {
  return [...row.querySelectorAll<HTMLSelectElement>("select")];
}

/** The cell that many columns and rows away; nothing beyond the edge. */
function away(from: HTMLSelectElement, across: number, down: number): HTMLSelectElement | undefined {
  const row = from.closest("tr");
  const rows = [...(row?.closest("tbody")?.rows ?? [])].filter((one) => cells(one).length > 0);
  const at = row ? rows.indexOf(row) : -1;
  const column = row ? cells(row).indexOf(from) : -1;
  const target = rows[at + down];
  return target ? cells(target)[column + across] : undefined;
}

const MOVES: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], Enter: [0, 1] };

function mount(grid: HTMLElement): void {
  grid.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || !(event.target instanceof HTMLSelectElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = away(event.target, move[0], event.shiftKey ? -move[1] : move[1]);
    event.preventDefault();
    next?.focus();
  });
  warnBeforeLeaving(grid.closest("form"));
}

/** What was chosen and not saved is not lost by a slip. */
function warnBeforeLeaving(form: HTMLFormElement | null): void {
  let changed = false;
  form?.addEventListener("change", () => {
    changed = true;
  });
  form?.addEventListener("submit", () => {
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

island("[data-roster]", mount);
