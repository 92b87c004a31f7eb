/** Maps beside a table of communes: a row's class is its colour; a click on the map ticks the row's box. */
import "./areas.css";
import { island } from "./core";
import { view } from "./map";

type Row = { code: string; colour: string; box: HTMLInputElement | null; line: HTMLTableRowElement };

/** The rows of the table that `element` names. */
function rowsOf(element: HTMLElement): Row[] {
  const lines = document.querySelectorAll<HTMLTableRowElement>(`${element.dataset.rows ?? ""} tr[data-code]`);
  return [...lines].map((line) => ({
    code: line.dataset.code ?? "",
    colour: `class-${line.dataset.class ?? "9"}`,
    box: line.querySelector<HTMLInputElement>("input[type=checkbox]"),
    line,
  }));
}

/** Says how many boxes of the table are ticked, where the page wants to know. */
function count(table: string | undefined, rows: readonly Row[]): void {
  const place = document.querySelector(`[data-count-of="${table}"]`);
  if (place) place.textContent = String(rows.filter(({ box }) => box?.checked).length);
}

async function mount(element: HTMLElement): Promise<void> {
  const rows = rowsOf(element);
  const map = await view(element);
  if (!map) return;
  const classes = new Map(rows.map(({ code, colour }) => [code, colour]));
  const paint = (): void => {
    map.paint(classes, new Set(rows.filter(({ box }) => box?.checked).map(({ code }) => code)));
    count(element.dataset.rows, rows);
  };
  map.onArea((code) => {
    const row = rows.find((one) => one.code === code);
    if (!row) return;
    if (row.box) row.box.checked = !row.box.checked;
    row.line.scrollIntoView({ block: "nearest" });
    paint();
  });
  document.querySelector(element.dataset.rows ?? "")?.addEventListener("change", paint);
  document.addEventListener("themechange", paint);
  paint();
}

island("[data-class-map]", (element) => void mount(element));
