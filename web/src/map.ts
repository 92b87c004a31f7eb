/** Maps: areas, reports in clusters, figures by area, and choosing a place. The library itself is loaded only here, on demand. */
import { island, say, word } from "./core";
import type { Pick, View } from "./mapview";

const views = new WeakMap<HTMLElement, View>();

/** The map drawn in `element`; says in words when this device cannot draw one. */
export async function view(element: HTMLElement): Promise<View | undefined> {
  const known = views.get(element);
  if (known) return known;
  try {
    const { draw } = await import("./mapview");
    const drawn = await draw(element);
    views.set(element, drawn);
    return drawn;
  } catch (reason) {
    console.warn("map", reason);
    const line = document.createElement("p");
    line.className = "p-4 text-secondary";
    line.textContent = word("map-failed");
    element.replaceChildren(line);
    say(word("map-failed"));
    return undefined;
  }
}

/** Lets a person choose a place in `element`; `chosen` hears each choice. Asking again for the same element does nothing. */
export async function pick(element: HTMLElement, chosen: (point: Pick) => void): Promise<void> {
  if (views.has(element)) return;
  const map = await view(element);
  if (!map) return;
  map.choose(chosen);
  const { latitude, longitude } = { latitude: value("latitude"), longitude: value("longitude") };
  if (latitude !== undefined && longitude !== undefined) map.show({ latitude, longitude });
  element.addEventListener("show-place", (event) => map.show((event as CustomEvent<Pick>).detail));

  function value(name: string): number | undefined {
    const text = element.closest("[data-place]")?.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.value;
    return text ? Number(text) : undefined;
  }
}

/** Draws a map of areas, points or figures, when it comes into sight. */
export function mount(element: HTMLElement): void {
  const watcher = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      void view(element).then((map) => map?.fill());
    },
    { rootMargin: "200px" },
  );
  watcher.observe(element);
}

island("[data-map]", mount);
