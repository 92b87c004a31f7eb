/** Names of what changed come over one connection; the pieces of the page that show them ask the server again. */
import htmx from "htmx.org";
import { island, say, toast, word } from "./core";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/** Elements that show one of `topics`; all of them without topics. */
function concerned(topics?: readonly string[]): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>("[data-live-topics]")];
  if (!topics) return all;
  return all.filter((element) =>
    (element.dataset.liveTopics ?? "").split(/\s+/).some((topic) => topics.includes(topic)),
  );
}

function refresh(topics?: readonly string[]): void {
  for (const element of concerned(topics)) htmx.trigger(element, "live", {});
}

/** Topics that the page asks for, each once. */
function topicsOf(element: HTMLElement): string[] {
  const own = (element.dataset.live ?? "").split(/\s+/);
  const shown = concerned().flatMap((one) => (one.dataset.liveTopics ?? "").split(/\s+/));
  return [...new Set([...own, ...shown].filter(Boolean))];
}

function showState(state: "online" | "offline"): void {
  for (const sign of document.querySelectorAll<HTMLElement>("[data-live-state]")) sign.hidden = state === "online";
}

function parse(data: string): readonly string[] | undefined {
  try {
    return (JSON.parse(data) as { topics?: string[] }).topics;
  } catch {
    return undefined;
  }
}

export function mount(element: HTMLElement): void {
  let source: EventSource | undefined;
  let wait = FIRST_WAIT;
  let lost = false;
  let timer = 0;

  const connect = (): void => {
    source = new EventSource(`/live?topics=${encodeURIComponent(topicsOf(element).join(","))}`);
    source.addEventListener("open", () => {
      wait = FIRST_WAIT;
      if (lost) {
        lost = false;
        showState("online");
        say(word("online"));
        refresh();
      }
    });
    source.addEventListener("changed", (event) => refresh(parse((event as MessageEvent<string>).data)));
    source.addEventListener("error", again);
  };

  // The browser retries by itself only some errors, and at once; we wait longer each time, so that a server that
  // comes back is not met by everybody in the same second.
  const again = (): void => {
    source?.close();
    if (!lost) {
      lost = true;
      timer = window.setTimeout(() => {
        if (!lost) return;
        showState("offline");
        if (!document.querySelector("[data-live-state]")) toast(word("offline"));
      }, 3_000);
    }
    window.setTimeout(connect, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };

  window.addEventListener("pagehide", () => {
    window.clearTimeout(timer);
    source?.close();
  });
  connect();
}

island("[data-live]", mount);
