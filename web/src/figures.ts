/** Figures by area: classes, their colours (told apart by all colour visions: red over sand to blue) and the legend. */

/** `values` by area code; `steps` are the lower bounds of every class but the first; `url` has "{code}". */
export type Values = {
  values: Record<string, number | null>;
  steps: number[];
  unit?: string;
  url?: string;
};

const SCALE = ["#c8321f", "#f0995a", "#f3d9b1", "#a9c4f0", "#2450c8"] as const;

/** `count` colours from bad to good. */
export function scaleOf(count: number): string[] {
  const last = SCALE.length - 1;
  return Array.from({ length: count }, (_, index) => SCALE[Math.round((index * last) / Math.max(count - 1, 1))] ?? SCALE[0]);
}

/** The classes in words: "<75", "75–85", "≥95 %". */
function classNames({ steps, unit }: Values): string[] {
  const names = steps.map((step, index) => (index === 0 ? `<${step}` : `${steps[index - 1]}–${step}`));
  return [...names, `≥${steps.at(-1) ?? 0}${unit ? ` ${unit}` : ""}`];
}

/** The legend that lies in the map's lower left corner. */
export function legend(values: Values, colours: readonly string[]): HTMLElement {
  const list = document.createElement("ul");
  list.dataset.legend = "";
  list.className = "absolute left-2 bottom-2 z-10 flex flex-wrap gap-x-3 gap-y-1 rounded-lg bg-base-100/90 px-2 py-1 text-xs num";
  for (const [index, name] of classNames(values).entries()) {
    const item = document.createElement("li");
    item.className = "flex items-center gap-1";
    const swatch = document.createElement("i");
    swatch.className = "size-2.5 rounded-sm";
    swatch.style.background = colours[index] ?? "";
    item.append(swatch, name);
    list.append(item);
  }
  return list;
}
