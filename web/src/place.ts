/** Where it is: by the device's own position or by a tap on a map that is only loaded when somebody opens it. */
import { island, say, word } from "./core";

type Point = { latitude: number; longitude: number };

export function mount(root: HTMLElement): void {
  const field = (name: string) => root.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  const status = root.querySelector<HTMLElement>("[data-place-status]");
  const picker = root.querySelector<HTMLElement>("[data-map-picker]");
  const locate = root.querySelector<HTMLButtonElement>("[data-locate]");
  const opener = root.querySelector<HTMLButtonElement>("[data-place-open]");

  const tell = (text: string): void => {
    if (status) status.textContent = text;
    say(text);
  };

  const set = ({ latitude, longitude }: Point, accuracy?: number): void => {
    const values = { latitude: latitude.toFixed(6), longitude: longitude.toFixed(6), accuracy: accuracy?.toFixed(0) ?? "" };
    for (const [name, value] of Object.entries(values)) {
      const input = field(name);
      if (input) input.value = value;
    }
    tell(accuracy === undefined ? word("place-tapped") : `${word("place-found")} ${Math.round(accuracy)} m.`);
    root.dispatchEvent(new CustomEvent("place", { bubbles: true, detail: { latitude, longitude } }));
  };

  const openMap = async (): Promise<void> => {
    if (!picker) return;
    picker.hidden = false;
    opener?.setAttribute("aria-expanded", "true");
    const { pick } = await import("./map");
    pick(picker, (point) => set(point));
  };

  const busy = (on: boolean): void => {
    if (locate) locate.disabled = on;
    locate?.setAttribute("aria-busy", String(on));
  };

  locate?.addEventListener("click", () => {
    tell(word("place-finding"));
    busy(true);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        busy(false);
        set(coords, coords.accuracy);
        if (picker && !picker.hidden) picker.dispatchEvent(new CustomEvent("show-place", { detail: coords }));
      },
      () => {
        busy(false);
        tell(word("place-denied"));
        void openMap();
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  });
  opener?.addEventListener("click", () => void openMap());
}

island("[data-place]", mount);
